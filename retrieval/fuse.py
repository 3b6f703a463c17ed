"""Two legs → one score for every passage. Pure.

Convex combination of scores normalised per query (Bruch et al. 2023, "An Analysis of Fusion
Functions for Hybrid Retrieval", ACM TOIS, arXiv 2210.11934).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.records import Mode

DENSE_SHARE = 0.6
WHOLE_SHARE = 0.3
"""What the section that a passage stands in counts in its lexical score."""
FOREIGN_SHARE = 0.5
"""What the translated words count beside the cosine in the lexical score of a foreign passage."""

Scores = NDArray[np.float32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Signals:
    """What is known of each passage, shape (n,) each.

    `dense` is a cosine (-1..1), `lexical`, `whole` (that of the passage's section) and `translated`
    (that of the question in the other language) are at least 0, higher is better. `foreign` says
    that the passage is in another language than the question, `named` that the question names the
    statute's unit which it belongs to, `visible` that the asker may see it: scores are normalised
    over those alone.
    """

    dense: Scores
    lexical: Scores
    whole: Scores | None
    translated: Scores
    foreign: Mask
    named: Mask
    visible: Mask


def lexical_score(signals: Signals) -> Scores:
    """Return the lexical score of each passage with its section's share, 0..1."""
    own = _best_is_one(signals.lexical, signals.visible)
    if signals.whole is None:
        return own
    section = _best_is_one(signals.whole, signals.visible)
    return _best_is_one((1 - WHOLE_SHARE) * own + WHOLE_SHARE * section, signals.visible)


def fuse(signals: Signals, mode: Mode = Mode.HYBRID, named_share: float = 0.0) -> Scores:
    """Return the score of each passage, 0..1 within one query, 0 where it is not visible.

    The cosine is stretched to 0..1 over the visible passages; the lexical score already starts at
    0. A passage in another language shares few words with the question, whatever it says: it is
    judged by the cosine and by the question's words in its language, among foreign passages.

    Args:
        signals: The passages.
        mode: Which legs count.
        named_share: How much of the score belongs to the units that the question names, 0..1.
    """
    if not signals.visible.any():
        return np.zeros(len(signals.visible), dtype=np.float32)
    dense = _stretched(signals.dense, signals.visible)
    lexical = lexical_score(signals)
    if mode is Mode.DENSE:
        score = dense
    elif mode is Mode.LEXICAL:
        score = lexical
    else:
        shared = _best_is_one(signals.translated, signals.visible & signals.foreign)
        judged = (1 - FOREIGN_SHARE) * dense + FOREIGN_SHARE * shared
        words = np.where(signals.foreign, np.maximum(lexical, judged), lexical).astype(np.float32)
        score = DENSE_SHARE * dense + (1 - DENSE_SHARE) * words
    score = (1 - named_share) * score + named_share * signals.named
    return np.where(signals.visible, score, 0).astype(np.float32)


def _stretched(cosines: Scores, visible: Mask) -> Scores:
    """Return the cosines moved to 0..1 over the visible passages."""
    held = cosines[visible]
    low, high = float(held.min()), float(held.max())
    if high <= low:
        return visible.astype(np.float32)
    stretched: Scores = np.clip((cosines - low) / (high - low), 0, 1).astype(np.float32)
    return stretched


def _best_is_one(scores: Scores, visible: Mask) -> Scores:
    """Return the scores divided by the best visible one, 0 where a passage is not visible."""
    shown = np.where(visible, scores, 0).astype(np.float32)
    best = float(shown.max(initial=0))
    return (shown / best).astype(np.float32) if best > 0 else shown
