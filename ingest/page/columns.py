"""Tells columns of text from the cells of a table. Pure."""

from __future__ import annotations

from statistics import median

from ingest.page.grid import columns_of, is_table, starts_of
from ingest.page.ruled import Boxes, boxed
from ingest.page.segments import Segment
from ingest.wording.markers import split_bullet

_MIN_COLUMN_LINES = 3
_FILL = 0.75
_PROSE_CHARACTERS = 18
_SHARED_BASELINES = 0.4
_OTHER_SIZE = 0.9


def are_columns(left: list[Segment], right: list[Segment], boxes: Boxes, *, least: int) -> bool:
    """Whether two sides are columns of text and not cells of a table."""
    if min(len(left), len(right)) < least:
        return False
    if boxed(left, right, boxes):
        return True
    letters = median(len(s.text) for s in (*left, *right))
    prose = min(_fill(left), _fill(right)) >= _FILL and letters >= _PROSE_CHARACTERS
    sizes = sorted(median(s.size for s in side) for side in (left, right))
    alike = sizes[0] >= _OTHER_SIZE * sizes[1]
    pieces = [*left, *right]
    if alike and is_table(columns_of(pieces, starts_of(pieces)), prose=prose):
        return False
    if prose or not alike:
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
