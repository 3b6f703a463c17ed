"""What readers see: the live documents, their passages' words, their twins; swapped in one step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from secrets import token_hex

from retrieval import build
from retrieval.errors import DocumentUnknown
from retrieval.lexical import LexicalIndex, Weighed
from retrieval.readers import Readers
from retrieval.records import DocumentRecord, DocumentText, Filters, Hit, Outline, Passage
from retrieval.twins import Shingles, Twins, collapse, shingles

OUTLINES = 256
SHINGLED = 64


class Live:
    """The documents of one moment. Many readers, who never wait; one writer at a time."""

    def __init__(
        self, text_of: Callable[[str], DocumentText], lexical: LexicalIndex | None = None
    ) -> None:
        """Show nothing yet.

        Args:
            text_of: Reads the text of a document by its id.
            lexical: An index that may hold the passages of live editions already.
        """
        self.lexical = lexical or LexicalIndex()
        self.readers = Readers()
        self._text_of = text_of
        self._twins = Twins()
        self._records: Mapping[str, DocumentRecord] = {}
        self.stamp = token_hex(8)
        self._outlines = lru_cache(OUTLINES)(self._outline)
        self._shingles = lru_cache(SHINGLED)(self._shingle)

    @property
    def records(self) -> Mapping[str, DocumentRecord]:
        """The live documents by id; never changed, only exchanged."""
        return self._records

    def _changed(self) -> None:
        """Take a new stamp, after all that changed is in place.

        What was made under the old one meanwhile may already show the change; what is made under
        the new one never shows less.
        """
        self.stamp = token_hex(8)

    def read(self, record: DocumentRecord, passages: Sequence[Passage]) -> list[Weighed]:
        """Return the words of a document, for `show`; what can fail in reading them fails here."""
        return self.lexical.weighed([build.lexical_text(record, p) for p in passages])

    def show(self, record: DocumentRecord, words: Sequence[Weighed]) -> None:
        """Make `record` what readers see; the swap of the dictionary is one step for them."""
        old = self._records.get(record.document_id)
        self.lexical.put(record.document_id, words, keep=old.generation if old else None)
        self._twins.replace(record.document_id, record.fingerprint)
        self._records = {**self._records, record.document_id: record}
        if old is not None:
            self.readers.wait()
            self.lexical.replace(record.document_id, [], keep=record.generation)
        self._changed()

    def adopt(
        self,
        records: Mapping[str, DocumentRecord],
        passages_of: Callable[[DocumentRecord], Sequence[Passage]],
    ) -> None:
        """Show exactly `records`; what the lexical index does not hold of them is read.

        Args:
            records: The live documents by id.
            passages_of: Returns the passages of one of them.
        """
        held = self.lexical.generations()
        live = {(record.document_id, record.generation) for record in records.values()}
        for document_id in {name for name, _ in held - live}:
            record = records.get(document_id)
            self.lexical.replace(document_id, [], keep=record.generation if record else None)
        for record in records.values():
            if (record.document_id, record.generation) not in held:
                words = self.read(record, passages_of(record))
                self.lexical.put(record.document_id, words, keep=record.generation)
            self._twins.replace(record.document_id, record.fingerprint)
        for document_id in self._records.keys() - records.keys():
            self._twins.forget(document_id)
        self._records = dict(records)
        self._changed()

    def relabel(self, record: DocumentRecord) -> None:
        """Exchange the record of a live generation, whose passages stay as they are."""
        self._records = {**self._records, record.document_id: record}
        self._changed()

    def hide(self, document_id: str) -> None:
        """Take a document out of what readers see."""
        self._records = {key: r for key, r in self._records.items() if key != document_id}
        self.lexical.replace(document_id, [])
        self._twins.forget(document_id)
        # A document put again under this id begins at the same generation.
        self._outlines.cache_clear()
        self._shingles.cache_clear()
        self._changed()

    def document(self, document_id: str, *, internal: bool) -> DocumentRecord:
        """Return one live document.

        Raises:
            DocumentUnknown: There is none with this id that the caller may see.
        """
        record = self._records.get(document_id)
        if record is None or not record.admits(Filters(internal=internal)):
            raise DocumentUnknown(document_id)
        return record

    def twins(self, document_id: str, *, internal: bool) -> list[DocumentRecord]:
        """Return the documents with nearly the same text that the caller may see."""
        filters = Filters(internal=internal)
        held = (self._records.get(other) for other in sorted(self._twins.of(document_id)))
        return [record for record in held if record is not None and record.admits(filters)]

    def outline(self, record: DocumentRecord) -> Outline:
        """Return the headings of one live document; the last few hundred are kept in memory."""
        return self._outlines(record.document_id, record.generation)

    def _outline(self, document_id: str, _generation: int) -> Outline:
        held = self._text_of(document_id)
        return Outline(tuple((h.start, h.level, held.text[h.start : h.end]) for h in held.headings))

    def once(self, hits: Iterable[Hit]) -> list[Hit]:
        """Let each passage that twins share be heard once."""
        return collapse(hits, self._twins.of, lambda r: self._shingles(r.document_id, r.generation))

    def _shingle(self, document_id: str, _generation: int) -> Shingles:
        return shingles(self._text_of(document_id).text)
