"""Text runs of one page → segments: what stands together on one baseline. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ingest.page.runs import Run
from ingest.wording.markers import marker_only

WORD_GAP_SHARE = 0.5
SEGMENT_GAP = 1.0
MARKER_GAP = 3.5
_OVERLAP = 0.5
_ASCENT, _DESCENT = 0.75, 0.2
_BUCKET = 8
_MAX_OPEN = 50  # lines that end in one place; more is no writing
_SUPERSCRIPT_SIZE = 0.8
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class Segment:
    """Text that stands together on one baseline of one column; geometry as in `Run`."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool

    @property
    def top(self) -> float:
        """Upper edge of the type."""
        return self.y + _ASCENT * self.size

    @property
    def bottom(self) -> float:
        """Lower edge of the type."""
        return self.y - _DESCENT * self.size


def segments(runs: Iterable[Run]) -> list[Segment]:
    """Join the runs of one quadrant to segments, left to right, spaces put where gaps are."""
    open_: dict[int, list[list[Run]]] = defaultdict(list)
    found: list[list[Run]] = []
    for run in sorted(_once(runs), key=lambda run: (run.x0, -run.y)):
        chain = _chain_for(run, open_)
        if chain is None:
            chain = []
            found.append(chain)
            open_[_bucket(run)].append(chain)
        chain.append(run)
    joined = (_join_runs(chain) for chain in found)
    rows = rows_of(s for s in joined if s.text)
    return [segment for row in rows for segment in _attach_marker(row)]


def rows_of(pieces: Iterable[Segment]) -> list[list[Segment]]:
    """Group segments by line, top to bottom, each from left to right."""
    rows: list[list[Segment]] = []
    for piece in sorted(pieces, key=lambda s: (-s.y, s.x0)):
        if rows and _level(rows[-1][0], piece):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda s: s.x0) for row in rows]


def _attach_marker(row: list[Segment]) -> list[Segment]:
    """Join a bullet or number to the item that a tab sets apart from it."""
    out: list[Segment] = []
    for piece in row:
        label = out[-1] if out else None
        if label and marker_only(label.text) and piece.x0 - label.x1 <= MARKER_GAP * piece.size:
            out[-1] = replace(piece, text=f"{label.text} {piece.text}", x0=label.x0)
        else:
            out.append(piece)
    return out


def _once(runs: Iterable[Run]) -> list[Run]:
    """Drop what is drawn twice in one place (poor man's bold, shadows)."""
    seen: dict[str, list[int]] = defaultdict(list)
    kept: list[Run] = []
    for run in runs:
        twins = [i for i in seen[run.text][-8:] if _same_place(kept[i], run)]
        if twins:
            kept[twins[0]] = replace(kept[twins[0]], bold=True)
            continue
        seen[run.text].append(len(kept))
        kept.append(run)
    return kept


def _same_place(a: Run, b: Run) -> bool:
    reach = 0.15 * a.size
    return abs(a.x0 - b.x0) < reach and abs(a.y - b.y) < reach and abs(a.size - b.size) < reach


def _bucket(run: Run) -> int:
    return int(run.y // _BUCKET)


def _chain_for(run: Run, open_: dict[int, list[list[Run]]]) -> list[Run] | None:
    reach = 1 + int(run.size // _BUCKET)
    best, best_cost = None, float("inf")
    for key in range(_bucket(run) - reach, _bucket(run) + reach + 1):
        if key not in open_:
            continue
        # Runs come from left to right: what lies too far behind now does so for good.
        near = [c for c in open_[key] if run.x0 - c[-1].x1 <= SEGMENT_GAP * c[-1].size]
        open_[key] = near[-_MAX_OPEN:]
        for chain in open_[key]:
            last = chain[-1]
            gap = run.x0 - last.x1
            em = max(min(run.size, last.size), 1.0)
            if not -0.6 * em <= gap <= SEGMENT_GAP * em or not _level(last, run):
                continue
            cost = abs(gap) + 2 * abs(run.y - last.y)
            if cost < best_cost:
                best, best_cost = chain, cost
    return best


def _level(a: Run | Segment, b: Run | Segment) -> bool:
    """Whether two pieces stand on one line: half of the lower one's height is shared."""
    top = min(a.y + _ASCENT * a.size, b.y + _ASCENT * b.size)
    bottom = max(a.y - _DESCENT * a.size, b.y - _DESCENT * b.size)
    return top - bottom >= _OVERLAP * (_ASCENT + _DESCENT) * min(a.size, b.size)


def _join_runs(chain: Sequence[Run]) -> Segment:
    base = max(chain, key=lambda run: (run.size * min(len(run.text.strip()), 4), -run.x0))
    text = ""
    previous: Run | None = None
    for run in chain:
        piece = run.text
        raised = run.size <= _SUPERSCRIPT_SIZE * base.size and run.y > base.y + 0.1 * base.size
        if raised and piece.strip().isdecimal() and text:
            piece = piece.translate(_SUPERSCRIPTS)
        gap = run.x0 - previous.x1 if previous else 0.0
        if previous and gap > _word_gap(previous, run):
            text += " "
        text += piece
        previous = run
    letters = sum(len(run.text) for run in chain) or 1
    bold = sum(len(run.text) for run in chain if run.bold) > 0.9 * letters
    end = max(run.x1 for run in chain)
    return Segment(" ".join(text.split()), chain[0].x0, end, base.y, base.size, bold)


def _word_gap(a: Run, b: Run) -> float:
    em = min(a.size, b.size)
    return min(max(WORD_GAP_SHARE * min(a.space, b.space), 0.1 * em), 0.25 * em)
