"""Question → ranked passages, over the ports. The search itself holds no state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval import analysis
from retrieval.balance import LanguageBalance
from retrieval.columns import Aligned, Columns
from retrieval.fuse import Mask, Scores, Signals, fuse, lexical_score
from retrieval.lexical import LexicalIndex, LexicalScores
from retrieval.ports import ComparedIndex, Embedder, Vector, VectorKey
from retrieval.records import FACETS, DocumentRecord, Filters, Mode
from retrieval.steps import ALL, Steps

DEPTH = 100
"""How many of the nearest passages count as found although they share no word."""
NAMED_SHARE = 0.6
"""What a named § counts in a question of nothing else; less, the more else is asked."""


@dataclass(frozen=True, slots=True)
class Query:
    """One question with its language (ISO 639-1) and its vector, without the language's part."""

    text: str
    language: str
    vector: Vector


def prepare(text: str, language: str, embedder: Embedder, balance: LanguageBalance) -> Query:
    """Embed a question once, for searching and for reading."""
    return Query(text, language, balance.query(embedder.embed_query(text), language))


@dataclass(frozen=True, slots=True)
class Legs:
    """The parts of the search, and the documents that are live at its beginning."""

    index: ComparedIndex
    lexical: LexicalIndex
    columns: Columns
    records: Mapping[str, DocumentRecord]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A found passage with its scores, higher is better.

    `score` is the fused one (0..1 within one query), `dense` the cosine (-1..1), `lexical` 0..1.
    """

    key: VectorKey
    score: float
    dense: float
    lexical: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """All that a search found. The arrays have one value for each passage of the index, (n,).

    `found` marks the passages that match; they are ordered by `score`.
    """

    keys: Sequence[VectorKey]
    aligned: Aligned
    records: Mapping[str, DocumentRecord]
    found: Mask
    score: Scores
    dense: Scores
    lexical: Scores

    @property
    def total(self) -> int:
        """How many passages were found."""
        return int(np.count_nonzero(self.found))

    def best(self, count: int) -> list[Ranked]:
        """Return up to `count` passages, best first, ties by document and place in it."""
        places = np.flatnonzero(self.found)
        if count < 1 or not len(places):
            return []
        scores = self.score[places]
        if len(places) > count:
            # All that reach the last place's score: ties are then ordered by key.
            least = np.partition(scores, len(scores) - count)[len(scores) - count]
            places = places[scores >= least]
        ordered = sorted(
            map(self.at, places.tolist()),
            key=lambda r: (-r.score, r.key.document_id, r.key.ordinal),
        )
        return ordered[:count]

    def at(self, place: int) -> Ranked:
        """Return the passage at a place of the arrays, found or not."""
        return Ranked(
            self.keys[place],
            float(self.score[place]),
            float(self.dense[place]),
            float(self.lexical[place]),
        )

    def facets(self) -> dict[str, Counter[str]]:
        """Count for each facet how many of the found passages show each value."""
        counted: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
        numbers = np.bincount(self.aligned.edition_of[self.found])
        for edition in np.flatnonzero(numbers).tolist():
            record = self.records[self.aligned.editions[edition][0]]
            for name in FACETS:
                for value in record.facet(name):
                    counted[name][value] += int(numbers[edition])
        return counted


def search(
    query: Query, legs: Legs, filters: Filters, mode: Mode = Mode.HYBRID, steps: Steps = ALL
) -> Ranking:
    """Score every passage that meets `filters` by both legs.

    A passage is found if it shares a word with the question, if the question names its unit, or if
    it is among the `DEPTH` best of a leg in all that the asker may see, so that a facet's count is
    what its filter finds. Where nothing that meets the filters is found so, it is the nearest.
    """
    mode = mode if steps.dense else Mode.LEXICAL
    words = legs.lexical.score(query.text, query.language)
    aligned, dense = _compared(query.vector, legs, words)
    visible = words.live & legs.columns.admitted(aligned, legs.records, Filters(filters.internal))
    wanted = legs.columns.admitted(aligned, legs.records, filters) & visible
    named = _named(query, legs, words, visible) if steps.named else np.zeros_like(visible)
    whole = words.whole[words.group_of_slot] if steps.whole and len(words.whole) else None
    foreign = legs.columns.foreign(aligned, legs.records, query.language)
    translated = words.translated_mixed(visible & foreign)
    signals = Signals(dense, words.mixed(visible), whole, translated, foreign, named, visible)
    share = 0.0
    if named.any():
        share = NAMED_SHARE * analysis.reference_share(query.text, query.language)
    score = fuse(signals, mode, share)
    lexical = lexical_score(signals)
    found = _found(signals, words, lexical, mode) & wanted
    if not found.any() and mode is not Mode.LEXICAL:
        found = _highest(dense, wanted)
    return Ranking(words.keys, aligned, legs.records, found, score, dense, lexical)


def _compared(vector: Vector, legs: Legs, words: LexicalScores) -> tuple[Aligned, Scores]:
    """Return the columns and the cosine of each passage, -1 where its vector is missing."""
    while True:
        aligned = legs.columns.at(words.keys, len(words.stems))
        epoch, cosines = legs.index.compared(vector)
        if epoch == aligned.epoch:
            break  # else a writer moved the vectors in between
    if not len(cosines):
        return aligned, np.full(len(aligned.rows), -1, dtype=np.float32)
    dense = cosines[aligned.rows]
    dense[aligned.rows < 0] = -1
    return aligned, dense


def _named(query: Query, legs: Legs, words: LexicalScores, visible: Mask) -> Mask:
    mask = np.zeros_like(visible)
    for key in legs.lexical.named(query.text):
        place = words.slot_of(key)
        if place is not None:
            mask[place] = True
    return mask & visible


def _found(signals: Signals, words: LexicalScores, lexical: Scores, mode: Mode) -> Mask:
    near = _highest(signals.dense, signals.visible)
    alike = _highest(lexical, signals.visible & (lexical > 0))
    said = signals.visible & (words.stems > 0)
    if mode is Mode.DENSE:
        return near
    return alike | said | signals.named | (near if mode is Mode.HYBRID else False)


def _highest(scores: Scores, among: Mask) -> Mask:
    """Return the `DEPTH` passages with the highest scores, more where they are equal."""
    count = int(np.count_nonzero(among))
    if count <= DEPTH:
        return among
    held: NDArray[np.float32] = scores[among]
    least = np.partition(held, count - DEPTH)[count - DEPTH]
    mask: Mask = among & (scores >= least)
    return mask
