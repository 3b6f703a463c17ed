"""The parts of a German or English question that a follow-up may exchange. Pure.

Land, year and § are told by `retrieval.concepts` and `retrieval.references`; other things by the
capital letter that German nouns have.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import SequenceMatcher

from assistant.question import read_question
from retrieval.concepts import as_written, current, regions
from retrieval.references import find_references

_ARTICLE = r"(?:die|der|das|den|dem|des|eine?[nmrs]?|unsere?[nmrs]?|the|an?)"
_NAME = r"[A-ZÄÖÜ§][\w.§*-]*(?:\s+[A-ZÄÖÜ][\w.*-]*)*"
_THING = re.compile(
    rf"(?:\b(?P<article>{_ARTICLE})\s+(?:[a-zäöüß]+e[nrms]?\s+)?)?(?P<name>\b{_NAME})"
)
_FIRST_WORD = re.compile(r"^\W*\w+\s+")
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
_PREPOSITIONS = {
    "für": ("für",), "bei": ("bei", "beim"), "in": ("in", "im", "ins"), "an": ("an", "am", "ans"),
    "von": ("von", "vom"), "mit": ("mit",), "zu": ("zu", "zum", "zur"), "auf": ("auf", "aufs"),
    "aus": ("aus",), "nach": ("nach",), "über": ("über",), "gegen": ("gegen",), "for": ("for",),
    "with": ("with",), "of": ("of",),
}  # fmt: skip
_LEADING = {form: forms for forms in _PREPOSITIONS.values() for form in forms}
PREPOSITIONS = frozenset(_LEADING)
_MERE = frozenset({"Jahr", "Jahre", "Jahren", "Land", "Sie", "Ihnen", "Ihr", "Ihre", "Euro"})
"""Say nothing by themselves."""
_ALIKE = 0.6
"""From here on (0..1) one word is taken for a slip of the other: KGK, KGC."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A noun with its article, ``text[start:end]``; `name` is the noun alone."""

    start: int
    end: int
    name: str
    article: str = ""


def things(question: str) -> list[Thing]:
    """Return the nouns of a question in order, without Länder and without its first word."""
    first = _FIRST_WORD.match(question)
    begin = first.end() if first else 0
    return [
        Thing(found.start(), found.end(), found["name"], found["article"] or "")
        for found in _THING.finditer(question, begin)
        if found["name"] not in _MERE and not names_land(found["name"])
    ]


def names_land(text: str) -> bool:
    """Tell whether `text` names a Bundesland."""
    return any(unit[0] in regions() for unit in read_question(text).units)


def lands(text: str, language: str) -> list[str]:
    """Return the names of the Länder in `text`, as they are written in `language`."""
    found = [unit[0] for unit in read_question(text).units if unit[0] in regions()]
    return [_land(term, language) for term in dict.fromkeys(found)]


def _land(term: str, language: str) -> str:
    known = current().concepts[term.removeprefix("=")]
    forms = [as_written(form) for form in known if not form.isupper()]
    return forms[-1] if language == "en" else forms[0]


def years(text: str) -> list[str]:
    """Return the years in `text`."""
    return list(dict.fromkeys(_YEAR.findall(text)))


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs that `text` names with the sign §, as they are written."""
    return list(dict.fromkeys(found["it"] for found in _REFERENCE.finditer(text)))


def names_paragraph(text: str) -> bool:
    """Tell whether `text` names a § or an article of a law."""
    return bool(find_references(text))


def exchanged(question: str, phrase: str) -> str:
    """Return `question` with `phrase` in the place of what it stands for.

    A Land takes the place of a Land, a year of a year, a § of a §, "für Kitas" of another thing
    with "für", a mere noun of the last noun. What has no place is appended.

    Args:
        question: A question that stands alone.
        phrase: A noun with or without article and preposition, such as "bei Jobcentern".
    """
    phrase = _small_preposition(phrase)
    leading = _LEADING.get(phrase.split()[0])
    for tells, spots in _SLOTS:
        if tells(phrase):
            found = [
                (at.start("it" if leading is None else 0), at.end("it")) for at in spots(question)
            ]
            return _put(question, phrase, found)
    held = things(question)
    if leading is None:
        return _put(question, phrase, [(t.start, t.end) for t in held[-1:]])
    before = re.compile(rf"\b(?i:{'|'.join(leading)})\s+$")
    spots_led = [
        (led.start(), thing.end)
        for thing in held
        if (led := before.search(question[: thing.start])) is not None
    ]
    return _put(question, phrase, spots_led[-1:])


def corrected(question: str, phrase: str, wrong: str = "") -> str:
    """Return `question` with `phrase` instead of `wrong`, or of what it most probably corrects."""
    if wrong:
        place = question.lower().find(wrong.lower())
        if place >= 0:
            return question[:place] + phrase + question[place + len(wrong) :]
    placed = any(tells(phrase) for tells, _ in _SLOTS)
    led = _small_preposition(phrase).split()[0] in _LEADING
    own = "" if placed or led else next((t.name for t in things(f"Ja {phrase}")), "")
    for thing in things(question) if own else ():
        if SequenceMatcher(None, thing.name.lower(), own.lower()).ratio() >= _ALIKE:
            return _put(question, phrase, [(thing.start, thing.end)])
    return exchanged(question, phrase)


def _put(question: str, phrase: str, spots: list[tuple[int, int]]) -> str:
    """Put `phrase` at the first of `spots`, take the others out; append it where there is none."""
    if not spots:
        body = question.rstrip(" ?!.")
        return f"{body} {phrase}?"
    (start, end), others = spots[0], spots[1:]
    for first, last in reversed(others):
        question = question[:first].rstrip(" ,") + question[last:]
    return question[:start] + phrase + question[end:]


def _small_preposition(phrase: str) -> str:
    first, space, rest = phrase.partition(" ")
    return first.lower() + space + rest if first.lower() in _LEADING else phrase


_LED = r"(?:\b(?:im Jahr|im|in|für|aus|von|seit|ab|bis|nach)\s+)?"
_CAPITALS = re.compile(rf"{_LED}(?P<it>\b[A-ZÄÖÜ][\w-]+(?:[ -][A-ZÄÖÜ][\w-]+)?)")
_ONE_CAPITAL = re.compile(rf"{_LED}(?P<it>\b[A-ZÄÖÜ][\w-]+)")
_DATED = re.compile(rf"{_LED}(?P<it>{_YEAR.pattern})")
_REFERENCE = re.compile(
    rf"{_LED}(?P<it>§{{1,2}}\s?\d+\s?[a-z]?\b(?:\s?Abs(?:atz|\.)\s?\d+)?(?:\s?SGB\s?[IVX\d]+)?)"
)


def _land_spots(question: str) -> list[re.Match[str]]:
    for pattern in (_CAPITALS, _ONE_CAPITAL):
        found = [at for at in pattern.finditer(question) if _is_land(at["it"])]
        if found:
            return found
    return []


def _is_land(text: str) -> bool:
    return names_land(text) and len(read_question(text).units) == 1


def _year_spots(question: str) -> list[re.Match[str]]:
    return list(_DATED.finditer(question))


def _paragraph_spots(question: str) -> list[re.Match[str]]:
    return list(_REFERENCE.finditer(question))


_SLOTS: tuple[tuple[Callable[[str], bool], Callable[[str], list[re.Match[str]]]], ...] = (
    (names_paragraph, _paragraph_spots),
    (names_land, _land_spots),
    (lambda phrase: bool(years(phrase)), _year_spots),
)
