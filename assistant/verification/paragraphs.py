"""§ and articles with their parts, and books of the Sozialgesetzbuch, as facts. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from assistant.verification.fact import Fact, Kind
from retrieval.references import LegalReference, books, find_references

_VALUES = r"(\d{1,2}[a-z]?(?:\s*(?:,|und|and|bis|oder|–|-)\s*\d{1,2}[a-z]?)*)"
_SATZ = re.compile(rf"\b(?:Satz|Sätzen?|S\.|sentence)\s*{_VALUES}")
_NUMMER = re.compile(rf"\b(?:Nummern?|Nr\.|Nrn\.|Ziffer|Ziff\.|no\.)\s*{_VALUES}")
_PARTS = re.compile(
    r"(?:,?\s*(?:Abs(?:atz|\.)|subsection|paragraph|para\.|Satz|S\.|sentence|Nr\.|Nummer)"
    r"\s*\(?(?P<value>\d{1,2}[a-z]?)\)?|\s*\((?P<bare>\d{1,2}[a-z]?)\))"
)
_LIST = re.compile(
    r"Abs(?:atz|ätze|ätzen|\.)\s*(?P<list>\d{1,2}[a-z]?(?:\s*(?:,|und|and|bis|–|-)\s*\d{1,2}[a-z]?)+)"
)
_LONGEST_RANGE = 40
_BOOK = re.compile(
    r"(?:SGB|Sozialgesetzbuch)\s?(?:[IVX]+|\d{1,2})\b|(?:\w+te[srn]?)\s+Buch(?:e?s)?(?:\s+(?:des\s+)?"
    r"Sozialgesetzbuch(?:e?s)?)?|[Bb]ook\s(?P<english>[IVX]+|\d{1,2})\b"
)
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV")
_BARE_ABSATZ = re.compile(r"(?:^|\s)(?:Absatz|Abs\.)\s(?P<value>\d{1,2}[a-z]?)\b")


def find(text: str, language: str) -> Iterator[Fact]:
    """Yield each § of `text`, every one of a list or a range, and each book named alone."""
    del language
    found = list(find_references(text))
    for reference in found:
        yield from _facts(text, reference)
    for first, last in pairwise(found):
        between = text[first.end : last.start]
        if re.fullmatch(r"\s*(?:bis|–|-|to)\s*", between):
            yield from _range(first, last)
    rest = text
    for reference in found:
        gap = " " * (reference.end - reference.start)
        rest = f"{rest[: reference.start]}{gap}{rest[reference.end :]}"
    yield from _books(rest)
    for part in _BARE_ABSATZ.finditer(rest):
        value = ("", part["value"], "", "", "")
        yield Fact(Kind.REFERENCE, value, part.start("value"), part.end(), part.group().strip())


def _facts(text: str, reference: LegalReference) -> Iterator[Fact]:
    words = text[reference.start : reference.end]
    satz, nummer = _SATZ.search(words), _NUMMER.search(words)
    absatz = reference.paragraph
    every = _LIST.search(words)
    listed = re.findall(r"\d{1,2}[a-z]?", every["list"]) if every else [absatz]
    law = reference.law
    if not law and (english := _BOOK.search(text[reference.end : reference.end + 25])):
        law = _book_name(english)
    for part in listed:
        number = f"art{reference.number}" if reference.article else reference.number
        value = (number, part, _listed(satz), _listed(nummer), law)
        yield Fact(Kind.REFERENCE, value, reference.start, reference.end, words.strip())


def _listed(found: re.Match[str] | None) -> str:
    """Return the values of "Satz 2 und 3", separated by blanks."""
    return " ".join(re.findall(r"\d{1,2}[a-z]?", found[1])) if found else ""


def _range(first: LegalReference, last: LegalReference) -> Iterator[Fact]:
    """Read "§§ 20d bis 20f" and "§§ 14 bis 18": every § between them."""
    begin, end = re.match(r"(\d+)([a-z]?)", first.number), re.match(r"(\d+)([a-z]?)", last.number)
    if begin is None or end is None:
        return
    law = first.law or last.law
    numbers: list[str] = []
    if begin[1] == end[1]:
        low = ord(begin[2]) if begin[2] else ord("a") - 1
        numbers = [f"{begin[1]}{chr(at)}" for at in range(low + 1, ord(end[2] or "a"))]
    elif 0 < int(end[1]) - int(begin[1]) <= _LONGEST_RANGE:
        numbers = [str(at) for at in range(int(begin[1]) + 1, int(end[1]))]
    for number in numbers:
        yield Fact(
            Kind.REFERENCE, (number, "", "", "", law), first.end, first.end, number, weak=True
        )


def _books(text: str) -> Iterator[Fact]:
    for found in _BOOK.finditer(text):
        if name := _book_name(found):
            yield Fact(Kind.BOOK, (name,), found.start(), found.end(), found.group())


def _book_name(found: re.Match[str]) -> str:
    if english := found["english"]:
        number = english if english.isdigit() else str(_ROMAN.index(english) + 1)
        return f"sgb{number}"
    return next(books(found.group()), "")
