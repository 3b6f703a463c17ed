"""Legal references in a text: § 20a Abs. 1 S. 2 SGB V, §§ 20, 20a ff., SGG § 184, Art. 3 GG. Pure.

Read from left to right as a small grammar: the sign, a number, its parts (Absatz, Satz, Nummer),
further numbers, the law. The law may stand before or behind and counts for the whole chain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

# A letter that stands apart belongs to the number, except in "§ 20 f." and "§ 20 i. V. m.".
_NUMBER = r"\d{1,4}(?!\d)(?:[A-Za-z](?:\b|(?=(?ai:SGB)))|\s(?!f\.|ff\.)[a-z]\b(?!\.\s?[A-Za-z]\.))?"
# How each mark begins: a search for these is cheaper than one for the marks.
_BEGIN = re.compile(r"§|Art|art|Paragra|paragra|Section|section|8|S")
_MARK = re.compile(
    r"(?P<several>§§|\bArt(?:t\.|ikeln?)(?=\s\d+\w?\s*(?:,|und|bis)))\s*"
    r"|(?P<article>\b(?:Art(?:\.|ikel[ns]?)?|art(?:\.|ikel)))\s*(?=\d)"
    # "8" and "S" are how an English recognition model reads "§".
    rf"|(?:§|\b(?:[Pp]aragra(?:ph|f)(?:en|s)?|[Ss]ections?)\b|\b[8S](?=\s{_NUMBER}\s+(?:Abs\b|SGB)))\s*"
)
_NUMBERED = re.compile(_NUMBER)
_PART = re.compile(
    r",?\s*(?:(?P<absatz>Abs(?:\.|ätzen?|atz(?:es)?|\b))"
    r"|(?:S(?:\.|atz(?:es)?|ätzen?)?|Nrn?\.?|Nummern?|Ziff(?:\.|ern?)?|Buchst(?:\.|aben?)?|lit\."
    r"|H(?:albs(?:\.|atz)|s\.)|Alt(?:\.|ernative)|U(?:nterabs(?:\.|atz)|Abs\.)|Var\.))\s*"
    r"(?P<value>\d{1,3}\s?(?:[a-z]\b)?|[a-z]{1,2}\b\)?|[IVX]+\b)"
)
# The Absatz alone, as "§ 20a (2) SGB V" and, among lawyers, "§ 20a II SGB V".
_BARE_PART = re.compile(
    r"\s?\((?P<digits>\d{1,2}[a-z]?)\)"
    r"|\s(?P<roman>VIII|VII|VI|IV|IX|V|III|II|I|X)(?:\s\d{1,2})?(?=\s(?:SGB|[A-ZÄÖÜ]\w*[A-Z]\b))"
)
_MORE_VALUES = re.compile(
    r"\s*(?:,|\bund\b|\boder\b|\bbis\b|-|–)\s*\d{1,3}[a-z]?\b(?!\s*[.)]\s?[A-Z])"
)
_FOLLOWING = re.compile(r"\s*ff?\b\.?")
_NEXT = re.compile(r"\s*(?:,|–|-|\b(?:und|bis|oder|sowie|and|to)\b)\s*(?=\d)")
_LINKED = re.compile(
    r"\s*(?:,|;|–|-|\b(?:und|oder|sowie|bis)\b|\bi\.\s?V\.\s?m\.|\bin Verbindung mit\b)\s*$"
)
_ORDINALS = (
    "Erste", "Zweite", "Dritte", "Vierte", "Fünfte", "Sechste", "Siebte", "Achte", "Neunte",
    "Zehnte", "Elfte", "Zwölfte", "Dreizehnte", "Vierzehnte",
)  # fmt: skip
_CODE = r"(?:\(SGB\)|Sozialgesetzbuch(?:e?s)?(?:\s+\(SGB\))?)"
_BOOK = (
    r"(?:(?ai:SGB)\)?[\s-]*|Sozialgesetzbuch(?:e?s)?\s+(?:\(SGB\)\s*)?)"
    r"(?:(?P<roman>(?ai:XIV|XIII|XII|XI|X|IX|VIII|VII|VI|IV|V|III|II|I))(?![A-Za-z])"
    r"|0?(?P<digits>1[0-4]|[1-9])\b(?!/))"
    rf"|(?:{_CODE}\s*(?:[,–-]\s*)?)?(?P<name>{'|'.join(_ORDINALS)})[srn]?\s+"
    rf"(?:Buch(?:e?s)?(?:\s+(?:des\s+)?{_CODE})?|Sozialgesetzbuch(?:e?s)?)"
)
_BOOK_BEGIN = re.compile(rf"SGB|Sgb|sgb|Sozialg|\(SGB|{'|'.join(_ORDINALS)}")
_BOOK_ALONE = re.compile(rf"(?:\b|(?<=\d[A-Za-z])|(?<=\d))(?:{_BOOK})")
_ABBREVIATION = r"[A-ZÄÖÜ][A-Za-zÄÖÜäöüß]*[A-ZÄÖÜ][A-Za-zÄÖÜäöü]{0,6}"
_NUMBER_REACH = 40  # characters before a book in which the number of its paragraph stands
_NUMBER_BEFORE = re.compile(
    r"(?<![\w.,/–-])(?P<number>[1-9]\d{0,2}(?:\s?[a-z])?)"
    r"(?:\s+Abs(?:\.|atz)?\s?(?P<absatz>\d{1,2}[a-z]?))?\s+(?:(?:des|im|of)\s+)?$"
)
# What the number belongs to if it is no paragraph's, and what shows that it counts people.
_SUBORDINATE = re.compile(
    r"(?:Abs|Absatz|Nr|Nummer|Satz|S|Ziffer|Ziff|Kapitel|Teil|Buchstabe|\d[a-z]?,|und|oder|bis)\.?\s+\Z"
)
_COUNTED = re.compile(r"-|\s+[A-ZÄÖÜ][a-zäöüß]")
_LAW = re.compile(
    rf"\s*(?:(?:des|der|dem|im|vom|of)\s+)?(?:(?:{_BOOK})"
    rf"|(?P<short>{_ABBREVIATION})\b(?:\s(?:19|20)\d\d\b)?"
    r"|(?:(?:Bürgerliche|Allgemeine)[ns]\s)?"
    r"(?P<long>[A-ZÄÖÜ][\w-]*(?:gesetz|ordnung|buch|verfassung))(?:e?s)?\b)"
)
# Behind a comma only a book: "BewG, § 138" is how commentaries cite themselves.
_LAW_BEFORE = re.compile(
    rf"\b(?:({_ABBREVIATION}(?:\s(?:[IVX]+|\d{{1,2}}))?)\s+|(SGB\s?(?:[IVX]+|\d{{1,2}})),\s+)$"
)
_SHORT_NAMES = {
    "grundgesetz": "gg", "gesetzbuch": "bgb", "handelsgesetzbuch": "hgb", "strafgesetzbuch": "stgb",
    "strafprozessordnung": "stpo", "zivilprozessordnung": "zpo", "sozialgerichtsgesetz": "sgg",
    "verwaltungsgerichtsordnung": "vwgo", "verwaltungsverfahrensgesetz": "vwvfg",
    "präventionsgesetz": "prävg", "infektionsschutzgesetz": "ifsg", "arzneimittelgesetz": "amg",
    "asylbewerberleistungsgesetz": "asylblg", "aufenthaltsgesetz": "aufenthg",
    "gleichbehandlungsgesetz": "agg", "arbeitsschutzgesetz": "arbschg", "wohngeldgesetz": "wogg",
    "bundeskindergeldgesetz": "bkgg", "krankenhausfinanzierungsgesetz": "khg",
    "bundesdatenschutzgesetz": "bdsg", "schwangerschaftskonfliktgesetz": "schkg",
}  # fmt: skip
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV")
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
    while (begin := _BEGIN.search(text, at)) is not None:
        mark = _MARK.match(text, begin.start())
        if mark is None:
            at = begin.end()
            continue
        before = text[max(0, mark.start() - _FILED_REACH) : mark.start()]
        chain = [] if _FILED.search(before) else _chain(text, mark)
        at = chain[-1].end if chain else mark.end()
        found += chain
    signed = _with_laws(text, found)
    every = [*signed, *_unsigned(text, signed), *_directives(text)]
    return sorted(every, key=lambda reference: reference.start)


def _directives(text: str) -> Iterator[LegalReference]:
    if "/E" not in text:
        return
    for match in _DIRECTIVE.finditer(text):
        yield LegalReference(match.start(), match.end(), match["number"], law="eu")


def _unsigned(text: str, signed: Sequence[LegalReference]) -> Iterator[LegalReference]:
    """Yield "20a SGB V" and "20a Abs. 1 SGB V", as people type them without the sign."""
    ends = {reference.end for reference in signed}
    for book in _books(text):
        number = _NUMBER_BEFORE.search(text, max(0, book.start() - _NUMBER_REACH), book.start())
        if number is None or book.end() in ends or _subordinate(text, number.start()):
            continue
        exact = not number["number"].isdigit() or number["absatz"]
        if exact or not _COUNTED.match(text, book.end()):
            plain = "".join(number["number"].split())
            absatz = number["absatz"] or ""
            yield LegalReference(number.start(), book.end(), plain, absatz, _book(book))


def _subordinate(text: str, at: int) -> bool:
    """Tell whether what stands before `at` says that the number there is no paragraph's."""
    return _SUBORDINATE.search(text, max(0, at - _NUMBER_REACH), at) is not None


def books(text: str) -> Iterator[str]:
    """Yield the short name of each book of the Sozialgesetzbuch that `text` names."""
    for book in _books(text):
        yield _book(book)


def _books(text: str) -> Iterator[re.Match[str]]:
    at = 0
    while (begin := _BOOK_BEGIN.search(text, at)) is not None:
        book = _BOOK_ALONE.match(text, begin.start())
        at = book.end() if book else begin.end()
        if book:
            yield book


def without_references(text: str) -> str:
    """Return `text` with a blank in the place of each reference and each book."""
    parts: list[str] = []
    at = 0
    for reference in find_references(text):
        parts.append(text[at : reference.start])
        at = max(at, reference.end)
    rest = " ".join((*parts, text[at:]))
    parts, at = [], 0
    for book in _books(rest):
        parts.append(rest[at : book.start()])
        at = book.end()
    return " ".join((*parts, rest[at:]))


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
    if (bare := _BARE_PART.match(text, at)) is not None:
        roman = bare["roman"]
        paragraph = str(_ROMAN.index(roman) + 1) if roman else bare["digits"]
        end = bare.end()
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
        return replace(reference, law=_plain(before[1] or before[2]), start=before.start())
    if following and following.law and _LINKED.fullmatch(text, reference.end, following.start):
        return replace(reference, law=following.law)
    return reference


def _name(law: re.Match[str]) -> str:
    if law["short"] or law["long"]:
        return _plain(law["short"] or law["long"])
    return _book(law)


def _plain(name: str) -> str:
    book = _BOOK_ALONE.match(name)
    plain = "".join(name.split()).lower()
    return _book(book) if book else _SHORT_NAMES.get(plain, plain)


def _book(match: re.Match[str]) -> str:
    if match["digits"]:
        return f"sgb{int(match['digits'])}"
    if match["roman"]:
        return f"sgb{_ROMAN.index(match['roman'].upper()) + 1}"
    return f"sgb{_ORDINALS.index(match['name']) + 1}"
