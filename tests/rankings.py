"""The lexical scores of one query as a ranking, for tests that look at one leg alone."""

from __future__ import annotations

from retrieval.lexical import LexicalScores
from retrieval.ports import VectorKey


def score_of(scores: LexicalScores, key: VectorKey) -> float:
    """Return the mixed score of one passage, 0 where it is unknown."""
    slot = scores.slot_of(key)
    return 0.0 if slot is None else float(scores.mixed()[slot])


def top(scores: LexicalScores, limit: int) -> list[VectorKey]:
    """Return up to `limit` passages with a score above 0, best first, ties by key."""
    mixed = scores.mixed()
    ranked = [(-float(mixed[slot]), scores.keys[slot]) for slot in mixed.nonzero()[0]]
    ranked.sort(key=lambda pair: (pair[0], pair[1].document_id, pair[1].ordinal))
    return [key for _, key in ranked[:limit]]
