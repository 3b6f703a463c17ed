"""Is the confidence worth something? Risk over coverage, calibration, separation. Pure.

A confidence is a probability 0..1 that comes with an answer; higher means surer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from eval.proportions import Proportion

BINS: Final = 10

Judged = tuple[float, bool]
"""(confidence 0..1, whether the answer is right)."""


@dataclass(frozen=True, slots=True)
class Point:
    """What one threshold does: the share it lets through, and of those the wrong ones; both 0..1.

    Everything with at least `confidence` is let through.
    """

    confidence: float
    coverage: float
    risk: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers of like confidence, ``low`` up to ``high``: their mean confidence, the right ones."""

    low: float
    high: float
    confidence: float
    right: Proportion


def risk_coverage(judged: Sequence[Judged], total: int) -> list[Point]:
    """Return the risk-coverage curve (El-Yaniv & Wiener 2010), the surest answers first.

    Equal confidences cannot be told apart by a threshold and make one point.

    Args:
        judged: The answers.
        total: How many questions were asked, answered or not; coverage is a share of them.
    """
    points = []
    seen = wrong = 0
    for confidence, group in _by_confidence(judged):
        seen += len(group)
        wrong += group.count(False)
        points.append(Point(confidence, seen / total, wrong / seen))
    return points


def aurc(judged: Sequence[Judged]) -> float | None:
    """Return the area under the risk-coverage curve (Geifman & El-Yaniv 2017), 0..1, low is good.

    That is the mean over k of the risk of the k surest answers. Among equal confidences every
    order is as likely, so the mean over all orders counts. None without answers.
    """
    risks: list[float] = []
    wrong = 0.0
    for _, group in _by_confidence(judged):
        step = group.count(False) / len(group)
        for _ in group:
            wrong += step
            risks.append(wrong / (len(risks) + 1))
    return sum(risks) / len(risks) if risks else None


def _by_confidence(judged: Sequence[Judged]) -> list[tuple[float, list[bool]]]:
    ordered = sorted(judged, key=lambda pair: -pair[0])
    return [
        (confidence, [right for _, right in group])
        for confidence, group in groupby(ordered, key=lambda pair: pair[0])
    ]


def reliability(judged: Sequence[Judged], bins: int = BINS) -> list[Bin]:
    """Return the reliability diagram (DeGroot & Fienberg 1983).

    The bins are equally wide; empty ones are left out.
    """
    held: dict[int, list[Judged]] = {}
    for pair in judged:
        held.setdefault(min(int(pair[0] * bins), bins - 1), []).append(pair)
    return [
        Bin(
            low=at / bins,
            high=(at + 1) / bins,
            confidence=sum(confidence for confidence, _ in group) / len(group),
            right=Proportion(sum(right for _, right in group), len(group)),
        )
        for at, group in sorted(held.items())
    ]


def ece(judged: Sequence[Judged], bins: int = BINS) -> float | None:
    """Return the expected calibration error (Naeini et al. 2015), 0..1; None without answers.

    The mean distance of a bin's confidence from its share of right answers, bins weighed by size.
    """
    if not judged:
        return None
    gaps = (
        abs(found.confidence * found.right.of - found.right.count)
        for found in reliability(judged, bins)
    )
    return sum(gaps) / len(judged)


def brier(judged: Sequence[Judged]) -> float | None:
    """Return the mean squared distance from 1 where right, 0 where wrong (Brier 1950), 0..1."""
    if not judged:
        return None
    return sum((confidence - right) ** 2 for confidence, right in judged) / len(judged)


def auroc(scores: ArrayLike, labels: ArrayLike) -> float | None:
    """Return how often a positive scores above a negative, ties counting half (Mann & Whitney).

    Args:
        scores: Shape (n,).
        labels: Whether each is positive, shape (n,).

    Returns:
        0..1, .5 for chance; None where there is no positive or no negative.
    """
    given: NDArray[np.float64] = np.asarray(scores, dtype=np.float64)
    positive: NDArray[np.bool_] = np.asarray(labels, dtype=np.bool_)
    count = int(positive.sum())
    pairs = count * (positive.size - count)
    if not pairs:
        return None
    _, place, times = np.unique(given, return_inverse=True, return_counts=True)
    ranks = (times.cumsum() - (times - 1) / 2)[place]
    return float((ranks[positive].sum() - count * (count + 1) / 2) / pairs)
