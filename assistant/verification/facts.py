"""Numbers, amounts of money, dates, references and addresses of a text, in one form each. Pure.

"1.234,56 Euro" and "€ 1,234.56" are the same fact, as are "25.07.2015", "25. Juli 2015" and
"July 25, 2015", "drei" and "3", "§ 20a Abs. 1" and "§ 20a (1)".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.verification import amounts, dates, paragraphs
from assistant.verification.fact import Fact, Kind

_ADDRESS = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?:https?://|www\.)[^\s<>\"„“]+"
    r"|\b[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*\.(?:de|org|com|net|eu|info|nrw|berlin)\b"
    r"(?:/[^\s<>\"„“]*)?"
)
_PHONE = re.compile(
    r"(?<![\w.,/-])(?:\+\d{1,3}|\(?0\d{1,5}\)?)[\s/().–-]*\d[\d\s/().–-]{3,18}\d(?!\w)"
)
_LEAST_FIGURES = 6
_MARKER = re.compile(
    r"\s*(?:(?:[12]?\d|30)[.)]|[-–•*])\s+"
    r"(?!(?i:jan|feb|m[äa]r|apr|ma[iy]|ju[nl]|aug|sep|o[kc]t|nov|de[zc]))"
)


def find_facts(text: str, language: str) -> list[Fact]:
    """Return the facts of `text` in order, without overlap.

    Args:
        text: A sentence or list item, cleaned (`retrieval.folding.clean`).
        language: Its language, ``de`` or ``en``; decides what a mark between figures means.
    """
    begin = _MARKER.match(text)
    rest = " " * begin.end() + text[begin.end() :] if begin else text
    found: list[Fact] = []
    readers = (_addresses, paragraphs.find, dates.find, _phones, amounts.find)
    for reader in readers:
        for fact in reader(rest, language):
            found.append(fact)
            rest = _blanked(rest, fact.start, fact.end)
    return sorted(found, key=lambda fact: fact.start)


def _blanked(text: str, start: int, end: int) -> str:
    # A sign that no reader takes, so that what stands on both sides is not read as one.
    return f"{text[:start]}{chr(0) * (end - start)}{text[end:]}"


def without(text: str, facts: list[Fact]) -> str:
    """Return `text` with blanks in the place of each of `facts`, all offsets kept."""
    for fact in facts:
        text = f"{text[: fact.start]}{' ' * (fact.end - fact.start)}{text[fact.end :]}"
    return text


def _addresses(text: str, _: str) -> Iterator[Fact]:
    for found in _ADDRESS.finditer(text):
        plain = found.group().rstrip(".,;:)")
        key = re.sub(r"^https?://|^www\.|/$", "", plain.lower()).removeprefix("www.")
        yield Fact(Kind.ADDRESS, (key,), found.start(), found.start() + len(plain), plain)


def _phones(text: str, _: str) -> Iterator[Fact]:
    for found in _PHONE.finditer(text):
        figures = re.sub(r"\D", "", found.group().replace("(0)", ""))
        if found.group().lstrip().startswith("+"):
            figures = f"0{figures[2:]}" if figures.startswith("49") else f"00{figures}"
        if len(figures) >= _LEAST_FIGURES:
            yield Fact(Kind.PHONE, (figures,), found.start(), found.end(), found.group())
