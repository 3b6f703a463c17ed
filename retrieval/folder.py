"""A data folder on disk: where catalogue, vectors, words and originals lie in it."""

from __future__ import annotations

from pathlib import Path

from retrieval.build import Stores
from retrieval.chroma import ChromaIndex
from retrieval.exact import ExactIndex
from retrieval.lexical_store import LexicalStore
from retrieval.originals import Originals
from retrieval.registry import Registry


def open_stores(folder: Path) -> Stores:
    """Open the three stores of a data folder, which the caller owns; an empty one becomes one.

    Raises:
        StoreUnavailable: One of them cannot be read.
    """
    registry = Registry(folder / "registry.sqlite3")
    known = [record.document_id for record in registry.documents()]
    vectors = ExactIndex(ChromaIndex(folder / "chroma"), known)
    lexical = LexicalStore(folder / "lexical.index", registry)
    return Stores(registry, vectors, Originals(folder / "originals"), lexical)
