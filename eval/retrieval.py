"""``python -m eval retrieval``: how well the product's search ranks documents."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import mean

from eval.beir import Dataset
from eval.corpora import PlainText, library
from eval.metrics import ndcg, percentile, recall, reciprocal_rank
from ingest.wording.language import of_question
from retrieval.chroma import ChromaIndex
from retrieval.exact import ExactIndex
from retrieval.library import Library
from retrieval.ports import Embedder
from retrieval.records import Filters, Mode

PASSAGES = 100
MEASURES: Mapping[str, Callable[[Sequence[str], Mapping[str, int]], float]] = {
    "ndcg@10": ndcg,
    "recall@1": partial(recall, depth=1),
    "recall@5": partial(recall, depth=5),
    "recall@10": partial(recall, depth=10),
    "mrr@10": reciprocal_rank,
}
_MS = 1_000


def evaluate(dataset: Dataset, embedder: Embedder, mode: Mode) -> dict[str, float]:
    """Index the data set as the product does, ask every query, score the ranking of documents.

    Returns:
        The contract's figures: quality 0..100, seconds, milliseconds, counts.
    """
    texts = [PlainText(name, title, text.split("\n\n")) for name, title, text in dataset.documents]
    begun = time.perf_counter()
    with (
        tempfile.TemporaryDirectory(prefix="kgc-eval-") as folder,
        library(texts, embedder, ExactIndex(ChromaIndex(Path(folder)))) as made,
    ):
        index_seconds = time.perf_counter() - begun
        asked = [(name, text) for name, text in dataset.queries if dataset.judgements.get(name)]
        times: list[float] = []
        rankings = {}
        for name, text in asked:
            start = time.perf_counter()
            rankings[name] = rank_documents(text, made, mode)
            times.append(time.perf_counter() - start)
    return averaged(per_query(rankings, dataset).values()) | {
        "queries": len(asked),
        "documents": len(texts),
        "index_seconds": round(index_seconds, 2),
        "query_ms_p50": round(_MS * percentile(times, 0.50), 1),
        "query_ms_p95": round(_MS * percentile(times, 0.95), 1),
    }


def rank_documents(query: str, made: Library, mode: Mode) -> list[str]:
    """Return the documents of the best passages, each once, best first."""
    prepared = made.query(query, of_question(query))
    hits = made.search(prepared, Filters(), PASSAGES, mode)
    return list(dict.fromkeys(hit.document.source for hit in hits))


def measured(ranking: Sequence[str], relevant: Mapping[str, int]) -> dict[str, float]:
    """Return every quality figure of one ranking, 0..1, by the contract's names."""
    return {name: measure(ranking, relevant) for name, measure in MEASURES.items()}


def per_query(
    rankings: Mapping[str, Sequence[str]], dataset: Dataset
) -> dict[str, dict[str, float]]:
    """Return the figures of each query, 0..1, for comparing two searches question by question."""
    return {name: measured(held, dataset.judgements[name]) for name, held in rankings.items()}


def averaged(figures: Collection[Mapping[str, float]]) -> dict[str, float]:
    """Return the means over all queries, 0..100, 0 without any."""
    return {
        name: round(100 * mean(found[name] for found in figures), 2) if figures else 0.0
        for name in MEASURES
    }
