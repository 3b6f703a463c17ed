"""Where facts are looked for in a document: lines of head and foot, labels, titles. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from ingest.document import Block, BlockKind
from ingest.facts.tables import table

HEAD_BLOCKS, HEAD_CHARACTERS = 12, 1500
"""How far the head of a document reaches: masthead, title, author, date."""
FOOT_BLOCKS = 10
LABEL_BLOCKS = 40
"""How far from the beginning declarations are looked for: an imprint on page 2 counts."""
MAX_LINE = 160
"""Longer is prose, not a line of a masthead."""

_MAX_LABELLED = 80
_LISTED = {BlockKind.ITEM, BlockKind.ROW}
_PROSE_END = re.compile(r"(?<!\be\. V)(?<!\be\.V)(?<!\b[Ss]tr)[.!?][)\]\"”“’']*$")
_OTHER_LABEL = re.compile(r"^[A-ZÄÖÜ][\w ./()-]{1,40}:(?:\s|$)")
_CELL = " | "


@dataclass(frozen=True, slots=True)
class Sight:
    """Where facts are looked for.

    `head` and `foot` are short lines there without list items and table rows; `labelled` are
    lines that may declare something ("Stand: Mai 2021"), `declaring` those of the whole document;
    `prose` is the first paragraph.
    """

    head: tuple[str, ...]
    foot: tuple[str, ...]
    labelled: tuple[str, ...]
    prose: str
    declaring: tuple[str, ...] = ()


def sight_of(blocks: Sequence[Block]) -> Sight:
    """Find the places of a document where it shows its facts."""
    head: list[str] = []
    length = 0
    for block in blocks[:HEAD_BLOCKS]:
        if length > HEAD_CHARACTERS:
            break
        length += len(block.text)
        head += short_lines(block)
    prose = next((b.text for b in blocks[:HEAD_BLOCKS] if not list(short_lines(b))), "")
    foot = [line for block in blocks[-FOOT_BLOCKS:] for line in short_lines(block)]
    declaring = tuple(_declaring(blocks))
    return Sight(tuple(head), tuple(foot), tuple(_declaring(near(blocks))), prose, declaring)


def near(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks near beginning and end, where a document speaks about itself."""
    return [*blocks[:LABEL_BLOCKS], *blocks[LABEL_BLOCKS:][-FOOT_BLOCKS:]]


def short_lines(block: Block) -> Iterator[str]:
    """Yield the block's lines where it is part of a masthead or imprint, no list and no prose."""
    if block.kind in _LISTED:
        return
    line = " ".join(block.text.split())
    lines = block.text.split("\n")
    if len(lines) > 1:
        yield from (part for part in lines if 0 < len(part) <= MAX_LINE)
    if len(line) <= MAX_LINE and not is_prose(block):
        yield line


def is_prose(block: Block) -> bool:
    """Tell whether a block ends as a sentence does."""
    return block.kind is not BlockKind.HEADING and bool(_PROSE_END.search(block.text.rstrip()))


def _declaring(blocks: Sequence[Block]) -> Iterator[str]:
    """Yield lines that may be a label with its value; a row of a wider table is none."""
    for block in blocks:
        if block.kind is BlockKind.ROW:
            cells = block.text.split(_CELL)
            if len(cells) == 2:  # noqa: PLR2004 - a label and its value
                yield f"{cells[0].rstrip(': ')}: {cells[1]}"
            continue
        yield from (line for line in block.text.split("\n") if len(line) <= MAX_LINE)


def labelled(lines: Sequence[str], fact: str) -> str | None:
    """Find ``Label: value``, the value also on the next line; the table's order decides."""
    return next(labelled_values(lines, table("facts")["labels"][fact]), None)


def labelled_values(lines: Sequence[str], labels: Sequence[str]) -> Iterator[str]:
    """Yield every value of at most 80 characters that stands behind one of `labels`."""
    for label in labels:
        pattern = re.compile(rf"^\W*{re.escape(label)}\s*:\s*(\S.*)?$", re.IGNORECASE)
        for line, following in pairwise([*lines, ""]):
            match = pattern.match(line)
            if not match:
                continue
            below = "" if _OTHER_LABEL.match(following) else following
            value = (match[1] or below).strip()
            if len(value) <= _MAX_LABELLED and is_value(value):
                yield value


def is_value(text: str) -> bool:
    """Tell a value from words that say there is none: "unbekannt", "k. A.", "-", "folgt"."""
    plain = re.sub(r"[\W_]+", "", text[: 2 * _MAX_LABELLED].lower())
    return bool(plain) and plain not in _no_values()


@cache
def _no_values() -> frozenset[str]:
    return frozenset(re.sub(r"[\W_]+", "", word.lower()) for word in table("facts")["no_values"])


def folded(text: str) -> str:
    """Fold case and umlauts, and what OCR made of them, so that phrases can be compared."""
    return text.lower().translate(str.maketrans("äöü", "aou")).replace("ß", "ss").replace("ii", "u")
