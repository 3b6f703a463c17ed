"""The title of a document: declared by people, or shown above its text. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from ingest.document import Block, BlockKind
from ingest.facts.dating import DECLARING
from ingest.facts.names import name_at
from ingest.facts.naming import is_organisation
from ingest.facts.origin import is_masthead
from ingest.facts.properties import plausible_title
from ingest.facts.sight import HEAD_BLOCKS, LABEL_BLOCKS, Sight, is_prose, labelled, short_lines
from ingest.facts.tables import table
from ingest.sniff import Format
from ingest.wording.headings import is_date_line, is_navigation, looks_like_heading

_MAX_TITLE = 200
_RUNNING = 700  # characters of running text above a heading: it is no title any more
_LONG = 160
_UNMARKED = {
    Format.TEXT,
    Format.PDF,
    Format.PICTURE,
}  # their headings are found by form, not declared
_QUOTED = re.compile(r"^[„“\"»](?P<text>[^„“”\"«»]+)[“”\"«]$")
_FILE_NUMBER = re.compile(r"\b(?=\w*\d)[0-9a-f]{8,}\b|^\d+(?=[ _-])", re.IGNORECASE)


def title_of(
    blocks: Sequence[Block], sight: Sight, declared: str | None, fmt: Format, name: str
) -> str:
    """Find the title of a document.

    Args:
        blocks: Its cleaned blocks.
        sight: Where it shows its facts.
        declared: The title in its own properties.
        fmt: The format; where people write the properties, they decide.
        name: The file's name, the last resort.
    """
    stated = plausible_title(declared)
    if stated and (fmt in DECLARING or _is_shown(stated, blocks)):
        return _as_title(stated)
    found = sorted(_headings(blocks, fmt), key=lambda entry: entry[1].level != 1)
    headings = [b.text for place, b in found if place < HEAD_BLOCKS and not is_masthead(b.text)]
    # Below a masthead that looks like a heading, the title may look like a plain line.
    lines = list(_lines(blocks))
    plain = [line for line in lines if not is_masthead(line)] if fmt in _UNMARKED else []
    rest = [b.text for _, b in found if not is_organisation(b.text)]
    ranked = (*headings, stated, labelled(sight.labelled, "title"), *plain, *rest, *lines)
    shown = next(filter(None, ranked), None)
    return _as_title(shown) if shown else _stem(name)


def _headings(blocks: Sequence[Block], fmt: Format) -> Iterator[tuple[int, Block]]:
    """Yield what may be a title with its place; below much running text none is."""
    running = 0
    for place, block in enumerate(blocks):
        if block.kind is BlockKind.HEADING:
            if _may_be_title(block.text):
                yield place, block
        elif block.kind is BlockKind.PARAGRAPH and is_prose(block):
            running += len(block.text)
        if running > _RUNNING and fmt in _UNMARKED:
            return


def _lines(blocks: Sequence[Block]) -> Iterator[str]:
    """Yield the lines that look like a title, above all running text; other lines first."""
    lines: list[str] = []
    for block in blocks[:HEAD_BLOCKS]:
        if is_prose(block) or len(block.text) > _LONG:
            break
        lines += list(short_lines(block))
    fitting = [line for line in lines if looks_like_heading(line) and _may_be_title(line)]
    named = [line for line in fitting if not is_organisation(line)]
    yield from sorted(named, key=is_masthead)


def _may_be_title(text: str) -> bool:
    line = " ".join(text.split())
    low = line.lower().strip(" :.")
    letters = sum(map(str.isalpha, line))
    rules = table("facts")
    if letters <= 1 or low in rules["parts"] or low.startswith(tuple(rules["greetings"])):
        return False
    names_somebody = ":" in line and name_at(line.partition(":")[2]) is not None
    return not (names_somebody or is_date_line(line) or is_navigation(line))


def _is_shown(title: str, blocks: Sequence[Block]) -> bool:
    words = set(re.findall(r"\w{3,}", title.lower()))
    head = " ".join(block.text for block in blocks[:LABEL_BLOCKS]).lower()
    return 2 * sum(word in head for word in words) >= len(words)


def _as_title(text: str) -> str:
    line = " ".join(text.split()).rstrip(":")
    quoted = _QUOTED.match(line)
    line = quoted["text"].strip() if quoted else line
    if len(line) <= _MAX_TITLE:
        return line
    return line[:_MAX_TITLE].rsplit(" ", 1)[0].rstrip(" ,;:–-") + " …"


def _stem(name: str) -> str:
    stem = PurePosixPath(name.replace("\\", "/")).stem
    plain = " ".join(_FILE_NUMBER.sub(" ", re.sub(r"[_+]+|%20", " ", stem)).split()).strip("-. ")
    return plain or stem or name
