"""What one question scores in the lexical leg, passage by passage and section by section."""

from __future__ import annotations

from collections.abc import Callable
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
_AT_LEAST = 64


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
    def _all(self) -> Scores:
        return self.mixed()

    @cached_property
    def whole(self) -> Scores:
        """The scores of the sections, shape (sections,), 0..1; empty where left out."""
        return self.whole_mixed()

    def slot_of(self, key: VectorKey) -> int | None:
        """Return the slot of a passage, None where it is unknown."""
        slot = self._numbers.get(key)
        # The maps are shared: a passage may have been added since the scores were taken.
        return slot if slot is not None and slot < len(self.stems) else None

    def of(self, key: VectorKey) -> float:
        """Return the mixed score of one passage, 0 where it is unknown."""
        slot = self.slot_of(key)
        return 0.0 if slot is None else float(self._all[slot])

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

    def whole_mixed(self, visible: Live | None = None) -> Scores:
        """Return how well each section answers as one text, by its stems; shape (sections,), 0..1.

        The n-grams of whole sections are left out: at 100,000 passages they took 8 ms, stems 1.

        Args:
            visible: Which slots take part; a section does if any of its slots does.
        """
        if self._sections is None:
            return np.zeros(0, dtype=np.float32)
        seen: Live | None = None
        if visible is not None:
            seen = np.zeros(len(self._sections), dtype=np.bool_)
            seen[self.group_of_slot[visible]] = True
        return _unit(self._sections, seen)

    def top(self, limit: int, admitted: Callable[[VectorKey], bool]) -> list[VectorKey]:
        """Return up to `limit` admitted passages with a score above 0, best first.

        Equal scores are ordered by document, passage and generation.
        """
        found = int(np.count_nonzero(self._all > 0))
        depth = min(max(2 * limit, _AT_LEAST), found)
        while True:
            best = [key for key in self._best(depth) if admitted(key)]
            if len(best) >= limit or depth >= found:
                return best[:limit]
            depth = min(4 * depth, found)

    def _best(self, depth: int) -> list[VectorKey]:
        """Return the best `depth` passages, and those that score as the last of them."""
        if not depth:
            return []
        least = np.partition(self._all, len(self._all) - depth)[-depth]
        slots = np.flatnonzero(self._all >= least)
        ranked = [(-float(self._all[slot]), _place(self.keys[slot])) for slot in slots]
        order = sorted(range(len(ranked)), key=ranked.__getitem__)
        return [self.keys[slots[at]] for at in order]


def _place(key: VectorKey) -> tuple[str, int, int]:
    return key.document_id, key.ordinal, key.generation


def _unit(scores: Scores, visible: Live | None = None) -> Scores:
    if visible is not None:
        scores = np.where(visible, scores, np.float32(0))
    best = float(scores.max()) if scores.size else 0.0
    return scores / np.float32(best) if best > 0 else scores.copy()
