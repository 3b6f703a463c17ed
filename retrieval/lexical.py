"""BM25 over stems and over character n-grams, in memory, updated document by document.

Scores follow Robertson & Zaragoza 2009 ("The Probabilistic Relevance Framework: BM25 and
Beyond") with k1 = 1.2 and b = 0.75 and the idf that is never negative.
"""

from __future__ import annotations

import math
import threading
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from retrieval import analysis
from retrieval.ports import VectorKey
from retrieval.references import find_references

K1 = 1.2
B = 0.75
HEAD_WEIGHT = 0.5
STEM_SHARE = 0.3
COMPACT_FROM = 1_000

Scores = NDArray[np.float32]
Terms = Mapping[str, float]
"""Terms of one passage with their weighted frequencies."""


@dataclass(slots=True)
class _Postings:
    """Where a term occurs: slots and weighted frequencies, in order of slot.

    `live` counts those slots that are not dead, so that a term's rarity does not depend on what
    was once in the collection.
    """

    slots: array[int] = field(default_factory=lambda: array("i"))
    frequencies: array[float] = field(default_factory=lambda: array("f"))
    live: int = 0


class _Field:
    """One inverted index over slots 0..n-1, some of them dead."""

    def __init__(self) -> None:
        self._postings: dict[str, _Postings] = {}
        self._lengths = array("f")
        self._live = 0
        self._total = 0.0

    def append(self, terms: Terms) -> None:
        slot = len(self._lengths)
        length = float(sum(terms.values()))
        for term, frequency in terms.items():
            postings = self._postings.get(term)
            if postings is None:
                postings = self._postings[term] = _Postings()
            postings.slots.append(slot)
            postings.frequencies.append(frequency)
            postings.live += 1
        self._lengths.append(length)
        self._live += 1
        self._total += length

    def forget(self, terms: Terms) -> None:
        """Take the passage with these `terms`, whose slot is now dead, out of all counts."""
        for term in terms:
            self._postings[term].live -= 1
            if not self._postings[term].live:
                del self._postings[term]
        self._live -= 1
        self._total -= float(sum(terms.values()))

    def compact(self, live: NDArray[np.bool_]) -> None:
        """Drop the dead slots and number the others anew, in the same order."""
        numbers = np.cumsum(live, dtype=np.int32) - np.int32(1)
        for postings in self._postings.values():
            slots = np.array(postings.slots, dtype=np.int32)
            kept = live[slots]
            frequencies = np.array(postings.frequencies, dtype=np.float32)[kept]
            postings.slots = array("i", numbers[slots[kept]].tobytes())
            postings.frequencies = array("f", frequencies.tobytes())
        lengths = np.array(self._lengths, dtype=np.float32)[live]
        self._lengths = array("f", lengths.tobytes())

    def score(self, terms: Iterable[str], live: NDArray[np.bool_]) -> Scores:
        """Return the BM25 score of every slot, shape (slots,); dead slots score 0."""
        count = len(self._lengths)
        scores = np.zeros(count, dtype=np.float32)
        if not self._live:
            return scores
        lengths = np.frombuffer(self._lengths, dtype=np.float32)
        norms = K1 * (1 - B + B * lengths / max(self._total / self._live, 1e-9))
        for term, weight in Counter(terms).items():
            postings = self._postings.get(term)
            if postings is None:
                continue
            slots = np.frombuffer(postings.slots, dtype=np.int32)
            frequencies = np.frombuffer(postings.frequencies, dtype=np.float32)
            gains = frequencies * (K1 + 1) / (frequencies + norms[slots])
            scores[slots] += np.float32(weight * self.rarity(term)) * gains
        scores[~live] = 0
        return scores

    def rarity(self, term: str) -> float:
        """Return the idf of `term`; that of an unseen term where it does not occur."""
        postings = self._postings.get(term)
        held = postings.live if postings else 0
        return math.log(1 + (self._live - held + 0.5) / (held + 0.5))


@dataclass(frozen=True, slots=True)
class LexicalText:
    """What is indexed of one passage: its text and, at less weight, title and headings.

    `reference` is how the statute's unit that the passage belongs to is cited, empty elsewhere.
    """

    key: VectorKey
    text: str
    head: str
    language: str | None
    reference: str = ""


class LexicalScores:
    """The scores of one query for all passages, 0..1, higher is better."""

    def __init__(self, scores: Scores, slots: dict[VectorKey, int], keys: list[VectorKey]) -> None:
        """Wrap `scores`, shape (slots,), with the maps between slots and keys."""
        self._scores = scores
        self._slots = slots
        self._keys = keys

    def of(self, key: VectorKey) -> float:
        """Return the score of one passage, 0 where it is unknown."""
        slot = self._slots.get(key)
        # The maps are shared: a passage may have been added since the scores were taken.
        if slot is None or slot >= len(self._scores):
            return 0.0
        return float(self._scores[slot])

    def top(self, limit: int, admitted: Callable[[VectorKey], bool]) -> list[VectorKey]:
        """Return up to `limit` admitted passages with a score above 0, best first."""
        best: list[VectorKey] = []
        for slot in np.argsort(-self._scores, kind="stable"):
            if self._scores[slot] <= 0 or len(best) == limit:
                break
            if admitted(self._keys[slot]):
                best.append(self._keys[slot])
        return best


class LexicalIndex:
    """The lexical leg of the search. Thread-safe."""

    def __init__(self) -> None:
        """Start empty."""
        self._lock = threading.Lock()
        self._stems = _Field()
        self._grams = _Field()
        self._keys: list[VectorKey] = []
        self._slots: dict[VectorKey, int] = {}
        self._texts: dict[str, dict[VectorKey, LexicalText]] = {}
        self._live = array("b")
        self._units: dict[str, set[VectorKey]] = {}

    def replace(
        self, document_id: str, texts: Sequence[LexicalText], *, keep: int | None = None
    ) -> None:
        """Exchange all passages of a document for `texts` (none: forget the document).

        Args:
            document_id: The document.
            texts: Its new passages.
            keep: A generation whose passages stay untouched if they are already there.
        """
        new = [(text, _weighed(text)) for text in texts]
        with self._lock:
            held = self._texts.get(document_id, {}).values()
            gone = [text for text in held if text.key.generation != keep]
        old = [(text.key, _weighed(text)) for text in gone]
        with self._lock:
            for key, terms in old:
                self._forget(key, terms)
            for text, terms in new:
                self._append(text, terms)
            if len(self._keys) > COMPACT_FROM and len(self._slots) < len(self._keys) / 2:
                self._compact()

    def _forget(self, key: VectorKey, terms: tuple[Terms, Terms]) -> None:
        slot = self._slots.pop(key, None)
        if slot is None:
            return
        self._live[slot] = 0
        texts = self._texts[key.document_id]
        for term in unit_terms(texts.pop(key).reference):
            self._units[term].discard(key)
        if not texts:
            del self._texts[key.document_id]
        for part, weights in zip((self._stems, self._grams), terms, strict=True):
            part.forget(weights)

    def _append(self, text: LexicalText, terms: tuple[Terms, Terms]) -> None:
        if text.key in self._slots:
            return
        self._slots[text.key] = len(self._keys)
        self._texts.setdefault(text.key.document_id, {})[text.key] = text
        self._keys.append(text.key)
        for term in unit_terms(text.reference):
            self._units.setdefault(term, set()).add(text.key)
        for part, weights in zip((self._stems, self._grams), terms, strict=True):
            part.append(weights)
        self._live.append(1)

    def _compact(self) -> None:
        live = np.array(self._live, dtype=np.bool_)
        self._stems.compact(live)
        self._grams.compact(live)
        # New objects, not changed ones: scores handed out before still hold the old maps.
        self._keys = [key for key in self._keys if key in self._slots]
        self._slots = {key: slot for slot, key in enumerate(self._keys)}
        self._live = array("b", [1] * len(self._keys))

    def score(self, query: str, language: str | None) -> LexicalScores:
        """Score every passage: a mix of both fields, each divided by its best score."""
        stems = analysis.content_stems(query, language)
        grams = analysis.content_grams(query)
        with self._lock:
            live = np.array(self._live, dtype=np.bool_)
            mixed = STEM_SHARE * _unit(self._stems.score(stems, live))
            mixed += (1 - STEM_SHARE) * _unit(self._grams.score(grams, live))
            # The maps only grow until a compaction exchanges them, so they need no copy.
            return LexicalScores(_unit(mixed), self._slots, self._keys)

    def named(self, query: str) -> frozenset[VectorKey]:
        """Return the passages of those statute units that `query` names.

        A question on § 20a means all its Absätze, one on § 20a Abs. 2 only that one.
        """
        asked = [reference.term for reference in find_references(query)]
        with self._lock:
            return frozenset(key for term in asked for key in self._units.get(term, ()))

    def rarity(self, stem: str) -> float:
        """Return the idf of a stem in the collection (natural logarithm, > 0)."""
        with self._lock:
            return self._stems.rarity(stem)


@lru_cache(maxsize=1_000)
def unit_terms(label: str) -> tuple[str, ...]:
    """Return the terms by which a unit cited as `label` is asked for."""
    found = find_references(label)
    return tuple(found[-1].terms()) if found else ()


def _weighed(text: LexicalText) -> tuple[Terms, Terms]:
    stems: dict[str, float] = dict(Counter(analysis.stems(text.text, text.language)))
    grams: dict[str, float] = dict(Counter(analysis.grams(text.text)))
    for terms, held in zip(_head_terms(text.head, text.language), (stems, grams), strict=True):
        for term, count in terms:
            held[term] = held.get(term, 0.0) + HEAD_WEIGHT * count
    return stems, grams


@lru_cache(maxsize=1_000)
def _head_terms(
    head: str, language: str | None
) -> tuple[tuple[tuple[str, int], ...], tuple[tuple[str, int], ...]]:
    """Count the stems and the n-grams of a head, which neighbouring passages share."""
    stems, grams = Counter(analysis.stems(head, language)), Counter(analysis.grams(head))
    return tuple(stems.items()), tuple(grams.items())


def _unit(scores: Scores) -> Scores:
    best = float(scores.max()) if scores.size else 0.0
    return scores / np.float32(best) if best > 0 else scores
