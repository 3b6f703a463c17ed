"""Libraries as large as asked for: real sentences in new combinations, vectors by chance.

Search costs what it costs at that size whatever the vectors mean, and embedding 100,000 passages
takes an hour. The texts are made of whole sentences, so that lengths, words and postings are those
of real German; because no new words appear, every word occurs more often than it would in a library
that was written, which makes the lexical leg dearer rather than cheaper.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from eval.corpora import PlainText, entry
from ingest.document import Metadata
from ingest.wording.sentences import sentences
from retrieval.build import Entry
from retrieval.library import Library
from retrieval.ports import Embedder, Matrix, Vector

PASSAGES = 100
"""Paragraphs, and so about as many passages, of one document."""
PARAGRAPH = 800
"""Characters of a paragraph at least; one of them fills a passage."""
SHORTEST, LONGEST = 30, 400
"""Characters of a sentence that is taken."""
FEWEST = 100
QUESTION = 8
"""Words in a title, and of a sentence in a question that is made up."""
REGIONS = ("Bayern", "Hessen", "Berlin", "Sachsen", "Bremen")
TYPES = ("Bericht", "Leitfaden", "Flyer", "Gesetz")
ORGANISATIONS = 50
FIRST_YEAR, YEARS = 2010, 15


class ChanceEmbedder:
    """The real model for questions, random unit vectors for passages: the same text, the same one.

    It has the model's name, so that the model itself can search the index afterwards.
    """

    def __init__(self, model: Embedder) -> None:
        """Ask `model` for the vectors of questions."""
        self._model = model
        self.name, self.dimension = model.name, model.dimension

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        """Return one unit row for each text, shape (n, dimension)."""
        rows = np.empty((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            seed = zlib.crc32(text.encode("utf-8", "surrogatepass"))
            row[:] = np.random.default_rng(seed).standard_normal(self.dimension, dtype=np.float32)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows

    def embed_query(self, text: str) -> Vector:
        """Return the unit vector of a question, shape (dimension,)."""
        return self._model.embed_query(text)

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        """Return one unit row for each question, shape (n, dimension)."""
        return self._model.embed_queries(texts)


@dataclass(frozen=True, slots=True)
class Material:
    """What texts and questions are made of: distinct sentences, and questions if there are any."""

    sentences: Sequence[str]
    questions: Sequence[str]

    def asked(self, count: int, seed: int = 0) -> list[str]:
        """Return `count` distinct questions, the same ones every time.

        Where there are too few, some are made of the words of a sentence and end in a number.
        """
        chance = np.random.default_rng(seed)
        given = [self.questions[at] for at in chance.permutation(len(self.questions))[:count]]
        for number in range(count - len(given)):
            words = self.sentences[int(chance.integers(len(self.sentences)))].split()
            begin = int(chance.integers(max(len(words) - QUESTION, 1)))
            given.append(f"Was gilt für {' '.join(words[begin : begin + QUESTION])}, {number}?")
        return given


def read_material(folder: Path) -> Material:
    """Read the sentences of every .md and .txt file below `folder`, and of XQuAD files in it.

    Raises:
        ValueError: There are too few sentences to make a library of.
    """
    texts = [
        path.read_text(encoding="utf-8", errors="replace")
        for path in sorted(folder.rglob("*"))
        if path.suffix in {".md", ".txt"} and path.is_file()
    ]
    questions: list[str] = []
    for path in sorted(folder.glob("xquad.??.json")):
        for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
            for paragraph in article["paragraphs"]:
                texts.append(paragraph["context"])
                questions += [qa["question"] for qa in paragraph["qas"]]
    found = tuple(dict.fromkeys(_sentences(texts)))
    if len(found) < FEWEST:
        raise ValueError(f"{folder} holds {len(found)} sentences, at least {FEWEST} are needed")
    return Material(found, tuple(dict.fromkeys(questions)))


def _sentences(texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        for block in text.split("\n\n"):
            joined = " ".join(block.split())
            for start, end in sentences(joined):
                if SHORTEST <= end - start <= LONGEST:
                    yield joined[start:end]


def entries(material: Material, first: int, count: int) -> Iterator[Entry]:
    """Yield documents number `first` to ``first + count - 1``, the same ones every time."""
    for number in range(first, first + count):
        chance = np.random.default_rng(number)
        text = PlainText(f"synthetisch-{number:05}.txt", "", list(_paragraphs(material, chance)))
        made = entry(text)
        facts = _facts(material, number, made.document.metadata.language, chance)
        yield replace(made, document=replace(made.document, metadata=facts))


def _paragraphs(material: Material, chance: np.random.Generator) -> Iterator[str]:
    for _ in range(PASSAGES):
        parts: list[str] = []
        while sum(map(len, parts)) < PARAGRAPH:
            parts.append(material.sentences[int(chance.integers(len(material.sentences)))])
        yield " ".join(parts)


def _facts(
    material: Material, number: int, language: str | None, chance: np.random.Generator
) -> Metadata:
    title = material.sentences[int(chance.integers(len(material.sentences)))]
    return Metadata(
        title=" ".join(title.split()[:QUESTION]),
        date=str(FIRST_YEAR + number % YEARS),
        organisation=f"Einrichtung {number % ORGANISATIONS}",
        type=TYPES[number % len(TYPES)],
        region=REGIONS[number % len(REGIONS)],
        language=language,
    )


def grow(library: Library, material: Material, passages: int) -> None:
    """Add documents until the library holds at least `passages` passages."""
    with library.batch():
        while (missing := passages - library.passage_count()) > 0:
            number = len(library.documents(internal=True))
            for made in entries(material, number, max(missing // (2 * PASSAGES), 1)):
                library.put(made)
