"""Plain text → blocks: paragraphs, list items and the headings that can be told for sure.

Written for texts as they arrive: text layers of PDFs with an empty line in the middle of an
item, web pages copied by hand with one long line per paragraph, mails wrapped at 72 characters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from ingest.document import Block, BlockKind, Extract
from ingest.wording.headings import mark_headings
from ingest.wording.items import Marker, is_dashed, marker_of
from ingest.wording.textpages import strip_pages
from ingest.wording.wrapping import HARD_BREAK, ends_early, goes_on, starts_contact

PARSER = "kgc plain text 1"

_RULE = re.compile(r"^\s*([-=_*~#])(?:\s*\1){3,}\s*$")
_FULL = re.compile(r"[.!?:;][)\]\"”“’']*$")
_LOST_BULLET = re.compile(r" {1,2}(?=[A-ZÄÖÜ„“\"(])")
_TORN = re.compile(r"(?<=[^\W\d_])-[ \t]*(?:\n[ \t]*){0,2}\f\s*?(?=[a-zäöüß])")
_MIN_LOST = 3
_MAX_LOST_SHARE = 0.7
_OPENING = "\"'„“”‚‘(["
_MAX_WRAP = 160  # longer lines are paragraphs, not wrapped lines
_LONG_LINE = 100  # in unwrapped text, a line from here on is a paragraph of its own
_FILLED = 0.6  # share of a full line from which on a broken sentence may have been wrapped
_SHORT, _LONG = 0.5, 0.8  # shares of a full line: an item that ended, prose that follows it
_TYPICAL = 0.9  # the line length at this quantile counts as the width of the text


@dataclass(slots=True)
class _Piece:
    """Lines that belong together, and what marks them as a list item."""

    lines: list[str] = field(default_factory=list)
    marker: Marker | None = None

    @property
    def last(self) -> str:
        return self.lines[-1] if self.lines else ""


def read_plain(text: str) -> Extract:
    r"""Read a text without markup.

    Args:
        text: As `ingest.wording.encoding` returns it. Form feeds separate blocks, unless they
            break a word; they are no pages, because plain text has none. Page numbers and
            running heads between them are left out.

    Returns:
        Blocks with ``\n`` where a line was wrapped and `HARD_BREAK` where it was ended on
        purpose. Empty for a text without letters.
    """
    lines = [
        "" if _RULE.match(line) else line.rstrip()
        for line in _without_feeds(strip_pages(text)).split("\n")
    ]
    width = _width(lines)
    pieces = _bridge_gaps(_pieces(lines, width), width)
    blocks = [block for piece in pieces for block in _blocks(piece, width)]
    return Extract(blocks=tuple(mark_headings(blocks)), parser=PARSER)


def _without_feeds(text: str) -> str:
    """Make each page break an empty line, and none at all in the middle of a word."""
    return _TORN.sub("-\n", text).replace("\f", "\n\n")


def _width(lines: list[str]) -> int:
    """Estimate the characters of a full line; 0 for a text that is not wrapped."""
    sizes = sorted(len(line.strip()) for line in lines if line.strip())
    if 2 * sum(size for size in sizes if size > _MAX_WRAP) > sum(sizes):
        return 0
    wrapped = [size for size in sizes if size <= _MAX_WRAP]
    return wrapped[int(len(wrapped) * _TYPICAL)] if wrapped else 0


def _pieces(lines: list[str], width: int) -> list[_Piece]:
    """Group lines: an empty line, a list marker or the end of an item begins a new piece."""
    pieces: list[_Piece] = []
    current: _Piece | None = None
    bulletless = _lost_bullets(lines)
    dashed = _dashed_lines(lines)
    for place, line in enumerate(lines):
        text = line.strip()
        if not text:
            current = None
            continue
        last_marker = pieces[-1].marker if pieces else None
        before = current.last if current else ""
        marker, rest = marker_of(text, before, last_marker, dashed=place in dashed)
        if marker is None and bulletless and pieces and _LOST_BULLET.match(line):
            marker = Marker("", 0, "indent")
        if marker or current is None or _ended(current, text, width):
            current = _Piece(marker=marker)
            pieces.append(current)
        if rest:
            current.lines.append(rest)
    return pieces


def _dashed_lines(lines: list[str]) -> set[int]:
    """Find the stretches in which several lines begin with a dash: the numbers of those lines."""
    found: set[int] = set()
    stretch: list[int] = []
    for place, line in enumerate([*lines, ""]):
        if is_dashed(line):
            stretch.append(place)
        elif not line.strip():
            found.update(stretch if len(stretch) > 1 else ())
            stretch = []
    return found


def _lost_bullets(lines: list[str]) -> bool:
    """Tell whether the text layer lost its bullets and kept the space behind them.

    Such lines stand a space to the right while the lines that go on from them do not: the
    reverse of an indented block.
    """
    visible = [line for line in lines if line.strip()]
    starts = sum(bool(_LOST_BULLET.match(line)) for line in visible)
    hanging = any(
        _LOST_BULLET.match(line) and following[:1].strip() for line, following in pairwise(lines)
    )
    return starts >= _MIN_LOST and hanging and starts <= _MAX_LOST_SHARE * len(visible)


def _ended(piece: _Piece, following: str, width: int) -> bool:
    """Tell whether a list item is over although no empty line follows it."""
    if piece.marker is None or not piece.lines or goes_on(piece.last, following):
        return False
    if width == 0:
        return True
    last = piece.last
    before_prose = len(last) < _SHORT * width and len(following) > _LONG * width
    return ends_early(last, following, width) and (before_prose or bool(_FULL.search(last)))


def _bridge_gaps(pieces: list[_Piece], width: int) -> list[_Piece]:
    """Join what an empty line tore apart in the middle of a sentence."""
    joined: list[_Piece] = []
    for piece in pieces:
        if joined and piece.marker is None and _torn(joined[-1], piece, width):
            joined[-1].lines += piece.lines
        else:
            joined.append(piece)
    return [piece for piece in joined if piece.lines]


def _torn(before: _Piece, after: _Piece, width: int) -> bool:
    if not before.lines:
        return before.marker is not None  # a bullet alone on its line
    if _FULL.search(before.last) or not after.lines:
        return False
    first = after.lines[0].lstrip(_OPENING)
    wrapped = len(before.last) >= _FILLED * width > 0 or len(before.lines) > 1
    return wrapped and not starts_contact(first) and goes_on(before.last, first)


def _blocks(piece: _Piece, width: int) -> list[Block]:
    if piece.marker is not None:
        text = "\n".join(piece.lines)
        return [Block(BlockKind.ITEM, f"{piece.marker.shown} {text}".strip())]
    if width == 0:
        return _unwrapped(piece.lines)
    return [Block(BlockKind.PARAGRAPH, _with_hard_breaks(piece.lines, width))]


def _unwrapped(lines: list[str]) -> list[Block]:
    """Make each long line a paragraph and each run of short ones a block of lines."""
    blocks: list[Block] = []
    run: list[str] = []
    for line in [*lines, ""]:
        short = 0 < len(line) < _LONG_LINE
        if short:
            run.append(line)
            continue
        if run:
            blocks.append(Block(BlockKind.PARAGRAPH, HARD_BREAK.join(run)))
            run = []
        if line:
            blocks.append(Block(BlockKind.PARAGRAPH, line))
    return blocks


def _with_hard_breaks(lines: list[str], width: int) -> str:
    """Mark the line ends that the width of the whole document shows to be meant."""
    text = lines[0]
    for line, following in pairwise(lines):
        meant = ends_early(line, following, width) and not goes_on(line, following)
        text += (HARD_BREAK if meant else "\n") + following
    return text
