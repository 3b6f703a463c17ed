"""One version of the lexical index, as readers see it; what a version costs is worked out once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, cached_property, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval import analysis, bm25
from retrieval.bm25 import Asked, Sections
from retrieval.compounds import PART_WEIGHT, split
from retrieval.postings import Growing, Segment, shifted
from retrieval.slots import Slots

_SPLIT = 2_000


class Field(NamedTuple):
    """One inverted index: an immutable segment and what came after it."""

    segment: Segment
    growing: Growing


class View:
    """The passages of one version of the index.

    Its methods read what still grows: only for who holds the index's lock, and only while the
    version is the newest. The arrays they return stay as they are.
    """

    def __init__(self, slots: Slots, stems: Field, grams: Field) -> None:
        """Look at `slots` and two fields over them."""
        self.slots = slots
        self.stems, self.grams = stems, grams
        self.parts = lru_cache(_SPLIT)(self._parts)
        live = slots.live()
        self.stem_texts = bm25.texts(_lengths(stems), live)
        self.gram_texts = bm25.texts(_lengths(grams), live)

    @cached_property
    def section_of(self) -> NDArray[np.int32]:
        """The number of each slot's section; shape (slots,)."""
        return self.slots.section_of()

    @cached_property
    def sections(self) -> Sections:
        """The sections, with the lengths of their stems."""
        count = len(self.slots.sections)
        return bm25.sections(self.section_of, count, _lengths(self.stems), self.stem_texts.live)

    def _parts(self, stem: str) -> tuple[str, ...]:
        """Return the parts of a compound, none that carries no subject; empty for other stems."""
        return tuple(part for part in split(stem, self.seen) if part not in _function_words())

    def seen(self, stems: Sequence[str]) -> list[int]:
        """Return in how many passages each of `stems` stands."""
        each = list(dict.fromkeys(stems))
        rows = self.stems.segment.vocabulary.rows(each)
        late = self.stems.growing.postings
        known = [s for s, row in zip(each, rows, strict=True) if row >= 0 or s in late]
        found = zip(known, plain(self.stems, dict.fromkeys(known, 1.0)), strict=True)
        counts = {stem: bm25.frequency(asked, self.stem_texts) for stem, asked in found}
        return [counts.get(stem, 0) for stem in stems]

    def with_parts(self, weights: Mapping[str, float]) -> dict[str, float]:
        """Return the weights of stems, and at half of theirs those of the parts of compounds."""
        wanted = dict(weights)
        for stem, weight in weights.items():
            for part in self.parts(stem):
                wanted[part] = wanted.get(part, 0.0) + PART_WEIGHT * weight
        return wanted


def plain(field: Field, weights: Mapping[str, float]) -> list[Asked]:
    """Return where each term occurs in a field, in their order."""
    segment, growing = field
    before = len(segment.lengths)
    found = []
    for (term, weight), row in zip(
        weights.items(), segment.vocabulary.rows(list(weights)), strict=True
    ):
        late = shifted(growing.of(term), before)
        dense = segment.dense_of(row) if row >= 0 else None
        if dense is None and row >= 0:
            early = segment.of(row)
            late = np.concatenate((early, late)) if len(late) else early
        found.append(Asked(weight, dense, late))
    return found


def _lengths(field: Field) -> NDArray[np.float32]:
    late = np.array(field.growing.lengths, dtype=np.float32)
    return np.concatenate((field.segment.lengths, late))


@cache
def _function_words() -> frozenset[str]:
    return frozenset(analysis.fold(word) for word in analysis.function_words())
