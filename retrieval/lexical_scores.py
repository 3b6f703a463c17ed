"""What one question scores in the lexical leg, passage by passage and section by section."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from retrieval.bm25 import Scores
from retrieval.ports import VectorKey
from retrieval.postings import Live
from retrieval.slots import Slots

STEM_SHARE = 0.3
TRANSLATED_GRAMS = 0.3


@dataclass(frozen=True, slots=True)
class FieldScores:
    """The BM25 scores of both fields, shape (slots,); dead slots score 0.

    `shares` is what stems and n-grams count in the mix.
    """

    stems: Scores
    grams: Scores
    shares: tuple[float, float]

    def mixed(self, visible: Live | None) -> Scores:
        """Return both fields, each divided by its best, added and divided by the best again."""
        of_stems, of_grams = self.shares
        mixed = np.float32(of_stems) * _unit(self.stems, visible)
        mixed += np.float32(of_grams) * _unit(self.grams, visible)
        return _unit(mixed)


class LexicalScores:
    """The scores of one query for all passages, 0..1, higher is better.

    A slot is where a passage stands in the arrays. Slots are those of the moment: the next scores
    may number them otherwise.

    Attributes:
        stems: BM25 over stems; shape (slots,), float32.
        grams: BM25 over n-grams; shape (slots,), float32.
        translated: BM25 over the stems of the question in the other language; shape (slots,), None
            where it was not translated.
        live: Which slots hold a passage still; shape (slots,).
        keys: The passage in each slot; there may be more keys than slots.
        group_of_slot: The section of each slot; shape (slots,), int32.
    """

    def __init__(
        self,
        passages: FieldScores,
        sections: Scores | None,
        translated: Scores | None,
        live: Live,
        slots: Slots,
        group_of_slot: NDArray[np.int32],
    ) -> None:
        """Wrap the scores of the passages in `slots`, where wanted of sections and translations."""
        self.stems, self.grams = passages.stems, passages.grams
        self.translated, self.live = translated, live
        self.keys, self._numbers = slots.keys, slots.numbers
        self.group_of_slot = group_of_slot
        self._passages, self._sections = passages, sections

    @cached_property
    def whole(self) -> Scores:
        """How well each section answers as one text, by its stems; shape (sections,), 0..1.

        Empty where left out. The n-grams of whole sections do not count: with 100,000 passages they
        took 8 ms, stems 1 ms.
        """
        if self._sections is None:
            return np.zeros(0, dtype=np.float32)
        return _unit(self._sections)

    def slot_of(self, key: VectorKey) -> int | None:
        """Return the slot of a passage, None where it is unknown."""
        slot = self._numbers.get(key)
        # The maps are shared: a passage may have been added since the scores were taken.
        return slot if slot is not None and slot < len(self.stems) else None

    def mixed(self, visible: Live | None = None) -> Scores:
        """Return the mix of both fields, 0..1; shape (slots,).

        Args:
            visible: Which slots take part; the others score 0 and do not count as best.
        """
        return self._passages.mixed(visible)

    def translated_mixed(self, visible: Live | None = None) -> Scores:
        """Return how well each passage answers the translated question, 0..1; shape (slots,).

        Names that were recognised wrongly or inflected still meet by their n-grams.

        Args:
            visible: Which slots take part; the others score 0 and do not count as best.
        """
        stems = self.stems if self.translated is None else self.translated
        words = np.float32(1 - TRANSLATED_GRAMS) * _unit(stems, visible)
        words += np.float32(TRANSLATED_GRAMS) * _unit(self.grams, visible)
        return _unit(words, visible)


def _unit(scores: Scores, visible: Live | None = None) -> Scores:
    if visible is not None:
        scores = np.where(visible, scores, np.float32(0))
    best = float(scores.max()) if scores.size else 0.0
    return scores / np.float32(best) if best > 0 else scores.copy()
