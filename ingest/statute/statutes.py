"""Statutes: which blocks are one, how its units are cited, and up to which change it goes. Pure.

A statute shows itself by its build: headings that are paragraphs (§ 1, § 2, …) with numbered
Absätze below, under a title that ends with the short name. A text that only speaks about
paragraphs has no such build and stays what it is. The unit is the Absatz with its list.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.document import Block, BlockKind, Metadata
from ingest.facts.dates import find_date
from ingest.facts.naming import regions_in
from ingest.statute.statute_units import UNIT, cited, key_of

HEAD_BLOCKS = 20
"""How far the head reaches that says when a statute was issued and changed."""
MANY_UNITS = 5
"""Fewer paragraphs make a statute only where the head declares one."""

# What stands behind the number where a heading names a paragraph of some statute.
_QUOTES = re.compile(
    r"(?:Abs(?:atz|\.)|S(?:atz|\.)|Nr\.|Nummer|ff?\.|und|des|der|im|i\. ?V)(?!\w)|"
    r"\w{0,15}[A-ZÄÖÜ]\w{0,15}[A-ZÄÖÜ]\w{0,15}(?![\w-])"
)
_SHORT_NAME = re.compile(
    r"\((?:[^()]{1,60} [-–] )?(?P<name>[\w./-]{2,40}(?: [\w./-]{1,12}){0,2})\)$"
)
_BOOK = re.compile(r"SGB (?P<book>\d{1,2})(?: (?:19|20)\d{2})?$")
_SOURCE = re.compile(r"\s*\([^()]{0,120}(?:BGBl|RGBl|Bundesgesetzbl|Artikel \d+ des)[^()]{0,200}\)")
_DECLARED = re.compile(r"(?:Ausfertigungsdatum|Zuletzt geändert durch)\b", re.IGNORECASE)
_CHANGED = re.compile(r"\bzuletzt geändert durch:? (?P<what>\S.*)", re.IGNORECASE)
_RECAST = re.compile(r"\bneugefasst durch:? (?P<what>[^;]+)", re.IGNORECASE)
_LAW = re.compile(r"(?i:gesetz|verordnung|verfassung)")
_ROMAN = (
    "",
    "I",
    "II",
    "III",
    "IV",
    "V",
    "VI",
    "VII",
    "VIII",
    "IX",
    "X",
    "XI",
    "XII",
    "XIII",
    "XIV",
)
_LAW_TYPE = "Gesetz"
_MAX_TITLE, _MAX_STATE = 160, 200


@dataclass(frozen=True, slots=True)
class Statute:
    """A statute's blocks with their references, and what its head declares.

    `name` is the short name for citing ("SGB V"), empty where none is shown; `state` and `date`
    are the last change and its day. `law` tells a statute from a charter built like one.
    """

    blocks: tuple[Block, ...]
    name: str
    title: str | None
    state: str | None
    date: str | None
    law: bool

    def declared(self, given: Metadata) -> Metadata:
        """Return what the file declares, with what the statute declares in its head."""
        kind = given.type or (_LAW_TYPE if self.law else None)
        return replace(given, type=kind, state=self.state or given.state)

    def describe(self, found: Metadata, given: Metadata) -> Metadata:
        """Return the facts `found` in the text, those of the statute put in their place.

        Args:
            found: What any document would be said to show.
            given: What the file itself declares; a statute names no publisher otherwise.
        """
        title = self.title or found.title
        kept = replace(found, title=title, date=self.date or found.date)
        if not self.law:
            return kept
        region = found.region if found.region in regions_in(title or "") else given.region
        return replace(kept, organisation=given.organisation, region=region)


def short_name(jurabk: str) -> str:
    """Return how a statute is cited: books of the Sozialgesetzbuch in Roman, others as written."""
    name = " ".join(jurabk.split())
    book = _BOOK.match(name)
    if book and int(book["book"]) < len(_ROMAN):
        return f"SGB {_ROMAN[int(book['book'])]}"
    return name


def recognise(blocks: Sequence[Block], given: Metadata) -> Statute | None:
    """Recognise a statute in the cleaned blocks of a document.

    Args:
        blocks: In reading order; headings are of kind HEADING in whatever format they came.
        given: What the file declares; a declared title may carry the short name.

    Returns:
        The statute, whose blocks have the same text as `blocks` but for a converter's mark before
        a heading, or None where the document is not built like a statute.
    """
    first = next((i for i, b in enumerate(blocks) if _is_unit(b)), None)
    if first is None:
        return None
    head = [line for b in blocks[: min(first, HEAD_BLOCKS)] for line in b.text.split("\n")]
    titles = [given.title or "", *(b.text for b in blocks[:first] if b.kind is BlockKind.HEADING)]
    shown = next(filter(_name_in, titles), None) or next(filter(None, titles), "")
    name = _name_in(shown)
    declared = given.type == _LAW_TYPE or (bool(name) and any(map(_DECLARED.match, head)))
    if not declared and not _is_built(blocks[first:]):
        return None
    law = declared or bool(_LAW.search(shown))
    state, date = _state(head)
    return Statute(
        blocks=tuple(cited(blocks, name)),
        name=name,
        title=_title(shown, name) if law and shown else None,
        state=state,
        date=date,
        law=law,
    )


def _is_unit(block: Block) -> bool:
    """Tell a heading that is a paragraph from one that speaks about a paragraph."""
    match = UNIT.match(block.text) if block.kind is BlockKind.HEADING else None
    return match is not None and not _QUOTES.match(match["rest"])


def _is_built(blocks: Sequence[Block]) -> bool:
    """Tell whether blocks that begin with a paragraph are built like a statute.

    Its paragraphs are many, count up from 1 and make most of the headings, and a good part of
    them is divided into Absätze.
    """
    headings = [block for block in blocks if block.kind is BlockKind.HEADING]
    units = [match for b in headings if _is_unit(b) and (match := UNIT.match(b.text))]
    if len(units) < MANY_UNITS or units[0]["first"] != "1":
        return False
    keys = [key_of(match["first"]) for match in units]
    rising = sum(a < b for a, b in pairwise(keys))
    divided = sum(b.kind is BlockKind.PARAGRAPH and b.text.startswith("(1) ") for b in blocks)
    most = 2 * len(units) >= len(headings)
    return most and 10 * rising >= 9 * (len(units) - 1) and 3 * divided >= len(units)


def _name_in(title: str) -> str:
    """Return the short name in the bracket that a title ends with, empty without one."""
    match = _SHORT_NAME.search(title.strip()[-100:])
    return short_name(match["name"]) if match and sum(map(str.isupper, match["name"])) > 1 else ""


def _title(shown: str, name: str) -> str:
    """Return a title to show: without where it was published, the short name once at its end."""
    line = " ".join(shown.split())[:500]
    bracket = _SHORT_NAME.search(line) if name else None
    line = _SOURCE.sub("", line[: bracket.start("name") - 1] if bracket else line)
    line = re.sub(r"\([^()]{1,60} [-–] ?$", "", line).replace(" - ", " – ").strip(" –-(")
    if len(line) > _MAX_TITLE:
        line = line[:_MAX_TITLE].rsplit(" ", 1)[0].rstrip(" ,;:–-") + " …"
    return f"{line} ({name})" if name else line


def _state(head: Sequence[str]) -> tuple[str | None, str | None]:
    """Find the last change in the head, else the new promulgation, and the day of it."""
    for pattern in (_CHANGED, _RECAST):
        found = [match["what"].strip(" ;") for line in head if (match := pattern.search(line))]
        if found:
            return found[0][:_MAX_STATE], find_date(found[0])
    return None, None
