"""Builds throw-away libraries from plain texts, through the same code the product uses."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ingest.assemble import assemble
from ingest.document import Block, BlockKind, Document, Metadata
from ingest.split import split
from ingest.wording.language import detect
from retrieval.build import Entry, Stores
from retrieval.library import Library
from retrieval.originals import Originals
from retrieval.ports import Embedder, Index
from retrieval.registry import Registry


@dataclass(frozen=True, slots=True)
class PlainText:
    """A text to index: its id in the data set, its title and its paragraphs."""

    name: str
    title: str
    paragraphs: Sequence[str]


def document(text: PlainText) -> Document:
    """Make a document of paragraphs; the language is detected as for any file."""
    blocks = [Block(BlockKind.PARAGRAPH, part) for part in text.paragraphs]
    joined = assemble(blocks)
    facts = Metadata(title=text.title or None, language=detect(joined.text))
    return Document(joined.text, facts, "eval")


def entry(text: PlainText) -> Entry:
    """Make what a library takes in; `source` is the text's name."""
    made = document(text)
    digest = hashlib.sha256(made.text.encode()).hexdigest()
    return Entry(text.name, text.name, digest, made, split(made), b"", "text/plain")


@contextmanager
def library(texts: Iterable[PlainText], embedder: Embedder, index: Index) -> Iterator[Library]:
    """Index `texts` into a fresh library that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="kgc-eval-") as folder:
        place = Path(folder)
        stores = Stores(Registry(place / "registry.sqlite3"), index, Originals(place / "originals"))
        made = Library(stores, embedder)
        for text in texts:
            made.put(entry(text))
        yield made
        made.close()
