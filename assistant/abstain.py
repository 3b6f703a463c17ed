"""Does the evidence answer the question? Signals for a probability, and demands. Pure.

The probability is a logistic regression over the signals, see `assistant.fitted`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.coverage import Coverage, Matches
from assistant.evidence import ROW, Evidence, bounded, with_list
from assistant.fitted import Model
from assistant.question import Expects, Question
from assistant.signs import INDISPENSABLE, can_answer, counts_money
from retrieval.concepts import regions
from retrieval.records import Hit

NEARLY_ALL = 0.8


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether to answer, the probability 0..1 that the evidence does, what it speaks of (0..1)."""

    answers: bool
    probability: float
    coverage: float


def judge(measured: Mapping[str, float], model: Model) -> Verdict:
    """Decide by the `signals` whether the evidence answers."""
    probability = model.probability(measured)
    answers = probability >= model.threshold and not measured["demanded"]
    return Verdict(answers, probability, measured["passage"])


def signals(
    question: Question,
    hits: Sequence[Hit],
    ranked: Sequence[Evidence],
    coverage: Coverage,
    *,
    unknown: bool = False,
    told: frozenset[str] = frozenset(),
) -> dict[str, float]:
    """Measure how well the evidence fits the question.

    Args:
        question: What is asked.
        hits: The passages nearest to the question, best first, at least one.
        ranked: The evidence, best first, at least one.
        coverage: The weighed question.
        unknown: Whether the question names something that no document knows, see `named`.
        told: The Land that the best sentence's document is about, see `lands`.

    Returns:
        `reads`: the reading model's logit for all sentences together; `passage`: the share of the
        question that the best sentence's passage speaks of; `whole`: the same from `NEARLY_ALL` on,
        stretched to 0..1; `missing`: the weight of the heaviest thing that it does not; `margin`:
        how far the best cosine is above the following ones; `unpinned`: numbers and ordinals of the
        question that are missing; `uncounted`: the best sentence does not name what is to be
        counted; `demanded`: `unknown`, or see `_lacks_demanded`.
    """
    best = ranked[0]
    spoken = coverage.units(_held(best), best.hit.document.metadata.language)
    dense = sorted((hit.dense for hit in hits), reverse=True)
    share = coverage.share(spoken)
    missing = max(((1 - match) * coverage.weight(u) for u, match in spoken.items()), default=0.0)
    return {
        "reads": math.log(sum(math.exp(bounded(e.read)) for e in ranked)),
        "passage": share,
        "whole": max(0.0, share - NEARLY_ALL) / (1 - NEARLY_ALL),
        "missing": missing,
        "margin": dense[0] - sum(dense[1:6]) / len(dense[1:6]) if len(dense) > 1 else 0.0,
        "unpinned": min(3.0, float(best.unpinned)),
        "uncounted": float(best.uncounted),
        "demanded": float(unknown or _lacks_demanded(question, ranked, spoken, told)),
    }


def _held(best: Evidence) -> str:
    document, passage = best.hit.document, best.hit.passage
    region = document.metadata.region or ""
    return "\n".join(
        (document.title, best.section, passage.section, passage.reference, passage.text, region)
    )


def _lacks_demanded(
    question: Question, ranked: Sequence[Evidence], spoken: Matches, told: frozenset[str]
) -> bool:
    """Tell whether the best evidence lacks what the question cannot be answered without.

    That is a § or a Land that the question speaks of, and a number, sum, date, telephone number or
    mail address where one is asked for. `spoken` says what of the question its passage speaks of,
    `told` of which Land its document does.
    """
    best = ranked[0]
    if question.expects in INDISPENSABLE and not (
        can_answer(question.expects, with_list(best, ranked)) or _is_sum(question, best)
    ):
        return True
    return any(
        match < 1 and (unit[0].startswith("§") or unit[0] in regions() - told)
        for unit, match in spoken.items()
    )


def _is_sum(question: Question, best: Evidence) -> bool:
    """Tell whether a sum is asked for and a table has it, with "Euro" only above the table."""
    if question.expects is not Expects.MONEY or not ROW.search(best.text):
        return False
    return counts_money(best.text, _held(best))
