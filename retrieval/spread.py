"""Lets other documents be heard after some passages of one. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from retrieval.search import Ranked

MOST = 3
"""Passages of a document that may come before passages of others."""
NEAR = 0.8
"""How good another document's passage must be, as a share of the score it comes before."""


def spread(ranked: Sequence[Ranked], most: int = MOST, near: float = NEAR) -> list[Ranked]:
    """Let a passage wait while its document was heard `most` times and others are nearly as good.

    Args:
        ranked: The passages, best first.
        most: How many passages of one document are heard before others get their turn.
        near: The least share of the waiting passage's score that lets another go first, 0..1.

    Returns:
        All passages; those that wait follow in their order, with the score of what was heard before
        them where theirs is higher, so that scores still fall.
    """
    waiting = list(ranked)
    heard: Counter[str] = Counter()
    order: list[Ranked] = []
    least = 1.0
    while waiting:
        place = _next(waiting, heard, most, near)
        chosen = waiting.pop(place)
        heard[chosen.key.document_id] += 1
        least = min(least, chosen.score)
        order.append(chosen if chosen.score == least else replace(chosen, score=least))
    return order


def _next(waiting: Sequence[Ranked], heard: Counter[str], most: int, near: float) -> int:
    first = waiting[0]
    if heard[first.key.document_id] < most:
        return 0
    for place, other in enumerate(waiting):
        if other.score < near * first.score:
            break
        if heard[other.key.document_id] < most:
            return place
    return 0
