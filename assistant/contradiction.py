"""Do two documents say different things of the same? Pure.

Two sentences contradict each other if they are about the same (nearly all telling words agree, and
to a reading model both answer) and the number, sum or date that was asked for is another one.
"""

from __future__ import annotations

from assistant.evidence import ROW, Evidence
from assistant.question import Expects, Question
from assistant.verification.fact import Fact, Kind
from assistant.verification.facts import find_facts, without
from retrieval import analysis

ALIKE = 0.6
"""Share of the telling words of the shorter sentence that the other must have too."""
FEWEST = 2
NEARLY_AS_WELL = 1.5
"""Logits of the reading model that a rival may lie below the best sentence, or below 0."""

_ASKED: dict[Expects, frozenset[Kind]] = {
    Expects.NUMBER: frozenset({Kind.NUMBER, Kind.PERCENT, Kind.MONEY}),
    Expects.DURATION: frozenset({Kind.NUMBER}),
    Expects.MONEY: frozenset({Kind.MONEY}),
    Expects.DATE: frozenset({Kind.DATE}),
}


def contradicts(one: Evidence, other: Evidence, question: Question) -> bool:
    """Tell whether `other` gives another figure than `one` for what the question asks."""
    kinds = _ASKED.get(question.expects)
    if kinds is None or not _comparable(one, other):
        return False
    mine, theirs = _facts(one), _facts(other)
    first = {f.value for f in mine if f.kind in kinds and not f.weak}
    second = {f.value for f in theirs if f.kind in kinds and not f.weak}
    if not first or not second or first & second:
        return False
    # Another year beside the figure tells of another time, which is no contradiction.
    if Expects.DATE is not question.expects and _dates(mine) != _dates(theirs):
        return False
    return _alike(_words(one, mine), _words(other, theirs))


def _comparable(one: Evidence, other: Evidence) -> bool:
    """Tell whether both are statements of two documents, and both speak of what is asked."""
    if one.hit.document.document_id == other.hit.document.document_id:
        return False
    if one.heading or other.heading:  # it names what is told below and tells nothing
        return False
    if bool(ROW.search(one.text)) != bool(ROW.search(other.text)):  # a row tells of its own thing
        return False
    if one.unpinned != other.unpinned or other.uncounted:
        return False
    return other.read >= min(one.read, 0.0) - NEARLY_AS_WELL


def _facts(evidence: Evidence) -> list[Fact]:
    return find_facts(evidence.text, evidence.hit.document.metadata.language or "de")


def _dates(facts: list[Fact]) -> set[tuple[str, ...]]:
    return {fact.value for fact in facts if fact.kind is Kind.DATE}


def _words(evidence: Evidence, facts: list[Fact]) -> set[str]:
    language = evidence.hit.document.metadata.language or "de"
    stems = analysis.content_stems(without(evidence.text, facts), language)
    # A concept ("=…") stands beside the word that names it and would count that word twice.
    return {stem for stem in stems if not stem.startswith("=")}


def _alike(one: set[str], other: set[str]) -> bool:
    fewer = min(len(one), len(other))
    return fewer >= FEWEST and len(one & other) >= ALIKE * fewer
