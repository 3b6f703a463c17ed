"""The lexical leg: BM25 over stems and over character n-grams, updated document by document.

An immutable segment, which may lie in a mapped file, holds most passages; what came after it stands
in memory until it is merged. Only the live passages count: scores do not depend on what was once in
the index, nor on when it was merged or saved.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from retrieval import analysis, bm25, glossary, lexical_file
from retrieval.bm25 import Asked
from retrieval.lexical_file import SavedIndex
from retrieval.lexical_scores import STEM_SHARE, FieldScores, LexicalScores
from retrieval.lexical_view import Field, View, plain
from retrieval.ports import VectorKey
from retrieval.postings import EMPTY, Growing, merged, slots_of
from retrieval.references import find_references
from retrieval.slots import Slots
from retrieval.steps import ALL, Steps

__all__ = ["STEM_SHARE", "LexicalIndex", "LexicalScores", "LexicalText", "unit_terms"]

HEAD_WEIGHT = 0.5
MERGE_FROM = 2_000
"""How many slots must have come or died before the index merges by itself."""

Terms = Mapping[str, float]
"""Terms of one passage with their weighted frequencies."""


@dataclass(frozen=True, slots=True)
class LexicalText:
    """What is indexed of one passage: its text and, at less weight, title and headings.

    `reference` is how the statute's unit that the passage belongs to is cited, empty elsewhere.
    `group` names the passage's section of its document, empty where the document is one.
    """

    key: VectorKey
    text: str
    head: str
    language: str | None
    reference: str = ""
    group: str = ""


Weighed = tuple[LexicalText, Terms, Terms]
"""A passage with its stems and its n-grams."""


class LexicalIndex:
    """The lexical leg of the search. Thread-safe: a reader never waits for a merge."""

    def __init__(self, steps: Steps = ALL) -> None:
        """Start empty; `steps` says which steps of analysis and scoring take part."""
        self.stamp = ""
        self._steps = steps
        self._lock = threading.Lock()
        self._writer = threading.RLock()
        self._show(SavedIndex("", Slots(), EMPTY, EMPTY, EMPTY))

    def _show(self, saved: SavedIndex) -> None:
        self._slots = saved.slots
        self._stems = Field(saved.stems, Growing())
        self._grams = Field(saved.grams, Growing())
        self._units = Field(saved.units, Growing())
        self._view: View | None = None

    # ------------------------------------------------------------------ the file

    @classmethod
    def load(cls, path: Path, steps: Steps = ALL) -> LexicalIndex | None:
        """Return the index that was saved at `path`, mapped into memory; `stamp` says which.

        None where there is no file, or one that is damaged or that another analysis made.
        """
        saved = lexical_file.load(path, steps)
        if saved is None:
            return None
        made = cls(steps)
        made.stamp = saved.stamp
        made._show(saved)
        return made

    def save(self, path: Path, stamp: str) -> None:
        """Merge and write everything to `path`, then work on from the mapped file.

        The file holds no term that only forgotten passages had. `stamp` is given back by `load`.

        Raises:
            StoreUnavailable: The folder cannot be written to.
        """
        with self._writer:
            self.merge()
            held = SavedIndex(
                stamp, self._slots, self._stems.segment, self._grams.segment, self._units.segment
            )
            mapped = lexical_file.save(path, held, self._steps)
            self.stamp = stamp
            with self._lock:
                self._show(mapped)

    def generations(self) -> set[tuple[str, int]]:
        """Return every (document_id, generation) that has a passage."""
        with self._lock:
            return self._slots.generations()

    # ------------------------------------------------------------------ writing

    def replace(
        self, document_id: str, texts: Sequence[LexicalText], *, keep: int | None = None
    ) -> None:
        """Exchange all passages of a document for `texts` (none: forget the document).

        Args:
            document_id: The document.
            texts: Its new passages.
            keep: A generation whose passages stay untouched if they are already there.
        """
        self.put(document_id, self.weighed(texts), keep=keep)

    def weighed(self, texts: Sequence[LexicalText]) -> list[Weighed]:
        """Return the terms of passages with their frequencies, for `put`."""
        return [(text, *self._weighed(text)) for text in texts]

    def put(self, document_id: str, weighed: Sequence[Weighed], *, keep: int | None = None) -> None:
        """Do what `replace` does with passages whose terms are known already."""
        with self._writer:
            with self._lock:
                self._slots.forget(document_id, keep)
                for text, stems, grams in weighed:
                    if text.key in self._slots.numbers:
                        continue
                    self._slots.append(text.key, text.group)
                    self._stems.growing.append(stems)
                    self._grams.growing.append(grams)
                    self._units.growing.append(dict.fromkeys(unit_terms(text.reference), 1.0))
                self._view = None
            changed = len(self._stems.growing.lengths) + self._slots.dead
            if changed > max(MERGE_FROM, len(self._slots) // 3):
                self.merge()

    def merge(self) -> None:
        """Make one segment of all live passages. Readers go on with the old one meanwhile."""
        with self._writer:
            if not self._slots.dead and not self._stems.growing.lengths:
                return
            live = self._slots.live()
            parts = (merged(*field, live) for field in (self._stems, self._grams, self._units))
            saved = SavedIndex(self.stamp, self._slots.compacted(), *parts)
            with self._lock:
                self._show(saved)

    def _weighed(self, text: LexicalText) -> tuple[Terms, Terms]:
        steps = self._steps
        stems = _counted(analysis.stems(text.text, text.language, steps=steps))
        grams = _counted(analysis.grams(text.text, steps=steps))
        if steps.heads:
            heads = _head_terms(text.head, text.language, steps)
            for terms, held in zip(heads, (stems, grams), strict=True):
                for term, count in terms:
                    held[term] = held.get(term, 0.0) + HEAD_WEIGHT * count
        return stems, grams

    # ------------------------------------------------------------------ reading

    def score(self, query: str, language: str | None) -> LexicalScores:
        """Score every passage, and every section where that step takes part."""
        steps = self._steps
        stem_weights: Mapping[str, float] = Counter(
            analysis.content_stems(query, language, steps=steps)
        )
        gram_weights = Counter(analysis.content_grams(query, steps=steps))
        translated_weights = self._translated(query, language)
        with self._lock:
            view = self._current()
            if steps.parts:
                stem_weights = view.with_parts(stem_weights)
            stems = plain(view.stems, stem_weights) if steps.stems else []
            grams = plain(view.grams, gram_weights) if steps.grams else []
            other = plain(view.stems, translated_weights)
            section_of = view.section_of
            sections = view.sections if steps.whole else None
        shares = (STEM_SHARE * steps.stems, (1 - STEM_SHARE) * steps.grams)
        passages = FieldScores(
            bm25.score(stems, view.stem_texts), bm25.score(grams, view.gram_texts), shares
        )
        whole = bm25.score_sections(stems, view.stem_texts, sections) if sections else None
        translated = bm25.score(other, view.stem_texts) if other else None
        live = view.stem_texts.live
        return LexicalScores(passages, whole, translated, live, view.slots, section_of)

    def _translated(self, query: str, language: str | None) -> dict[str, float]:
        if not self._steps.glossary or language is None:
            return {}
        return glossary.packaged().translated(query, language, steps=self._steps)

    def _current(self) -> View:
        if self._view is None:
            self._view = View(self._slots, self._stems, self._grams)
        return self._view

    def named(self, query: str) -> frozenset[VectorKey]:
        """Return the passages of those statute units that `query` names.

        A question on § 20a means all its Absätze, one on § 20a Abs. 2 only that one.
        """
        asked = [reference.term for reference in find_references(query)]
        with self._lock:
            found = plain(self._units, dict.fromkeys(asked, 1.0))
            keys = [self._slots.keys[slot] for each in found for slot in _all_slots(each)]
            return frozenset(key for key in keys if key in self._slots.numbers)

    def rarity(self, stem: str) -> float:
        """Return the idf of a stem in the collection (natural logarithm, > 0)."""
        with self._lock:
            view = self._current()
            (held,) = view.seen([stem])
            return bm25.rarity(held, view.stem_texts.count)


def _counted(terms: list[str]) -> dict[str, float]:
    return dict(Counter(terms))


def _all_slots(asked: Asked) -> list[int]:
    dense = [] if asked.dense is None else np.flatnonzero(asked.dense).tolist()
    return [*dense, *slots_of(asked.sparse).tolist()]


@lru_cache(maxsize=1_000)
def unit_terms(label: str) -> tuple[str, ...]:
    """Return the terms by which a unit cited as `label` is asked for."""
    found = find_references(label)
    return tuple(found[-1].terms()) if found else ()


@lru_cache(maxsize=1_000)
def _head_terms(
    head: str, language: str | None, steps: Steps
) -> tuple[tuple[tuple[str, int], ...], tuple[tuple[str, int], ...]]:
    """Count the stems and the n-grams of a head, which neighbouring passages share."""
    stems = Counter(analysis.stems(head, language, steps=steps))
    grams = Counter(analysis.grams(head, steps=steps))
    return tuple(stems.items()), tuple(grams.items())
