"""Question → ranked passages, over the ports. The search itself holds no state."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np

from retrieval import analysis
from retrieval.balance import LanguageBalance
from retrieval.fuse import Candidate, Fused, fuse
from retrieval.lexical import LexicalIndex, LexicalScores
from retrieval.ports import Embedder, Index, Vector, VectorKey
from retrieval.records import DocumentRecord, Filters, Mode

DEPTH = 100
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
    """The parts of the search and the lookup of live documents by key."""

    index: Index
    lexical: LexicalIndex
    document: Callable[[VectorKey], DocumentRecord | None]


def search(
    query: Query, legs: Legs, filters: Filters, mode: Mode = Mode.HYBRID, depth: int = DEPTH
) -> list[Fused]:
    """Rank the passages that meet `filters`, best first.

    Both legs propose up to `depth` passages; each proposal gets the scores of both legs before
    they are fused. The filters hold inside both legs.
    """

    def admitted(key: VectorKey) -> bool:
        document = legs.document(key)
        return document is not None and document.admits(filters)

    lexical = legs.lexical.score(query.text, query.language)
    named = {key for key in legs.lexical.named(query.text) if admitted(key)}
    dense = {
        key: score
        for key, score in legs.index.search(
            query.vector, depth, internal=filters.internal, facets=filters.facets
        )
        if admitted(key)
    }
    proposed = lexical.top(depth, admitted) if mode is not Mode.DENSE else []
    proposed = [*proposed, *sorted(named, key=_place)]
    if mode is Mode.LEXICAL:
        dense = {key: score for key, score in dense.items() if lexical.of(key) > 0}
    dense |= _cosines(query.vector, [key for key in proposed if key not in dense], legs.index)
    share = NAMED_SHARE * analysis.reference_share(query.text, query.language) if named else 0.0
    return fuse(_candidates(query, dense, lexical, named, legs.document), mode, share)


def _place(key: VectorKey) -> tuple[str, int]:
    return key.document_id, key.ordinal


def _cosines(vector: Vector, keys: Sequence[VectorKey], index: Index) -> dict[VectorKey, float]:
    held = index.vectors(keys)
    return {key: float(np.dot(vector, other)) for key, other in held.items()}


def _candidates(
    query: Query,
    dense: dict[VectorKey, float],
    lexical: LexicalScores,
    named: Collection[VectorKey],
    document: Callable[[VectorKey], DocumentRecord | None],
) -> list[Candidate]:
    found = []
    for key, score in dense.items():
        record = document(key)
        if record is None:
            continue
        language = record.metadata.language
        foreign = language is not None and language != query.language
        found.append(Candidate(key, score, lexical.of(key), foreign, key in named))
    return found
