"""Tables and boxes that a page draws lines or areas for. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ingest.page.grid import starts_of
from ingest.page.ground import RULE, Area
from ingest.page.segments import Segment, rows_of

_MAX_FRAMES = 400
_MIN_BOX_LINES = 2
_MAX_BOXES = 60  # more are the cells of a table
_BOX_WIDTH, _BOX_HEIGHT = 40.0, 20.0
_SAME_EDGE = 3.0
_MIN_LEVELS = 3
_MOST_LINES = 6
_FEW_LINES = 4
_SPANNING = 0.6

Boxes = Mapping[int, Area]


@dataclass(frozen=True, slots=True)
class Ruled:
    """A table with ruled rows: its extent, and its lines' heights from top to bottom."""

    extent: Area
    levels: tuple[float, ...]

    def rows(self, pieces: Sequence[Segment]) -> list[list[list[Segment]]]:
        """Return the cells of each row, none where the lines are not those of a table."""
        bands: list[list[Segment]] = [[] for _ in self.levels]
        for piece in pieces:
            middle = (piece.top + piece.bottom) / 2
            bands[sum(level > middle for level in self.levels) - 1].append(piece)
        bands = [band for band in bands if band]
        wide = _SPANNING * self.extent.width
        starts = starts_of([s for s in pieces if s.x1 - s.x0 < wide])
        heights = [len(rows_of(band)) for band in bands]
        few = len(self.levels) == _MIN_LEVELS and max(heights, default=0) > _FEW_LINES
        if len(starts) < 2 or len(bands) < 2 or few or median(heights) > _MOST_LINES:  # noqa: PLR2004 - a table has two of each
            return []
        return [_cells(band, starts) for band in bands]

    def holds(self, piece: Segment) -> bool:
        """Whether a segment stands in the table."""
        return self.beside(piece) and self._across(piece)

    def beside(self, piece: Segment) -> bool:
        """Whether a segment stands at the height of the table."""
        middle = (piece.top + piece.bottom) / 2
        return self.levels[-1] < middle < self.levels[0]

    def _across(self, piece: Segment) -> bool:
        edge = self.extent
        return edge.x0 - _SAME_EDGE <= piece.x0 and piece.x1 <= edge.x1 + _SAME_EDGE


def _cells(band: Sequence[Segment], starts: Sequence[float]) -> list[list[Segment]]:
    cells: dict[int, list[Segment]] = {}
    for piece in sorted(band, key=lambda s: (s.x0, -s.y)):
        column = max(sum(start <= piece.x0 + 1 for start in starts), 1)
        cells.setdefault(column, []).append(piece)
    return [cells[column] for column in sorted(cells)]


def ruled_tables(frames: Sequence[Area]) -> list[Ruled]:
    """Find stacks of three or more horizontal lines of one width, from top to bottom."""
    rules = sorted((f for f in frames if f.height < RULE), key=lambda f: -f.y0)[:_MAX_FRAMES]
    levels: list[Area] = []
    for rule in rules:
        if levels and levels[-1].y0 - rule.y0 < RULE:
            last = levels.pop()
            rule = Area(min(last.x0, rule.x0), last.y0, max(last.x1, rule.x1), last.y1)  # noqa: PLW2901 - the level grows
        levels.append(rule)
    stacks: list[list[Area]] = []
    for level in levels:
        if stacks and _same_width(stacks[-1][-1], level):
            stacks[-1].append(level)
        else:
            stacks.append([level])
    return [
        Ruled(Area(s[0].x0, s[-1].y0, s[0].x1, s[0].y1), tuple(level.y0 for level in s))
        for s in stacks
        if len(s) >= _MIN_LEVELS
    ]


def _same_width(a: Area, b: Area) -> bool:
    return abs(a.x0 - b.x0) <= _SAME_EDGE and abs(a.x1 - b.x1) <= _SAME_EDGE


def boxes_of(pieces: Sequence[Segment], frames: Sequence[Area]) -> Boxes:
    """Map segments (by id) to the box they stand in: the smallest frame that others share."""
    wide = {f for f in frames if f.height >= _BOX_HEIGHT and f.width >= _BOX_WIDTH}
    areas = sorted(wide, key=lambda f: f.width * f.height)
    places: dict[int, Area] = {}
    for area in areas if len(areas) <= _MAX_BOXES else ():
        inside = [s for s in pieces if id(s) not in places and _inside(s, area)]
        if len(rows_of(inside)) >= _MIN_BOX_LINES:
            places |= {id(s): area for s in inside}
    return places


def _inside(piece: Segment, area: Area) -> bool:
    return area.holds(piece.x0, piece.y) and area.holds(piece.x1, piece.y)


def boxed(left: Sequence[Segment], right: Sequence[Segment], boxes: Boxes) -> bool:
    """Whether both sides stand in boxes of their own, side by side and not one below another."""
    sides = [{boxes[id(s)] for s in side if id(s) in boxes} for side in (left, right)]
    found = sorted(sides[0] | sides[1], key=lambda area: area.x0)
    apart = all(a.x1 <= b.x0 + _SAME_EDGE for a, b in pairwise(found))
    alone = sum(id(s) not in boxes for s in right)
    return bool(apart and sides[0] and sides[1] and not sides[0] & sides[1] and not alone)


def edges_of(pieces: Sequence[Segment], boxes: Boxes) -> dict[int, float]:
    """Map segments (by id) in boxes to the right edge of their text; left padding is right's."""
    starts: dict[Area, float] = {}
    for piece in pieces:
        box = boxes.get(id(piece))
        if box is not None:
            starts[box] = min(piece.x0, starts.get(box, piece.x0))
    return {key: box.x1 - (starts[box] - box.x0) for key, box in boxes.items() if box in starts}
