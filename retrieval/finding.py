"""Ranked passages → hits: read from the catalogue, each text once, several documents heard."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from retrieval.arrangement import RANKED, Arranged, Arrangement, Order, arranged
from retrieval.columns import Columns
from retrieval.live import Live
from retrieval.ports import ComparedIndex
from retrieval.records import DocumentRecord, Filters, Hit, Mode, Results
from retrieval.registry import Registry
from retrieval.reranker import JUDGED, Reranker, mixed, reranked
from retrieval.search import Legs, Query, Ranked, Ranking, search
from retrieval.spread import spread
from retrieval.steps import Steps

BLOCK = 50
"""Passages among which a document's turn is weighed against others'."""
AHEAD = 20
"""Passages read beyond those asked for: twins may take places."""
DEEPEST = 10_000
"""Passages that are looked through at most where twins take nearly all places."""


class Finder:
    """The reading side of the library. Thread-safe."""

    def __init__(
        self,
        index: ComparedIndex,
        registry: Registry,
        live: Live,
        steps: Steps,
        reranker: Reranker | None,
    ) -> None:
        """Search `index` and the words of `live`; the `reranker`, where given, judges the best."""
        self._index, self._registry, self._live = index, registry, live
        self._steps, self._reranker = steps, reranker
        self._columns = Columns(index)

    def hits(self, query: Query, filters: Filters, limit: int, mode: Mode) -> list[Hit]:
        """Return up to `limit` passages, best first."""
        with self._live.readers.reading():
            return self._best(query, self._ranking(query, filters, mode), limit)

    def results(
        self, query: Query, filters: Filters, limit: int, arrangement: Arrangement
    ) -> Results:
        """Return up to `limit` hits, and the counts of all that were found."""
        with self._live.readers.reading():
            ranking = self._ranking(query, filters, Mode.HYBRID)
            if arrangement == RANKED:
                found = self._best(query, ranking, limit)
                return Results(found, ranking.total, ranking.facets())
            listed = arranged(ranking, arrangement)
            judges = arrangement.order is Order.RELEVANCE
            found = self._filled(
                lambda depth: self._listed(query, listed, depth, judges=judges),
                limit,
                listed.total,
            )
            if arrangement.grouped:
                found = self._with_further(found, listed)
            return Results(found, listed.total, listed.ranking.facets())

    def _ranking(self, query: Query, filters: Filters, mode: Mode) -> Ranking:
        legs = Legs(self._index, self._live.lexical, self._columns, self._live.records)
        return search(query, legs, filters, mode, self._steps)

    def _best(self, query: Query, ranking: Ranking, limit: int) -> list[Hit]:
        return self._filled(lambda depth: self._hits(query, ranking, depth), limit, ranking.total)

    def _filled(self, first: Callable[[int], list[Hit]], limit: int, total: int) -> list[Hit]:
        """Return `limit` hits of a list of `total`, whose first ones `first` reads."""
        if limit < 1:
            return []
        depth = max(limit, JUDGED if self._reranker is not None else 0) + AHEAD
        while True:
            hits = first(depth)
            if len(hits) >= limit or depth >= min(total, DEEPEST):
                return hits[:limit]
            depth *= 2  # twins took the places

    def _hits(self, query: Query, ranking: Ranking, depth: int) -> list[Hit]:
        ranked = spread_evenly(ranking, depth) if self._steps.crowd else ranking.best(depth)
        hits = self._read(ranked, ranking.records)
        if self._reranker is not None:
            hits = _judged(query.text, hits, self._reranker)
        return self._live.once(hits)

    def _listed(self, query: Query, listed: Arranged, depth: int, *, judges: bool) -> list[Hit]:
        hits = self._read(listed.best(depth), listed.ranking.records)
        if judges and self._reranker is not None:
            hits = _judged(query.text, hits, self._reranker)
        return self._live.once(hits)

    def _with_further(self, hits: Sequence[Hit], listed: Arranged) -> list[Hit]:
        """Put further passages of each hit's document beside it."""
        editions = [(hit.document.document_id, hit.passage.generation) for hit in hits]
        further: dict[str, list[Hit]] = defaultdict(list)
        for other in self._read(listed.further(editions), listed.ranking.records):
            further[other.document.document_id].append(other)
        return [replace(h, passages=tuple(further[h.document.document_id])) for h in hits]

    def _read(self, ranked: Sequence[Ranked], records: Mapping[str, DocumentRecord]) -> list[Hit]:
        """Read the passages; one whose document was removed meanwhile is left out."""
        held = self._registry.passages_at([found.key for found in ranked])
        return [
            Hit(held[r.key], records[r.key.document_id], r.score, r.dense, r.lexical)
            for r in ranked
            if r.key in held
        ]


def spread_evenly(ranking: Ranking, count: int) -> list[Ranked]:
    """Return the best `count` passages, spread block by block.

    The blocks are the same whatever `count` is, so that no page repeats or skips a hit of another.
    """
    ranked = ranking.best(-(-count // BLOCK) * BLOCK)
    blocks = (ranked[at : at + BLOCK] for at in range(0, len(ranked), BLOCK))
    return [found for block in blocks for found in spread(block)][:count]


def _judged(question: str, hits: Sequence[Hit], reranker: Reranker) -> list[Hit]:
    texts = [h.passage.display(h.passage.start, h.passage.end) for h in hits[:JUDGED]]
    fused = np.array([hit.score for hit in hits], dtype=np.float32)
    judged = reranker.scores(question, texts)
    scores = mixed(fused, judged)
    return [replace(hits[at], score=float(scores[at])) for at in reranked(fused, judged)]
