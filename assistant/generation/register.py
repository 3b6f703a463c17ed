"""In which register an answer is wanted. Pure."""

from __future__ import annotations

import re
from enum import StrEnum


class Style(StrEnum):
    """The register of an answer."""

    STANDARD = "standard"
    SIMPLE = "simple"


_WANTED = re.compile(
    r"\b(?:in|auf|mit)\s+(?:(?:ganz|sehr|bitte)\s+)?(?:einfache[rnm]?|leichte[rnm]?|simple[rnm]?)"
    r"\s+(?:sprache|worten?|wörtern|deutsch|sätzen)\b"
    r"|\b(?:in|using)\s+(?:plain|simple|easy)\s+(?:language|english|words|terms)\b",
    re.IGNORECASE,
)
# Who asks for a leaflet in Leichte Sprache wants the leaflet.
_OFFERED = re.compile(
    r"\bgibt es\b|\bgibt'?s\b|\bwo (?:finde|finden|bekomme|bekommen|gibt|liegt|kann|können)\b"
    r"|\bwelche\w*\b|\bhabe?n? (?:sie|ihr)\b|\bbiete\w*\b|\bliegt\b|\bist\b.*\b(?:verfügbar"
    r"|erhältlich|veröffentlicht|erschienen)\b|\bis there\b|\bare there\b|\bwhere (?:can|do)\b"
    r"|\bwhich\b|\bdo you have\b",
    re.IGNORECASE,
)
_TOLD = re.compile(
    r"\b(?:erklär\w*|beschreib\w*|antworte\w*|sag\w*|nenn\w*|fass\w*|schreib\w*|bitte|explain"
    r"|describe|answer|tell|please|summari[sz]e)\b",
    re.IGNORECASE,
)


_ASIDE = re.compile(
    rf"(?:[,;–-]?\s*(?:bitte|und zwar|please)\s*)?(?:[,;–-]\s*)?(?:{_WANTED.pattern})"
    r"(?:\s*,?\s*(?:bitte|erklärt|beschrieben|please|explained))?",
    re.IGNORECASE,
)


def without_style(question: str) -> str:
    """Return the question without the words that ask for a register; they are no subject."""
    plain = " ".join(_ASIDE.sub(" ", question).split()).strip(" ,;:–-")
    plain = re.sub(r"([?.!])[\s.,!]+$|\s+(?=[?.!,])", r"\1", plain)
    return plain if any(char.isalnum() for char in plain) else question


def style_of(question: str, asked: Style = Style.STANDARD) -> Style:
    """Return the register that a question wants: the one `asked` for, or what it says itself.

    "Was ist eine KGK, in einfacher Sprache?" asks for simple words; "Gibt es den Leitfaden in
    Leichter Sprache?" asks for a document.
    """
    if asked is Style.SIMPLE or not _WANTED.search(question):
        return asked
    offered = _OFFERED.search(question) and not _TOLD.search(question)
    return Style.STANDARD if offered else Style.SIMPLE
