"""Dates and times of day in German and English spelling, as exact as they are. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.verification.fact import Fact, Kind

_NAMES = (
    "januar jänner january jan", "februar february feb", "märz march mär mrz mar", "april apr",
    "mai may", "juni june jun", "juli july jul", "august aug", "september sept sep",
    "oktober october okt oct", "november nov", "dezember december dez dec",
)  # fmt: skip
_MONTHS = {name: str(at) for at, names in enumerate(_NAMES, start=1) for name in names.split()}
_ANY = "|".join(sorted(_MONTHS, key=len, reverse=True))
_MONTH = rf"(?P<month>(?i:{_ANY}))\b\.?"
_YEAR = r"(?:1[89]|20)\d\d(?!\d)"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_PART_WORDS = {
    "frühjahr": "spring", "frühling": "spring", "spring": "spring", "springtime": "spring",
    "sommer": "summer", "summer": "summer", "herbst": "autumn", "autumn": "autumn",
    "winter": "winter", "anfang": "begin", "beginn": "begin", "beginning of": "begin",
    "early": "begin", "mitte": "middle", "mid": "middle", "ende": "end", "end of": "end",
    "late": "end",
}  # fmt: skip
_SEASONS = "|".join(
    word for word in _PART_WORDS if _PART_WORDS[word] not in ("begin", "end", "middle")
)
_WEEKDAYS = (
    "montag monday", "dienstag tuesday", "mittwoch wednesday", "donnerstag thursday",
    "freitag friday", "samstag sonnabend saturday", "sonntag sunday",
)  # fmt: skip
_WEEKDAY = {name: f"day{at}" for at, names in enumerate(_WEEKDAYS) for name in names.split()}
_BEFORE = (
    rf"(?:\b(?P<part>(?i:{'|'.join(_PART_WORDS)}))[ -]"
    r"(?:des\s|of\s|the\s|Jahres\s|year\s|im\s|Jahr\s)*)?"
)
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"(?<![\d.,])(?P<y>{_YEAR})-(?P<m>0[1-9]|1[0-2])-(?P<d>{_DAY})(?!\d)",
        rf"(?<![\d.,])(?P<d>{_DAY})\.\s?(?P<m>0?[1-9]|1[0-2])\.(?:\s?(?P<y>{_YEAR}|\d\d(?!\d)))?(?![\d])",
        rf"(?<![\d.,])(?P<d>{_DAY})(?:\.|st|nd|rd|th)?\s(?:of\s)?{_MONTH}(?:,?\s(?P<y>{_YEAR}))?",
        rf"\b{_MONTH}\s(?P<d>{_DAY})(?:st|nd|rd|th)?(?!\d)(?!\.?\s?(?:Uhr|%))(?:,?\s(?P<y>{_YEAR}))?",
        rf"{_BEFORE}\b{_MONTH},?\s(?:des\sJahres\s|of\s)?(?P<y>{_YEAR})",
        rf"(?<![\d.,/])(?P<m>0?[1-9]|1[0-2])/(?P<y>{_YEAR})",
        rf"\b(?P<q>[1-4IV]+)\.?\s(?:Quartal|Halbjahr)\s(?P<y>{_YEAR})",
        rf"{_BEFORE}(?<![\d.,:])(?P<y>{_YEAR})(?![.,]\d)(?!\s?(?:€|Euro|EUR|Prozent|%))",
        rf"\b(?P<part>(?i:{_SEASONS}))\b",
        r"\b(?P<weekday>(?i:" + "|".join(_WEEKDAY) + r"))s?\b",
    )
)
# "May" and "March" alone are words of another meaning; German months alone are none.
_MONTH_ALONE = re.compile(
    r"\b(?P<month>Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"
    r"|January|February|June|July|October|December|(?<=in )May|(?<=in )March)\b"
)
_SPAN = re.compile(
    r"(?<![\d.,])(?P<first>(?:19|20)\d\d)\s?[/–-]\s?(?P<last>(?:20)\d\d|\d\d)(?![\d-])"
)
_TIME = re.compile(
    r"(?<![\d.,])(?P<h>[01]?\d|2[0-4])(?:[.:](?P<min>[0-5]\d))?"
    r"(?=\s?(?:Uhr|o'clock|[ap]\.?m\.?\b)|\s?(?:bis|–|-|und)\s?\d\d?(?:[.:]\d\d)?\sUhr)"
)
_CLOCK = re.compile(r"(?<![\d.,:])(?P<h>[01]?\d|2[0-3]):(?P<min>[0-5]\d)(?![\d:])")
_ROMAN = {"I": "1", "II": "2", "III": "3", "IV": "4"}
_CENTURY_FROM = 70  # two figures of a year from here on belong to the last century


def find(text: str, language: str) -> Iterator[Fact]:
    """Yield the dates and times of `text`; no place is read twice."""
    del language  # both languages are read alike
    taken = text
    for fact in _all(text):
        if "\x01" not in taken[fact.start : fact.end]:
            yield fact
            taken = f"{taken[: fact.start]}{chr(1) * (fact.end - fact.start)}{taken[fact.end :]}"


_SIGNS = re.compile(rf"\d|(?i:\b(?:{_SEASONS}|{'|'.join(_WEEKDAY)})|{_ANY})")


def _all(text: str) -> Iterator[Fact]:
    if not _SIGNS.search(text):
        return
    for found in _SPAN.finditer(text):
        yield from _years(found)
    for form in _FORMS:
        for found in form.finditer(text):
            yield _date(found)
    for found in _MONTH_ALONE.finditer(text):
        yield _date(found)
    for clock in (_TIME, _CLOCK):
        for found in clock.finditer(text):
            value = (str(int(found["h"])), str(int(found["min"] or 0)))
            yield Fact(Kind.TIME, value, found.start(), found.end(), found.group())


def _years(found: re.Match[str]) -> Iterator[Fact]:
    first, last = found["first"], found["last"]
    whole = last if len(last) > len("17") else first[:2] + last
    if first < whole:
        middle = found.start("first") + len(first)
        yield Fact(Kind.DATE, (first, "", "", ""), found.start(), middle, first)
        yield Fact(Kind.DATE, (whole, "", "", ""), found.start("last"), found.end(), last)


def _date(found: re.Match[str]) -> Fact:
    held = {name: value for name, value in found.groupdict().items() if value}
    month = _MONTHS[held["month"].lower()] if "month" in held else str(int(held.get("m", "0")))
    day = str(int(held.get("d", "0")))
    part = _part(held, found.group())
    value = (_whole_year(held.get("y", "")), "" if month == "0" else month)
    return Fact(
        Kind.DATE,
        (*value, "" if day == "0" else day, part),
        found.start(),
        found.end(),
        found.group(),
    )


def _part(held: dict[str, str], words: str) -> str:
    if "weekday" in held:
        return _WEEKDAY[held["weekday"].lower()]
    if "q" in held:
        number = _ROMAN.get(held["q"], held["q"])
        return f"{'quarter' if 'Quartal' in words else 'half'}{number}"
    return _PART_WORDS[held["part"].lower()] if "part" in held else ""


def _whole_year(year: str) -> str:
    if len(year) != len("21"):
        return year
    return f"{'19' if int(year) >= _CENTURY_FROM else '20'}{year}"
