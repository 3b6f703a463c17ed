"""Two legs → one ranking. Pure.

Convex combination of scores normalised per query (Bruch et al. 2023, "An Analysis of Fusion
Functions for Hybrid Retrieval", ACM TOIS, arXiv 2210.11934).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.ports import VectorKey
from retrieval.records import Mode

DENSE_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage with the scores of both legs.

    `dense` is a cosine (-1..1), `lexical` 0..1. `foreign` says that the passage is in another
    language than the question, so that the lexical leg cannot see it; `named` that the question
    names the statute's unit which it belongs to.
    """

    key: VectorKey
    dense: float
    lexical: float
    foreign: bool
    named: bool = False


@dataclass(frozen=True, slots=True)
class Fused:
    """A candidate with its fused score, 0..1 within one query, higher is better."""

    candidate: Candidate
    score: float


def fuse(
    candidates: Sequence[Candidate], mode: Mode = Mode.HYBRID, named_share: float = 0.0
) -> list[Fused]:
    """Rank `candidates`, best first, ties by document and ordinal.

    The cosine is stretched to 0..1 over the candidates; the lexical score already starts at 0.
    A passage in another language is judged by the dense leg alone: its lexical score is taken
    to be as good as its dense one.

    Args:
        candidates: The passages.
        mode: Which legs count.
        named_share: How much of the score belongs to the units that the question names, 0..1.
    """
    if not candidates:
        return []
    low = min(candidate.dense for candidate in candidates)
    spread = max(candidate.dense for candidate in candidates) - low
    ranked = [
        Fused(c, (1 - named_share) * _score(c, low, spread, mode) + named_share * c.named)
        for c in candidates
    ]
    return sorted(
        ranked,
        key=lambda f: (-f.score, f.candidate.key.document_id, f.candidate.key.ordinal),
    )


def _score(candidate: Candidate, low: float, spread: float, mode: Mode) -> float:
    dense = (candidate.dense - low) / spread if spread > 0 else 1.0
    if mode is Mode.DENSE:
        return dense
    if mode is Mode.LEXICAL:
        return candidate.lexical
    lexical = max(candidate.lexical, dense) if candidate.foreign else candidate.lexical
    return DENSE_SHARE * dense + (1 - DENSE_SHARE) * lexical
