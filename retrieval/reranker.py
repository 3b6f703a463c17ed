"""What a re-ranking model is asked for, and how its scores change a ranking. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]

JUDGED = 30
"""So many of the best passages are worth the model's time; it reads each with the question."""
RERANK_SHARE = 0.5


class Reranker(Protocol):
    """Judges passages by reading each together with the question."""

    def scores(self, question: str, passages: Sequence[str]) -> Scores:
        """Return how well each passage answers, shape (n,), 0..1, higher is better."""


def mixed(fused: Scores, judged: Scores, share: float = RERANK_SHARE) -> Scores:
    """Return the scores of a ranking of which the first passages were judged by a `Reranker`.

    The judgements count as they are, not stretched to 0..1 over the passages: where the model
    finds all of them equally good or bad, the order of the search stays. Passages that were not
    judged get the judgement 0, so none of them overtakes one that was.

    Args:
        fused: Scores of the search, shape (n,), 0..1, best first.
        judged: Scores of the first m of them, shape (m,), m <= n, 0..1.
        share: How much the judgements count, 0..1.

    Returns:
        Scores of shape (n,), 0..1, in the order of `fused`.
    """
    found = np.multiply(fused, 1.0 - share, dtype=np.float32)
    found[: len(judged)] += np.float32(share) * judged
    return found


def reranked(fused: Scores, judged: Scores, share: float = RERANK_SHARE) -> list[int]:
    """Return the places of the passages in their new order, best first; a tie keeps the old one.

    The arguments are those of `mixed`.
    """
    return [int(place) for place in np.argsort(-mixed(fused, judged, share), kind="stable")]
