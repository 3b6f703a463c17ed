"""What was fitted on data: weights of the ranking, models and thresholds of the refusal. Pure.

``data/reading.json`` is written by ``python -m eval.fit_reading``; it names the data.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Model:
    """A logistic regression: weights by signal, the bias, and the least probability to answer."""

    weights: Mapping[str, float]
    bias: float
    threshold: float

    def probability(self, signals: Mapping[str, float]) -> float:
        """Return the probability 0..1 that the evidence answers."""
        logit = self.bias + sum(w * signals[name] for name, w in self.weights.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


@dataclass(frozen=True, slots=True)
class Fitted:
    """Ranking weights and refusal models, each ``read`` (by a reading model) and ``words``."""

    ranking: Mapping[str, Mapping[str, float]]
    refusal: Mapping[str, Model]


@cache
def fitted() -> Fitted:
    """Return what was fitted."""
    table = files("assistant").joinpath("data/reading.json").read_text(encoding="utf-8")
    held = json.loads(table)
    models = {n: Model(m["weights"], m["bias"], m["threshold"]) for n, m in held["refusal"].items()}
    return Fitted(held["ranking"], models)
