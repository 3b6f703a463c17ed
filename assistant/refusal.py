"""A refusal that helps: what is missing, what is near, what to try, whom to ask. Pure.

The wordings stand in `data/refusals.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from assistant.answer import Link
from assistant.question import read_question
from assistant.wording import lands, paragraphs, years
from retrieval import analysis
from retrieval.concepts import regions
from retrieval.records import Hit

LONGEST = 400
"""Characters; sections near are left out where the text would be longer."""
_LONGEST_SECTION = 60
_SECTIONS = 2
_NAMES = 3
_PLAIN_NAME = re.compile(r"(?:[^\W_]|[ -])+")
"""What may be repeated of a question: no markup, no address, nobody called."""


class Reason(StrEnum):
    """Why there is no answer; the values are keys of `data/refusals.toml`."""

    EMPTY = "empty"
    NOTHING = "nothing"
    NO_MORE = "more"
    ALONE = "alone"


_WITHOUT_OFFICE = (Reason.EMPTY, Reason.ALONE)


@dataclass(frozen=True, slots=True)
class Refused:
    """A question without an answer.

    `asked` is the question as understood, `hits` are the passages found for it, best first, `near`
    those worth naming; `facets` are the filters in force, `unknown` names that no document knows.
    """

    reason: Reason
    asked: str
    language: str
    hits: Sequence[Hit] = ()
    near: Sequence[Hit] = ()
    facets: Mapping[str, str] = field(default_factory=dict)
    unknown: Sequence[str] = ()


@cache
def _wordings() -> dict[str, Any]:
    table = files("assistant").joinpath("data/refusals.toml").read_text(encoding="utf-8")
    return tomllib.loads(table)


def refusal(refused: Refused) -> str:
    """Return what to say, at most `LONGEST` characters but for long values of filters."""
    words = _words(refused)
    if refused.reason in _WITHOUT_OFFICE:
        return str(words[refused.reason])
    named = lands(refused.asked, _language(refused))
    ask = words["ask"].format(
        land=" / ".join(named) or words["own_land"], address=_wordings()["address"]
    )
    absent = _absent(refused, words) if refused.reason is Reason.NOTHING else ""
    first = words["absent"].format(absent=absent) if absent else words[refused.reason]
    middle = words["try"]
    if refused.facets:
        values = ", ".join(f"{words['facets'][n]} = {v}" for n, v in refused.facets.items())
        middle = words["filtered"].format(filters=values)
    near = [words["quote"].format(words=section) for section in _sections(refused.near)]
    while True:
        told = words["near"].format(sections=f" {words['and']} ".join(near)) if near else ""
        text = " ".join(part for part in (first, told, middle, ask) if part)
        if len(text) <= LONGEST or not near:
            return text
        near.pop()


def offices(refused: Refused) -> tuple[Link, ...]:
    """Return the page with the offices that `refusal` names, none where it names none."""
    if refused.reason in _WITHOUT_OFFICE:
        return ()
    return (Link(_words(refused)["portal"], f"https://{_wordings()['address']}"),)


def _language(refused: Refused) -> str:
    return "en" if refused.language == "en" else "de"


def _words(refused: Refused) -> Mapping[str, Any]:
    words: Mapping[str, Any] = _wordings()[_language(refused)]
    return words


def _absent(refused: Refused, words: Mapping[str, Any]) -> str:
    """Return the names, Länder, paragraphs and years of which no passage found speaks."""
    held = "\n".join(_held(hit) for hit in refused.hits)
    terms = set(analysis.stems(held, refused.language))
    units = {unit[0] for unit in read_question(refused.asked).units}
    missing = [name for name in refused.unknown if _PLAIN_NAME.fullmatch(name)][:_NAMES]
    if any(unit in regions() and unit not in terms for unit in units):
        spoken = set(lands(held, refused.language))
        missing += [name for name in lands(refused.asked, refused.language) if name not in spoken]
    if any(unit.startswith("§") and unit not in terms for unit in units):
        missing += paragraphs(refused.asked)
    missing += [words["year"].format(year=y) for y in years(refused.asked) if y not in held]
    return ", ".join(dict.fromkeys(missing))


def _held(hit: Hit) -> str:
    facts = hit.document.metadata
    parts = (
        hit.document.title,
        facts.region,
        facts.date,
        hit.passage.section,
        hit.passage.reference,
    )
    return "\n".join((*filter(None, parts), hit.passage.text))


def _sections(near: Sequence[Hit]) -> list[str]:
    """Return the headings above the nearest passages, each once."""
    found: dict[str, None] = {}
    for hit in near:
        heading = hit.passage.section.rsplit(" › ", 1)[-1].strip()
        if heading and heading != hit.document.title and len(heading) <= _LONGEST_SECTION:
            found.setdefault(heading)
    return list(found)[:_SECTIONS]
