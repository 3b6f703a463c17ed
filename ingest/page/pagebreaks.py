r"""Words and sentences that a page break parts. Pure.

A word that is hyphenated over a page break moves whole to the page where it begins, together
with the signs that follow it without a blank; so does the rest of a sentence: a sentence stands
whole on the page where it begins, and what follows it stays on the page where it stands. So
answers quote whole sentences, and the page they name is the one to open. Letters and their order
stay. Footnotes and captions between the halves come after the sentence. Only blocks of running
text are joined, never headings, rows or the starts of list items, and never more than `MOST`
characters: what has no end so far down is a page of its own.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import replace
from itertools import pairwise

from ingest.document import Block, BlockKind
from ingest.wording.clean import HARD_BREAK, clean_text
from ingest.wording.markers import numbered, split_bullet
from ingest.wording.sentences import sentences
from ingest.wording.wrapping import broken_word, open_words, starts_contact

MOST = 400
"""Characters of a sentence that move to the page before at most."""

_RUNNING = {BlockKind.PARAGRAPH, BlockKind.ITEM}
_NOTES = 8  # blocks below the text of a page: footnotes, a caption
_ABOVE = 3  # blocks above the text of a page: a heading that is repeated, a caption
_REACH = 600  # characters of the page before that are looked at
_WORDS = 4  # a shorter text may be a line of a title or of a list
_PROSE = 60  # characters; one that ends in a word in lower case is no heading
_FULL = 0.85  # of the longest line: the last one was not ended on purpose
_HEAD = 60  # characters of a running head

_NOTE = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+\s*\S|\d{1,3}\s|\*+\s?\S|\W*\d{1,4}\W*$")
_CAPTION = re.compile(r"(?:Abb|Tab|Quelle|Foto|Grafik)\w*[.:\s]")
_ADDRESS = re.compile(r"(?:www\.|https?:|\S+@)")
_ENDED = re.compile(r"[.!?:;…][\"”“»«’)\]]*[⁰¹²³⁴⁵⁶⁷⁸⁹]*$")
_STOPPED = re.compile(r"[.!?:…][\"”“»«’)\]]*[⁰¹²³⁴⁵⁶⁷⁸⁹]*(?:\[\d{1,3}\])*$")


def join_words(blocks: Sequence[Block]) -> list[Block]:
    r"""Move the second half of each word torn by a page break to the page of the first half.

    Args:
        blocks: Of all pages in reading order, with ``\n`` at line ends.

    Returns:
        The same texts; the half that moved follows the first one after ``\n``, for the cleaning
        to join. A block that held nothing but the half is gone.
    """
    out = list(blocks)
    edges = [i for i, (a, b) in enumerate(pairwise(blocks), start=1) if a.page != b.page]
    for edge in edges:
        _join(out, edge)
    return [block for block in out if block.text]


def _join(blocks: list[Block], edge: int) -> None:
    page, following = blocks[edge - 1].page, blocks[edge].page
    if page is None or following != page + 1:
        return
    for at in range(edge - 1, max(edge - 1 - _NOTES, -1), -1):
        if blocks[at].page != page:
            return
        for to in range(edge, min(edge + _ABOVE, len(blocks))):
            if blocks[to].page == following and _torn(blocks[at], blocks[to], to - at):
                _move(blocks, at, to)
                return


def _torn(above: Block, below: Block, distance: int) -> bool:
    if above.kind not in _RUNNING or below.kind is not BlockKind.PARAGRAPH:
        return False
    # With other blocks in between, only a small letter says for sure that the word goes on.
    sure = distance == 1 or below.text[:1].islower()
    return sure and broken_word(above.text, below.text)


def _move(blocks: list[Block], at: int, to: int) -> None:
    half = blocks[to].text.split(None, 1)
    blocks[at] = replace(blocks[at], text=f"{blocks[at].text}\n{half[0]}")
    blocks[to] = replace(blocks[to], text="".join(half[1:]))


def join_sentences(blocks: Sequence[Block], filled: Container[int]) -> list[Block]:
    """Move the rest of each sentence parted by a page break to the page where it begins.

    Args:
        blocks: Of all pages in reading order, from `join_words`.
        filled: Pages (from 1) whose text goes down to the foot. Only there a sentence goes on
            with a capital letter; elsewhere the page was ended on purpose, as for a chapter.

    Returns:
        The same texts; the two blocks of a joined sentence are cleaned already. A block that
        held nothing but the rest is gone.
    """
    out = list(blocks)
    edges = [i for i, (a, b) in enumerate(pairwise(blocks), start=1) if a.page != b.page]
    for edge in edges:
        found = _halves(out, edge, filled)
        if found is not None:
            _move_rest(out, *found)
    return [block for block in out if block.text]


def _halves(blocks: Sequence[Block], edge: int, filled: Container[int]) -> tuple[int, int] | None:
    """Return the places of the blocks that hold the halves of a sentence parted at `edge`."""
    page, following = blocks[edge - 1].page, blocks[edge].page
    at = _last_of_body(blocks, edge)
    if page is None or following != page + 1 or at is None:
        return None
    for to in range(edge, min(edge + _ABOVE, len(blocks))):
        below = blocks[to]
        if below.page != following:
            return None
        if _runs_on(blocks[at], below, sure=to == edge and page in filled):
            return at, to
        if not (_is_aside(below) or _is_head(below)):
            return None
    return None


def _last_of_body(blocks: Sequence[Block], edge: int) -> int | None:
    page = blocks[edge - 1].page
    for at in range(edge - 1, max(edge - 1 - _NOTES, -1), -1):
        if blocks[at].page != page:
            return None
        if not _is_aside(blocks[at]):
            return at if blocks[at].kind in _RUNNING else None
    return None


def _is_aside(block: Block) -> bool:
    """Whether a block is a footnote, a caption or a page number."""
    found = _NOTE.match(block.text) or _CAPTION.match(block.text)
    return block.kind in _RUNNING and found is not None


def _is_head(block: Block) -> bool:
    short = len(block.text) <= _HEAD and not _ENDED.search(block.text)
    return block.kind in {BlockKind.PARAGRAPH, BlockKind.HEADING} and short


def _runs_on(above: Block, below: Block, *, sure: bool) -> bool:
    """Whether the sentence that ends `above` goes on in `below`.

    `sure` says that `above` fills its page and nothing stands above `below`; else only a small
    letter tells.
    """
    if below.kind is not BlockKind.PARAGRAPH or _is_aside(below):
        return False
    if split_bullet(below.text) is not None or numbered(below.text):
        return False
    if _ADDRESS.match(below.text) or starts_contact(below.text):
        return False
    words = above.text.split()
    if len(words) < _WORDS or starts_contact(above.text.rsplit("\n", 1)[-1]):
        return False
    if _ENDED.search(above.text):
        return above.text.endswith(".") and below.text[:1].islower() and _is_abbreviated(above.text)
    return below.text[:1].islower() or (sure and _is_open(above, words[-1], below))


def _is_abbreviated(text: str) -> bool:
    """Whether the full stop that ends a text is that of an abbreviation ("z. B.")."""
    head = text[-_REACH:].replace("\n", " ")
    return any(start < len(head) < end for start, end in sentences(f"{head} Dabei"))


def _is_open(above: Block, last: str, below: Block) -> bool:
    """Whether `above` wants a word after its last one, also one with a capital letter."""
    if _rest(clean_text(below.text), ended=True) == 0:
        return False
    if last.endswith(",") or last.lower() in open_words():
        return True
    if above.kind is BlockKind.ITEM or len(above.text) < _PROSE:
        return False
    lines = above.text.split("\n")
    full = len(lines) > 1 and len(lines[-1]) >= _FULL * max(map(len, lines))
    return full or (last.isalpha() and last.islower())


def _move_rest(blocks: list[Block], at: int, to: int) -> None:
    above, below = (clean_text(blocks[i].text, blocks[i].kind) for i in (at, to))
    end = _rest(below, ended=False)
    if not above or not end:
        return
    blocks[at] = replace(blocks[at], text=f"{above} {below[:end]}")
    blocks[to] = replace(blocks[to], text=below[end:].strip())


def _rest(text: str, *, ended: bool) -> int:
    """Return where the first sentence of a cleaned text ends, 0 where that is too far down.

    With `ended` it has to end in a sign: a text without any may be a line of something else.
    """
    found = sentences(text[: MOST + _REACH].replace(HARD_BREAK, "\n"))
    end = found[0][1] if found else 0
    stopped = not ended or _STOPPED.search(text[:end])
    return end if end <= MOST and stopped else 0
