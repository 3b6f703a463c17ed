"""What kind of document a text says it is: report, minutes, flyer, slides. Pure."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from ingest.document import Metadata, PageUnit
from ingest.facts.sight import Sight, folded, labelled_values
from ingest.facts.tables import table
from ingest.sniff import Format

SLIDES = "Folien"
_PAGE_HEAD = 4  # lines of a web page that may still belong to its title
_SURE_LABELS = 4  # the first ones of the table: "Art:" and "Typ:" may label anything
_SEGMENT = re.compile(r"\s[–—|-]\s|[:.;]\s|\n|[„“”\"»«()]")
_INFLECTED = r"(?:s|e|n|en|es)?(?!\w)"
_FINITE = re.compile(r"(?:t|(?<!e)s)$")  # "Bericht zeigt Armut", "Report finds poverty"


def kind_of(
    sight: Sight, title: str, given: Metadata, fmt: Format, unit: PageUnit | None
) -> str | None:
    """Find the type of a document: declared, of the format, of the title, of a line in the head.

    Args:
        sight: Where the document shows its facts.
        title: Its title.
        given: What its own properties declare.
        fmt: Its format: a presentation is one whatever it says, a web page where it says nothing.
        unit: What its pages are; a PDF made of slides is a presentation too.

    Returns:
        A name of the table, or the declared one in its own words; None where nothing is shown.
    """
    declared = given.type or _labelled(sight)
    if declared:
        return _canonical(declared) or declared
    if unit is PageUnit.SLIDE or fmt is Format.PPTX:
        return SLIDES
    # The menu of a web page names newsletters and flyers that are other documents.
    page = fmt is Format.HTML
    lines = sight.head[:_PAGE_HEAD] if page else sight.head
    by_head = (_fitting(line, "page" if page else "head") for line in lines)
    default = "Webseite" if page else None
    return _fitting(title, "title") or next(filter(None, by_head), None) or default


def is_kind(line: str) -> bool:
    """Tell whether a line says that the document is a report, a programme or the like."""
    return _fitting(line, "title") is not None


def _labelled(sight: Sight) -> str | None:
    labels = table("facts")["labels"]["type"]
    sure = next(labelled_values(sight.labelled, labels[:_SURE_LABELS]), None)
    unsure = labelled_values(sight.head, labels[_SURE_LABELS:])
    return sure or next((value for value in unsure if _is_known(value)), None)


def _is_known(value: str) -> bool:
    return _canonical(value) is not None or value.strip() == "Zusammenfassung"


def _canonical(value: str) -> str | None:
    """Return the table's name for a kind that is stated on its own."""
    plain = folded(value.strip(" ."))
    for rule in table("facts")["types"]:
        if plain in map(folded, (rule["name"], *rule.get("title", ()))):
            return str(rule["name"])
    return None


def _fitting(line: str, place: str) -> str | None:
    if line.rstrip().endswith("?"):
        return None
    plain = folded(line)
    segments = [segment for segment in _SEGMENT.split(line) if segment]
    for rule in table("facts")["types"]:
        if plain.startswith(tuple(map(folded, rule.get("start", ())))) and place == "title":
            return str(rule["name"])
        if any(_says(segment, rule, place) for segment in segments):
            return str(rule["name"])
    return None


def _says(segment: str, rule: dict[str, Any], place: str) -> bool:
    """Tell whether a part of a title calls the document by a word of the rule."""
    pattern = _words(rule["name"], place)
    match = pattern.search(folded(segment)) if pattern else None
    if match is None:
        return False
    about = table("facts")["title_grammar"]["about"]
    before = folded(segment)[: match.start()].split()
    if before and rule.get("article") and before[0] in ("die", "the"):
        before = before[1:]
    behind = folded(segment)[match.end() :].split()
    verb = _is_verb(segment, behind)
    return not verb and not any(word in about for word in before)


def _is_verb(segment: str, behind: list[str]) -> bool:
    """Tell "Newsletter abonnieren" from "Newsletter Mai" and "Leitfaden für Kommunen"."""
    words = segment.split()[-len(behind) :] if behind else []
    grammar = (*table("facts")["title_grammar"]["about"], "und", "and", "bis", "nr.")
    first = words[0] if words else ""
    if not first[:1].islower() or first.lower() in grammar:
        return False
    return len(words) == 1 or bool(_FINITE.search(first))


@cache
def _words(rule: str, place: str) -> re.Pattern[str] | None:
    rows = [row for row in table("facts")["types"] if row["name"] == rule]
    words = "|".join(re.escape(folded(word)) for row in rows for word in row.get(place, ()))
    return re.compile(rf"(?:{words}){_INFLECTED}") if words else None
