"""Numbers, percentages and money, in figures and in words. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache, lru_cache

from assistant.verification.fact import Fact, Kind
from retrieval.numbers import numerals

_BLANK = r"[ \u00a0\u202f]"
_FIGURES = re.compile(
    rf"(?<![\w.,§])(?<![^\W\d_]-)(?:\d{{1,3}}(?:{_BLANK}\d{{3}})+(?!\d)|\d+(?:[.,'’]\d+)*)(?![\d])"
)
_THOUSANDS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
_POWERS = {
    "tsd": 3, "tausend": 3, "thousand": 3, "mio": 6, "million": 6, "millionen": 6, "millions": 6,
    "mrd": 9, "milliarde": 9, "milliarden": 9, "bn": 9, "billion": 9,
}  # fmt: skip
_POWER = re.compile(
    rf"{_BLANK}?-?(?P<power>(?ai:{'|'.join(sorted(_POWERS, key=len, reverse=True))}))\b\.?"
)
_UNIT = re.compile(
    rf"{_BLANK}*-?(?:(?P<percent>%|Prozent|prozentig\w*|percent|per{_BLANK}cent)"
    r"|(?P<money>€|Euros?\b|EUR\b|euros?\b|US-Dollar|Dollar|\$|DM\b)|(?P<cent>Cents?\b|ct\b))"
)
_SIGN_BEFORE = re.compile(rf"(?:€|EUR|\$){_BLANK}?$")
_ORDINAL = re.compile(r"(?:\.(?=\s[A-ZÄÖÜa-zäöü])(?!\s(?:Mio|Mrd|Tsd))|(?:st|nd|rd|th)\b)")
_ORDINALS = (
    "erst first", "zweit second", "dritt third", "viert fourth", "fünft fifth", "sechst sixth",
    "siebt seventh", "acht eighth", "neunt ninth", "zehnt tenth", "elft eleventh", "zwölft twelfth",
)  # fmt: skip
_SHARES = {
    "hälfte": "50", "half": "50", "halb": "50", "viertel": "25", "quarter": "25", "drittel": "33.3",
    "third": "33.3", "fünftel": "20", "zehntel": "10",
}  # fmt: skip
_MORE = {"hundert": "100", "hundred": "100", "tausend": "1000", "thousand": "1000"}
# Words that say a number by the way; they may prove one and are not asked for one.
_HIDDEN = {
    "beide": "2", "both": "2", "doppelt": "2", "double": "2", "doubles": "2", "twice": "2",
    "zweifach": "2", "paar": "2", "jahrzehnt": "10", "decade": "10", "decades": "10",
    "dutzend": "12",
    "vierteljährlich": "3", "quarterly": "3", "halbjährlich": "6", "jährlich": "1",
    "zunächst": "1", "anfang": "1", "beginn": "1", "erstmals": "1", "erstmalig": "1", "start": "1",
    "allererst": "1",
}  # fmt: skip
_ENDS = r"(?:er|en|em|es|e|n|r|s|m)?"
_COMPOUND = (
    r"(?:stündig|tägig|wöchig|monatig|jährig|jährlich|fach|mal|seitig|köpfig|teilig|stufig|gliedrig"
    r"|ter|te)"
)
_LETTERS = re.compile(r"[^\W\d_]{3,}")
_ONE = re.compile(r"\b(?:eine?[nmrs]?|eins|one)\b", re.IGNORECASE)
_EIGHT = re.compile(r"\b[Aa]cht(?=\s[A-ZÄÖÜ]|\sder\s|\svon\s|\sweitere)")


def find(text: str, language: str) -> Iterator[Fact]:
    """Yield the amounts of `text`, in figures first."""
    for found in _FIGURES.finditer(text):
        yield _in_figures(text, found, english=language == "en")
    yield from _in_words(text)
    for found in _ONE.finditer(text):
        yield _measured(text, Decimal(1), found, weak=True)


def _in_figures(text: str, found: re.Match[str], *, english: bool) -> Fact:
    fact = _measured(text, _meant(text, found, english=english), found)
    if fact.kind is Kind.NUMBER and found.group().isdigit() and _ORDINAL.match(text, found.end()):
        return Fact(Kind.ORDINAL, fact.value, fact.start, fact.end, fact.words)
    return fact


def _measured(text: str, value: Decimal, found: re.Match[str], *, weak: bool = False) -> Fact:
    """Read what stands behind a number: a power of ten and a unit."""
    end, kind = found.end(), Kind.NUMBER
    if power := _POWER.match(text, end):
        value, end = value.scaleb(_POWERS[power["power"].lower()]), power.end()
    unit = _UNIT.match(text, end)
    if unit:
        end = unit.end()
        kind = Kind.PERCENT if unit["percent"] else Kind.MONEY
        value = value / 100 if unit["cent"] else value
    elif _SIGN_BEFORE.search(text, 0, found.start()):
        kind = Kind.MONEY
    return Fact(kind, (_plain(value),), found.start(), end, text[found.start() : end], weak)


def _plain(value: Decimal) -> str:
    plain = f"{value:f}"
    return (plain.rstrip("0").rstrip(".") if "." in plain else plain) or "0"


def _meant(text: str, found: re.Match[str], *, english: bool) -> Decimal:
    """Return the value of figures in their surroundings.

    Who writes of both languages mixes their marks: "more than 5.000 entries" are thousands in any
    language. Only before a power of ten or a percent sign three places behind a mark are usual.
    """
    unit = _UNIT.match(text, found.end())
    scaled = _POWER.match(text, found.end()) or (unit and unit["percent"])
    if not scaled and _THOUSANDS.fullmatch(found.group()):
        return Decimal(re.sub(r"\D", "", found.group()))
    return _value(found.group(), english=english)


def _value(figures: str, *, english: bool) -> Decimal:
    plain = re.sub(r"[\s'’]", "", figures)
    thousand, point = (",", ".") if english else (".", ",")
    if re.fullmatch(rf"\d{{1,3}}(?:\{thousand}\d{{3}})+(?:\{point}\d+)?", plain):
        plain = plain.replace(thousand, "")
    elif plain.count(thousand) > 1:
        return Decimal(re.sub(r"\D", "", plain))
    plain = plain.replace(",", ".")
    whole, _, rest = plain.partition(".")
    return Decimal(f"{whole}.{rest.replace('.', '')}" if rest else whole)


@cache
def _words() -> tuple[re.Pattern[str], dict[str, tuple[Kind, str, bool]]]:
    """Return an expression for all number words, and what each means."""
    table: dict[str, tuple[Kind, str, bool]] = {}
    for value, spellings in numerals().items():
        table.update(dict.fromkeys(spellings, (Kind.NUMBER, value, False)))
    table.update({word: (Kind.NUMBER, value, False) for word, value in _MORE.items()})
    table.update({word: (Kind.PERCENT, value, False) for word, value in _SHARES.items()})
    table.update({word: (Kind.NUMBER, value, True) for word, value in _HIDDEN.items()})
    for at, names in enumerate(_ORDINALS, start=1):
        german, english = names.split()
        table[f"{german}e"] = table[english] = (Kind.ORDINAL, str(at), False)
    every = "|".join(sorted(map(re.escape, table), key=len, reverse=True))
    return re.compile(rf"(?P<word>(?i:{every}))(?:{_ENDS}|{_COMPOUND}\w*)"), table


@lru_cache(maxsize=50_000)
def _numeral(word: str) -> tuple[Kind, str, bool] | None:
    """Return what a word says as a number, None for any other."""
    expression, table = _words()
    found = expression.fullmatch(word)
    return table[found["word"].lower()] if found else None


def _in_words(text: str) -> Iterator[Fact]:
    for found in _LETTERS.finditer(text):
        meant = _numeral(found.group())
        if meant is None:
            continue
        kind, value, weak = meant
        if kind is Kind.NUMBER:
            yield _measured(text, Decimal(value), found, weak=weak)
        else:
            yield Fact(kind, (value,), found.start(), found.end(), found.group(), weak)
    for found in _EIGHT.finditer(text):
        yield _measured(text, Decimal(8), found)
