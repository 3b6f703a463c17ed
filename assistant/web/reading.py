"""Document text → blocks of the reading view. Pure; knows neither HTML nor the index.

The text is cut along its own structure (blank lines, headings, list items), and inside a block
along page starts and the borders of the cited passage. Joined in order, the pieces of all blocks
are the document text without the line breaks that stood between blocks, so a copied passage is
the exact wording (unless the reader asked for the right wording of misread words).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

__all__ = ["BULLET", "Block", "BlockKind", "DocumentView", "Line", "Piece", "blocks_of"]

BULLET = "- "
_VISIBLE = re.compile(r"\S")
_GAP = re.compile(r"\n(?:[^\S\n]*\n)+")
_HIGHEST_RANK, _LOWEST_RANK = 2, 6  # h1 is the document's title, HTML ends at h6


@dataclass(frozen=True, slots=True)
class DocumentView:
    """Everything the reading view shows of one document.

    Attributes:
        document_id: The public id.
        title: Title for people.
        metadata: Pairs (German label, value) in the order they are shown.
        text: The document text; all offsets count its Unicode code points, end exclusive.
        pages: (number from 1, start, end), ordered; empty where the source has no pages.
        unit: What the numbers count, ``"page"`` or ``"slide"``; None without pages.
        headings: (level from 1 = highest, start, end), ordered by start.
        highlight: (start, end) of the cited passage as asked for, not yet checked; None without.
        original_url: Where the original file is served; None when it is not kept.
        language: ISO 639-1 code of the text, None when unknown.
        repairs: (start, end, right wording) of misread words, ordered, not overlapping.
        shows_repairs: Show the right wording of misread words instead of the words as read.
        twins: Pairs (title, path) of documents with nearly the same text.
    """

    document_id: str
    title: str
    metadata: Sequence[tuple[str, str]]
    text: str
    pages: Sequence[tuple[int, int, int]] = ()
    unit: str | None = None
    headings: Sequence[tuple[int, int, int]] = ()
    highlight: tuple[int, int] | None = None
    original_url: str | None = None
    language: str | None = None
    repairs: Sequence[tuple[int, int, str]] = ()
    shows_repairs: bool = False
    twins: Sequence[tuple[str, str]] = ()

    def cited(self) -> tuple[int, int] | None:
        """Return `highlight` when it is a real stretch of the text, else None."""
        if self.highlight is None:
            return None
        start, end = self.highlight
        return (start, end) if 0 <= start < end <= len(self.text) else None

    def other_display(self) -> str:
        """Return the query of this view with the repairs shown, or with the words as read."""
        parts = [] if self.shows_repairs else ["display=repaired"]
        cited = self.cited()
        if cited:
            parts += [f"start={cited[0]}", f"end={cited[1]}"]
        return "?" + "&".join(parts) + ("#zitat" if cited else "")

    def cited_page(self) -> int | None:
        """Return the page or slide on which the cited passage starts, None when unknown."""
        cited = self.cited()
        if cited is None:
            return None
        found = [number for number, start, _ in self.pages if start <= cited[0]]
        return found[-1] if found else None


class BlockKind(StrEnum):
    """How a block is shown."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a line that is shown in one way.

    `page` is the page or slide that begins right before it, None where none begins. `other` is
    the other wording of a misread word: the right one, or where that is shown the one as read.
    """

    text: str
    marked: bool = False
    page: int | None = None
    other: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A heading, a paragraph or one list item; `bullet` is its bullet sign with the blank."""

    pieces: tuple[Piece, ...]
    bullet: str = ""

    @property
    def text(self) -> str:
        """The wording without the bullet."""
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Block:
    """A heading or paragraph with one line, or a list with one line for each item.

    `rank` is 2..6 for headings (1 belongs to the document's title) and 0 otherwise; `page` is the
    page or slide that begins with this block; `number` counts headings from 1.
    """

    kind: BlockKind
    lines: tuple[Line, ...]
    rank: int = 0
    page: int | None = None
    number: int = 0


def blocks_of(view: DocumentView) -> list[Block]:
    """Cut the text of `view` into blocks in reading order.

    Page starts, headings and the cited passage are kept apart as the class docstrings say;
    offsets outside the text and overlapping headings are ignored.

    Returns:
        The blocks; empty for a text without visible characters.
    """
    return list(_Cutter(view).blocks())


class _Cutter:
    """Cuts one document; holds the ordered page starts and the checked highlight."""

    def __init__(self, view: DocumentView) -> None:
        self._text = view.text
        self._cited = view.cited() or (0, 0)
        self._pages = {
            _visible(view.text, start): number
            for number, start, _ in reversed(view.pages)
            if 0 <= start < len(view.text)
        }
        self._starts = sorted(self._pages)
        self._repairs = {(start, end): right for start, end, right in view.repairs}
        self._misread = sorted(border for span in self._repairs for border in span)
        self._shows_repairs = view.shows_repairs
        self._headings = list(_sound_headings(view))
        levels = sorted({level for level, _, _ in self._headings})
        self._ranks = {
            level: min(_LOWEST_RANK, _HIGHEST_RANK + place) for place, level in enumerate(levels)
        }

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks between and at the headings."""
        position = 0
        for number, (level, start, end) in enumerate(self._headings, 1):
            yield from self._plain(position, start)
            page, line = _lift(self._line(start, end))
            yield Block(BlockKind.HEADING, (line,), self._ranks[level], page, number)
            position = end
        yield from self._plain(position, len(self._text))

    def _plain(self, start: int, end: int) -> Iterator[Block]:
        """Yield paragraphs and lists of a stretch without headings."""
        position = start
        for gap in _GAP.finditer(self._text, start, end):
            yield from self._block(position, gap.start())
            position = gap.end()
        yield from self._block(position, end)

    def _block(self, start: int, end: int) -> Iterator[Block]:
        while start < end and self._text[start] == "\n":
            start += 1
        while start < end and self._text[end - 1] == "\n":
            end -= 1
        if not self._text[start:end].strip():
            return
        listed = start
        if not self._text.startswith(BULLET, start, end):
            found = self._text.find("\n" + BULLET, start, end)
            listed = end if found < 0 else found + 1
            stop = end if found < 0 else found
            page, line = _lift(self._line(start, stop))
            yield Block(BlockKind.PARAGRAPH, (line,), page=page)
        if listed < end:
            yield self._list(listed, end)

    def _list(self, start: int, end: int) -> Block:
        """Return the list; a line without a bullet belongs to the item before it."""
        cuts = [start]
        position = self._text.find("\n" + BULLET, start, end)
        while position >= 0:
            cuts.append(position + 1)
            position = self._text.find("\n" + BULLET, position + 1, end)
        ends = [cut - 1 for cut in cuts[1:]] + [end]
        lines = [self._line(*span, bullet=BULLET) for span in zip(cuts, ends, strict=True)]
        page, lines[0] = _lift(lines[0])
        return Block(BlockKind.LIST, tuple(lines), page=page)

    def _line(self, start: int, end: int, bullet: str = "") -> Line:
        """Return the line cut into pieces at page starts and at the borders of the passage."""
        body = min(end, start + len(bullet))
        starts = self._starts[bisect_left(self._starts, start) : bisect_left(self._starts, end)]
        begins = {max(body, page_start): self._pages[page_start] for page_start in starts}
        misread = self._misread[bisect_left(self._misread, body) : bisect_left(self._misread, end)]
        inside = (b for b in (*self._cited, *misread) if body < b < end)
        borders = sorted({body, end, *begins, *inside})
        return Line(tuple(self._piece(a, b, begins.get(a)) for a, b in pairwise(borders)), bullet)

    def _piece(self, start: int, end: int, page: int | None) -> Piece:
        low, high = self._cited
        read, right = self._text[start:end], self._repairs.get((start, end), "")
        text, other = (right, read) if right and self._shows_repairs else (read, right)
        return Piece(text, marked=low <= start and end <= high, page=page, other=other)


def _lift(line: Line) -> tuple[int | None, Line]:
    """Take the page that begins with a block's first line out of the line."""
    if not line.pieces or line.pieces[0].page is None:
        return None, line
    first = line.pieces[0]
    return first.page, replace(line, pieces=(replace(first, page=None), *line.pieces[1:]))


def _visible(text: str, start: int) -> int:
    """Return the offset of the first visible character from `start` on, `start` without one."""
    found = _VISIBLE.search(text, start)
    return found.start() if found else start


def _sound_headings(view: DocumentView) -> Iterator[tuple[int, int, int]]:
    position = 0
    for level, start, end in sorted(view.headings, key=lambda heading: heading[1]):
        if position <= start < end <= len(view.text) and view.text[start:end].strip():
            yield level, start, end
            position = end
