"""Do the cited passages bear the sentences? Citation recall and precision as in ALCE. Pure.

Gao, Yen, Yu & Chen (2023, "Enabling Large Language Models to Generate Text with Citations", EMNLP,
section 3): a sentence is borne if its cited passages together support it; a citation is precise
if its sentence is borne and the citation is not irrelevant, that is, unless its passage alone does
not support the sentence while the others without it still do. What supports what is the caller's
to say: a model of entailment there, any check here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean

Supports = Callable[[str, Sequence[str]], bool]
"""(sentence, passages taken together, at least one) → whether they support it."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A sentence of an answer with the passages it cites; None for a citation of nothing."""

    sentence: str
    passages: Sequence[str | None]


@dataclass(frozen=True, slots=True)
class Cited:
    """The figures of one answer, 0..1; `precision` is None where nothing is cited."""

    recall: float
    precision: float | None


def citations(answer: Sequence[Stated], supports: Supports) -> Cited:
    """Return citation recall and precision of one answer.

    A sentence without citations is not borne. A sentence that cites nothing that exists is not
    borne either, and none of its citations is precise.

    Args:
        answer: Its sentences, at least one.
        supports: Says whether passages support a sentence.

    Raises:
        ValueError: The answer has no sentence.
    """
    if not answer:
        raise ValueError("an answer without sentences has no citation recall")
    borne = [_borne(stated, supports) for stated in answer]
    precise = [
        is_borne and _needed(stated, at, supports)
        for stated, is_borne in zip(answer, borne, strict=True)
        for at in range(len(stated.passages))
    ]
    return Cited(recall=fmean(borne), precision=fmean(precise) if precise else None)


def over_all(answers: Sequence[Cited]) -> Cited | None:
    """Return the means over answers, each counting the same as in ALCE; None without answers.

    An answer that cites nothing has precision 0 there, and here.
    """
    if not answers:
        return None
    precision = fmean(one.precision or 0.0 for one in answers)
    return Cited(recall=fmean(one.recall for one in answers), precision=precision)


def _borne(stated: Stated, supports: Supports) -> bool:
    held = [passage for passage in stated.passages if passage is not None]
    return bool(held) and len(held) == len(stated.passages) and supports(stated.sentence, held)


def _needed(stated: Stated, at: int, supports: Supports) -> bool:
    """Tell whether citation `at` of a borne sentence is not irrelevant."""
    held = [passage for passage in stated.passages if passage is not None]
    if len(held) == 1 or supports(stated.sentence, [held[at]]):
        return True
    return not supports(stated.sentence, held[:at] + held[at + 1 :])
