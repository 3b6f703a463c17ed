"""Lines that are nothing but a page number: "7", "| 7", "– 7 –", "Seite 7 von 12", "7/12". Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMBER = re.compile(
    r"(?P<before>[-–—|\s]*)(?P<label>(?:Seite|S\.|Page|Folie|Blatt)\s*)?(?P<number>\d{1,4})"
    r"(?:\s*(?P<parting>von|of|/|\|)\s*\d{1,4})?(?P<after>[-–—|\s]*)",
    re.IGNORECASE,
)
_DASH = re.compile(r"[-–—]")


@dataclass(frozen=True, slots=True)
class PageNumber:
    """The printed number of a page.

    `marked` says that the line cannot well be anything else: it has a word like "Seite", the
    number of all pages or a dash on either side. What is not marked may as well be a year or a
    figure; whether it counts as the pages do has to tell.
    """

    number: int
    marked: bool


def page_number(line: str) -> PageNumber | None:
    """Return the page number that `line` consists of, None where it says anything else."""
    found = _NUMBER.fullmatch(line)
    if found is None:
        return None
    label, parting = found["label"], found["parting"]
    if parting == "|" and not label:
        return None  # two cells of a table
    dashes = _DASH.search(found["before"]) and _DASH.search(found["after"])
    return PageNumber(int(found["number"]), bool(label or parting or dashes))
