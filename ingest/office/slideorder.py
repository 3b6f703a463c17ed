"""In which order the boxes of a slide are read, and which of them is its title. Pure.

People read a slide block by block: what stands close together belongs together. So the widest
empty strip through all boxes divides them first, and each part is divided again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median
from typing import Generic, TypeVar

T = TypeVar("T")

DEFAULT_POINTS = 18.0
"""Size of text that says none, in points: PowerPoint's for text boxes."""

_OVERLAP = 0.04  # frames are drawn by hand: they may overlap by this share of the slide's height
_SAME_EXTENT = 0.6  # columns stand beside each other for at least this share of their height
_MAX_CUTS = 40
_TITLE_LARGER = 1.15
_TITLE_POINTS = 24.0
_TITLE_CHARACTERS = 120
_TITLE_WITHIN = 0.5  # of the slide's height


@dataclass(frozen=True, slots=True)
class Placed(Generic[T]):
    """Something on a slide and the frame around it, in EMU from the upper left corner."""

    item: T
    left: float
    top: float
    width: float = 0.0
    height: float = 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """The text of a box that may be a title: one line, its size in points, and whether it is bold.

    `top` is in shares of the slide's height.
    """

    text: str
    points: float
    bold: bool
    top: float

    @property
    def weight(self) -> float:
        """The size, bold type counting as larger."""
        return self.points * (_TITLE_LARGER if self.bold else 1.0)


def reading_order(boxes: Iterable[Placed[T]], slide_height: float) -> list[Placed[T]]:
    """Sort boxes as they are read.

    Columns of about the same height are read one after the other where the strip between them is
    wider than any between their rows; everything else top to bottom, then left to right.
    """
    return _ordered(list(boxes), slide_height * _OVERLAP, 0)


def _ordered(boxes: list[Placed[T]], tolerance: float, depth: int) -> list[Placed[T]]:
    if len(boxes) < 2 or depth > _MAX_CUTS:  # noqa: PLR2004 - nothing to order
        return boxes
    rows = _parts([(box.top, box.top + box.height) for box in boxes], tolerance)
    columns = _parts([(box.left, box.left + box.width) for box in boxes], tolerance)
    beside = columns is not None and _are_columns(boxes, columns[1])
    if columns and beside and (rows is None or columns[0] > rows[0]):
        parts = columns[1]
    elif rows:
        parts = rows[1]
    else:
        return _by_rows(boxes, tolerance)
    return [
        box for part in parts for box in _ordered([boxes[n] for n in part], tolerance, depth + 1)
    ]


def _parts(
    spans: Sequence[tuple[float, float]], tolerance: float
) -> tuple[float, list[list[int]]] | None:
    """Divide spans at the widest gap; None where they hang together.

    Returns:
        The gap's width and the numbers of the spans before and behind it.
    """
    order = sorted(range(len(spans)), key=lambda n: spans[n])
    best: tuple[float, int] | None = None
    reach = spans[order[0]][1]
    for place, (before, number) in enumerate(pairwise(order), start=1):
        reach = max(reach, spans[before][1])
        gap = spans[number][0] - reach
        if gap > -tolerance and (best is None or gap > best[0]):
            best = gap, place
    if best is None or spans[order[best[1]]][0] - spans[order[0]][0] <= tolerance:
        return None
    return best[0], [sorted(order[: best[1]]), sorted(order[best[1] :])]


def _are_columns(boxes: Sequence[Placed[T]], parts: Sequence[Sequence[int]]) -> bool:
    extents = [
        (min(boxes[n].top for n in part), max(boxes[n].top + boxes[n].height for n in part))
        for part in parts
    ]
    common = min(end for _, end in extents) - max(start for start, _ in extents)
    tallest = max(end - start for start, end in extents)
    return common >= _SAME_EXTENT * tallest


def _by_rows(boxes: Sequence[Placed[T]], tolerance: float) -> list[Placed[T]]:
    rows: list[list[Placed[T]]] = []
    for box in sorted(boxes, key=lambda box: (box.top, box.left)):
        if rows and box.top - rows[-1][0].top <= tolerance:
            rows[-1].append(box)
        else:
            rows.append([box])
    return [box for row in rows for box in sorted(row, key=lambda box: box.left)]


def title_among(lines: Sequence[Line | None]) -> int | None:
    """Return which box of a slide without title placeholder holds its title, None for none.

    Args:
        lines: The boxes in reading order; None for those that cannot be a title.

    It is the topmost of the largest ones, if it is larger than what the other boxes usually have.
    """
    known = [line for line in lines if line is not None]
    if not known:
        return None
    largest = max(line.weight for line in known)
    others = [line.weight for line in known if line.weight < largest]
    usual = median(others) if others else 0.0
    for number, line in enumerate(lines):
        if line is None or line.weight < largest:
            continue
        larger = largest >= _TITLE_LARGER * usual if others else largest >= _TITLE_POINTS
        fits = 0 < len(line.text) <= _TITLE_CHARACTERS and line.top <= _TITLE_WITHIN
        return number if larger and fits and any(map(str.isalpha, line.text)) else None
    return None


def numbers_as_ranges(numbers: Iterable[int]) -> str:
    """Write sorted numbers as people do: ``2, 5–7``."""
    runs = groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0])
    spans = [[number for _, number in run] for _, run in runs]
    return ", ".join(f"{s[0]}–{s[-1]}" if len(s) > 1 else str(s[0]) for s in spans)
