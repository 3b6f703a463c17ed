"""Segments of one page → lines in reading order, column by column. Pure.

The order comes from white space, not from the order of drawing: a gutter that segments stand
on both sides of makes columns, and segments across the gutter (titles, full-width tables)
part the page into bands, as in the recursive X-Y cut of Nagy and Seth (1984). Tables have
gutters too, but their cells do not fill their columns and stand on common baselines; they are
read row by row.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median

from ingest.markers import split_bullet
from ingest.segments import Segment, rows_of

_MIN_COLUMN_LINES = 3
_MAX_DEPTH = 4
_MAX_GUTTERS = 8
_FILL = 0.75
_PROSE_CHARACTERS = 18
_SHARED_BASELINES = 0.4
_STRIPE = 0.35
_MIN_LEADING = 0.9
_SAME_BASELINE = 2.0
_SAME_SIZE = 0.05
_TIGHT = 1.5
_TABLE_SHARE = 0.8


@dataclass(frozen=True, slots=True)
class Line:
    """One line of one column in reading order.

    `left` and `right` are the edges of its column; lines of the same stretch of text share
    `column`, a number that counts up in reading order. `cells` are the pieces between wide
    gaps, with their edges, so that table rows can be told from prose; `is_row` says that the
    cells are known to be a table's, each of them one or more lines of text.
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    left: float
    right: float
    column: int
    cells: tuple[Segment, ...]
    is_row: bool = False


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Segments to be read line by line, or one row of a table with its cells' segments."""

    segments: list[Segment]
    cells: list[list[Segment]] = field(default_factory=list)


def lines(pieces: Sequence[Segment]) -> list[Line]:
    """Put the segments of a page into reading order and join them to lines."""
    out: list[Line] = []
    for number, stretch in enumerate(_order(list(pieces), 0)):
        left = min(s.x0 for s in stretch.segments)
        right = max(s.x1 for s in stretch.segments)
        if stretch.cells:
            row = [_cell(cell) for cell in stretch.cells]
            out.append(replace(_line(row, left, right, number), is_row=True))
        else:
            rows = rows_of(stretch.segments)
            out.extend(_line(row, left, right, number) for row in rows)
    return out


def _cell(pieces: Sequence[Segment]) -> Segment:
    text = "\n".join(piece.text for row in rows_of(pieces) for piece in row)
    right = max(piece.x1 for piece in pieces)
    return replace(pieces[0], text=text, x0=min(piece.x0 for piece in pieces), x1=right)


Band = tuple[list[Segment], list[Segment], list[Segment]]


def _order(pieces: list[Segment], depth: int) -> list[_Stretch]:
    """Part segments into stretches, in reading order."""
    if not pieces:
        return []
    gutter = _gutter(pieces) if depth < _MAX_DEPTH else None
    if gutter is None:
        return [_Stretch(pieces)]
    out: list[_Stretch] = []
    plain: list[Segment] = []
    for left, right, across in _bands(pieces, gutter):
        table = _table(left, right, gutter)
        if table:
            out += [*_order(plain, depth + 1), *table]
            plain = []
        elif _columns(left, right, least=1):
            out += _order(plain, depth + 1)
            out += [*_order(left, depth + 1), *_order(right, depth + 1)]
            plain = []
        else:
            plain = [*plain, *left, *right]
        plain = [*plain, *across]
    return [*out, *_order(plain, depth + 1)]


def _gutter(pieces: list[Segment]) -> float | None:
    """Return the x just left of the right one of two columns, None for a single column."""
    starts = _right_starts(pieces)
    best, best_score = None, 0
    for start, _ in starts.most_common(_MAX_GUTTERS):
        if sum(starts[start + near] for near in (-1, 0, 1)) < _MIN_COLUMN_LINES:
            continue
        gutter = start * 4 - 4.0
        score = sum(
            len(left) + len(right)
            for left, right, _ in _bands(pieces, gutter)
            if _columns(left, right, least=_MIN_COLUMN_LINES) or _table(left, right, gutter)
        )
        if score > best_score:
            best, best_score = gutter, score
    return best


def _right_starts(pieces: Sequence[Segment]) -> Counter[int]:
    """Count where (in steps of 4 points) segments begin that others stand to the left of."""
    height = max(median(s.size for s in pieces), 1.0)
    leftmost: dict[int, float] = {}
    for piece in pieces:
        level = int(piece.y // height)
        leftmost[level] = min(piece.x1, leftmost.get(level, piece.x1))
    starts: Counter[int] = Counter()
    for piece in pieces:
        level = int(piece.y // height)
        ends = (leftmost.get(near, piece.x1) for near in (level - 1, level, level + 1))
        if min(ends) < piece.x0:
            starts[round(piece.x0 / 4)] += 1
    return starts


def _bands(pieces: list[Segment], gutter: float) -> list[Band]:
    """Part the page at the rows across `gutter`: (left of it, right of it, the row below)."""
    bands: list[Band] = []
    left: list[Segment] = []
    right: list[Segment] = []
    for row in rows_of(pieces):
        above = bands[-1][2] if bands and not left and not right else []
        if any(s.x0 < gutter < s.x1 for s in row) or _goes_on(above, row):
            bands.append((left, right, row))
            left, right = [], []
            continue
        left.extend(s for s in row if s.x0 < gutter)
        right.extend(s for s in row if s.x0 >= gutter)
    bands.append((left, right, []))
    return bands


def _goes_on(above: Sequence[Segment], row: Sequence[Segment]) -> bool:
    """Whether `row` is the short last line of the text across the columns that ends in `above`."""
    if not above or len(row) > 1:
        return False
    size = above[0].size
    alike = abs(row[0].size - size) <= _SAME_SIZE * size
    return alike and above[0].y - row[0].y <= _TIGHT * size


def _columns(left: list[Segment], right: list[Segment], *, least: int) -> bool:
    """Whether two sides are columns of text and not cells of a table."""
    if min(len(left), len(right)) < least:
        return False
    letters = median(len(s.text) for s in (*left, *right))
    if min(_fill(left), _fill(right)) >= _FILL and letters >= _PROSE_CHARACTERS:
        return True
    if len(right) < _MIN_COLUMN_LINES:
        return False
    items = sum(split_bullet(s.text) is not None for s in right)
    return items >= _MIN_COLUMN_LINES - 1 or _shared_baselines(left, right) < _SHARED_BASELINES


def _fill(side: list[Segment]) -> float:
    """Return how much of its column the median line fills; a side may hold several columns."""
    shares: list[float] = []
    column: list[Segment] = []
    end = float("-inf")
    for piece in sorted(side, key=lambda s: s.x0):
        if column and piece.x0 >= end:
            shares.extend(_shares(column))
            column = []
        column.append(piece)
        end = max(end, piece.x1)
    return median([*shares, *_shares(column)])


def _shares(column: list[Segment]) -> list[float]:
    start, end = min(s.x0 for s in column), max(s.x1 for s in column)
    return [(s.x1 - s.x0) / max(end - start, 1.0) for s in column]


def _shared_baselines(left: list[Segment], right: list[Segment]) -> float:
    levels = {round(s.y + shift) for s in left for shift in (-1, 0, 1)}
    return sum(round(s.y) in levels for s in right) / len(right)


def _table(left: list[Segment], right: list[Segment], gutter: float) -> list[_Stretch]:
    """Return the rows of a table whose cells hold several lines, none where there is no table.

    Such a table shows white space right across between its rows, wider than that between the
    lines of a cell, and after each of these stripes both sides begin on the same baseline.
    """
    if min(len(left), len(right)) < _MIN_COLUMN_LINES:
        return []
    pieces = sorted((*left, *right), key=lambda s: -s.y)
    rows = _striped(pieces)
    tops = [
        ([s.y for s in row if s.x0 < gutter], [s.y for s in row if s.x0 >= gutter]) for row in rows
    ]
    level = sum(bool(a and b) and abs(a[0] - b[0]) <= _SAME_BASELINE for a, b in tops)
    if len(rows) < _MIN_COLUMN_LINES or level < _TABLE_SHARE * len(rows):
        return []
    columns = _column_starts(pieces)
    return [_Stretch(row, _cells(row, columns)) for row in rows]


def _striped(pieces: Sequence[Segment]) -> list[list[Segment]]:
    """Part segments, given from top to bottom, at white space wider than the leading."""
    steps = [a.y - b.y for a, b in pairwise(pieces) if a.y - b.y >= _MIN_LEADING * b.size]
    leading = min(steps, default=0.0)
    rows = [[pieces[0]]]
    for above, piece in pairwise(pieces):
        if above.y - piece.y > leading + _STRIPE * piece.size:
            rows.append([])
        rows[-1].append(piece)
    return rows


def _column_starts(pieces: Sequence[Segment]) -> list[float]:
    """Return where the columns of a table begin: after each gap that no segment crosses."""
    starts: list[float] = []
    end = float("-inf")
    for piece in sorted(pieces, key=lambda s: s.x0):
        if piece.x0 >= end:
            starts.append(piece.x0)
        end = max(end, piece.x1)
    return starts


def _cells(row: Sequence[Segment], columns: Sequence[float]) -> list[list[Segment]]:
    cells: dict[int, list[Segment]] = {}
    for piece in sorted(row, key=lambda s: s.x0):
        cells.setdefault(bisect_right(columns, piece.x0), []).append(piece)
    return list(cells.values())


def _line(row: Sequence[Segment], left: float, right: float, column: int) -> Line:
    widest = max(row, key=lambda s: len(s.text))
    return Line(
        text=" ".join(s.text for s in row),
        x0=row[0].x0,
        x1=max(s.x1 for s in row),
        y=widest.y,
        size=widest.size,
        bold=all(s.bold for s in row),
        left=left,
        right=right,
        column=column,
        cells=tuple(row),
    )
