"""Evidence → evidence in order of how well it answers. Pure.

A weighted sum of what a reading model makes of a sentence and of what its form shows. The weights
come from `data/reading.json`, fitted by `python -m eval.fit_reading` as a softmax over the
sentences of the passages that were found; without a reading model there is a set of its own.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.evidence import Evidence, bounded, is_fragment, with_list
from assistant.fitted import fitted
from assistant.question import Expects, Question
from assistant.signs import INDISPENSABLE, VISIBLE, shows

PROMOTED_FROM = 5
_SHOWN_FIRST = INDISPENSABLE | {Expects.ADDRESS, Expects.CONTACT}
HARDLY = 2.0
"""Scores of a reading model's ranking that lie closer together say little."""


def features(evidence: Evidence, question: Question) -> dict[str, float]:
    """Return what the score of a sentence is summed from."""
    visible = question.expects in VISIBLE and shows(question.expects, evidence.text)
    announcing = question.expects is Expects.LIST and evidence.announces
    dated = visible and question.expects is Expects.DATE
    read, together = bounded(evidence.read), bounded(evidence.together)
    return {
        "read": read,
        "listed": (together - read) * (question.expects is Expects.LIST),
        "own": evidence.coverage,
        "around": evidence.around,
        "hit": evidence.hit.score,
        "shown": float(visible and question.expects not in INDISPENSABLE),
        "needed": float(visible and question.expects in INDISPENSABLE),
        "announcing": float(announcing),
        "asking": float(evidence.text.rstrip('"“”»«)').endswith("?")),
        "heading": float(evidence.heading and not announcing and not dated),
        "fragment": float(not visible and not announcing and is_fragment(evidence)),
        "unpinned": float(evidence.unpinned),
        "uncounted": float(evidence.uncounted),
    }


def rank(evidence: Sequence[Evidence], question: Question, *, read: bool) -> list[Evidence]:
    """Score and order `evidence`, best first.

    Args:
        evidence: The sentences of the passages that were found.
        question: What is asked.
        read: A reading model has judged them.
    """
    weights = fitted().ranking["read" if read else "words"]
    scored = [replace(e, score=_sum(weights, features(e, question))) for e in evidence]
    ordered = sorted(scored, key=lambda e: (-e.score, e.hit.passage.document_id, e.start))
    within = HARDLY if read else math.inf
    return _answering_first(_own_language_first(ordered, question), question, within)


def _own_language_first(ranked: list[Evidence], question: Question) -> list[Evidence]:
    """Let a sentence in the question's language go before a foreign one that is hardly better."""
    if not ranked or _language(ranked[0]) in (None, question.language):
        return ranked
    for place, e in enumerate(ranked[:PROMOTED_FROM]):
        if _language(e) == question.language and e.score >= ranked[0].score - HARDLY:
            return [e, *ranked[:place], *ranked[place + 1 :]]
    return ranked


def _language(evidence: Evidence) -> str | None:
    return evidence.hit.document.metadata.language


def _answering_first(ranked: list[Evidence], question: Question, within: float) -> list[Evidence]:
    """Move the best sentence to the front that shows what the answer must show.

    Only among the `PROMOTED_FROM` best whose scores lie at most `within` below the first one's:
    one from further below speaks of something else.
    """
    if question.expects not in _SHOWN_FIRST:
        return ranked
    for place, e in enumerate(ranked[:PROMOTED_FROM]):
        if e.score < ranked[0].score - within:
            break
        if shows(question.expects, with_list(e, ranked)) and not e.uncounted:
            return [e, *ranked[:place], *ranked[place + 1 :]]
    return ranked


def _sum(weights: Mapping[str, float], values: Mapping[str, float]) -> float:
    return sum(weight * values[name] for name, weight in weights.items())
