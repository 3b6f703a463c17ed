"""Figures of ranking quality, 0..1. Pure. Ranks count from 1."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence


def ndcg(ranking: Sequence[str], relevant: Mapping[str, int], depth: int = 10) -> float:
    """Return the normalised discounted cumulative gain (Järvelin & Kekäläinen 2002)."""
    gained = sum(
        (2 ** relevant.get(name, 0) - 1) / math.log2(rank + 1)
        for rank, name in enumerate(ranking[:depth], start=1)
    )
    ideal = sum(
        (2**grade - 1) / math.log2(rank + 1)
        for rank, grade in enumerate(sorted(relevant.values(), reverse=True)[:depth], start=1)
    )
    return gained / ideal if ideal else 0.0


def recall(ranking: Sequence[str], relevant: Mapping[str, int], depth: int) -> float:
    """Return the share of relevant documents within `depth`."""
    wanted = {name for name, grade in relevant.items() if grade > 0}
    return len(wanted.intersection(ranking[:depth])) / len(wanted) if wanted else 0.0


def reciprocal_rank(ranking: Sequence[str], relevant: Mapping[str, int], depth: int = 10) -> float:
    """Return 1 / rank of the first relevant document within `depth`, 0 without one."""
    for rank, name in enumerate(ranking[:depth], start=1):
        if relevant.get(name, 0) > 0:
            return 1 / rank
    return 0.0


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` (0..1) of `values` lie, 0 for none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
