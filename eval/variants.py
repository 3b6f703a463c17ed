"""The searches that an ablation compares, and the rule by which a step is on by default."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Final

from retrieval.records import Mode
from retrieval.steps import ALL, Steps

FULL: Final = "full"
STEPS: Final = tuple(field.name for field in fields(Steps))
ENOUGH_GAINS: Final = 2

EXPLAINED: Final[Mapping[str, str]] = {
    "dense": "compares vectors of question and passage (the dense leg)",
    "stems": "BM25 over word stems, one of two lexical fields",
    "grams": "BM25 over character n-grams, the other one",
    "fold": "makes umlauts, their transliterations and frequent misreadings one letter",
    "stemming": "takes endings off words",
    "gender": "lets gender forms meet the plain form",
    "parts": "lets compounds meet their parts",
    "concepts": "lets abbreviations, synonyms and translations of the field meet",
    "references": "reads § references in any spelling as terms",
    "numbers": "reads dates and numbers in their variants as terms",
    "heads": "adds title and headings to a passage's words",
    "balance": "takes the language out of vectors",
    "named": "lifts the statute's unit that a question names",
    "whole": "scores whole sections lexically beside their passages",
    "glossary": "adds the question's words in the other language",
    "crowd": "lets other documents be heard after some passages of one",
}
"""What each step does, for readers of reports."""

NEEDED: Final = frozenset(STEPS) - {"whole", "glossary"}
"""Steps that the product promises, so that they stay on where they cost nothing.

People ask for documents by their titles (`heads`); the data sets here have few of them.
"""


@dataclass(frozen=True, slots=True)
class Variant:
    """One search: its steps and legs."""

    name: str
    steps: Steps = ALL
    mode: Mode = Mode.HYBRID

    @property
    def balanced(self) -> bool:
        """Whether vectors are stored without their language; variants that agree share them.

        The other steps take part when the lexical index is filled, which needs no model, or in
        the search itself.
        """
        return self.steps.balance


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the measurements say about a step, by how many data sets gain and lose with it."""

    step: str
    gains: int
    losses: int
    on: bool
    reason: str


def without(step: str) -> Variant:
    """Return the full search without one step; without the dense leg the lexical one is left.

    Raises:
        ValueError: There is no such step.
    """
    if step not in STEPS:
        raise ValueError(f"{step} is no step; there are {', '.join(STEPS)}")
    mode = Mode.LEXICAL if step == "dense" else Mode.HYBRID
    return Variant(f"without {step}", replace(ALL, **{step: False}), mode)


def legs() -> list[Variant]:
    """Return the full search first, then single legs and fields."""
    return [
        Variant(FULL),
        Variant("only dense", mode=Mode.DENSE),
        Variant("only lexical", mode=Mode.LEXICAL),
        Variant("only stems", replace(ALL, grams=False), Mode.LEXICAL),
        Variant("only grams", replace(ALL, stems=False), Mode.LEXICAL),
    ]


def reduced(steps: Sequence[str] = STEPS) -> list[Variant]:
    """Return the full search first, then it without each of `steps`."""
    return [Variant(FULL), *map(without, steps)]


def judged(step: str, signs: Sequence[int]) -> Verdict:
    """Apply the rule: on if it gains on two data sets, or is neutral and needed.

    Args:
        step: A step.
        signs: For each data set 1 where the step gains, -1 where it loses, 0 where neither can be
            told from chance.
    """
    gains, losses = signs.count(1), signs.count(-1)
    if gains >= ENOUGH_GAINS:
        reason = f"gains on {gains}" + (f", loses on {losses}" if losses else "")
        return Verdict(step, gains, losses, on=True, reason=reason)
    if losses:
        reason = f"loses on {losses}" + (f", gains on {gains}" if gains else "")
        return Verdict(step, gains, losses, on=False, reason=reason)
    so_far = f"gains on {gains}" if gains else "neutral"
    if step in NEEDED:
        return Verdict(step, gains, losses, on=True, reason=f"{so_far}, needed")
    return Verdict(step, gains, losses, on=False, reason=f"{so_far}, not needed")
