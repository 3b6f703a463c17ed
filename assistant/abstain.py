"""Does the evidence answer the question? A calibrated probability and a decision. Pure.

A logistic regression over signals of coverage, meaning and margin; weights and threshold come
from `data/abstention.json`, fitted by `python -m eval.fit_abstention` on data it names.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from assistant.coverage import Coverage
from assistant.evidence import Evidence
from assistant.question import INDISPENSABLE, Question, shows
from retrieval.records import Hit

_WINDOW = 3


@dataclass(frozen=True, slots=True)
class Model:
    """The fitted weights by name of signal, the bias, and the least probability to answer."""

    weights: Mapping[str, float]
    bias: float
    threshold: float

    def probability(self, signals: Mapping[str, float]) -> float:
        """Return the probability 0..1 that the evidence answers."""
        logit = self.bias + sum(w * signals[name] for name, w in self.weights.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


@cache
def models() -> Mapping[str, Model]:
    """Return the fitted models: for evidence in the question's language, and in another one."""
    table = files("assistant").joinpath("data/abstention.json").read_text(encoding="utf-8")
    held = json.loads(table)["models"]
    return {name: Model(m["weights"], m["bias"], m["threshold"]) for name, m in held.items()}


def signals(
    question: Question,
    hits: Sequence[Hit],
    ranked: Sequence[Evidence],
    coverage: Coverage,
) -> dict[str, float]:
    """Measure how well the evidence fits the question; every signal grows with the fit.

    Args:
        question: What is asked.
        hits: The passages, best first, at least one.
        ranked: The evidence, best first, at least one.
        coverage: The weighed question.
    """
    best = ranked[0]
    language = best.hit.document.metadata.language
    passage = best.hit.passage
    above = (best.hit.document.title, best.section, passage.section, passage.reference)
    spoken = coverage.units("\n".join((*above, passage.text)), language)
    dense = sorted((hit.dense for hit in hits), reverse=True)
    missing = max(((1 - match) * coverage.weight(u) for u, match in spoken.items()), default=0.0)
    return {
        "sentence": max(e.around for e in ranked[:_WINDOW]),
        "passage": coverage.share(spoken),
        "missing": -missing,
        "cosine": max(e.cosine for e in ranked[:_WINDOW]),
        "dense": dense[0],
        "margin": dense[0] - float(np.mean(dense[1:6])) if len(dense) > 1 else 0.0,
        "shown": float(any(shows(question.expects, e.text) for e in ranked[:_WINDOW])),
    }


def foreign(question: Question, ranked: Sequence[Evidence]) -> bool:
    """Tell whether the best evidence is in another language than the question."""
    language = ranked[0].hit.document.metadata.language
    return language is not None and language != question.language


def missing_demand(
    question: Question, ranked: Sequence[Evidence], coverage: Coverage, names: frozenset[str]
) -> bool:
    """Tell whether the best evidence lacks what the question cannot be answered without.

    That is a § or a name (one of `names`, terms of `retrieval.concepts`) that the question speaks
    of, the thing to be counted, and a number, sum, date, telephone number or mail address where
    one is asked for.
    """
    best = ranked[0]
    if question.expects in INDISPENSABLE and not shows(question.expects, best.text):
        return True
    if best.uncounted:
        return True
    document = best.hit.document
    region = document.metadata.region or ""
    passage = best.hit.passage
    held = "\n".join((document.title, best.section, passage.reference, passage.text, region))
    spoken = coverage.units(held, document.metadata.language)
    return any(
        match < 1 and (unit[0].startswith("§") or unit[0] in names)
        for unit, match in spoken.items()
    )
