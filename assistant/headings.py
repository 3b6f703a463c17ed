"""What a heading says without its place in the document. Pure."""

from __future__ import annotations

import re

# "Schritt 1: ", "Frage 4 – ", "2.3 ", "1. "; "10 Kriterien" counts what it names and stays.
_PLACE = re.compile(r'(?:[A-ZÄÖÜ]\w+ \d+\s*[:.)–-]|\d+(?:\.\d+)+\.?|\d+[.)])\s+(?=[„"(]?[A-ZÄÖÜ])')


def uncounted(heading: str) -> str:
    """Return `heading` without the number or the step in front of it."""
    return _PLACE.sub("", heading, count=1) if _PLACE.match(heading) else heading
