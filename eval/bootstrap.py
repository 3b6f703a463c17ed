"""Paired bootstrap intervals for the difference of two searches over the same questions.

The method is Sakai's (2006, "Evaluating Evaluation Metrics Based on the Bootstrap", SIGIR) with
percentile intervals (Efron & Tibshirani 1993, ch. 13): questions are drawn with replacement, both
searches are scored on the same draw, and the middle 95 % of the mean differences is the interval.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

SAMPLES = 2_000
SEED = 20_061
LEVEL = 0.95
_CELLS = 4_000_000
"""Drawn questions held in memory at once: 32 MB of places, as much again of differences."""

Differences = NDArray[np.float64]


class QuestionsDiffer(ValueError):
    """Two searches were scored on different questions; the message says on how many."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean difference with its bounds, in the unit of the scores."""

    mean: float
    low: float
    high: float

    @property
    def sign(self) -> int:
        """1 for a gain, -1 for a loss, 0 where the interval holds zero."""
        return int(self.low > 0) - int(self.high < 0)


def interval(differences: ArrayLike, samples: int = SAMPLES, seed: int = SEED) -> Interval:
    """Return the mean of `differences`, shape (questions,), with its 95 % interval.

    The same seed and number of questions draw the same questions, whatever the differences.

    Raises:
        ValueError: There are no differences or no samples.
    """
    given = _checked(differences, samples)
    return _middle(float(given.mean()), _means(given, samples, seed))


def paired(
    better: Mapping[str, float],
    worse: Mapping[str, float],
    samples: int = SAMPLES,
    seed: int = SEED,
) -> Interval:
    """Return what `better` gains over `worse`, both scores by question.

    Raises:
        QuestionsDiffer: They were not scored on the same questions.
    """
    if better.keys() != worse.keys():
        raise QuestionsDiffer(
            f"{len(better)} and {len(worse)} questions, {len(better.keys() & worse.keys())} in both"
        )
    # In one order whatever the mappings' own, so that a run can be repeated to the last digit.
    return interval([better[name] - worse[name] for name in sorted(better)], samples, seed)


def macro(differences: Sequence[ArrayLike], samples: int = SAMPLES, seed: int = SEED) -> Interval:
    """Return the mean over data sets of their mean differences; each data set counts the same.

    Questions are drawn within each data set, independently of the others.

    Args:
        differences: For each data set, shape (questions,).
        samples: How many draws.
        seed: Decides the draws.

    Raises:
        ValueError: There is no data set, or one without differences.
    """
    if not differences:
        raise ValueError("no data sets make no interval")
    given = [_checked(found, samples) for found in differences]
    drawn = np.mean([_means(d, samples, seed + at) for at, d in enumerate(given)], axis=0)
    return _middle(float(np.mean([d.mean() for d in given])), drawn)


def _checked(differences: ArrayLike, samples: int) -> Differences:
    given: Differences = np.asarray(differences, dtype=np.float64)
    if given.ndim != 1 or not given.size or samples < 1:
        raise ValueError(f"{given.shape} differences and {samples} samples make no interval")
    return given


def _middle(mean: float, means: Differences) -> Interval:
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(means, (tail, 1 - tail))
    return Interval(mean, float(low), float(high))


def _means(differences: Differences, samples: int, seed: int) -> Differences:
    chance = np.random.default_rng(seed)
    count = differences.size
    step = max(1, _CELLS // count)
    parts = [
        differences[chance.integers(0, count, (min(step, samples - at), count))].mean(axis=1)
        for at in range(0, samples, step)
    ]
    return np.concatenate(parts)
