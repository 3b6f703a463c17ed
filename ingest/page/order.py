"""The order in which the segments of one page are read, column by column. Pure.

The order comes from white space, not from the order of drawing: a gutter that segments stand
on both sides of makes columns, and segments across the gutter (titles, full-width tables)
part the page into bands, as in the recursive X-Y cut of Nagy and Seth (1984). Tables have
gutters too, but their rows begin on common baselines; they are read row by row. Boxes and the
lines of tables, where a page draws any, go before white space; so do contact cards (`cards`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from ingest.page.cards import cards_in
from ingest.page.columns import are_columns
from ingest.page.grid import (
    STRIPE,
    Span,
    columns_of,
    leading_of,
    spans_of,
    starts_of,
    table_rows,
)
from ingest.page.ruled import Boxes, Ruled
from ingest.page.segments import Segment, rows_of

_MIN_COLUMN_LINES = 3
_MAX_DEPTH = 4
_MAX_GUTTERS = 8
_SAME_SIZE = 0.05
_TIGHT = 1.5
_TABLE_SHARE = 0.8
_MIN_ROWS = 2
_NEAR_ROW = 3.0
_ALIGNED = 3.0
_APART = 2.2

Band = tuple[list[Segment], list[Segment], list[Segment]]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Segments to be read line by line, or one row of a table with its cells' segments."""

    segments: list[Segment]
    cells: list[list[Segment]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Hints:
    """What a page draws around its text: boxes (by segment) and tables with ruled rows."""

    boxes: Boxes
    tables: tuple[Ruled, ...] = ()


def order(pieces: Sequence[Segment], hints: Hints) -> list[Stretch]:
    """Part the segments of a page into stretches, in reading order."""
    return _order(list(pieces), hints, 0)


def _order(pieces: list[Segment], hints: Hints, depth: int) -> list[Stretch]:
    """Part segments into stretches, in reading order."""
    if not pieces:
        return []
    if depth >= _MAX_DEPTH or _is_single(pieces):
        return _leaf(pieces)
    ruled = _around_ruled(pieces, hints, depth)
    if ruled:
        return ruled
    cards = cards_in(pieces)
    if cards:
        above, below = (_order(part, hints, depth + 1) for part in (cards.above, cards.below))
        return [*above, *map(Stretch, cards.stacks), *below]
    zones = _zones(pieces, hints)
    if len(zones) > 1:
        return [stretch for zone in zones for stretch in _order(zone, hints, depth + 1)]
    gutter = _gutter(pieces, hints)
    return _leaf(pieces) if gutter is None else _by_gutter(pieces, gutter, hints, depth)


def _around_ruled(pieces: list[Segment], hints: Hints, depth: int) -> list[Stretch]:
    """Read what stands above a table with ruled rows, the table, and what stands below it."""
    for table in hints.tables:
        inside = [piece for piece in pieces if table.beside(piece)]
        rows = table.rows(inside) if inside and all(map(table.holds, inside)) else []
        if rows:
            gone = set(map(id, inside))
            rest = [piece for piece in pieces if id(piece) not in gone]
            others = Hints(hints.boxes, tuple(t for t in hints.tables if t is not table))
            above = [piece for piece in rest if piece.y > table.levels[0]]
            below = [piece for piece in rest if piece.y <= table.levels[0]]
            return [*_order(above, others, depth), *map(_row, rows), *_order(below, others, depth)]
    return []


def _by_gutter(pieces: list[Segment], gutter: float, hints: Hints, depth: int) -> list[Stretch]:
    """Read band after band what stands left and right of a gutter, and across it."""
    out: list[Stretch] = []
    plain: list[Segment] = []
    for left, right, across in map(_trimmed, _bands(pieces, gutter)):
        if are_columns(left, right, hints.boxes, least=1):
            out += _order(plain, hints, depth + 1)
            out += [*_order(left, hints, depth + 1), *_order(right, hints, depth + 1)]
            plain = []
        else:
            plain = [*plain, *left, *right]
        plain = [*plain, *across]
    return [*out, *_order(plain, hints, depth + 1)]


def _leaf(pieces: list[Segment]) -> list[Stretch]:
    """Part what is read from top to bottom into running lines and rows of tables."""
    if _is_single(pieces):
        return [Stretch(pieces)]
    out: list[Stretch] = []
    for run, starts in _runs(pieces):
        rows = table_rows(run, starts) if len(starts) > 1 else []
        if len(rows) < _MIN_ROWS or not any(_wrapped(row) for row in rows):
            plain = [] if not out or out[-1].cells else out.pop().segments
            out.append(Stretch([*plain, *run]))
            continue
        out.extend(map(_row, rows))
    return out


def _is_single(pieces: Sequence[Segment]) -> bool:
    """Whether nothing stands beside anything."""
    by_height = sorted(pieces, key=lambda s: -s.y)
    return all(a.bottom >= b.top and a.x0 < b.x1 and b.x0 < a.x1 for a, b in pairwise(by_height))


def _row(cells: list[list[Segment]]) -> Stretch:
    return Stretch([s for cell in cells for s in cell], cells if len(cells) > 1 else [])


def _wrapped(row: Sequence[Sequence[Segment]]) -> bool:
    return len(row) > 1 and any(cell[0].y - cell[-1].y > cell[0].size / 2 for cell in row)


def _runs(pieces: list[Segment]) -> list[tuple[list[Segment], list[float]]]:
    """Part lines into runs that keep gutters free, with the starts of their columns."""
    runs: list[tuple[list[Segment], list[Span]]] = []
    for row in rows_of(pieces):
        own = spans_of((s.x0, s.x1) for s in row)
        if runs:
            run, spans = runs[-1]
            joined = spans_of((*spans, *own))
            near = run[-1].y - row[0].y <= _NEAR_ROW * row[0].size
            alone = len(row) == 1 == len(spans)
            if alone or (near and len(joined) >= max(len(spans), len(row)) > 1):
                run.extend(row)
                runs[-1] = (run, joined)
                continue
        runs.append((list(row), own))
    return [(run, [start for start, _ in spans]) for run, spans in runs]


def _zones(pieces: list[Segment], hints: Hints) -> list[list[Segment]]:
    """Part the page at white stripes around a table whose columns are not those of the text."""
    zones = [run for stripe in _striped(pieces) for run, _ in _runs(stripe)]
    merged: list[list[Segment]] = []
    for zone in zones:
        alike = merged and _alike(starts_of(merged[-1]), starts_of(zone))
        if alike:
            merged[-1] = [*merged[-1], *zone]
        else:
            merged.append(zone)
    apart = [_is_sheet_of_cells(zone, pieces, hints) for zone in merged]
    out: list[list[Segment]] = []
    for index, zone in enumerate(merged):
        if out and not apart[index] and not apart[index - 1]:
            out[-1] = [*out[-1], *zone]
        else:
            out.append(list(zone))
    return out


def _alike(a: Sequence[float], b: Sequence[float]) -> bool:
    return len(a) == len(b) and all(abs(x - y) <= _ALIGNED for x, y in zip(a, b, strict=True))


def _is_sheet_of_cells(zone: Sequence[Segment], page: Sequence[Segment], hints: Hints) -> bool:
    """Whether a zone is a table whose columns begin elsewhere than those of the rest."""
    starts = starts_of(zone)
    rows = rows_of(zone)
    full = sum(len(row) == len(starts) for row in rows)
    if len(starts) < 2 or full < 2 or full < _TABLE_SHARE * len(rows):  # noqa: PLR2004 - a table has two of each
        return False
    if _columns_of_text(zone, starts, hints):
        return False
    members = set(map(id, zone))
    rest = [piece.x0 for piece in page if id(piece) not in members]
    lonely = [x for x in starts if sum(abs(x - other) <= _ALIGNED for other in rest) < 2]  # noqa: PLR2004 - once is chance
    return bool(rest) and bool(lonely)


def _columns_of_text(zone: Sequence[Segment], starts: Sequence[float], hints: Hints) -> bool:
    sides = columns_of(zone, starts)
    return are_columns(
        sides[0], [piece for side in sides[1:] for piece in side], hints.boxes, least=1
    )


def _striped(pieces: Sequence[Segment]) -> list[list[Segment]]:
    """Part segments at white space right across that is wider than the leading."""
    rows = rows_of(pieces)
    leading = leading_of(columns_of(pieces, starts_of(pieces)))
    zones = [list(rows[0])]
    for above, row in pairwise(rows):
        if above[0].y - row[0].y > leading + STRIPE * row[0].size:
            zones.append([])
        zones[-1].extend(row)
    return zones


def _trimmed(band: Band) -> Band:
    """Move what stands alone below both columns to the lines across that follow."""
    left, right, across = band
    if not (left and right and across):
        return band
    foot = max(min(s.y for s in left), min(s.y for s in right))
    rows = [row for row in rows_of([*left, *right]) if row[0].y < foot - 1]
    above = foot
    for index, row in enumerate(rows):
        if above - row[0].y > _APART * row[0].size:
            tail = [piece for below in rows[index:] for piece in below]
            gone = set(map(id, tail))
            kept = [[s for s in side if id(s) not in gone] for side in (left, right)]
            return kept[0], kept[1], [*tail, *across]
        above = row[0].y
    return band


def _gutter(pieces: list[Segment], hints: Hints) -> float | None:
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
            if are_columns(left, right, hints.boxes, least=_MIN_COLUMN_LINES)
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
