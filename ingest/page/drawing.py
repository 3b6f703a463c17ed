"""Replays the text of a PDF page's drawing operators and says where each piece stands.

Pure: knows the operators of ISO 32000-2 §8 and §9, but no PDF library. Plain extraction glues
columns together and loses where a line stands; positions are what paragraphs, headings, columns
and running heads are recognised by.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from ingest.page.content import Drawing, Resources, Typeface
from ingest.page.ground import Ground, number
from ingest.page.paint import Painter, State, matrix
from ingest.page.runs import IDENTITY, Matrix, Replayed, Run, multiply, place
from ingest.scan.pictures import Painted

MAX_DEPTH = 12
MAX_FORMS = 2_000
MAX_RUNS = 200_000
SMALLEST = 1.0
_MIDDLE = 0.3
_TRANSPARENT = 0.1
_NO_INK = (3, 7)
_MAX_SCANS = 200


@dataclass(slots=True)
class _Budget:
    forms: int = MAX_FORMS
    runs: int = MAX_RUNS


@dataclass(slots=True)
class _Found:
    """What a page has shown so far; `traced` are runs in no colour, the text layers of scans."""

    runs: list[Run] = field(default_factory=list)
    traced: list[tuple[Run, float, float]] = field(default_factory=list)
    hidden: int = 0


@dataclass(slots=True)
class _Pen(Painter):
    """One pass over one content stream."""

    resources: Resources = field(kw_only=True)
    found: _Found = field(kw_only=True)
    budget: _Budget = field(kw_only=True)
    painted: Painted = field(kw_only=True)
    depth: int = 0
    tm: Matrix = IDENTITY
    tlm: Matrix = IDENTITY
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

    def begin(self, _: Sequence[object]) -> None:
        self.tm = self.tlm = IDENTITY

    def place(self, operands: Sequence[object]) -> None:
        self.tm = self.tlm = matrix(operands)

    def move(self, operands: Sequence[object]) -> None:
        step = (1.0, 0.0, 0.0, 1.0, number(operands[0]), number(operands[1]))
        self.tm = self.tlm = multiply(step, self.tlm)

    def move_leading(self, operands: Sequence[object]) -> None:
        self.state.tl = -number(operands[1])
        self.move(operands)

    def next_line(self, _: Sequence[object]) -> None:
        self.move((0.0, -self.state.tl))

    def font(self, operands: Sequence[object]) -> None:
        self.state.face = self.resources.face(str(operands[0]))
        self.state.size = number(operands[1])

    def spacing(self, operands: Sequence[object]) -> None:
        self.state.tc = number(operands[0])

    def word_spacing(self, operands: Sequence[object]) -> None:
        self.state.tw = number(operands[0])

    def stretch(self, operands: Sequence[object]) -> None:
        self.state.tz = number(operands[0]) / 100

    def leading(self, operands: Sequence[object]) -> None:
        self.state.tl = number(operands[0])

    def raise_(self, operands: Sequence[object]) -> None:
        self.state.rise = number(operands[0])

    def show(self, operands: Sequence[object]) -> None:
        raw = operands[0]
        face = self.state.face
        if face is None or not isinstance(raw, bytes):
            return
        shown = face.show(raw)
        self.painted.text(shown.text, shown.codes)
        state = self.state
        width = shown.width * state.size + shown.codes * state.tc + shown.blanks * state.tw
        start = self.tm
        self._advance(width * state.tz)
        if shown.text.strip() and not any(self.marks) and self.budget.runs > 0:
            self.budget.runs -= 1
            self._put(shown.text, start, face)

    def _put(self, text: str, start: Matrix, face: Typeface) -> None:
        """Keep the run from `start` to the present place, or count it as hidden."""
        state = self.state
        ends = (
            multiply(multiply((1, 0, 0, 1, 0, state.rise), start), state.ctm),
            multiply(multiply((1, 0, 0, 1, 0, state.rise), self.tm), state.ctm),
        )
        height = abs(state.size) * math.hypot(ends[0][2], ends[0][3])
        up = _MIDDLE * state.size
        x = (ends[0][4] + ends[1][4]) / 2 + up * ends[0][2]
        y = (ends[0][5] + ends[1][5]) / 2 + up * ends[0][3]
        if height < SMALLEST or self._is_veiled(x, y):
            self.found.hidden += len(text)
            return
        size = math.copysign(state.size, state.size * state.tz)
        run = place(text, ends, size, face.space * state.tz, bold=face.bold)
        if run is not None and state.mode in _NO_INK:
            self.found.traced.append((run, x, y))
        elif run is not None:
            self.found.runs.append(run)

    def _is_veiled(self, x: float, y: float) -> bool:
        """Whether text at a point is drawn in (nearly) the colour of what lies under it."""
        state = self.state
        if state.mode in _NO_INK:
            return False
        if state.alpha < _TRANSPARENT:
            return True
        inks = [state.fill] if state.mode % 4 != 1 else []
        inks += [state.line] if state.mode % 4 in (1, 2) else []
        return all(ink is not None and self.ground.same_colour(ink, x, y) for ink in inks)

    def show_spaced(self, operands: Sequence[object]) -> None:
        for item in operands[0] if isinstance(operands[0], Sequence) else ():
            if isinstance(item, bytes):
                self.show((item,))
            else:
                # Thousandths of an em, and a positive number moves backwards.
                shift = -number(item) / 1000 * self.state.size * self.state.tz
                self._advance(shift)

    def show_next(self, operands: Sequence[object]) -> None:
        self.next_line(())
        self.show(operands)

    def show_next_spaced(self, operands: Sequence[object]) -> None:
        self.state.tw, self.state.tc = number(operands[0]), number(operands[1])
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
            self.photo(())
            return
        state = replace(self.state, ctm=multiply(form.matrix, self.state.ctm))
        pen = _Pen(
            form.resources, state, self.ground, resources=form.resources, found=self.found,
            budget=self.budget, painted=self.painted, depth=self.depth + 1,
        )  # fmt: skip
        pen.marks = [any(self.marks)]
        pen.draw(form.operations)

    def photo(self, operands: Sequence[object]) -> None:
        self.painted.picture(self.state.ctm)
        self.image(operands)

    def filled(self, operands: Sequence[object]) -> None:
        self.painted.path()
        self.fill(operands)

    def stroked(self, operands: Sequence[object]) -> None:
        self.painted.path()
        self.stroke(operands)

    def shaded(self, operands: Sequence[object]) -> None:
        self.painted.path()
        self.shade(operands)

    def render(self, operands: Sequence[object]) -> None:
        self.state.mode = int(number(operands[0]))

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
    b"INLINE IMAGE": _Pen.photo,
    b"Tr": _Pen.render,
    b"gs": _Pen.graphics,
    b"w": _Pen.line_width,
    b"cs": _Pen.fill_space,
    b"CS": _Pen.line_space,
    **dict.fromkeys((b"g", b"rg", b"k"), _Pen.fill_device),
    **dict.fromkeys((b"G", b"RG", b"K"), _Pen.line_device),
    **dict.fromkeys((b"sc", b"scn"), _Pen.fill_colour),
    **dict.fromkeys((b"SC", b"SCN"), _Pen.line_colour),
    b"re": _Pen.rectangle,
    **dict.fromkeys((b"m", b"l"), _Pen.reach),
    **dict.fromkeys((b"c", b"v", b"y"), _Pen.bend),
    **dict.fromkeys((b"W", b"W*"), _Pen.clip),
    **dict.fromkeys((b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*"), _Pen.filled),
    **dict.fromkeys((b"S", b"s"), _Pen.stroked),
    b"n": _Pen.end,
    b"sh": _Pen.shaded,
}


def replay(drawing: Drawing, view: Matrix = IDENTITY, painted: Painted | None = None) -> Replayed:
    """Return the text runs of a page in the order they are drawn.

    Args:
        drawing: The page's operators and resources.
        view: Maps user space to the page as people see it (turned, origin at the lower left).
        painted: Is told what the page shows beside text.

    Returns:
        Runs and frames in points of the viewed page. Slanted text (watermarks) is left out, and
        so is what tagged files mark as running heads, feet and page numbers. Characters that
        nobody sees are counted and left out: smaller than `SMALLEST`, in the colour of their
        ground, or in no colour without a picture (of the scanned text) in their place.
    """
    found, ground = _Found(), Ground()
    pen = _Pen(
        drawing.resources, State(multiply(drawing.matrix, view)), ground,
        resources=drawing.resources, found=found, budget=_Budget(), painted=painted or Painted(),
    )  # fmt: skip
    pen.draw(drawing.operations)
    for run, x, y in found.traced:
        if any(picture.holds(x, y) for picture in ground.pictures[:_MAX_SCANS]):
            found.runs.append(run)
        else:
            found.hidden += len(run.text)
    return Replayed(found.runs, found.hidden, tuple(ground.frames))
