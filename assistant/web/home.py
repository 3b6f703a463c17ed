"""What the start page tells besides the chat: what is indexed, and how often answers are wrong."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from retrieval.records import DocumentRecord

__all__ = ["MEASURED", "Count", "Facet", "Holdings", "Measured", "MeasuredSet", "holdings",
           "measured"]  # fmt: skip

MEASURED = Path(__file__).parents[1] / "data" / "measured.json"
"""Written by ``python -m eval answers-report --measured``."""
MOST_VALUES = 6
_FACETS = (("type", "Art"), ("region", "Land"), ("year", "Jahr"))


@dataclass(frozen=True, slots=True)
class Count:
    """How many documents show a value; `share` is their percentage of the facet's largest count."""

    value: str
    documents: int
    share: int


@dataclass(frozen=True, slots=True)
class Facet:
    """The values of one kind of fact; `more` were left out, `without` documents show none."""

    label: str
    counts: tuple[Count, ...]
    more: int
    without: int


@dataclass(frozen=True, slots=True)
class Holdings:
    """What is indexed; `newest` is the latest date of a document, None where none shows one."""

    documents: int
    facets: tuple[Facet, ...]
    newest: str | None


@dataclass(frozen=True, slots=True)
class MeasuredSet:
    """The figures of one set of questions, in percent, None where there was nothing to count."""

    name: str
    answerable: int
    unanswerable: int
    false_answer: float | None
    false_refusal: float | None
    quote_exact: float | None
    answer_hit: float | None
    first_sentence_hit: float | None


@dataclass(frozen=True, slots=True)
class Measured:
    """How often answers were right and wrong, on questions that nothing was fitted on."""

    date: str
    questions: int
    sets: tuple[MeasuredSet, ...]


def holdings(records: Sequence[DocumentRecord]) -> Holdings:
    """Count `records` by what they show, the most frequent first, years from the newest."""
    dates = [record.metadata.date for record in records if record.metadata.date]
    facets = (_facet(name, label, records) for name, label in _FACETS)
    return Holdings(
        documents=len(records),
        facets=tuple(facet for facet in facets if facet.counts),
        newest=max(dates, default=None),
    )


def _facet(name: str, label: str, records: Sequence[DocumentRecord]) -> Facet:
    shown = [set(record.facet(name)) for record in records]
    counts = Counter(value for values in shown for value in values)
    ordered = sorted(counts, key=str.casefold, reverse=name == "year")
    if name != "year":
        ordered.sort(key=lambda value: -counts[value])
    most = max(counts.values(), default=1)
    return Facet(
        label=label,
        counts=tuple(
            Count(value, counts[value], round(100 * counts[value] / most))
            for value in ordered[:MOST_VALUES]
        ),
        more=max(0, len(ordered) - MOST_VALUES),
        without=sum(not values for values in shown),
    )


@cache
def measured(path: Path = MEASURED) -> Measured | None:
    """Read the measured figures; None where they were never measured."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    sets = tuple(MeasuredSet(**one) for one in told["sets"])
    return Measured(told["date"], told["questions"], sets) if sets else None
