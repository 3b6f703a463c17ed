"""How much of a question a text speaks of. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from assistant.question import Question
from retrieval import analysis

# What a compound part or an inflection counts against the word itself.
SOFT_MATCH = 0.8

Matches = Mapping[tuple[str, ...], float]


class Coverage:
    """How much of a question a text speaks of, each thing weighed by its rarity."""

    def __init__(self, question: Question, rarity: Callable[[str], float]) -> None:
        """Weigh the things of `question`; `rarity` is the idf of a term."""
        self._weights = {unit: max(0.1, min(map(rarity, unit))) for unit in question.units}
        self._total = sum(self._weights.values())

    def units(self, text: str, language: str | None) -> dict[tuple[str, ...], float]:
        """Return for each thing of the question whether `text` speaks of it, 0..1."""
        terms = set(analysis.stems(text, language))
        grams = set(analysis.grams(text))
        return {unit: _match(unit, terms, grams) for unit in self._weights}

    def share(self, matches: dict[tuple[str, ...], float]) -> float:
        """Return the weighted share of the question that is spoken of, 0..1."""
        if not self._total:
            return 0.0
        return sum(self._weights[unit] * match for unit, match in matches.items()) / self._total

    def weight(self, unit: tuple[str, ...]) -> float:
        """Return the share of one thing in the question, 0..1."""
        return self._weights[unit] / self._total if self._total else 0.0


def _match(unit: tuple[str, ...], terms: set[str], grams: set[str]) -> float:
    if any(term in terms for term in unit):
        return 1.0
    # A part of a compound, an inflection the stemmer misses, a recognition error.
    best = 0.0
    for term in unit:
        if term.startswith(("=", "§")) or len(term) <= analysis.GRAM:
            continue
        own = analysis.grams(term)
        best = max(best, sum(gram in grams for gram in own) / len(own))
    return SOFT_MATCH * best
