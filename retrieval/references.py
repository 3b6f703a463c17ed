"""Legal references in a text: § 20a Abs. 1 S. 2 SGB V, §§ 20, 20a ff., SGG § 184, Art. 3 GG. Pure.

Read from left to right as a small grammar: the sign, a number, its parts (Absatz, Satz, Nummer),
further numbers, the law. The law may stand before or behind and counts for the whole chain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

# A letter that stands apart belongs to the number, except in "§ 20 f." and "§ 20 i. V. m.".
_NUMBER = r"\d{1,4}(?!\d)(?:[A-Za-z]\b|\s(?!f\.|ff\.)[a-z]\b(?!\.\s?[A-Za-z]\.))?"
_MARK = re.compile(
    r"(?P<several>§§|\bArt(?:t\.|ikeln?)(?=\s\d+\w?\s*(?:,|und|bis)))\s*"
    r"|(?P<article>\bArt(?:\.|ikel[ns]?)?)\s*(?=\d)"
    # "8" and "S" are how an English recognition model reads "§".
    rf"|(?:§|\b(?:[Pp]aragra(?:ph|f)(?:en)?|[Ss]ections?)\b|\b[8S](?=\s{_NUMBER}\s+(?:Abs\b|SGB)))\s*"
)
_NUMBERED = re.compile(_NUMBER)
_PART = re.compile(
    r",?\s*(?:(?P<absatz>Abs(?:\.|ätzen?|atz(?:es)?|\b))"
    r"|(?:S(?:\.|atz(?:es)?|ätzen?)?|Nrn?\.?|Nummern?|Ziff(?:\.|ern?)?|Buchst(?:\.|aben?)?|lit\."
    r"|H(?:albs(?:\.|atz)|s\.)|Alt(?:\.|ernative)|U(?:nterabs(?:\.|atz)|Abs\.)|Var\.))\s*"
    r"(?P<value>\d{1,3}\s?(?:[a-z]\b)?|[a-z]{1,2}\b\)?|[IVX]+\b)"
)
_MORE_VALUES = re.compile(
    r"\s*(?:,|\bund\b|\boder\b|\bbis\b|-|–)\s*\d{1,3}[a-z]?\b(?!\s*[.)]\s?[A-Z])"
)
_FOLLOWING = re.compile(r"\s*ff?\b\.?")
_NEXT = re.compile(r"\s*(?:,|–|-|\b(?:und|bis|oder|sowie|and|to)\b)\s*(?=\d)")
_LINKED = re.compile(
    r"\s*(?:,|;|\b(?:und|oder|sowie|bis)\b|\bi\.\s?V\.\s?m\.|\bin Verbindung mit\b)\s*$"
)
_BOOK = (
    r"(?:(?i:SGB)\)?[\s-]*|Sozialgesetzbuch(?:e?s)?\s+(?:\(SGB\)\s*)?)"
    r"(?:(?P<roman>(?i:XIV|XIII|XII|XI|X|IX|VIII|VII|VI|IV|V|III|II|I))(?![A-Za-z])"
    r"|(?P<digits>\d{1,2})\b)"
    r"|(?P<name>Erste|Zweite|Dritte|Vierte|Fünfte|Sechste|Siebte|Achte|Neunte|Zehnte|Elfte|Zwölfte)"
    r"[sn]?\s+Buch(?:e?s)?(?:\s+(?:des\s+)?Sozialgesetzbuch(?:e?s)?)?"
)
_BOOK_ALONE = re.compile(rf"\b(?:{_BOOK})")
_ABBREVIATION = r"[A-ZÄÖÜ][A-Za-zÄÖÜäöüß]*[A-ZÄÖÜ][A-Za-zÄÖÜäöü]{0,6}"
_LAW = re.compile(
    rf"\s*(?:(?:des|der|dem|im|vom|of)\s+)?(?:(?:{_BOOK})"
    rf"|(?P<short>{_ABBREVIATION})\b(?:\s(?:19|20)\d\d\b)?"
    r"|(?P<long>[A-ZÄÖÜ][\w-]*(?:gesetz|ordnung|buch|verfassung)(?:e?s)?)\b)"
)
_LAW_BEFORE = re.compile(rf"\b({_ABBREVIATION}(?:\s(?:[IVX]+|\d{{1,2}}))?)\s+$")
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV")
_NAMES = (
    "Erste", "Zweite", "Dritte", "Vierte", "Fünfte", "Sechste", "Siebte", "Achte", "Neunte",
    "Zehnte", "Elfte", "Zwölfte",
)  # fmt: skip
_LAW_REACH = 12  # characters before the sign that a law's abbreviation may stand in
# Volumes of case reports are filed under a paragraph: "AP Nr. 1 zu § 74 HGB", "Buchholz 310 § 47".
_FILED = re.compile(r"(?:\bAP\s+Nr\.?\s*[\d und,]+\s*zu|\bBuchholz\s+[\d.]+|\bSozR\s+[\d-]+)\s+$")
_FILED_REACH = 30
_NO_LAW = frozenset({"DM", "EUR", "Nr", "Nrn", "RdNr", "RL", "TO"})
_DIRECTIVE = re.compile(
    r"\b(?:(?:Richtlinie|Verordnung|VO|RL)\s+)?\(?(?:E[UGW]G?\)?\s*)?(?:Nr\.\s*)?"
    r"(?P<number>\d{1,4}/\d{1,4})(?:/E[UWG]{1,2}G?)\b"
)


@dataclass(frozen=True, slots=True)
class LegalReference:
    """One § or article that a text names, at ``start..end`` (code points of the text).

    `number` is lower case without blanks ("20a"), `paragraph` the Absatz ("1", "3a"), `law` a
    short name in lower case ("sgb5", "vwgo"); the last two are empty where the text names none.
    """

    start: int
    end: int
    number: str
    paragraph: str = ""
    law: str = ""
    article: bool = False

    def terms(self) -> Iterator[str]:
        """Yield the search terms, from the widest to the most exact."""
        sign = "art" if self.article else "§"
        unit = f"{sign}{self.number}"
        exact = f"{unit}.{self.paragraph}" if self.paragraph else unit
        yield from dict.fromkeys((unit, exact))
        if self.law:
            yield from dict.fromkeys((f"{unit}@{self.law}", f"{exact}@{self.law}"))

    @property
    def term(self) -> str:
        """The most exact of its terms: what a unit must hold to be the one that is meant."""
        return list(self.terms())[-1]


def find_references(text: str) -> list[LegalReference]:
    """Return the references of `text` in order; those of one chain share the law."""
    found: list[LegalReference] = []
    at = 0
    while (mark := _MARK.search(text, at)) is not None:
        before = text[max(0, mark.start() - _FILED_REACH) : mark.start()]
        chain = [] if _FILED.search(before) else _chain(text, mark)
        at = chain[-1].end if chain else mark.end()
        found += chain
    every = [*_with_laws(text, found), *_directives(text)]
    return sorted(every, key=lambda reference: reference.start)


def _directives(text: str) -> Iterator[LegalReference]:
    for match in _DIRECTIVE.finditer(text):
        yield LegalReference(match.start(), match.end(), match["number"], law="eu")


def books(text: str) -> Iterator[str]:
    """Yield the short name of each book of the Sozialgesetzbuch that `text` names."""
    for match in _BOOK_ALONE.finditer(text):
        yield _book(match)


def without_references(text: str) -> str:
    """Return `text` with a blank in the place of each reference and each book."""
    parts: list[str] = []
    at = 0
    for reference in find_references(text):
        parts.append(text[at : reference.start])
        at = max(at, reference.end)
    return _BOOK_ALONE.sub(" ", " ".join((*parts, text[at:])))


def _chain(text: str, mark: re.Match[str]) -> list[LegalReference]:
    """Read the numbers behind a sign; with "§§" further numbers are further paragraphs."""
    several = mark["several"] is not None
    article = (mark["several"] or mark["article"] or "").startswith("Art")
    chain: list[LegalReference] = []
    start, at = mark.start(), mark.end()
    while (number := _NUMBERED.match(text, at)) is not None:
        end, paragraph = _parts(text, number.end(), several=several)
        plain = "".join(number.group().split()).lower().lstrip("0")
        chain.append(LegalReference(start, end, plain, paragraph, "", article))
        following = _NEXT.match(text, end) if several else None
        if following is None:
            break
        start = at = following.end()
    return [reference for reference in chain if reference.number]


def _parts(text: str, at: int, *, several: bool) -> tuple[int, str]:
    """Return where the Absatz, Satz and Nummer behind a number end, and the Absatz."""
    paragraph = ""
    end = at
    following = _FOLLOWING.match(text, at)
    if following is not None:
        return following.end(), paragraph
    while (part := _PART.match(text, end)) is not None:
        if part["absatz"] and not paragraph:
            paragraph = "".join(part["value"].split()).lower()
        end = part.end()
        while not several and (more := _MORE_VALUES.match(text, end)) is not None:
            end = more.end()
    return end, paragraph


def _with_laws(text: str, found: list[LegalReference]) -> list[LegalReference]:
    """Give each reference its law, from the right: a chain's law stands behind its last link."""
    out: list[LegalReference] = []
    for reference in reversed(found):
        out.append(_with_law(text, reference, out[-1] if out else None))
    return out[::-1]


def _with_law(
    text: str, reference: LegalReference, following: LegalReference | None
) -> LegalReference:
    law = _LAW.match(text, reference.end)
    if law is not None and law["short"] not in _NO_LAW:
        return replace(reference, law=_name(law), end=law.end())
    before = _LAW_BEFORE.search(text, max(0, reference.start - _LAW_REACH), reference.start)
    if before is not None:
        return replace(reference, law=_plain(before[1]), start=before.start(1))
    if following and following.law and _LINKED.fullmatch(text, reference.end, following.start):
        return replace(reference, law=following.law)
    return reference


def _name(law: re.Match[str]) -> str:
    if law["short"] or law["long"]:
        return _plain(law["short"] or law["long"])
    return _book(law)


def _plain(name: str) -> str:
    book = _BOOK_ALONE.match(name)
    return _book(book) if book else "".join(name.split()).lower()


def _book(match: re.Match[str]) -> str:
    if match["digits"]:
        return f"sgb{int(match['digits'])}"
    if match["roman"]:
        return f"sgb{_ROMAN.index(match['roman'].upper()) + 1}"
    return f"sgb{_NAMES.index(match['name']) + 1}"
