"""What checking a sentence against its passages finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Flaw(StrEnum):
    """What is wrong with a sentence."""

    NUMBER = "number"
    DATE = "date"
    MONEY = "money"
    REFERENCE = "reference"
    NAME = "name"
    NEGATION = "negation"
    COVERAGE = "coverage"
    UNCITED = "uncited"


@dataclass(frozen=True, slots=True)
class Span:
    """One to three sentences or list items of a passage that carry the statement.

    `source` is the index into the given sources, `start`..`end` are offsets of its document.
    """

    source: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a sentence is supported, and by what.

    `flaws` are pairs of a flaw and the words that it is about, none where it is supported.
    `coverage` is the weighted share of its words that the passages have, 0..1. `spans` are those
    of each cited source that carries something, best first.
    """

    supported: bool
    flaws: tuple[tuple[Flaw, str], ...]
    coverage: float
    spans: tuple[Span, ...]
