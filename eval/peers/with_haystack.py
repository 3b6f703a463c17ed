"""Haystack's hybrid retrieval: BM25 and vectors, joined by reciprocal rank fusion.

- pipeline of the tutorial "Creating a Hybrid Retrieval Pipeline"
  (haystack.deepset.ai/tutorials/33_hybrid_retrieval) up to the joiner, whose mode for rankings is
  `reciprocal_rank_fusion` (docs.haystack.deepset.ai/docs/documentjoiner); the tutorial's ranker is
  a second model, which no pipeline here has
- passages of 512 words, overlap 32, as that tutorial cuts them; ``--splits files`` cuts them as
  "Preprocessing Different File Types" does (haystack.deepset.ai/tutorials/30_file_type_preprocessing_index_pipeline):
  cleaned, 150 words, overlap 50
- converters: docs.haystack.deepset.ai/docs/converters
- prompts through `prefix`, which is what the embedders have for them
"""  # noqa: E501  # an address has no place to break

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from haystack import Document, Pipeline
from haystack.components.converters import (
    DOCXToDocument,
    HTMLToDocument,
    MarkdownToDocument,
    PPTXToDocument,
    PyPDFToDocument,
    TextFileToDocument,
)
from haystack.components.joiners import DocumentJoiner
from haystack.components.preprocessors import DocumentCleaner, DocumentSplitter
from haystack.components.retrievers.in_memory import (
    InMemoryBM25Retriever,
    InMemoryEmbeddingRetriever,
)
from haystack.components.writers import DocumentWriter
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)

from eval.peers.exchange import PASSAGE_PROMPT, QUERY_PROMPT, Hit, Source, serve

CONVERTERS: Final[Mapping[str, Callable[[], Any]]] = {
    ".pdf": PyPDFToDocument,
    ".docx": DOCXToDocument,
    ".pptx": PPTXToDocument,
    ".html": HTMLToDocument,
    ".md": lambda: MarkdownToDocument(progress_bar=False),
    ".txt": TextFileToDocument,
}
PLACE: Final = "place"


class Haystack:
    """Converter by file type → splitter → store in memory → two retrievers → joiner."""

    def __init__(self, model: str, *, of_files: bool = False) -> None:
        """Load the model and join the components.

        Args:
            model: A sentence-transformers folder.
            of_files: Whether to clean and cut as the tutorial on file types does.
        """
        self._store = InMemoryDocumentStore()
        self._indexing = _indexing(model, self._store, of_files=of_files)
        self._searching = _searching(model, self._store)

    def index(self, sources: Sequence[Source]) -> int:
        """Convert, split, embed and store; returns the number of passages."""
        documents = [document for source in sources for document in _documents(source)]
        self._indexing.run({"start": {"documents": documents}})
        return int(self._store.count_documents())

    def search(self, question: str, limit: int) -> list[Hit]:
        """Return the `limit` passages that both retrievers together rank best."""
        found = self._searching.run(
            {
                "words": {"query": question},
                "embedder": {"text": question},
                "joiner": {"top_k": limit},
            }
        )
        return [
            Hit(passage.meta[PLACE], passage.content) for passage in found["joiner"]["documents"]
        ]


def _indexing(model: str, store: InMemoryDocumentStore, *, of_files: bool) -> Pipeline:
    pipeline = Pipeline()
    if of_files:
        pipeline.add_component("start", DocumentCleaner())
        splitter = DocumentSplitter(split_by="word", split_length=150, split_overlap=50)
        pipeline.add_component("splitter", splitter)
        pipeline.connect("start", "splitter")
        last = "splitter"
    else:
        splitter = DocumentSplitter(split_by="word", split_length=512, split_overlap=32)
        pipeline.add_component("start", splitter)
        last = "start"
    embedder = SentenceTransformersDocumentEmbedder(
        model=model, prefix=PASSAGE_PROMPT, progress_bar=False
    )
    pipeline.add_component("embedder", embedder)
    pipeline.add_component("writer", DocumentWriter(store))
    pipeline.connect(last, "embedder")
    pipeline.connect("embedder", "writer")
    pipeline.warm_up()
    return pipeline


def _searching(model: str, store: InMemoryDocumentStore) -> Pipeline:
    pipeline = Pipeline()
    embedder = SentenceTransformersTextEmbedder(
        model=model, prefix=QUERY_PROMPT, progress_bar=False
    )
    pipeline.add_component("embedder", embedder)
    pipeline.add_component("vectors", InMemoryEmbeddingRetriever(store))
    pipeline.add_component("words", InMemoryBM25Retriever(store))
    pipeline.add_component("joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion"))
    pipeline.connect("embedder.embedding", "vectors.query_embedding")
    pipeline.connect("words", "joiner")
    pipeline.connect("vectors", "joiner")
    pipeline.warm_up()
    return pipeline


def _documents(source: Source) -> list[Document]:
    converter = CONVERTERS.get(Path(source.path).suffix.lower())
    if source.given or converter is None:
        return [Document(content=source.text, meta={PLACE: source.source})]
    found = converter().run(sources=[source.path], meta={PLACE: source.source})
    documents: list[Document] = found["documents"]
    return documents


if __name__ == "__main__":
    serve(
        partial(Haystack, of_files=sys.argv[1:] == ["--splits", "files"]),
        ["haystack-ai", "sentence-transformers-haystack"],
    )
