"""Builds throw-away libraries from plain texts, through the same code the product uses."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from ingest import read
from ingest.document import Document
from ingest.sniff import Format
from ingest.split import split
from retrieval.build import Entry, Stores
from retrieval.library import Library
from retrieval.originals import Originals
from retrieval.ports import ComparedIndex, Embedder
from retrieval.registry import Registry
from retrieval.steps import ALL, Steps


@dataclass(frozen=True, slots=True)
class PlainText:
    """A text to index: its id in the data set, its title and its paragraphs."""

    name: str
    title: str
    paragraphs: Sequence[str]


def document(text: PlainText) -> Document:
    """Read the text as the product reads a text file; the title is that of the data set."""
    data = "\n\n".join(text.paragraphs).encode()
    made = read.document(read.READERS[Format.TEXT](data), Format.TEXT, text.name)
    return replace(made, metadata=replace(made.metadata, title=text.title or None))


def entry(text: PlainText) -> Entry:
    """Make what a library takes in; `source` is the text's name."""
    made = document(text)
    digest = hashlib.sha256(made.text.encode()).hexdigest()
    return Entry(text.name, text.name, digest, made, split(made), b"", "text/plain")


@contextmanager
def library(
    texts: Iterable[PlainText], embedder: Embedder, index: ComparedIndex, steps: Steps = ALL
) -> Iterator[Library]:
    """Index `texts` into a fresh library that is gone afterwards; those without letters are not."""
    with tempfile.TemporaryDirectory(prefix="kgc-eval-") as folder:
        place = Path(folder)
        stores = Stores(Registry(place / "registry.sqlite3"), index, Originals(place / "originals"))
        made = Library(stores, embedder, steps)
        for text in texts:
            if any(map(str.isalpha, "".join(text.paragraphs))):
                made.put(entry(text))
        yield made
        made.close()
