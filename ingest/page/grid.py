"""Tells tables from columns of text and puts the lines of wrapped cells together. Pure.

A table's cells differ in height, and still the next row begins on one baseline in all columns:
somewhere a column has a blank that running text would not have. Where rows stand without space
between them, grammar and the width of a column tell a wrapped line from a new row.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.page.segments import Segment, rows_of
from ingest.wording.markers import split_bullet
from ingest.wording.wrapping import goes_on

STRIPE = 0.35
_MIN_LEADING = 0.9
_SAME_BASELINE = 2.0
_UNEVEN = 0.5
_SURE = 0.8
_ITEM_SHARE = 0.6
_ENDS = re.compile(r"[.!?:;][\"”“»’)\]]*$")

Cells = dict[int, list[Segment]]
Span = tuple[float, float]


def starts_of(pieces: Iterable[Segment]) -> list[float]:
    """Return where columns begin, in points: after each gap that no segment crosses."""
    return [start for start, _ in spans_of((s.x0, s.x1) for s in pieces)]


def spans_of(pieces: Iterable[Span]) -> list[Span]:
    """Return the stretches of a line, in points, that pieces of it cover, gaps between them."""
    spans: list[Span] = []
    for start, end in sorted(pieces):
        if not spans or start >= spans[-1][1]:
            spans.append((start, end))
        elif end > spans[-1][1]:
            spans[-1] = (spans[-1][0], end)
    return spans


def columns_of(pieces: Sequence[Segment], starts: Sequence[float]) -> list[list[Segment]]:
    """Part segments by column, each column from top to bottom; `starts` as of `starts_of`."""
    columns: list[list[Segment]] = [[] for _ in starts]
    for piece in sorted(pieces, key=lambda s: (-s.y, s.x0)):
        columns[max(bisect_right(starts, piece.x0) - 1, 0)].append(piece)
    return columns


def leading_of(columns: Sequence[Sequence[Segment]]) -> float:
    """Return the smallest step between lines of a column in points, 0 without two lines."""
    steps = (a.y - b.y for lines in columns for a, b in pairwise(lines))
    sizes = [s.size for lines in columns for s in lines]
    least = _MIN_LEADING * min(sizes, default=0.0)
    return min((step for step in steps if step >= least), default=0.0)


def is_table(columns: Sequence[Sequence[Segment]], *, prose: bool) -> bool:
    """Whether columns are those of a table with cells of several lines.

    Args:
        columns: Two or more, each from top to bottom.
        prose: They fill their widths like running text, so that more has to speak for a table.
    """
    if all(_itemised(lines) for lines in columns):
        return False
    return _aligned(columns, prose=prose, foot=False) or _aligned(columns, prose=prose, foot=True)


def _aligned(columns: Sequence[Sequence[Segment]], *, prose: bool, foot: bool) -> bool:
    """Whether rows begin (or end, with `foot`) on one baseline in all columns."""
    signs = [_sign(columns, y, foot=foot) for y in _restarts(columns, foot=foot)]
    rows, breaks = signs.count(1), signs.count(-1)
    if rows > 1:
        return rows >= _SURE * (rows + breaks)
    return rows == 1 and not breaks and not prose


def _itemised(lines: Sequence[Segment]) -> bool:
    items = sum(split_bullet(s.text) is not None for s in lines)
    return items > 1 and items >= _ITEM_SHARE * (len(lines) - 1)


def _restarts(columns: Sequence[Sequence[Segment]], *, foot: bool) -> list[float]:
    """Return the heights at which a column goes on after (or ends before) a blank."""
    leading = leading_of(columns)
    found = sorted(
        (
            (a if foot else b).y
            for lines in columns
            for a, b in pairwise(lines)
            if a.y - b.y > leading + STRIPE * b.size
        ),
        reverse=True,
    )
    return [y for i, y in enumerate(found) if not i or found[i - 1] - y > _SAME_BASELINE]


def _sign(columns: Sequence[Sequence[Segment]], y: float, *, foot: bool) -> int:
    """Return 1 where a row begins (ends, with `foot`) at `y`, -1 where columns differ, else 0."""
    leading = leading_of(columns)
    gaps: list[float] = []
    closed = True
    for lines in columns:
        right = max((s.x1 for s in lines), default=0.0)
        for above, piece in pairwise(lines):
            if abs((above if foot else piece).y - y) > _SAME_BASELINE:
                continue
            gap = above.y - piece.y
            gaps.append(gap)
            if gap <= leading + STRIPE * piece.size:
                if goes_on(above.text, piece.text):
                    return -1
                closed &= _ENDS.search(above.text) is not None or fits(above, piece, right)
    level = sum(abs(s.y - y) <= _SAME_BASELINE for lines in columns for s in lines)
    if not gaps or level == 1:
        return -1
    return int(closed and len(gaps) > 1 and max(gaps) - min(gaps) > _UNEVEN * leading)


def fits(above: Segment, piece: Segment, right: float) -> bool:
    """Whether the first word of `piece` would have fitted after `above` left of `right`."""
    word = piece.text.split(" ", 1)[0]
    width = (piece.x1 - piece.x0) * (len(word) + 1) / max(len(piece.text), 1)
    return above.x1 + width <= right


@dataclass(frozen=True, slots=True)
class _Grid:
    """What the judgement on one pair of lines needs of the whole table."""

    rights: list[float]
    leading: float
    hanging: bool
    first: int


def table_rows(pieces: Sequence[Segment], starts: Sequence[float]) -> list[list[list[Segment]]]:
    """Group the segments of a table to rows of cells, from top to bottom and left to right.

    Args:
        pieces: All segments of the table.
        starts: Where its columns begin, from `starts_of`.
    """
    columns = columns_of(pieces, starts)
    lines = [_by_column(row, starts) for row in rows_of(pieces)]
    first = min((min(cells) for cells in lines), default=0)
    ends = [*starts[1:], max((s.x1 for s in pieces), default=0.0)]
    rights = [max([*(s.x1 for s in c), end - 2 * c[0].size if c else 0]) for c, end in zip(
        columns, ends, strict=True)]  # fmt: skip
    hanging = any(first not in cells for cells in lines)
    grid = _Grid(rights, leading_of(columns), hanging, first)
    foot = _stands_at_foot(lines, grid)
    rows: list[Cells] = []
    for number, cells in enumerate(lines):
        above = lines[number - 1]
        if not rows or _opens(above, cells, grid, foot=foot):
            rows.append({})
        for column, found in cells.items():
            rows[-1].setdefault(column, []).extend(found)
    return [[row[column] for column in sorted(row)] for row in rows]


def _by_column(row: Sequence[Segment], starts: Sequence[float]) -> Cells:
    cells: Cells = {}
    for piece in row:
        cells.setdefault(max(bisect_right(starts, piece.x0 + 0.5) - 1, 0), []).append(piece)
    return cells


def _stands_at_foot(lines: Sequence[Cells], grid: _Grid) -> bool:
    """Whether cells stand at the foot of their rows: the last line of a row is the full one."""
    if not grid.hanging:
        return False
    torn = [0, 0]
    for above, cells in pairwise(lines):
        certain = any(goes_on(above[c][-1].text, cells[c][0].text) for c in cells if c in above)
        torn[0] += certain and grid.first in cells
        torn[1] += certain and grid.first in above
    return grid.first in lines[-1] and grid.first not in lines[1] and torn[1] < torn[0]


def _opens(above: Cells, cells: Cells, grid: _Grid, *, foot: bool) -> bool:
    """Whether the line `cells` begins a new row after the line `above`."""
    lower, upper = next(iter(cells.values()))[0], next(iter(above.values()))[0]
    stripe = upper.y - lower.y > grid.leading + STRIPE * lower.size
    if stripe:
        return True
    if foot:
        return grid.first in above
    common = [(above[c][-1], cells[c][0], grid.rights[c]) for c in cells if c in above]
    loose = [fits(*pair) for pair in common]
    if grid.first not in cells:
        return len(common) > 1 and all(loose)
    return grid.first not in above or _opens_key(above, cells, common, grid)


def _opens_key(
    above: Cells, cells: Cells, common: Sequence[tuple[Segment, Segment, float]], grid: _Grid
) -> bool:
    """Whether the first cell of a line is a new one and not the rest of the one above."""
    last, head = above[grid.first][-1], cells[grid.first][0]
    if fits(last, head, grid.rights[grid.first]):
        return True
    if goes_on(last.text, head.text):
        return False
    wraps = any(goes_on(a.text, b.text) and not fits(a, b, right) for a, b, right in common)
    return not grid.hanging or (len(cells) >= len(above) and not wraps)
