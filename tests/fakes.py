"""Stand-ins for tests: an embedder without a model, and documents without files."""

from __future__ import annotations

import hashlib
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ingest.assemble import assemble
from ingest.document import Block, BlockKind, Document, Metadata
from ingest.split import split
from retrieval.build import Entry
from retrieval.ports import Matrix, Vector
from retrieval.reranker import Scores

GRAM = 3


@dataclass(frozen=True, slots=True)
class HashEmbedder:
    """Counts of hashed character n-grams, so that texts with common words are near each other.

    It holds no state: the same text has the same vector, always and in every process. Questions
    and passages are treated alike.
    """

    name: str = "hash"
    dimension: int = 128

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        """Return one unit row for each text, shape (n, dimension)."""
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            row[:] = self.embed_query(text)
        return rows

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        """Return one unit row for each text, shape (n, dimension)."""
        return self.embed_passages(texts)

    def embed_query(self, text: str) -> Vector:
        """Return the unit vector of a text, shape (dimension,)."""
        vector = np.zeros(self.dimension, dtype=np.float32)
        padded = f" {' '.join(text.lower().split())} "
        grams = Counter(padded[at : at + GRAM] for at in range(len(padded) - GRAM + 1))
        for gram, count in grams.items():
            number = zlib.crc32(gram.encode("utf-8", "surrogatepass"))
            sign = 1 if number & 1 else -1
            vector[(number >> 1) % self.dimension] += sign * np.sqrt(count)
        length = float(np.linalg.norm(vector))
        if length == 0:  # an empty text, or all its grams cancel out
            vector[0] = length = 1.0
        return np.asarray(vector / np.float32(length), dtype=np.float32)


def document(*paragraphs: str, facts: Metadata | None = None) -> Document:
    """Return a document of paragraphs; those that begin with "# " are headings."""
    blocks = [
        Block(BlockKind.HEADING, text[2:], level=1)
        if text.startswith("# ")
        else Block(BlockKind.PARAGRAPH, text)
        for text in paragraphs
    ]
    made = assemble(blocks)
    shown = facts or Metadata(language="de")
    return Document(made.text, shown, "fake 1", pages=made.pages, headings=made.headings)


def entry(
    source: str,
    *paragraphs: str,
    folder: str = "ordner",
    facts: Metadata | None = None,
    internal: bool = False,
) -> Entry:
    """Return what a library takes in: `source` below `folder`, its original being its text."""
    made = document(*paragraphs, facts=facts)
    original = "\n\n".join(paragraphs).encode("utf-8", "surrogatepass")
    return Entry(
        source=source,
        origin=f"{folder}/{source}",
        sha256=hashlib.sha256(original).hexdigest(),
        document=made,
        chunks=split(made),
        original=original,
        media_type="text/plain",
        internal=internal,
    )


def long_text(topic: str, paragraphs: int) -> list[str]:
    """Return paragraphs about `topic`, each long enough for a chunk of its own."""
    return [
        f"{topic} Abschnitt {number}: "
        + f"Die Kommune fördert {topic} im Quartier und berichtet jedes Jahr darüber. " * 9
        for number in range(paragraphs)
    ]


@dataclass(frozen=True, slots=True)
class WordReranker:
    """Judges a passage by the share of the question's words that it holds."""

    def scores(self, question: str, passages: Sequence[str]) -> Scores:
        """Return that share for each passage, shape (n,), 0..1."""
        wanted = set(question.lower().split())
        shares = [
            len(wanted & set(text.lower().split())) / max(1, len(wanted)) for text in passages
        ]
        return np.asarray(shares, dtype=np.float32)
