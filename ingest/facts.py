"""What a document shows about itself: title, date, organisation, type, region, language. Pure.

Each fact has an order of places to look, from declared to shown; the words to look for stand in
``ingest/data/facts.toml``. A fact that stands nowhere stays None: nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any

from ingest.dates import find_date
from ingest.document import Block, BlockKind, Metadata
from ingest.headings import is_date_line, is_navigation, looks_like_heading
from ingest.language import detect
from ingest.naming import Organisation, is_organisation, organisation_in, regions_in
from ingest.properties import plausible_title
from ingest.sniff import Format
from ingest.tables import table

HEAD_BLOCKS, HEAD_CHARACTERS = 12, 1500
"""How far the head of a document reaches: masthead, title, author, date."""
FOOT_BLOCKS = 10
LABEL_BLOCKS = 40
"""How far from the beginning declarations are looked for: an imprint on page 2 counts."""

_MAX_LINE = 160  # longer is prose, not a line of a masthead
_MAX_TITLE = 200
_MAX_LABELLED = 80
_MIN_MENTIONS = 2
_DEFAULT_TYPES = {Format.PPTX: "Präsentation", Format.HTML: "Webseite"}
_DECLARING = {Format.MARKDOWN, Format.HTML}  # people write their metadata, programs do not
_PROSE_END = re.compile(r"[.!?][)\]\"”“’']*$")
_DATELINE = re.compile(r"^[A-ZÄÖÜ][\w .()/-]{2,40},\s(?:den\s)?(?=\d)")
# What must be done until a day, or takes place on it, does not date the document.
_DEADLINE = re.compile(
    r"\b(?:bis|spätestens|frist|anmeld\w*|bewerb\w*|einsend\w*|einladung|deadline)\b", re.IGNORECASE
)
_DATELINE_REACH = 400
_QUOTED = re.compile(r"^[„“\"»](?P<text>[^„“”\"«»]+)[“”\"«]$")
_FILE_NUMBER = re.compile(r"\b(?=\w*\d)[0-9a-f]{8,}\b|^\d+(?=[ _-])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Sight:
    """Where facts are looked for: short lines of head and foot, and what may declare them."""

    head: tuple[str, ...]
    foot: tuple[str, ...]
    labelled: tuple[str, ...]
    prose: str


def facts(blocks: Sequence[Block], text: str, given: Metadata, fmt: Format, name: str) -> Metadata:
    """Collect what a document shows about itself.

    Args:
        blocks: Its cleaned blocks.
        text: The document text.
        given: What the file's own properties declare.
        fmt: The format, for the types that follow from it.
        name: The file's name, for a title where the document shows none.

    Returns:
        Every fact that is shown or declared, None for the others; the title is always given.
    """
    sight = _sight(blocks)
    title = _title(blocks, sight, given, fmt) or _stem(name)
    publisher = _organisation(sight, given, fmt)
    return Metadata(
        title=title,
        date=_date(sight, given, fmt),
        organisation=publisher.name if publisher else None,
        type=_type(sight, title, given, fmt),
        region=_region(sight, title, given, publisher, text),
        language=detect(text) or given.language or _labelled(sight.labelled, "language"),
    )


def _sight(blocks: Sequence[Block]) -> _Sight:
    head: list[str] = []
    length = 0
    for block in blocks[:HEAD_BLOCKS]:
        if length > HEAD_CHARACTERS:
            break
        length += len(block.text)
        head += _short(block)
    prose = next((b.text for b in blocks[:HEAD_BLOCKS] if not list(_short(b))), "")
    foot = [line for block in blocks[-FOOT_BLOCKS:] for line in _short(block)]
    near = [*blocks[:LABEL_BLOCKS], *blocks[LABEL_BLOCKS:][-FOOT_BLOCKS:]]
    lines = (line for block in near for line in block.text.split("\n"))
    labelled = tuple(line for line in lines if len(line) <= _MAX_LINE)
    return _Sight(tuple(head), tuple(foot), labelled, prose)


def _short(block: Block) -> Iterator[str]:
    """Yield the block as one line where it is a line of a masthead or imprint."""
    line = " ".join(block.text.split())
    is_prose = block.kind is not BlockKind.HEADING and bool(_PROSE_END.search(line))
    lines = block.text.split("\n")
    if len(lines) > 1:
        yield from (part for part in lines if 0 < len(part) <= _MAX_LINE)
    if len(line) <= _MAX_LINE and not is_prose:
        yield line


def _labelled(lines: Sequence[str], fact: str) -> str | None:
    """Find ``Label: value``, the value also on the next line; the table's order decides."""
    for label in table("facts")["labels"][fact]:
        pattern = re.compile(rf"^\W*{re.escape(label)}\s*:\s*(\S.*)?$", re.IGNORECASE)
        for line, following in pairwise([*lines, ""]):
            match = pattern.match(line)
            value = (match[1] or following).strip() if match else ""
            if 0 < len(value) <= _MAX_LABELLED:
                return value
    return None


def _title(blocks: Sequence[Block], sight: _Sight, given: Metadata, fmt: Format) -> str | None:
    declared = plausible_title(given.title)
    if declared and (fmt in _DECLARING or _is_shown(declared, blocks)):
        return _as_title(declared)
    headings = [
        block for block in blocks if block.kind is BlockKind.HEADING and _may_be_title(block.text)
    ]
    headings.sort(key=lambda block: block.level != 1)
    shown = next((block.text for block in headings), None) or declared
    if shown is None:
        shown = _labelled(sight.labelled, "title") or next(
            (line for line in sight.head if looks_like_heading(line) and _may_be_title(line)), None
        )
    return _as_title(shown) if shown else None


def _may_be_title(text: str) -> bool:
    line = " ".join(text.split())
    letters = sum(map(str.isalpha, line))
    return letters > 1 and not (is_organisation(line) or is_date_line(line) or is_navigation(line))


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


def _date(sight: _Sight, given: Metadata, fmt: Format) -> str | None:
    declared = find_date(given.date or "", year_only=True)
    if declared and fmt in _DECLARING:
        return declared
    return _labelled_date(sight) or _head_date(sight) or declared


def _labelled_date(sight: _Sight) -> str | None:
    for label in table("facts")["labels"]["date"]:
        # Without a colon only "Stand Mai 2024": the verb and a year alone prove nothing.
        bare = label[0].upper() + label[1:]
        pattern = re.compile(
            rf"\b(?i:{re.escape(label)})\s*:(?P<sure>.{{2,60}})|\b{re.escape(bare)}\s(?P<near>.{{2,25}})"
        )
        for match in filter(None, map(pattern.search, sight.labelled)):
            sure = match["sure"] is not None
            found = find_date(match["sure"] if sure else match["near"], year_only=sure)
            if found:
                return found
    return None


def _head_date(sight: _Sight) -> str | None:
    lines = (line for line in sight.head if not _DEADLINE.search(line))
    found = next((date for line in lines if (date := find_date(line))), None)
    if found:
        return found
    opening = sight.prose[:_DATELINE_REACH]
    place = _DATELINE.match(opening)
    if place and (found := find_date(opening[place.end() :][: len("30. September 2024")])):
        return found
    return None


def _organisation(sight: _Sight, given: Metadata, fmt: Format) -> Organisation | None:
    declared = _known(given.organisation)
    if declared and fmt in _DECLARING:
        return declared
    labelled = _known(_labelled(sight.labelled, "organisation"))
    if labelled:
        return labelled
    for line in (*sight.head, *sight.foot):
        named = None if _is_sponsor(line) else organisation_in(line)
        if named:
            return named
    return declared


def _known(name: str | None) -> Organisation | None:
    """Return the organisation of the table that `name` means, else one of just this name."""
    return (organisation_in(name) or Organisation(name)) if name else None


def _is_sponsor(line: str) -> bool:
    return _folded(line).startswith(tuple(map(_folded, table("facts")["sponsors"])))


def _type(sight: _Sight, title: str, given: Metadata, fmt: Format) -> str | None:
    declared = given.type or _labelled(sight.head, "type") or _DEFAULT_TYPES.get(fmt)
    if declared:
        return declared
    rules: list[dict[str, Any]] = table("facts")["types"]
    by_title = (rule["name"] for rule in rules if _fits_title(rule, _folded(title)))
    head = _folded(" ".join(sight.head))
    by_head = (
        rule["name"] for rule in rules if any(_folded(p) in head for p in rule.get("head", ()))
    )
    return next(by_title, None) or next(by_head, None)


def _fits_title(rule: dict[str, Any], title: str) -> bool:
    if title.startswith(tuple(map(_folded, rule.get("start", ())))):
        return True
    words = "|".join(re.escape(_folded(word)) for word in rule.get("title", ()))
    return bool(words) and bool(re.search(rf"(?:{words})(?:s|e|n|en|es)?(?!\w)", title))


def _region(
    sight: _Sight, title: str, given: Metadata, publisher: Organisation | None, text: str
) -> str | None:
    for declared in (given.region, _labelled(sight.labelled, "region")):
        named = list(regions_in(declared or ""))
        if len(named) == 1:
            return named[0]
    in_title = list(regions_in(title))
    if in_title:
        return in_title[0] if len(in_title) == 1 else None
    if publisher and publisher.region:
        return publisher.region
    in_head = list(regions_in(" ; ".join(sight.head)))
    if in_head:
        return in_head[0] if len(in_head) == 1 else None
    counts = regions_in(text, cities=False)
    name, mentions = next(iter(counts.items()), ("", 0))
    return name if len(counts) == 1 and mentions >= _MIN_MENTIONS else None


def _folded(text: str) -> str:
    """Fold case and umlauts, and what OCR made of them, so that phrases can be compared."""
    return text.lower().translate(str.maketrans("äöü", "aou")).replace("ß", "ss").replace("ii", "u")
