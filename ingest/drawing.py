"""Replays the text of a PDF page's drawing operators and says where each piece stands.

Pure: knows the operators of ISO 32000-2 §8 and §9, but no PDF library. Plain extraction glues
columns together and loses where a line stands; positions are what paragraphs, headings, columns
and running heads are recognised by.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from ingest.runs import IDENTITY, Matrix, Run, multiply, place

MAX_DEPTH = 12
MAX_FORMS = 2_000
MAX_RUNS = 200_000


@dataclass(frozen=True, slots=True)
class Shown:
    """What a typeface makes of a string: text, width in ems, number of codes and of blanks."""

    text: str
    width: float
    codes: int
    blanks: int


class Typeface(Protocol):
    """A font as far as reading needs it; `space` is the width of its blank in ems."""

    @property
    def bold(self) -> bool:
        """Whether the type is bold."""

    @property
    def space(self) -> float:
        """Width of a blank in ems."""

    def show(self, raw: bytes) -> Shown:
        """Decode and measure a string of the content stream."""


class Resources(Protocol):
    """What a content stream refers to by name."""

    def face(self, name: str) -> Typeface | None:
        """Return the font called `name`, None where there is none."""

    def form(self, name: str) -> Drawing | None:
        """Return the form called `name`, None for images and missing ones."""

    def furniture(self, properties: object) -> bool:
        """Whether marked content with `properties` (a name or a dictionary) is page furniture."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """Operators with their operands, the resources they name and the matrix of a form."""

    operations: Iterable[tuple[Sequence[object], bytes]]
    resources: Resources
    matrix: Matrix = IDENTITY


@dataclass(slots=True)
class _State:
    """Graphics state as far as text needs it; spacing in unscaled text units, `tz` a factor."""

    ctm: Matrix
    face: Typeface | None = None
    size: float = 12.0
    tc: float = 0.0
    tw: float = 0.0
    tz: float = 1.0
    tl: float = 0.0
    rise: float = 0.0


@dataclass(slots=True)
class _Budget:
    forms: int = MAX_FORMS
    runs: int = MAX_RUNS


@dataclass(slots=True)
class _Pen:
    """One pass over one content stream."""

    resources: Resources
    state: _State
    runs: list[Run]
    budget: _Budget
    depth: int = 0
    tm: Matrix = IDENTITY
    tlm: Matrix = IDENTITY
    stack: list[_State] = field(default_factory=list)
    marks: list[bool] = field(default_factory=list)

    def draw(self, operations: Iterable[tuple[Sequence[object], bytes]]) -> None:
        """Replay `operations`; an operator with broken operands is skipped, as viewers do."""
        for operands, operator in operations:
            action = _ACTIONS.get(operator)
            if action is None:
                continue
            try:
                action(self, operands)
            except (IndexError, TypeError, ValueError, OverflowError):
                continue

    def save(self, _: Sequence[object]) -> None:
        self.stack.append(replace(self.state))

    def restore(self, _: Sequence[object]) -> None:
        self.state = self.stack.pop()

    def concat(self, operands: Sequence[object]) -> None:
        self.state.ctm = multiply(_matrix(operands), self.state.ctm)

    def begin(self, _: Sequence[object]) -> None:
        self.tm = self.tlm = IDENTITY

    def place(self, operands: Sequence[object]) -> None:
        self.tm = self.tlm = _matrix(operands)

    def move(self, operands: Sequence[object]) -> None:
        step = (1.0, 0.0, 0.0, 1.0, _number(operands[0]), _number(operands[1]))
        self.tm = self.tlm = multiply(step, self.tlm)

    def move_leading(self, operands: Sequence[object]) -> None:
        self.state.tl = -_number(operands[1])
        self.move(operands)

    def next_line(self, _: Sequence[object]) -> None:
        self.move((0.0, -self.state.tl))

    def font(self, operands: Sequence[object]) -> None:
        self.state.face = self.resources.face(str(operands[0]))
        self.state.size = _number(operands[1])

    def spacing(self, operands: Sequence[object]) -> None:
        self.state.tc = _number(operands[0])

    def word_spacing(self, operands: Sequence[object]) -> None:
        self.state.tw = _number(operands[0])

    def stretch(self, operands: Sequence[object]) -> None:
        self.state.tz = _number(operands[0]) / 100

    def leading(self, operands: Sequence[object]) -> None:
        self.state.tl = _number(operands[0])

    def raise_(self, operands: Sequence[object]) -> None:
        self.state.rise = _number(operands[0])

    def show(self, operands: Sequence[object]) -> None:
        raw = operands[0]
        face = self.state.face
        if face is None or not isinstance(raw, bytes):
            return
        shown = face.show(raw)
        state = self.state
        width = shown.width * state.size + shown.codes * state.tc + shown.blanks * state.tw
        start = self.tm
        self._advance(width * state.tz)
        if shown.text.strip() and not any(self.marks) and len(self.runs) < self.budget.runs:
            ends = (
                multiply(multiply((1, 0, 0, 1, 0, state.rise), start), state.ctm),
                multiply(multiply((1, 0, 0, 1, 0, state.rise), self.tm), state.ctm),
            )
            size = math.copysign(state.size, state.size * state.tz)
            run = place(shown.text, ends, size, face.space * state.tz, bold=face.bold)
            if run is not None:
                self.runs.append(run)

    def show_spaced(self, operands: Sequence[object]) -> None:
        for item in operands[0] if isinstance(operands[0], Sequence) else ():
            if isinstance(item, bytes):
                self.show((item,))
            else:
                # Thousandths of an em, and a positive number moves backwards.
                shift = -_number(item) / 1000 * self.state.size * self.state.tz
                self._advance(shift)

    def show_next(self, operands: Sequence[object]) -> None:
        self.next_line(())
        self.show(operands)

    def show_next_spaced(self, operands: Sequence[object]) -> None:
        self.state.tw, self.state.tc = _number(operands[0]), _number(operands[1])
        self.show_next(operands[2:])

    def begin_mark(self, operands: Sequence[object]) -> None:
        known = len(operands) > 1 and str(operands[0]) == "/Artifact"
        self.marks.append(known and self.resources.furniture(operands[1]))

    def begin_plain_mark(self, _: Sequence[object]) -> None:
        self.marks.append(False)

    def end_mark(self, _: Sequence[object]) -> None:
        self.marks.pop()

    def form(self, operands: Sequence[object]) -> None:
        if self.depth >= MAX_DEPTH or self.budget.forms <= 0:
            return
        self.budget.forms -= 1
        form = self.resources.form(str(operands[0]))
        if form is None:
            return
        state = replace(self.state, ctm=multiply(form.matrix, self.state.ctm))
        pen = _Pen(form.resources, state, self.runs, self.budget, self.depth + 1)
        pen.marks = [any(self.marks)]
        pen.draw(form.operations)

    def _advance(self, width: float) -> None:
        self.tm = multiply((1.0, 0.0, 0.0, 1.0, width, 0.0), self.tm)


_ACTIONS: dict[bytes, Callable[[_Pen, Sequence[object]], None]] = {
    b"q": _Pen.save,
    b"Q": _Pen.restore,
    b"cm": _Pen.concat,
    b"BT": _Pen.begin,
    b"Tm": _Pen.place,
    b"Td": _Pen.move,
    b"TD": _Pen.move_leading,
    b"T*": _Pen.next_line,
    b"Tf": _Pen.font,
    b"Tc": _Pen.spacing,
    b"Tw": _Pen.word_spacing,
    b"Tz": _Pen.stretch,
    b"TL": _Pen.leading,
    b"Ts": _Pen.raise_,
    b"Tj": _Pen.show,
    b"TJ": _Pen.show_spaced,
    b"'": _Pen.show_next,
    b'"': _Pen.show_next_spaced,
    b"BDC": _Pen.begin_mark,
    b"BMC": _Pen.begin_plain_mark,
    b"EMC": _Pen.end_mark,
    b"Do": _Pen.form,
}


def replay(drawing: Drawing, view: Matrix = IDENTITY) -> list[Run]:
    """Return the text runs of a page in the order they are drawn.

    Args:
        drawing: The page's operators and resources.
        view: Maps user space to the page as people see it (turned, origin at the lower left).

    Returns:
        Runs in points of the viewed page. Slanted text (watermarks) is left out, and so is what
        tagged files mark as running heads, feet and page numbers.
    """
    runs: list[Run] = []
    _Pen(drawing.resources, _State(multiply(drawing.matrix, view)), runs, _Budget()).draw(
        drawing.operations
    )
    return runs


def _number(value: object) -> float:
    if isinstance(value, (int, float)):
        return float(value)
    raise TypeError(value)


def _matrix(operands: Sequence[object]) -> Matrix:
    a, b, c, d, e, f = (_number(value) for value in operands[:6])
    return (a, b, c, d, e, f)
