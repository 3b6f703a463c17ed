"""Replays what a PDF page paints under its text: areas, lines and pictures. Pure.

Knows the operators of ISO 32000-2 §8 that set colours, make paths and paint them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ingest.page.content import Palette, Typeface
from ingest.page.ground import (
    BLACK,
    CMYK,
    GRAY,
    MAX_AREAS,
    NEARLY,
    RGB,
    RULE,
    WHITE,
    Area,
    Colour,
    Ground,
    around,
    colour,
    number,
)
from ingest.page.runs import Matrix, multiply

_OPAQUE = 0.95
_SQUARE = 0.5
_THICK = 2.0
_DEVICE = {
    "/DeviceGray": GRAY, "/DeviceRGB": RGB, "/DeviceCMYK": CMYK,
    "/G": GRAY, "/RGB": RGB, "/CMYK": CMYK,
}  # fmt: skip


@dataclass(slots=True)
class State:
    """Graphics state; `clip` None = all, `sharp` False where clipping has another shape.

    Spacing is in unscaled text units, `tz` a factor, `mode` the text rendering mode.
    """

    ctm: Matrix
    face: Typeface | None = None
    size: float = 12.0
    tc: float = 0.0
    tw: float = 0.0
    tz: float = 1.0
    tl: float = 0.0
    rise: float = 0.0
    mode: int = 0
    fill: Colour | None = BLACK
    line: Colour | None = BLACK
    spaces: tuple[int, int] = (GRAY, GRAY)
    alpha: float = 1.0
    width: float = 1.0
    clip: Area | None = None
    sharp: bool = True


@dataclass(slots=True)
class Painter:
    """The operators that set colours and paint areas."""

    palette: Palette
    state: State
    ground: Ground
    stack: list[State] = field(default_factory=list)
    points: list[tuple[float, float]] = field(default_factory=list)
    plain: bool = True
    clips: bool = False

    def save(self, _: Sequence[object]) -> None:
        """Keep the graphics state (q)."""
        self.stack.append(replace(self.state))

    def restore(self, _: Sequence[object]) -> None:
        """Go back to the state kept last (Q)."""
        self.state = self.stack.pop()

    def concat(self, operands: Sequence[object]) -> None:
        """Change the coordinate system (cm)."""
        self.state.ctm = multiply(matrix(operands), self.state.ctm)

    def graphics(self, operands: Sequence[object]) -> None:
        """Take over a named graphics state (gs)."""
        alpha = self.palette.opacity(str(operands[0]))
        self.state.alpha = self.state.alpha if alpha is None else alpha

    def fill_space(self, operands: Sequence[object]) -> None:
        """Set the colour space of areas (cs)."""
        self.state.spaces = (self._components(operands), self.state.spaces[1])
        self.state.fill = BLACK if self.state.spaces[0] else None

    def line_space(self, operands: Sequence[object]) -> None:
        """Set the colour space of lines (CS)."""
        self.state.spaces = (self.state.spaces[0], self._components(operands))
        self.state.line = BLACK if self.state.spaces[1] else None

    def fill_colour(self, operands: Sequence[object]) -> None:
        """Set the colour of areas (sc, scn)."""
        known = len(operands) == self.state.spaces[0]
        self.state.fill = colour(operands) if known else None

    def line_colour(self, operands: Sequence[object]) -> None:
        """Set the colour of lines (SC, SCN)."""
        known = len(operands) == self.state.spaces[1]
        self.state.line = colour(operands) if known else None

    def fill_device(self, operands: Sequence[object]) -> None:
        """Set colour and space of areas (g, rg, k)."""
        self.state.spaces = (len(operands), self.state.spaces[1])
        self.state.fill = colour(operands)

    def line_device(self, operands: Sequence[object]) -> None:
        """Set colour and space of lines (G, RG, K)."""
        self.state.spaces = (self.state.spaces[0], len(operands))
        self.state.line = colour(operands)

    def rectangle(self, operands: Sequence[object]) -> None:
        """Add a rectangle to the path (re)."""
        x, y, width, height = map(number, operands)
        self.plain &= not self.points
        self._reach(x, y, x + width, y, x + width, y + height, x, y + height)

    def reach(self, operands: Sequence[object]) -> None:
        """Add a corner to the path (m, l)."""
        self._reach(*map(number, operands))

    def bend(self, operands: Sequence[object]) -> None:
        """Add a curve to the path (c, v, y)."""
        self.plain = False
        self._reach(*map(number, operands))

    def clip(self, _: Sequence[object]) -> None:
        """Clip by the path at its end (W)."""
        self.clips = True

    def end(self, _: Sequence[object]) -> None:
        """End the path (n)."""
        area = self._area() if self.clips else None
        if area is not None:
            self.state.sharp = self.state.sharp and self._upright()
            self.state.clip = area.within(self.state.clip)
        self.points, self.plain, self.clips = [], True, False

    def fill(self, operands: Sequence[object]) -> None:
        """Fill the path (f, B and their kin)."""
        area = self._area()
        if area is not None:
            sure = self._upright() and self.state.sharp and self.state.alpha > _OPAQUE
            shown = replace(area, colour=self.state.fill if sure else None)
            if self.state.alpha > NEARLY:
                self.ground.add(shown.within(self.state.clip))
            if sure and self.state.fill not in {None, WHITE}:
                self._frame(area)
        self.end(operands)

    def stroke(self, operands: Sequence[object]) -> None:
        """Draw the path as lines (S, s)."""
        area = self._area()
        m = self.state.ctm
        reach = self.state.width * max(abs(v) for v in m[:4]) / 2
        if area is not None and reach > _THICK:
            wide = Area(area.x0 - reach, area.y0 - reach, area.x1 + reach, area.y1 + reach)
            self.ground.add(wide.within(self.state.clip))
        elif area is not None and self._upright():
            self._outline(area)
        else:
            self._lines()
        self.end(operands)

    def _outline(self, area: Area) -> None:
        self._frame(area)
        if area.height >= RULE:
            self._frame(replace(area, y1=area.y0))
            self._frame(replace(area, y0=area.y1))

    def _lines(self) -> None:
        """Note the horizontal ones of lines that are drawn one by one."""
        if not self.plain or len(self.points) % 2:
            return
        corners = [_at(self.state.ctm, x, y) for x, y in self.points]
        for a, b in zip(corners[::2], corners[1::2], strict=True):
            if abs(a[1] - b[1]) < _SQUARE < abs(a[0] - b[0]):
                self._frame(around((a, b)))

    def line_width(self, operands: Sequence[object]) -> None:
        """Set the width of lines (w)."""
        self.state.width = number(operands[0])

    def shade(self, _: Sequence[object]) -> None:
        """Fill the clipped part with a gradient (sh)."""
        everything = Area(-1e6, -1e6, 1e6, 1e6)
        self.picture(everything if self.state.clip is None else replace(self.state.clip))

    def image(self, _: Sequence[object]) -> None:
        """Paint a picture into the unit square."""
        corners = [_at(self.state.ctm, x, y) for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))]
        self.picture(around(corners))

    def picture(self, area: Area) -> None:
        """Note a picture, the colours of which are not known."""
        shown = replace(area.within(self.state.clip), colour=None)
        self.ground.add(shown)
        if len(self.ground.pictures) < MAX_AREAS:
            self.ground.pictures.append(shown)

    def _frame(self, area: Area) -> None:
        if len(self.ground.frames) < MAX_AREAS:
            self.ground.frames.append(area.within(self.state.clip))

    def _components(self, operands: Sequence[object]) -> int:
        name = str(operands[0])
        return _DEVICE.get(name) or self.palette.components(name)

    def _reach(self, *values: float) -> None:
        if len(self.points) < MAX_AREAS:
            self.points.extend(zip(values[::2], values[1::2], strict=True))
        else:
            self.plain = False

    def _area(self) -> Area | None:
        corners = [_at(self.state.ctm, x, y) for x, y in self.points]
        return around(corners) if corners else None

    def _upright(self) -> bool:
        """Whether the path is one rectangle whose sides are parallel to the page's."""
        if not self.plain or not 4 <= len(self.points) <= 5:  # noqa: PLR2004 - corners, the first perhaps twice
            return False
        corners = [_at(self.state.ctm, x, y) for x, y in self.points]
        area = around(corners)
        return len(set(corners)) == 4 and all(  # noqa: PLR2004 - corners
            min(abs(x - area.x0), abs(x - area.x1)) < _SQUARE
            and min(abs(y - area.y0), abs(y - area.y1)) < _SQUARE
            for x, y in corners
        )


def _at(m: Matrix, x: float, y: float) -> tuple[float, float]:
    return (x * m[0] + y * m[2] + m[4], x * m[1] + y * m[3] + m[5])


def matrix(operands: Sequence[object]) -> Matrix:
    """Return six operands as a matrix."""
    a, b, c, d, e, f = (number(value) for value in operands[:6])
    return (a, b, c, d, e, f)
