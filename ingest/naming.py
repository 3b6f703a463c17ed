"""Names of organisations and Bundesländer in a text, also where OCR misread them. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from ingest.tables import table

# What an English OCR model makes of German letters (counted on texts it read).
_MISREAD = {
    "ä": "(?:ä|ae|a|d|é|&)",
    "ö": "(?:ö|oe|o|é|6)",
    "ü": "(?:ü|ue|u|ii|i|li|il|ti)",
    "ß": "(?:ß|ss|B|R|8|f)",
}
_MASKED = re.compile(r"Berlin[-‐–/ ]{1,3}Brandenburg", re.IGNORECASE)
_ABBREVIATION = re.compile(r"^[A-ZÄÖÜa-z.&\s]{2,10}$")
_PLACE_OF_PRINT = r"(?!,?\s\(?(?:19|20)\d{2})"


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation of the field: the name to show and the Land it belongs to."""

    name: str
    region: str | None = None


def organisation_in(text: str) -> Organisation | None:
    """Return the first organisation named in `text`, None without one."""
    hits = [
        (match.start(), -match.end(), index)
        for index, (pattern, _) in enumerate(_organisations())
        if (match := pattern.search(text))
    ]
    if not hits:
        return None
    pattern, row = _organisations()[min(hits)[2]]
    match = pattern.search(text)
    land = match["land"] if match and "land" in pattern.groupindex else None
    region = next(iter(regions_in(land)), None) if land else row.get("region")
    name = f"{row['name']} {region}" if land and region else row["name"]
    return Organisation(str(name), region)


def is_organisation(text: str) -> bool:
    """Tell whether a line is nothing but the name of an organisation."""
    return any(pattern.fullmatch(text.strip()) for pattern, _ in _organisations())


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


def tolerant(name: str) -> str:
    """Build a pattern for `name` that accepts misread umlauts and any white space or hyphen."""
    parts = (_MISREAD.get(char, re.escape(char)) for char in name.lower())
    return "".join(parts).replace(r"\ ", r"\s+").replace(r"\-", r"[-‐–]\s?")


@cache
def _organisations() -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    """Pair a pattern with each name and other name of the table."""
    land = rf"(?:\s+(?:in\s+)?(?P<land>{_region_names()}))?"
    return [
        (_pattern(name, land if row.get("land") else ""), row)
        for row in table("facts")["organisations"]
        for name in [row["name"], *row.get("also", [])]
    ]


def _pattern(name: str, tail: str = "") -> re.Pattern[str]:
    if _ABBREVIATION.match(name) and sum(map(str.isupper, name)) > 1:
        return re.compile(rf"(?<![\w.@-]){re.escape(name)}(?![\w@])")  # case tells it from a word
    return re.compile(rf"(?<!\w){tolerant(name)}{tail}(?!\w)", re.IGNORECASE)


def _region_names() -> str:
    names = [row["name"] for row in table("facts")["regions"]]
    return "|".join(tolerant(name) for name in sorted(names, key=len, reverse=True))


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
        groups.append(f"(?P<r{index}_{place}>{pattern}{_PLACE_OF_PRINT if city else ''})")
    return re.compile(rf"(?<![\w-])(?:{'|'.join(groups)})(?!\w)")
