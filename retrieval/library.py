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
from functools import partial
from itertools import islice

from ingest.document import READING
from retrieval import build
from retrieval.build import Entry, Stores
from retrieval.corrections import check, corrected
from retrieval.fuse import Fused
from retrieval.identity import match
from retrieval.live import Live, document_of
from retrieval.meaning import Meaning
from retrieval.ports import Embedder, Matrix, VectorKey
from retrieval.records import (
    DocumentRecord,
    DocumentText,
    Filters,
    Hit,
    Mode,
    Outline,
)
from retrieval.search import Legs, Query, prepare, search
from retrieval.versions import versioned

TWINS_AHEAD = 20


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
        self._writer = threading.RLock()
        self._live = Live(self._registry.text)
        self._matched: Meaning | None = None
        self._batches = 0
        self._incomplete: frozenset[str] = frozenset()
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
        for document_id in self._live.records.keys() - live.keys():
            self._hide(document_id)
        for record in live.values():
            if self._live.records.get(record.document_id) != record:
                passages = self._registry.passages(record.document_id, record.generation)
                self._live.show(record, passages)
        self._torn = False

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._writer:
            if self._torn:
                self._recover()
            yield
            if not self._batches and self._registry.unswept:
                self._registry.sweep()

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Sweep out what many changes erase or exchange only once, at the end of all.

        A sweep writes the registry's file anew: half a second at 20,000 passages. Where the changes
        end in an error, the next one sweeps, or the next opening.
        """
        with self._writer:
            self._batches += 1
        try:
            yield
        finally:
            with self._writer:
                self._batches -= 1
        with self._writing():
            pass

    def _hide(self, document_id: str) -> None:
        self._live.hide(document_id)
        if self._matched is not None:
            self._matched.sentences.forget()

    # ------------------------------------------------------------------ reading

    def documents(self, *, internal: bool) -> list[DocumentRecord]:
        """Return the live documents, ordered by source; internal ones only on request."""
        filters = Filters(internal=internal)
        shown = [record for record in self._live.records.values() if record.admits(filters)]
        return sorted(shown, key=lambda record: (record.source, record.document_id))

    def document(self, document_id: str, *, internal: bool) -> DocumentRecord:
        """Return one live document.

        Raises:
            DocumentUnknown: There is none with this id that the caller may see.
        """
        return self._live.document(document_id, internal=internal)

    def twins(self, document_id: str, *, internal: bool) -> list[DocumentRecord]:
        """Return the documents with nearly the same text that the caller may see."""
        return self._live.twins(document_id, internal=internal)

    def text(self, document_id: str, *, internal: bool) -> DocumentText:
        """Return the whole text of one live document."""
        return self._registry.text(self.document(document_id, internal=internal).document_id)

    def outline(self, record: DocumentRecord) -> Outline:
        """Return the headings of one live document; the last few hundred are kept in memory."""
        return self._live.outline(record)

    def original(self, document_id: str, *, internal: bool) -> bytes:
        """Return the bytes of the original file."""
        with self._live.readers.reading():
            record = self.document(document_id, internal=internal)
            return self._stores.originals.read(document_id, record.generation)

    def passage_count(self) -> int:
        """Return how many passages are live."""
        return sum(record.chunk_count for record in self._live.records.values())

    def query(self, text: str, language: str) -> Query:
        """Embed a question once, for searching and for reading."""
        return prepare(text, language, self._embedder, self._meaning().balance)

    def search(
        self, query: Query, filters: Filters, limit: int, mode: Mode = Mode.HYBRID
    ) -> list[Hit]:
        """Return up to `limit` passages, best first, of the documents live at the beginning."""
        with self._live.readers.reading():
            document = partial(document_of, self._live.records)
            legs = Legs(self._index, self._live.lexical, document)
            hits = (self._hit(fused, document) for fused in search(query, legs, filters, mode))
            found = (hit for hit in hits if hit is not None)
            # Twins may take places: look a little further than asked.
            return self._live.once(islice(found, limit + TWINS_AHEAD))[:limit]

    def _hit(
        self, fused: Fused, document: Callable[[VectorKey], DocumentRecord | None]
    ) -> Hit | None:
        """Read a found passage, None where its document was removed since the search began."""
        candidate = fused.candidate
        key, record = candidate.key, document(candidate.key)
        passage = self._registry.passage(key.document_id, key.generation, key.ordinal)
        if record is None or passage is None:
            return None
        return Hit(passage, record, fused.score, candidate.dense, candidate.lexical)

    def sentence_vectors(self, sentences: Sequence[tuple[str, str | None]]) -> Matrix:
        """Return unit rows comparable with `Query.vector`, shape (n, dimension).

        The vectors of the last few thousand sentences are kept in memory.

        Args:
            sentences: Each with its language.
        """
        return self._meaning().sentences.vectors(sentences)

    def rarity(self, stem: str) -> float:
        """Return how telling a stem is in this collection (idf, natural logarithm)."""
        return self._live.lexical.rarity(stem)

    # ------------------------------------------------------------------ writing

    def known(self, source: str, origin: str, sha256: str) -> DocumentRecord | None:
        """Return the live document that holds exactly this content of this source already.

        None also where its vectors were lost or other readers made its text: reading it again
        repairs it.
        """
        record = match(self._live.records.values(), source, origin, sha256)
        if record is None or record.sha256 != sha256 or record.reading != READING:
            return None
        return None if record.document_id in self._incomplete else record

    def put(
        self, entry: Entry, progress: Callable[[int], None] = lambda _: None
    ) -> tuple[DocumentRecord, Change]:
        """Add or update one document; returns when it is whole and searchable.

        Args:
            entry: The parsed document.
            progress: Called with the number of passages embedded since the last call.
        """
        with self._writing():
            old = match(self._live.records.values(), entry.source, entry.origin, entry.sha256)
            record, found, corrections = versioned(entry, old, self._live.records, self._registry)
            balance = self._meaning().balance
            self._torn = True
            passages = build.stage(record, entry, self._stores, self._embedder, balance, progress)
            d = entry.document
            text = DocumentText(d.text, d.pages, d.headings, d.references, d.repairs, d.contacts)
            self._registry.flip(record, text, found, corrections)
            self._live.show(record, passages)
            if old is not None:
                build.clear(old.document_id, old.generation, self._stores)
            self._torn = False
            self._incomplete -= {record.document_id}
        return record, Change.ADDED if old is None else Change.UPDATED

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
            self._live.show(new, passages)
            build.clear(document_id, old.generation, self._stores)
            self._torn = False
        return new

    def renew(self, record: DocumentRecord) -> None:
        """Keep the places and validators of `record`, a live document; the rest stays."""
        with self._writing():
            old = self.document(record.document_id, internal=True)
            new = replace(old, places=record.places, validators=record.validators)
            name, held = old.document_id, self._registry
            held.flip(new, held.text(name), held.found(name), held.corrections(name))
            self._live.relabel(new)

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
