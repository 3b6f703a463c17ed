"""Dates and numbers in their variants → one term each, the same for documents and questions. Pure.

"1. Juli 2021", "01.07.2021" and "July 1, 2021" all give ``#2021-07-01`` and, wider, ``#2021-07``;
"1.200.000" and "1,2 Mio." give ``1200000``, which is how it stands without marks; "7,52" and "7.52"
give ``#7.52``. Numbers in words are forms of concepts (`numerals`). Telephone numbers, dotted
numbers of sections and plain integers give nothing: their words say it already.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

_MONTH_NAMES = (
    "januar jänner january jan", "februar february feb", "märz march mär mrz mar", "april apr",
    "mai may", "juni june jun", "juli july jul", "august aug", "september sep sept",
    "oktober october okt oct", "november nov", "dezember december dez dec",
)  # fmt: skip
_MONTHS = {name: at for at, names in enumerate(_MONTH_NAMES, start=1) for name in names.split()}
# Case is ignored in ASCII only: to Python "İ" is an "i" too, but no month is written with it.
_ANY_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True)).replace("ä", "[äÄ]")
_MONTH = rf"(?P<month>(?ai:{_ANY_MONTH}))\b\.?"
_BLANK = r"[ \u00a0\u202f]"
_YEAR = r"(?:19|20)\d\d(?!\d)"
_DOTTED = re.compile(rf"(?P<d>\d\d?)\.(?P<m>\d\d?)\.(?P<y>{_YEAR}|\d\d)(?!\d)")
_SPACED = re.compile(rf"(?P<d>\d\d?)\.{_BLANK}?(?P<m>\d\d?)\.{_BLANK}?(?P<y>{_YEAR})")
_NAMED = re.compile(rf"(?P<d>\d\d?)(?:\.|st|nd|rd|th)?\s(?:of\s)?{_MONTH},?\s(?P<y>{_YEAR})")
_ISO = re.compile(rf"(?P<y>{_YEAR})-(?P<m>\d\d)-(?P<d>\d\d)(?!\d)")
_NUMBERED_MONTH = re.compile(rf"(?P<m>\d\d?)/(?P<y>{_YEAR})")
# Read backwards from a year: "Juli 2021", "July 1, 2021".
_BEFORE_YEAR = re.compile(rf"\b{_MONTH},?\s(?:(?P<d>\d\d?)(?:st|nd|rd|th)?,?\s)?$")
_REACH = 20  # characters before a year in which its month stands
_YEARS = re.compile(rf"(?P<first>{_YEAR})\s?[/–-]\s?(?P<last>{_YEAR}|\d\d(?![\d-]))")
_LONGEST_SPAN = 5  # years
_CENTURY_FROM = 70  # two figures of a year from here on belong to the last century
_DIALLED = re.compile(r"[\d)]\s$")  # "030 123 456" and "(030) 123 456" are no amounts
_SPACE_GROUPS = re.compile(rf"[1-9]\d{{0,2}}(?:{_BLANK}\d{{3}})+(?!\d|{_BLANK}\d)")
_GROUPS = re.compile(r"([1-9]\d{0,2}(?:([.,'’])\d{3})(?:\2\d{3})*)(?:(?!\2)[.,](\d{1,2}))?")
_DECIMAL = re.compile(r"\d+[.,]\d+")
_POWERS = {
    "tsd": 3, "tausend": 3, "thousand": 3, "mio": 6, "million": 6, "millionen": 6, "mrd": 9,
    "milliarde": 9, "milliarden": 9, "bn": 9, "billion": 12, "billionen": 12,
}  # fmt: skip
_POWER = re.compile(rf"\s?(?P<word>(?ai:{'|'.join(sorted(_POWERS, key=len, reverse=True))}))\b\.?")
# Where a date or an amount may begin: at figures with marks between them, behind what may be a
# month, before a month, a power, a sign or further figures. None begins behind a letter, a sign or
# a part of a longer number or of a file's name. No figure is read twice: time stays linear.
_RUN = re.compile(
    r"\d(?<![\w+#.,:]\d)(?<!\d[-/–]\d)(?<!\d\)\d)\d*+"
    rf"(?:(?:[.,'’]\d++)++|(?<=[\w.,]\s(?:19|20)\d\d)|(?=[-/–]\d|\.?{_BLANK}\d"
    r"|(?:\.|st|nd|rd|th)?\s(?:of\s)?(?i:jan|jän|feb|m[aä]r|apr|ma[iy]|ju[nl]|aug|sep|o[kc]t|nov|de[cz])"
    rf"|\s?(?i:{'|'.join(sorted({power[:2] for power in _POWERS}))})))"
)
_LONGEST = 15  # figures of an amount


@dataclass(frozen=True, slots=True)
class Number:
    """A date or an amount at ``start..end`` (code points of the text).

    `terms` are what a text that holds it is found by, the most exact first; `asked` are those
    that a question for it asks for, each for itself.
    """

    start: int
    end: int
    terms: tuple[str, ...]
    asked: tuple[str, ...]


def find_numbers(text: str, language: str | None) -> Iterator[Number]:
    """Yield the dates and amounts of `text` in order.

    Args:
        text: Any text, cleaned (see `retrieval.folding`).
        language: Decides what a single mark before three figures means: "1.200" is twelve hundred
            in German and one and a fifth in English. German where it is not known.
    """
    done = 0
    for run in _RUN.finditer(text):
        if run.start() < done:
            continue
        number = _read(text, run, english=language == "en")
        if number is not None:
            done = number.end
            yield number


def without_numbers(text: str, language: str | None) -> str:
    """Return `text` with a blank in the place of each date and each amount."""
    parts: list[str] = []
    at = 0
    for number in find_numbers(text, language):
        parts.append(text[at : number.start])
        at = max(at, number.end)
    return " ".join((*parts, text[at:]))


def _read(text: str, run: re.Match[str], *, english: bool) -> Number | None:
    start, figures = run.start(), run.group()
    if not figures.isdigit():
        return _dotted(text, start) or _amount(text, run, english=english)
    if len(figures) == len("2021") and figures[:2] in ("19", "20"):
        return _from_year(text, run)
    if len(figures) <= len("31"):
        for form in (_NAMED, _SPACED, _NUMBERED_MONTH):
            if found := form.match(text, start):
                return _date(found)
    return _amount(text, run, english=english)


def _dotted(text: str, start: int) -> Number | None:
    found = _DOTTED.match(text, start)
    return _date(found) if found else None


def _from_year(text: str, run: re.Match[str]) -> Number | None:
    if found := _ISO.match(text, run.start()):
        return _date(found)
    if found := _YEARS.match(text, run.start()):
        return _years(found)
    found = _BEFORE_YEAR.search(text, max(0, run.start() - _REACH), run.start())
    if found is None:
        return None
    month = _MONTHS[found["month"].lower()]
    return _dated(found.start(), run.end(), (run.group(), month, int(found["d"] or 0)))


def _date(found: re.Match[str]) -> Number | None:
    held = found.groupdict()
    month = _MONTHS[held["month"].lower()] if held.get("month") else int(held["m"])
    return _dated(found.start(), found.end(), (held["y"], month, int(held.get("d") or 0)))


def _dated(start: int, end: int, parts: tuple[str, int, int]) -> Number | None:
    """Make a date of year, month and day (0: none); None where the calendar has no such day."""
    year, month, day = parts
    if not 1 <= month <= len(_MONTH_NAMES) or day > 31:  # noqa: PLR2004  # days of a month
        return None
    plain = _whole_year(year)
    wide = f"#{plain}-{month:02}"
    exact = (f"{wide}-{day:02}",) if day else ()
    added = () if year == plain else (plain,)
    return Number(start, end, (*exact, wide, *added), ((exact or (wide,))[0], plain))


def _whole_year(year: str) -> str:
    if len(year) > len("21"):
        return year
    return f"{'19' if int(year) >= _CENTURY_FROM else '20'}{year}"


def _years(found: re.Match[str]) -> Number | None:
    """Read "2016/17" and "2016–2018": every year of the span, those written in full left out."""
    first, last = int(found["first"]), found["last"]
    until = int(last) if len(last) > len("17") else first - first % 100 + int(last)
    if not first < until <= first + _LONGEST_SPAN:
        return None
    years = [str(year) for year in range(first, until + 1)]
    return Number(
        found.start(), found.end(), tuple(y for y in years[1:] if y != last), (years[0], years[-1])
    )


def _amount(text: str, run: re.Match[str], *, english: bool) -> Number | None:
    grouped = None
    if run.group().isdigit() and not _DIALLED.search(text, max(0, run.start() - 2), run.start()):
        grouped = _SPACE_GROUPS.match(text, run.start())
    figures, end = (grouped.group(), grouped.end()) if grouped else (run.group(), run.end())
    value = _value(figures, english=english)
    if value is None or len(figures) > _LONGEST:
        return None
    if power := _POWER.match(text, end):
        value = value.scaleb(_power(power["word"], english=english))
        end = power.end()
    elif figures.isdigit():
        return None
    term = _term(value)
    return Number(run.start(), end, (term,), (term,))


def _power(word: str, *, english: bool) -> int:
    name = word.lower()
    return 9 if english and name == "billion" else _POWERS[name]


def _value(figures: str, *, english: bool) -> Decimal | None:
    plain = "".join(figures.split())
    if plain.isdigit():
        return Decimal(plain)
    groups = _GROUPS.fullmatch(figures)
    # One mark before three figures is a thousand in one language and a fraction in the other.
    if groups and (groups[3] or figures.count(groups[2]) > 1 or groups[2] != ".,"[not english]):
        whole = re.sub(r"\D", "", groups[1])
        return Decimal(f"{whole}.{groups[3] or 0}")
    return Decimal(figures.replace(",", ".")) if _DECIMAL.fullmatch(figures) else None


def _term(value: Decimal) -> str:
    plain = f"{value.normalize():f}"
    return f"#{plain}" if "." in plain else plain


def numerals() -> Mapping[str, tuple[str, ...]]:
    """Return the German and English words for 2 to 99 and their figures.

    One is left out, which German writes as its article, and eight, which German takes for "heed".
    """
    return {str(value): words for value, words in _numerals() if value not in (1, 8)}


_ONES = (
    ("ein", "one"), ("zwei", "two"), ("drei", "three"), ("vier", "four"), ("fünf", "five"),
    ("sechs", "six"), ("sieben", "seven"), ("acht", "eight"), ("neun", "nine"),
)  # fmt: skip
_TEENS = (
    ("zehn", "ten"), ("elf", "eleven"), ("zwölf", "twelve"), ("dreizehn", "thirteen"),
    ("vierzehn", "fourteen"), ("fünfzehn", "fifteen"), ("sechzehn", "sixteen"),
    ("siebzehn", "seventeen"), ("achtzehn", "eighteen"), ("neunzehn", "nineteen"),
)  # fmt: skip
_TENS = (
    ("zwanzig", "twenty"), ("dreißig", "thirty"), ("vierzig", "forty"), ("fünfzig", "fifty"),
    ("sechzig", "sixty"), ("siebzig", "seventy"), ("achtzig", "eighty"), ("neunzig", "ninety"),
)  # fmt: skip


def _numerals() -> Iterator[tuple[int, tuple[str, ...]]]:
    yield from enumerate((*_ONES, *_TEENS), start=1)
    for ten, (german, english) in enumerate(_TENS, start=2):
        yield 10 * ten, (german, english)
        for one, (unit, digit) in enumerate(_ONES, start=1):
            yield 10 * ten + one, (f"{unit}und{german}", f"{english} {digit}")
