"""Runs of text on a page and the plane geometry that places them. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ingest.page.ground import Area

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

_FAR = 1e6
_CLIP = 6.0
_SMALLEST, _LARGEST = 0.5, 2_000.0
_UPRIGHT_SLOPE = 0.1


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text in one go: baseline `y` and extent `x0`..`x1` in points, y grows upwards.

    `size` is the height of the type in points, `space` the width of the type's blank in points.
    `quadrant` is the direction of writing in steps of 90° anticlockwise; coordinates are given
    turned back, so that every run reads from left to right in its own quadrant.
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float
    space: float
    bold: bool
    quadrant: int = 0


@dataclass(frozen=True, slots=True)
class Replayed:
    """The text of a page: its runs, the characters nobody can see, and the frames around text."""

    runs: list[Run]
    hidden: int
    frames: tuple[Area, ...]

    def on_page(self, width: float, height: float) -> Replayed:
        """Count what stands beyond the page as hidden; turned text is not judged."""
        seen, hidden = [], self.hidden
        for run in self.runs:
            if run.quadrant or (-_CLIP < run.y < height and run.x1 > 0 and run.x0 < width):
                seen.append(run)
            else:
                hidden += len(run.text)
        return Replayed(seen, hidden, self.frames)


def multiply(m: Matrix, n: Matrix) -> Matrix:
    """Return the matrix that applies `m` first and `n` second (row vectors, as in PDF)."""
    return (
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    )


def place(
    text: str, ends: tuple[Matrix, Matrix], size: float, space: float, *, bold: bool
) -> Run | None:
    """Build the run that a string of the content stream makes on the page.

    Args:
        text: The decoded string.
        ends: Text rendering matrices before its first and after its last glyph.
        size: Font size in unscaled text units, negative where the type runs backwards.
        space: Width of the type's blank in ems.
        bold: Whether the type is bold.

    Returns:
        The run, None where it is slanted (watermarks), degenerate or beyond any page.
    """
    first, last = ends
    height = abs(size) * math.hypot(first[2], first[3])
    stretch = math.hypot(first[0], first[1])
    if not all(map(math.isfinite, (*first, *last))) or max(map(abs, first[4:])) > _FAR:
        return None
    if not _SMALLEST < height < _LARGEST or stretch == 0:
        return None
    across, up = first[0] / stretch, first[1] / stretch
    if size < 0:
        across, up = -across, -up
    if min(abs(across), abs(up)) > _UPRIGHT_SLOPE:
        return None
    quadrant = round(math.atan2(up, across) / (math.pi / 2)) % 4
    x, y = _turn_back(first[4], first[5], quadrant)
    width = math.hypot(last[4] - first[4], last[5] - first[5])
    blank = abs(space * size) * stretch
    return Run(text, x, x + width, y, height, blank, bold, quadrant)


def _turn_back(x: float, y: float, quadrant: int) -> tuple[float, float]:
    return ((x, y), (y, -x), (-x, -y), (-y, x))[quadrant]


def view(box: tuple[float, float, float, float], turn: int) -> Matrix:
    """Return what maps user space to the page as people see it, origin at the lower left.

    Args:
        box: Left, bottom, right and top of the visible part in user space.
        turn: By how many degrees the page is turned clockwise; 0 for all but 90, 180, 270.
    """
    left, bottom, right, top = box
    views: dict[int, Matrix] = {
        90: (0, -1, 1, 0, -bottom, right),
        180: (-1, 0, 0, -1, right, top),
        270: (0, 1, -1, 0, top, -left),
    }
    return views.get(turn, (1, 0, 0, 1, -left, -bottom))
