"""Names of organisations and Bundesländer in a text, also where OCR misread them. Pure.

Organisations of the field stand in a table; others are told by their form ("… e. V.", "Landkreis
…") where a line is nothing but a name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from ingest.facts.tables import table

# What an English OCR model makes of German letters (counted on texts it read).
_MISREAD = {
    "ä": "(?:ä|ae|a|d|é|&)",
    "ö": "(?:ö|oe|o|é|6)",
    "ü": "(?:ü|ue|u|ii|i|li|il|ti)",
    "ß": "(?:ß|ss|B|R|8|f)",
}
_MASKED = re.compile(r"Berlin[-‐–/ ]{1,3}Brandenburg", re.IGNORECASE)
_ABBREVIATION = re.compile(r"^[A-ZÄÖÜa-z.&\s]{2,10}$")
_PLACE_OF_PRINT = (
    r"(?!,?\s\(?(?:19|20)\d{2}|,\s(?:den\s|im\s)?(?:\d{1,2}\.|[A-Za-zäÄ]{3,9}\s(?:19|20)\d{2}))"
)
_ADDRESS = r"(?<!\d{5} )"
_MAX_NAME = 110
# Words of a name: capitalised ones, small connecting words, an adjective behind "für" or "und".
_NAME_LINE = re.compile(
    r"(?:[A-ZÄÖÜ0-9][\w&.'’+/-]*|[&–|,·-]|e\.|V\.|"
    r"(?:für|und|u\.)(?: [a-zäöüß]{4,}(?:e|en|er|es))?|der|des|die|das|dem|den|im|in|am|an|zur|zum|"
    r"von|vom|beim|of|for|and|the|mbH|gGmbH|gUG|eG)(?:[,:]?(?: |$)|$)"
)
_ADJECTIVE = re.compile(r"(?:sches|sche|er|ches)$")
_MAX_SHORT_FORM = 5  # "kreis" also ends "Arbeitskreis", "stadt" also "Werkstadt"
_JOINING = {"und", "&", "–", "-", "and", "oder", "·", "|"}
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation of the field: the name to show and the Land it belongs to."""

    name: str
    region: str | None = None


def organisation_in(text: str) -> Organisation | None:
    """Return the first organisation of the table named in `text`, None without one."""
    found = organisation_span(text)
    return found[0] if found else None


def organisation_span(text: str) -> tuple[Organisation, int, int] | None:
    """Return the first organisation of the table in `text` with the place of its name."""
    hits = [
        (match.start(), -match.end(), index)
        for index, (pattern, _) in enumerate(_organisations())
        if (match := pattern.search(text))
    ]
    if not hits:
        return None
    start, end, index = min(hits)
    pattern, row = _organisations()[index]
    match = pattern.search(text)
    land = match["land"] if match and "land" in pattern.groupindex else None
    region = next(iter(regions_in(land)), None) if land else row.get("region")
    name = f"{row['name']} {region}" if land and region else row["name"]
    return Organisation(str(name), region), start, -end


def is_organisation(text: str) -> bool:
    """Tell whether a line is nothing but the name of an organisation of the table."""
    return any(pattern.fullmatch(text.strip()) for pattern, _ in _organisations())


def organisation_by_form(line: str) -> Organisation | None:
    """Return the organisation whose name the line is, told by legal form or kind of body.

    Args:
        line: One line of a masthead or imprint; a sentence or heading is no name.
    """
    name = " ".join(line.split()).strip(" |·–-")
    if not 0 < len(name) <= _MAX_NAME or _YEAR.search(name) or name[0].islower():
        return None
    if not _is_name(name):
        return None
    low = name.lower()
    forms = table("facts")["organisation_forms"]
    ends = any(low.endswith((f" {form}", f" {form},")) for form in forms["endings"])
    if not (ends or _begins_with(low, forms["beginnings"])):
        return None
    regions = list(regions_in(name))
    return Organisation(name, regions[0] if len(regions) == 1 else None)


def _begins_with(low: str, beginnings: list[str]) -> bool:
    """Tell whether a name begins as bodies are called: "landkreis …", "thüringer ministerium …"."""
    words = low.split()
    skip = 1 if _ADJECTIVE.search(words[0]) else 0
    for form in beginnings:
        length = len(form.split())
        for first in range(skip + 1):
            found = " ".join(words[first : first + length])
            following = words[first + length : first + length + 1]
            fits = found == form or (len(form) > _MAX_SHORT_FORM and found.endswith(form))
            if fits and following and following[0] not in _JOINING:
                return True
    return False


def _is_name(text: str) -> bool:
    at = 0
    while at < len(text):
        word = _NAME_LINE.match(text, at)
        if word is None or word.end() == at:
            return False
        at = word.end()
    return True


def regions_in(text: str, *, cities: bool = True) -> dict[str, int]:
    """Count the Bundesländer a text names.

    Args:
        text: Any text; "Berlin-Brandenburg" is a name of organisations and not counted.
        cities: Count Berlin, Hamburg and Bremen too, whose names are also names of cities.

    Returns:
        The names in the order of their first mention, with the number of mentions.
    """
    counts: dict[str, int] = {}
    for match in _regions().finditer(_MASKED.sub(" ", text)):
        row = table("facts")["regions"][int(str(match.lastgroup)[1:].split("_")[0])]
        if cities or not row.get("city"):
            counts[row["name"]] = counts.get(row["name"], 0) + 1
    return counts


def region_names() -> tuple[str, ...]:
    """Return the names of the Bundesländer."""
    return tuple(row["name"] for row in table("facts")["regions"])


def tolerant(name: str) -> str:
    """Build a pattern for `name` that accepts misread umlauts and any white space or hyphen."""
    parts = (_MISREAD.get(char, re.escape(char)) for char in name.lower())
    return "".join(parts).replace(r"\ ", r"\s+").replace(r"\-", r"[-‐–]\s?")


@cache
def _organisations() -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    """Pair a pattern with each name and other name of the table."""
    land = rf"(?:\s+(?:in\s+)?(?P<land>{_region_patterns()}))?"
    return [
        (_pattern(name, land if row.get("land") else ""), row)
        for row in table("facts")["organisations"]
        for name in [row["name"], *row.get("also", [])]
    ]


def _pattern(name: str, tail: str = "") -> re.Pattern[str]:
    if _ABBREVIATION.match(name) and sum(map(str.isupper, name)) > 1:
        return re.compile(rf"(?<![\w.@-]){re.escape(name)}(?![\w@])")  # case tells it from a word
    return re.compile(rf"(?<!\w){tolerant(name)}{tail}(?!\w)", re.IGNORECASE)


def _region_patterns() -> str:
    names = sorted(region_names(), key=len, reverse=True)
    return "|".join(map(tolerant, names))


@cache
def _regions() -> re.Pattern[str]:
    named = [
        (name, index, bool(row.get("city")))
        for index, row in enumerate(table("facts")["regions"])
        for name in [row["name"], *row.get("also", [])]
    ]
    named.sort(key=lambda entry: len(entry[0]), reverse=True)
    groups = []
    for place, (name, index, city) in enumerate(named):  # longest first: "Sachsen-Anhalt"
        pattern = name if name.isupper() else f"(?i:{tolerant(name)}s?)"
        if city:  # no place of print, no address
            pattern = f"{_ADDRESS}{pattern}{_PLACE_OF_PRINT}"
        groups.append(f"(?P<r{index}_{place}>{pattern})")
    return re.compile(rf"(?<![\w-])(?:{'|'.join(groups)})(?!\w)")
