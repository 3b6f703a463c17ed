"""Takes out of a question what could tell who asked it. Pure.

Works in German and English by rules: marks of personal data (an @, a telephone's form, "mein Name
ist …", "Frau …", a street with its number) and a list of first names. Where a rule is in doubt it
takes out too much. A question about the asker's own health, faith or the like is not kept at all
(`is_private`, Art. 9 GDPR).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from assistant.feedback.identifiers import LAST_RULES, RULES
from assistant.feedback.sensitive import is_private
from ingest.facts.names import names_in
from ingest.facts.reach import mails_in, phones_in
from ingest.facts.tables import table
from retrieval.analysis import function_words

LONGEST = 500
"""Characters of a kept question; whoever writes more tells a story."""

Span = tuple[int, int]

_INVISIBLE = frozenset(("Cc", "Cf", "Cs", "Co", "Cn"))
_MARK = re.compile(r"\[[^\[\]]{1,20}\]")
_SIGNATURE = re.compile(
    r"\b(?:(?:mit\s+)?(?:freundliche[nm]?|herzliche[nm]?|beste[nm]?|viele[nm]?|liebe[nm]?|schöne[nm]?)"
    r"\s+(?:grüße[n]?|grüsse[n]?|gruß|gruss)|\bmfg\b|\bvg\b|\blg\b|(?<!\w)gruß\b|hochachtungsvoll"
    r"|(?:kind|best|warm)\s+regards|sincerely|\bcheers,).*",
    re.IGNORECASE,
)
# "ich heiße max mustermann und wohne": names end at a function word or a mark.
_SAYS_NAME = re.compile(
    r"\b(?:ich\s+hei(?:ß|ss)e|hei(?:ß|ss)e\s+ich|(?:mein|unser|ihr|sein)\s+(?:\w+\s+)?name"
    r"\s+(?:ist|lautet)|name(?=\s*:)|(?:vor|nach|familien|geburts)name(?:\s+ist)?"
    r"|my\s+name(?:\s+is|['’]s)|i\s+am\s+called)[\s:,]*",
    re.IGNORECASE,
)
_TITLED = re.compile(
    r"(?<!\w)(?:(?P<title>herrn?\b|fräulein\b|(?-i:Mrs?|Ms)\b\.?|(?:dr|prof)\b\.)"
    r"|(?P<noun>frau|familie)\b)\s+(?:(?:dr|prof|med|dipl|ing|von|van|de|zu)\b\.?[\s.-]*)*",
    re.IGNORECASE,
)
# "als junge Frau Hilfe bekommen", "eine Frau mit Kind", but "die Frau Müller", "liebe Frau Müller".
_NO_TITLE = re.compile(
    r"\b(?:als|pro|je|zur|(?!die\b|liebe\b|geehrte\b|werte\b)[a-zäöüß]+e[rn]?)\s+$"
)
_RELATED = re.compile(
    r"\b(?:sohn|tochter|kind|mann|frau|partner(?:in)?|mutter|vater|oma|opa|bruder|schwester"
    r"|enkel(?:in)?|freund(?:in)?|kolleg(?:e|en|in)|nachbar(?:n|in)?|chef(?:in)?|klient(?:in)?"
    r"|berater(?:in)?|betreuer(?:in)?|ich\s+bin(?:\s+(?:der|die))?|hier\s+ist|i\s+am|i['’]m)\s+",
    re.IGNORECASE,
)
_WORD = re.compile(r"(?:[A-ZÄÖÜ]\. ?)*[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_SPACE = re.compile(r"[ \t]+")
_NAME_WORDS = 3
_READ = 1_500  # characters that are looked at; more than are kept, for marks are short


def scrub(text: str) -> str | None:
    """Return `text` without personal data, None where it must not be kept at all.

    What was taken out is named in brackets ("[Name]"). A second pass changes nothing. At most
    `LONGEST` characters are returned.
    """
    plain = visible(text)
    if len(plain) > _READ:
        plain = plain[:_READ].rsplit(" ", 1)[0]
    if is_private(plain):
        return None
    for mark, find in _FINDERS:
        plain = _without(plain, mark, find(plain))
    plain = " ".join(plain.split())
    return _cut(plain) if any(map(str.isalnum, _MARK.sub("", plain))) else None


def without_marks(text: str) -> str:
    """Return a scrubbed text without the marks of what was taken out."""
    return _MARK.sub(" ", text)


def visible(text: str) -> str:
    """Return `text` in compatibility form without characters that nobody sees, lines kept."""
    composed = unicodedata.normalize("NFKC", text.replace("\r", "\n"))
    return "".join(
        char if char == "\n" else "" if unicodedata.category(char) in _INVISIBLE else char
        for char in composed.replace("\t", " ")
    )


def _cut(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return text[: LONGEST - 1].rsplit(" ", 1)[0] + "…"


def _without(text: str, mark: str, spans: Iterable[Span]) -> str:
    """Put `mark` in the place of `spans`; marks that stand there already stay."""
    taken = [found.span() for found in _MARK.finditer(text)]
    parts: list[str] = []
    at = 0
    for start, end in sorted(spans):
        inside = any(start < stop and begin < end for begin, stop in taken)
        if start < at or start >= end or (inside and not _outer(start, end, taken)):
            continue
        parts += (text[at:start], f"[{mark}]")
        at = end
    return "".join([*parts, text[at:]])


def _outer(start: int, end: int, taken: Iterable[Span]) -> bool:
    """Tell whether a stretch holds whole marks and more, so that it may swallow them."""
    cut = any(begin < start < stop or begin < end < stop for begin, stop in taken)
    return not cut and (start, end) not in set(taken)


def _mails(text: str) -> Iterator[Span]:
    return ((found.start, found.end) for found in mails_in(text))


def _phones(text: str) -> Iterator[Span]:
    return ((found.start, found.end) for found in phones_in(text))


def _names(text: str) -> Iterator[Span]:
    return ((found.start, found.end) for found in names_in(text) if found.sure)


def _matches(pattern: re.Pattern[str]) -> Callable[[str], Iterator[Span]]:
    def find(text: str) -> Iterator[Span]:
        for found in pattern.finditer(text):
            group = "it" if "it" in pattern.groupindex and found["it"] else 0
            yield found.span(group)

    return find


def _signatures(text: str) -> Iterator[Span]:
    """Yield greetings and all that follows them: names, offices, telephone numbers."""
    found = _SIGNATURE.search(text)
    if found is not None:
        yield found.start(), len(text)


def _said_names(text: str) -> Iterator[Span]:
    for found in _SAYS_NAME.finditer(text):
        yield from _name_behind(text, found.end(), capital=False)
    for found in _RELATED.finditer(text):
        first = _WORD.match(text, found.end())
        if first and first.group().lower().split("-")[0] in _first_names() - _no_names():
            words = list(_name_words(text, found.end(), capital=True))
            yield first.start(), words[-1][1] if words else first.end()


def _titled_names(text: str) -> Iterator[Span]:
    for found in _TITLED.finditer(text):
        noun, before = found["noun"], text[: found.start()]
        if noun and _NO_TITLE.search(before):
            continue
        only_capital = bool(noun) and (noun.lower() == "familie" or before.endswith("die "))
        yield from _name_behind(text, found.end(), capital=only_capital)


def _name_behind(text: str, start: int, *, capital: bool) -> Iterator[Span]:
    words = list(_name_words(text, start, capital=capital))
    if words:
        yield words[0][0], words[-1][1]


def _name_words(text: str, start: int, *, capital: bool) -> Iterator[Span]:
    """Yield up to `_NAME_WORDS` words from `start` on that can be parts of a name.

    Once a word has a capital, the next one needs one too: "Frau Müller gibt" names one word.
    """
    at, needs = start, capital
    for _ in range(_NAME_WORDS):
        found = _WORD.match(text, at)
        if found is None or found.group().casefold() in _no_names():
            return
        upper = found.group()[0].isupper()
        if needs and not upper:
            return
        yield found.span()
        needs = needs or upper
        gap = _SPACE.match(text, found.end())
        if gap is None:
            return
        at = gap.end()


@cache
def _first_names() -> frozenset[str]:
    return frozenset(table("contacts")["first_names"].split())


@cache
def _no_names() -> frozenset[str]:
    """Return words that end a name: function words and what people say after their name."""
    after = "wohne wohnt komme kommt arbeite suche brauche möchte hätte würde gibt hat ist und"
    return function_words() | frozenset(after.split())


_FINDERS: tuple[tuple[str, Callable[[str], Iterable[Span]]], ...] = (
    ("Gruß", _signatures),
    ("E-Mail", _mails),
    *((mark, _matches(pattern)) for mark, pattern in RULES),
    ("Telefon", _phones),
    *((mark, _matches(pattern)) for mark, pattern in LAST_RULES),
    ("Name", _said_names),
    ("Name", _titled_names),
    ("Name", _names),
)
