"""The library: one catalogue, one vector store, one lexical index, kept in step.

A document enters in three steps: its passages and vectors are written under a new generation,
the registry flips to that generation, the old one is cleared away. A crash before the flip
leaves the old document, a crash after it the new one; `open` clears what a crash left behind.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from functools import lru_cache, partial

from retrieval import build
from retrieval.build import Entry, Stores
from retrieval.corrections import check, corrected
from retrieval.errors import DocumentUnknown
from retrieval.identity import document_id_for, match
from retrieval.lexical import LexicalIndex
from retrieval.meaning import Meaning
from retrieval.ports import Embedder, Matrix, VectorKey
from retrieval.readers import Readers
from retrieval.records import (
    DocumentRecord,
    DocumentText,
    Filters,
    Found,
    Hit,
    Mode,
    Outline,
    Passage,
    Visibility,
)
from retrieval.search import Legs, Query, prepare, search

OUTLINES = 256


class Change(StrEnum):
    """What putting a document into the library did."""

    ADDED = "added"
    UPDATED = "updated"


class Library:
    """Documents in, ranked passages out. Thread-safe: many readers, one writer at a time."""

    def __init__(self, stores: Stores, embedder: Embedder) -> None:
        """Open the library, clear what a crash left, load what is live."""
        self._stores = stores
        self._registry, self._index = stores.registry, stores.index
        self._embedder = embedder
        self._lexical = LexicalIndex()
        self._writer = threading.RLock()
        self._readers = Readers()
        self._live: dict[str, DocumentRecord] = {}
        self._matched: Meaning | None = None
        self._incomplete: frozenset[str] = frozenset()
        self._outlines: Callable[[str, int], Outline] = lru_cache(OUTLINES)(self._outline)
        self._recover()

    def check_model(self) -> None:
        """Load the embedding model and make sure that the index was built with it.

        Called by itself before the first text is embedded; lists and texts need no model.

        Raises:
            IndexMismatch: The vectors were made by another model.
        """
        with self._writer:
            if self._matched is None:
                self._matched = Meaning.matching(self._registry, self._embedder)

    def _meaning(self) -> Meaning:
        if self._matched is None:
            self.check_model()
        assert self._matched is not None
        return self._matched

    def _recover(self) -> None:
        """Clear what a crash or a failed write left; show what the registry calls live."""
        live = {record.document_id: record for record in self._registry.documents()}
        build.clear_all_but(live.values(), self._stores)
        self._incomplete = build.incomplete(live.values(), self._stores)
        for document_id in self._live.keys() - live.keys():
            self._hide(document_id)
        for record in live.values():
            if self._live.get(record.document_id) != record:
                passages = self._registry.passages(record.document_id, record.generation)
                self._show(record, passages)
        self._torn = False

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._writer:
            if self._torn:
                self._recover()
            yield

    def _show(self, record: DocumentRecord, passages: Sequence[Passage]) -> None:
        """Make `record` what readers see; the swap of the dictionary is one step for them."""
        old = self._live.get(record.document_id)
        texts = [build.lexical_text(record, passage) for passage in passages]
        self._lexical.replace(record.document_id, texts, keep=old.generation if old else None)
        self._live = {**self._live, record.document_id: record}
        if old is not None:
            self._readers.wait()
            self._lexical.replace(record.document_id, [], keep=record.generation)

    def _hide(self, document_id: str) -> None:
        self._live = {key: record for key, record in self._live.items() if key != document_id}
        self._lexical.replace(document_id, [])
        if self._matched is not None:
            self._matched.sentences.forget()

    # ------------------------------------------------------------------ reading

    def documents(self, *, internal: bool) -> list[DocumentRecord]:
        """Return the live documents, ordered by source; internal ones only on request."""
        filters = Filters(internal=internal)
        shown = [record for record in self._live.values() if record.admits(filters)]
        return sorted(shown, key=lambda record: (record.source, record.document_id))

    def document(self, document_id: str, *, internal: bool) -> DocumentRecord:
        """Return one live document.

        Raises:
            DocumentUnknown: There is none with this id that the caller may see.
        """
        record = self._live.get(document_id)
        if record is None or not record.admits(Filters(internal=internal)):
            raise DocumentUnknown(document_id)
        return record

    def text(self, document_id: str, *, internal: bool) -> DocumentText:
        """Return the whole text of one live document."""
        return self._registry.text(self.document(document_id, internal=internal).document_id)

    def outline(self, record: DocumentRecord) -> Outline:
        """Return the headings of one live document; the last few hundred are kept in memory."""
        return self._outlines(record.document_id, record.generation)

    def _outline(self, document_id: str, _generation: int) -> Outline:
        return self._registry.outline(document_id)

    def original(self, document_id: str, *, internal: bool) -> bytes:
        """Return the bytes of the original file."""
        with self._readers.reading():
            record = self.document(document_id, internal=internal)
            return self._stores.originals.read(document_id, record.generation)

    def passage_count(self) -> int:
        """Return how many passages are live."""
        return sum(record.chunk_count for record in self._live.values())

    def query(self, text: str, language: str) -> Query:
        """Embed a question once, for searching and for reading."""
        return prepare(text, language, self._embedder, self._meaning().balance)

    def search(
        self, query: Query, filters: Filters, limit: int, mode: Mode = Mode.HYBRID
    ) -> list[Hit]:
        """Return up to `limit` passages, best first, of the documents live at the beginning."""
        hits: list[Hit] = []
        with self._readers.reading():
            document = partial(_document_of, self._live)
            legs = Legs(self._index, self._lexical, document)
            for fused in search(query, legs, filters, mode):
                if len(hits) == limit:
                    break
                candidate = fused.candidate
                key, record = candidate.key, document(candidate.key)
                passage = self._registry.passage(key.document_id, key.generation, key.ordinal)
                if record is None or passage is None:  # removed since we began
                    continue
                hits.append(Hit(passage, record, fused.score, candidate.dense, candidate.lexical))
        return hits

    def sentence_vectors(self, sentences: Sequence[tuple[str, str | None]]) -> Matrix:
        """Return unit rows comparable with `Query.vector`, shape (n, dimension).

        The vectors of the last few thousand sentences are kept in memory.

        Args:
            sentences: Each with its language.
        """
        return self._meaning().sentences.vectors(sentences)

    def rarity(self, stem: str) -> float:
        """Return how telling a stem is in this collection (idf, natural logarithm)."""
        return self._lexical.rarity(stem)

    # ------------------------------------------------------------------ writing

    def known(self, source: str, origin: str, sha256: str) -> DocumentRecord | None:
        """Return the live document that holds exactly this content of this source already.

        None also where its vectors were lost, so that reading it again repairs it.
        """
        record = match(self._live.values(), source, origin, sha256)
        if record is None or record.sha256 != sha256 or record.document_id in self._incomplete:
            return None
        return record

    def put(
        self, entry: Entry, progress: Callable[[int], None] = lambda _: None
    ) -> tuple[DocumentRecord, Change]:
        """Add or update one document; returns when it is whole and searchable.

        Args:
            entry: The parsed document.
            progress: Called with the number of passages embedded since the last call.
        """
        with self._writing():
            old = match(self._live.values(), entry.source, entry.origin, entry.sha256)
            record, found, corrections = self._record(entry, old)
            balance = self._meaning().balance
            self._torn = True
            passages = build.stage(record, entry, self._stores, self._embedder, balance, progress)
            document = entry.document
            text = DocumentText(document.text, document.pages, document.headings)
            self._registry.flip(record, text, found, corrections)
            self._show(record, passages)
            if old is not None:
                build.clear(old.document_id, old.generation, self._stores)
            self._torn = False
            self._incomplete -= {record.document_id}
        return record, Change.ADDED if old is None else Change.UPDATED

    def _record(
        self, entry: Entry, old: DocumentRecord | None
    ) -> tuple[DocumentRecord, Found, Mapping[str, str]]:
        if old is None:
            document_id = document_id_for(entry.source, entry.origin, self._live)
            raw = build.raw_record(document_id, 1, entry)
            return raw, Found(raw.metadata, raw.visibility), {}
        raw = build.raw_record(old.document_id, old.generation + 1, entry)
        if entry.origin == old.origin:
            raw = replace(raw, source=old.source)  # one place, reached by naming another folder
        corrections = self._registry.corrections(old.document_id)
        if entry.internal:
            corrections.pop("visibility", None)
            visibility = Visibility.INTERNAL
        else:
            visibility = self._registry.found(old.document_id).visibility
        found = Found(raw.metadata, visibility)
        return corrected(raw, found, corrections), found, corrections

    def correct(self, document_id: str, values: Mapping[str, str]) -> DocumentRecord:
        """Set or, with an empty value, take back corrections; they survive a re-ingest.

        Raises:
            DocumentUnknown: There is no such document.
            CorrectionInvalid: A key is not one that may be corrected, or its value makes no sense.
        """
        check(values)
        with self._writing():
            old = self.document(document_id, internal=True)
            corrections = {**self._registry.corrections(document_id), **values}
            corrections = {key: value for key, value in corrections.items() if value}
            found = self._registry.found(document_id)
            new = corrected(replace(old, generation=old.generation + 1), found, corrections)
            self._torn = True
            passages = build.restage(old, new, self._stores)
            self._registry.flip(new, self._registry.text(document_id), found, corrections)
            self._show(new, passages)
            build.clear(document_id, old.generation, self._stores)
            self._torn = False
        return new

    def remove(self, document_id: str) -> DocumentRecord:
        """Erase a document with text, vectors, original and corrections.

        Raises:
            DocumentUnknown: There is no such document.
        """
        with self._writing():
            record = self.document(document_id, internal=True)
            self._torn = True
            self._registry.remove(document_id)
            self._hide(document_id)
            build.clear(document_id, record.generation, self._stores)
            self._torn = False
        return record

    def close(self) -> None:
        """Close the stores; the library cannot be used afterwards."""
        with self._writer:
            self._index.close()
            self._registry.close()


def _document_of(live: Mapping[str, DocumentRecord], key: VectorKey) -> DocumentRecord | None:
    record = live.get(key.document_id)
    return record if record is not None and record.generation == key.generation else None
