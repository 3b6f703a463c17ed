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

from ingest.document import READING
from retrieval import build, concepts
from retrieval.arrangement import RANKED, Arrangement
from retrieval.build import Entry, Stores
from retrieval.corrections import check, corrected
from retrieval.finding import Finder
from retrieval.identity import match
from retrieval.joint_reading import Scores, SentenceReader, excerpt
from retrieval.lexical import LexicalIndex
from retrieval.live import Live
from retrieval.meaning import Meaning
from retrieval.ports import Embedder, Matrix
from retrieval.records import (
    Change,
    DocumentRecord,
    DocumentText,
    Filters,
    Hit,
    Mode,
    Outline,
    Results,
)
from retrieval.reranker import Reranker
from retrieval.search import Query, prepare
from retrieval.spelled import spelled_out
from retrieval.steps import ALL, Steps
from retrieval.versions import versioned


class Library:
    """Documents in, ranked passages out. Thread-safe: many readers, one writer at a time."""

    def __init__(
        self,
        stores: Stores,
        embedder: Embedder,
        steps: Steps = ALL,
        reranker: Reranker | None = None,
        reader: SentenceReader | None = None,
    ) -> None:
        """Open the library, clear what a crash left, load what is live.

        `steps` are those of the search, the `reranker` judges its best passages once more, the
        `reader` judges the sentences of what was found.
        """
        self._stores, self._steps, self._reader = stores, steps, reader
        self._registry, self._index = stores.registry, stores.index
        self._embedder = embedder
        self._writer = threading.RLock()
        kept = stores.lexical
        self._live = Live(self._registry.text, kept.open(steps) if kept else LexicalIndex(steps))
        self._finder = Finder(self._index, self._registry, self._live, steps, reranker)
        self._matched: Meaning | None = None
        self._batches = threading.local()
        self._incomplete: frozenset[str] = frozenset()
        self._recover()

    def check_model(self) -> None:
        """Load the embedding model and make sure that the index was built with it.

        Raises:
            IndexMismatch: The vectors were made by another model.
        """
        with self._writer:
            if self._matched is None:
                self._matched = Meaning.matching(
                    self._registry, self._embedder, balanced=self._steps.balance
                )

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
        self._live.adopt(live, lambda r: self._registry.passages(r.document_id, r.generation))
        self._torn = False
        if self._registry.unswept:
            self._sweep()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._writer:
            if self._torn:
                self._recover()
            yield
            if not getattr(self._batches, "depth", 0) and self._registry.unswept:
                self._sweep()

    def _sweep(self) -> None:
        """Write anew, without what was erased, the words first: a crash then leaves all to do."""
        self._keep_words()
        self._registry.sweep()

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Sweep out what many changes erase or exchange only once, at the end of all.

        Where the changes end in an error, the next one sweeps or the next opening.
        """
        # Of this thread only: what others remove meanwhile is still gone from disk.
        self._batches.depth = getattr(self._batches, "depth", 0) + 1
        try:
            yield
        finally:
            self._batches.depth -= 1
        with self._writing():
            pass

    def _keep_words(self) -> None:
        if self._stores.lexical is not None:
            self._stores.lexical.keep(self._live.lexical)

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

    @property
    def stamp(self) -> str:
        """What changes with everything that readers can see; no two openings share one."""
        return self._live.stamp

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
        return self._finder.hits(query, filters, limit, mode)

    def results(
        self, query: Query, filters: Filters, limit: int, arrangement: Arrangement = RANKED
    ) -> Results:
        """Return what `search` does, or in another order, and the counts of all that was found."""
        return self._finder.results(query, filters, limit, arrangement)

    def read(self, question: str, hits: Sequence[Hit]) -> list[Scores] | None:
        """Return for each hit how well each of its sentences answers `question`.

        See `SentenceReader.read`; None where the library was opened without a reader.
        """
        if self._reader is None:
            return None
        excerpts = [excerpt(hit, self.outline(hit.document)) for hit in hits]
        texts = [f"{one.above} {one.text}" for one in excerpts]
        return self._reader.read(spelled_out(question, texts, concepts.current()), excerpts)

    def rarity(self, stem: str) -> float:
        """Return how telling a stem is in this collection (idf, natural logarithm)."""
        return self._live.lexical.rarity(stem)

    def known(self, source: str, origin: str, sha256: str) -> DocumentRecord | None:
        """Return the live document that holds exactly this content of this source already.

        None also where its vectors were lost or other readers made its text.
        """
        record = match(self._live.records.values(), source, origin, sha256)
        if record is None or record.sha256 != sha256 or record.reading != READING:
            return None
        return None if record.document_id in self._incomplete else record

    def put(
        self, entry: Entry, progress: Callable[[int], None] = lambda _: None
    ) -> tuple[DocumentRecord, Change]:
        """Add or update one document; returns when it is whole and searchable.

        `progress` is called with the number of passages embedded since the last call.
        """
        with self._writing():
            old = match(self._live.records.values(), entry.source, entry.origin, entry.sha256)
            record, found, corrections = versioned(entry, old, self._live.records, self._registry)
            balance = self._meaning().balance
            self._torn = True
            passages = build.stage(record, entry, self._stores, self._embedder, balance, progress)
            words = self._live.read(record, passages)
            d = entry.document
            text = DocumentText(d.text, d.pages, d.headings, d.references, d.repairs, d.contacts)
            self._registry.flip(record, text, found, corrections)
            self._live.show(record, words)
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
            passages = build.restage(old, new, self._stores, self._embedded)
            words = self._live.read(new, passages)
            self._registry.flip(new, self._registry.text(document_id), found, corrections)
            self._live.show(new, words)
            build.clear(document_id, old.generation, self._stores)
            self._torn = False
        return new

    def _embedded(self, texts: Sequence[str], language: str | None) -> Matrix:
        return self._meaning().balance.passage(self._embedder.embed_passages(texts), language)

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
            if self._stores.lexical is not None:
                self._stores.lexical.discard()
            self._registry.remove(document_id)
            self._live.hide(document_id)
            build.clear(document_id, record.generation, self._stores)
            self._torn = False
        return record

    def close(self) -> None:
        """Close the stores; the library cannot be used afterwards."""
        with self._writer:
            try:
                if not self._torn:
                    self._keep_words()
            finally:
                self._index.close()
                self._registry.close()
