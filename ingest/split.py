"""Document → chunks: passages of whole sentences under one heading, on one page or slide.

A document is first cut into stretches that no chunk may leave: a slide, a page, and on pages and
in unpaged text a section with its heading. Each stretch is then filled into chunks greedily: of
all ends that give a fitting size, the one at the best border (heading, paragraph, line, sentence)
nearest to the wished size wins. The next chunk repeats the last one or two sentences.

The only file that knows langchain_text_splitters; it is asked for sentences longer than a chunk.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from ingest.document import Chunk, Document, PageUnit
from ingest.sections import paths, stretches
from ingest.wording.sentences import Span, next_visible, sentences, trim

if TYPE_CHECKING:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

MIN_CHARS = 600
TARGET_CHARS = 850
MAX_CHARS = 1000
HARD_MAX_CHARS = 1200  # only where a heading would otherwise lose its first sentence
OVERLAP_CHARS = 260  # for one sentence
OVERLAP_PAIR_CHARS = 200  # for two
_TITLE_CHARS = 80
_ITEM = re.compile(r"[-–•▪‣◦*] |\d{1,3}[.)] |[a-z]\) ")
# Worth of a border in characters of distance to the wished size.
_HEADING, _PARAGRAPH, _LINE, _SENTENCE, _INTRODUCTION = 400, 250, 150, 0, -600


@dataclass(frozen=True, slots=True)
class _Piece:
    """What is never cut again: a sentence, a whole list item, a slice of a long sentence.

    `border` is the worth of a cut before it.
    """

    start: int
    end: int
    border: int
    heading: bool


def split(document: Document) -> tuple[Chunk, ...]:
    """Cut a document into chunks.

    Returns:
        Chunks ordered by `start`; each is ``document.text[start:end]`` without white space at
        either side, at most `HARD_MAX_CHARS` long and on one page or slide. Every visible
        character is in at least one of them.
    """
    sections = paths(document)
    starts = [heading.start for heading in document.headings]
    lines = {heading.start: heading.end for heading in document.headings}
    chunks: list[Chunk] = []
    for page, start, end in stretches(document):
        pieces = _pieces(document.text, start, end, lines)
        for part in _fill(pieces):
            above = bisect_right(starts, _place(pieces, part, document.unit))
            section = sections[above - 1] if above else ""
            span = pieces[part[0]].start, pieces[part[1] - 1].end
            chunks.append(_chunk(document, span, len(chunks), page, section))
    return tuple(chunks)


def _chunk(document: Document, span: Span, ordinal: int, page: int | None, section: str) -> Chunk:
    start, end = span
    text = document.text
    return Chunk(
        ordinal,
        start,
        end,
        text[start:end],
        page,
        section,
        tuple(sentences(text, start, end)),
        document.reference_at(end - 1),  # headings may lead to the unit
        document.repairs_between(start, end),
    )


def _place(pieces: Sequence[_Piece], part: Span, unit: PageUnit | None) -> int:
    """Return the offset whose headings speak for the chunk.

    On a slide that is the chunk's first body text; elsewhere it is the middle of the chunk if that
    comes later, so that a tiny section does not lend its name to the long one merged with it.
    """
    first, last = part
    body = next((piece for piece in pieces[first:last] if not piece.heading), pieces[last - 1])
    middle = (pieces[first].start + pieces[last - 1].end) // 2
    return body.start if unit is PageUnit.SLIDE else max(body.start, middle)


# --- pieces --------------------------------------------------------------------------------------


def _pieces(text: str, start: int, end: int, headings: dict[int, int]) -> list[_Piece]:
    pieces: list[_Piece] = []
    border = _PARAGRAPH
    heading_end = -1
    at = start
    while at < end:
        stop = text.find("\n", at, end)
        stop = end if stop < 0 else stop
        first, last = trim(text, at, stop)
        if first == last:
            border = _PARAGRAPH
        else:
            heading_end = headings.get(first, heading_end)
            is_heading = first < heading_end
            if pieces and _introduces(text, pieces[-1], border):
                border = _INTRODUCTION
            elif is_heading:
                border = _HEADING
            for span in _spans_of_line(text, first, last, whole=is_heading):
                pieces.append(_Piece(*span, border, is_heading))
                border = _SENTENCE
            border = _LINE
        at = stop + 1
    return pieces


def _introduces(text: str, piece: _Piece, border: int) -> bool:
    """Tell whether `piece` leads over to what follows behind a gap worth `border`.

    Besides headings and colons that is a short paragraph that ends without a mark: readers of
    formats without headings see titles so.
    """
    if piece.heading or text[piece.end - 1] == ":":
        return True
    alone = border == piece.border == _PARAGRAPH and piece.end - piece.start <= _TITLE_CHARS
    return alone and text[piece.end - 1].isalpha()


def _spans_of_line(text: str, start: int, end: int, *, whole: bool) -> Iterator[Span]:
    """Yield the spans of a line's pieces; the first one takes the bullet sign in."""
    if (whole or _ITEM.match(text, start, end)) and end - start <= MAX_CHARS:
        yield start, end
        return
    first = start
    for _, last in sentences(text, start, end):
        yield from [(first, last)] if last - first <= MAX_CHARS else _cut(text, first, last)
        first = next_visible(text, last, end)


def _cut(text: str, start: int, end: int) -> Iterator[Span]:
    """Cut a long sentence where a clause, a word or at worst a character ends."""
    for part in _splitter().split_text(text[start:end]):
        first, last = trim(text, start, start + len(part))
        if first < last:
            yield first, last
        start += len(part)


@cache
def _splitter() -> RecursiveCharacterTextSplitter:
    # Costs a quarter of a second and few documents hold such a sentence.
    from langchain_text_splitters import RecursiveCharacterTextSplitter  # noqa: PLC0415

    return RecursiveCharacterTextSplitter(
        separators=["; ", ": ", ", ", " ", ""],
        keep_separator="end",
        strip_whitespace=False,
        chunk_size=TARGET_CHARS,
        chunk_overlap=0,
    )


# --- filling -------------------------------------------------------------------------------------


def _fill(pieces: Sequence[_Piece]) -> Iterator[Span]:
    """Yield chunks as index ranges of `pieces`, each but the first with its overlap."""
    first = new = 0
    while new < len(pieces):
        last = _best_end(pieces, first, new)
        if pieces[last - 1].end - pieces[first].start > MAX_CHARS and first < new:
            first = new  # what comes does not fit behind the overlap
            last = _best_end(pieces, first, new)
        yield first, last
        first, new = _overlap(pieces, new, last), last


def _best_end(pieces: Sequence[_Piece], first: int, new: int) -> int:
    """Choose the index behind the chunk's last piece; at least ``new + 1``."""
    start = pieces[first].start
    rest = pieces[-1].end - start
    if rest <= MAX_CHARS:
        return len(pieces)
    two_will_do = rest <= 2 * MAX_CHARS - OVERLAP_CHARS
    wished = (rest + OVERLAP_PAIR_CHARS) // 2 if two_will_do else TARGET_CHARS
    limit = HARD_MAX_CHARS if pieces[new].heading else MAX_CHARS
    best, best_worth = new + 1, float("-inf")
    for end in range(new + 1, len(pieces) + 1):
        size = pieces[end - 1].end - start
        if size > limit:
            break
        border = pieces[end].border if end < len(pieces) else _PARAGRAPH
        worth = border - _distance(size, wished)
        if worth > best_worth:
            best, best_worth = end, worth
    return best


def _distance(size: int, wished: int) -> int:
    """Count the characters away from the wished size; outside the wanted range thrice."""
    outside = max(MIN_CHARS - size, size - MAX_CHARS, 0)
    return abs(size - wished) + 2 * outside


def _overlap(pieces: Sequence[_Piece], new: int, last: int) -> int:
    """Return the index at which the chunk after ``…last`` starts: one or two sentences earlier."""
    if last < len(pieces) and pieces[last].heading:
        return last
    first = last
    for number, room in ((1, OVERLAP_CHARS), (2, OVERLAP_PAIR_CHARS)):
        candidate = last - number
        if candidate <= new or pieces[candidate].heading:
            break
        if pieces[last - 1].end - pieces[candidate].start > room:
            break
        first = candidate
    return first
