r"""Words that a page break tears apart. Pure.

A word that is hyphenated over a page break moves whole to the page where it begins, together
with the signs that follow it without a blank; the rest of its paragraph stays on the page where
it stands. So the word can be found, and every other word keeps its page. A sentence that goes
on over a page break without a hyphen stays two blocks on two pages: joined, one half of it would
be said to stand on a page where it does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ingest.document import Block, BlockKind
from ingest.wording.wrapping import broken_word

_RUNNING = {BlockKind.PARAGRAPH, BlockKind.ITEM}
_NOTES = 8  # blocks below the text of a page: footnotes, a caption
_ABOVE = 3  # blocks above the text of a page: a heading that is repeated, a caption


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
