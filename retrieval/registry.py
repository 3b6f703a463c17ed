"""What is in the library: documents, their texts and passages, in SQLite beside the vectors.

A document is live when its row in `documents` names a generation. Passages and vectors of a new
generation are written first and the row flips last, in one transaction, so a reader sees either
the old document or the new one. `sqlite_file` opens it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path

from retrieval.errors import DocumentUnknown, StoreUnavailable
from retrieval.ports import VectorKey
from retrieval.records import DocumentRecord, DocumentText, Found, Passage, Visibility
from retrieval.schema import (
    SCHEMA,
    VERSION,
    metadata_of,
    passage_of,
    passage_row,
    record_of,
    row_of,
    text_of,
)
from retrieval.sqlite_file import UNSWEPT, SqliteFile


def _failed(cause: Exception) -> StoreUnavailable:
    return StoreUnavailable(
        f"Das Dokumentenverzeichnis ist nicht benutzbar: {cause}. Bitte den Datenordner aus "
        "einer Sicherung zurückholen oder alles in einen neuen einlesen (KGC_DATA_DIR)."
    )


_AT_ONCE = 1_000  # rows of one query: SQLite takes a limited number of values
_CHANGED = (
    "INSERT INTO notes VALUES ('changes', '1') "
    "ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1"
)


class Registry(SqliteFile):
    """The library's catalogue. Thread-safe; one process at a time may own the file."""

    def __init__(self, path: Path) -> None:
        """Open or create the catalogue at `path`.

        Raises:
            StoreUnavailable: The file cannot be opened or was written by a newer version.
        """
        super().__init__(path, _failed)

    def _prepare(self) -> None:
        """Create the tables, after making sure that nobody else's are there."""
        self.is_new = not self._rows("SELECT name FROM sqlite_master WHERE name = 'notes'")
        if not self.is_new:
            self._check_version()
        self._set_up(SCHEMA, synchronous="FULL")
        if self.note("schema") is None:
            self.set_note("schema", str(VERSION))

    def _check_version(self) -> None:
        held = self.note("schema")
        if held not in (None, str(VERSION)):
            raise StoreUnavailable(
                f"Der Datenordner hat das Format {held}, dieses Programm liest Format {VERSION}. "
                "Bitte die passende Programmversion benutzen oder die Dokumente neu einlesen."
            )

    def set_note(self, key: str, value: str) -> None:
        """Remember `value` under `key`."""
        with self._transaction() as db:
            db.execute("INSERT OR REPLACE INTO notes VALUES (?, ?)", (key, value))

    def documents(self) -> list[DocumentRecord]:
        """Return all live documents, ordered by source and id."""
        rows = self._rows("SELECT * FROM documents ORDER BY source, document_id")
        return [record_of(row, self.corrections(row["document_id"])) for row in rows]

    def document(self, document_id: str) -> DocumentRecord:
        """Return one live document.

        Raises:
            DocumentUnknown: There is none with this id.
        """
        rows = self._rows("SELECT * FROM documents WHERE document_id = ?", (document_id,))
        if not rows:
            raise DocumentUnknown(document_id)
        return record_of(rows[0], self.corrections(document_id))

    def text(self, document_id: str) -> DocumentText:
        """Return the whole text of a live document with its maps."""
        rows = self._rows("SELECT text, maps FROM documents WHERE document_id = ?", (document_id,))
        if not rows:
            raise DocumentUnknown(document_id)
        return text_of(rows[0])

    def found(self, document_id: str) -> Found:
        """Return what a live document shows about itself, before corrections."""
        rows = self._rows(
            "SELECT metadata, visibility FROM documents WHERE document_id = ?", (document_id,)
        )
        if not rows:
            raise DocumentUnknown(document_id)
        return Found(metadata_of(rows[0]["metadata"]), Visibility(rows[0]["visibility"]))

    def corrections(self, document_id: str) -> dict[str, str]:
        """Return the editors' corrections of a document, also of one not yet there."""
        rows = self._rows(
            "SELECT key, value FROM corrections WHERE document_id = ?", (document_id,)
        )
        return {row["key"]: row["value"] for row in rows}

    def passages_at(self, keys: Sequence[VectorKey]) -> dict[VectorKey, Passage]:
        """Return those passages that are there."""
        found: dict[VectorKey, Passage] = {}
        for at in range(0, len(keys), _AT_ONCE):
            found |= self._passages_at(keys[at : at + _AT_ONCE])
        return found

    def _passages_at(self, keys: Sequence[VectorKey]) -> dict[VectorKey, Passage]:
        rows = self._rows(
            # CROSS JOIN keeps this order: each key is looked up, the table is not scanned.
            f"WITH wanted(d, g, o) AS (VALUES {', '.join(['(?, ?, ?)'] * len(keys))}) "
            "SELECT passages.* FROM wanted CROSS JOIN passages "
            "ON document_id = d AND generation = g AND ordinal = o",
            [value for key in keys for value in (key.document_id, key.generation, key.ordinal)],
        )
        found = map(passage_of, rows)
        return {VectorKey(p.document_id, p.generation, p.ordinal): p for p in found}

    def passages(self, document_id: str, generation: int) -> list[Passage]:
        """Return the passages of one generation in order."""
        rows = self._rows(
            "SELECT * FROM passages WHERE document_id = ? AND generation = ? ORDER BY ordinal",
            (document_id, generation),
        )
        return [passage_of(row) for row in rows]

    def write_passages(self, passages: Sequence[Passage]) -> None:
        """Write passages of a generation that is not live yet; a second write replaces."""
        with self._transaction() as db:
            db.executemany(
                "INSERT OR REPLACE INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                map(passage_row, passages),
            )

    def flip(
        self,
        record: DocumentRecord,
        text: DocumentText,
        found: Found,
        corrections: Mapping[str, str],
    ) -> None:
        """Make `record` the live document in one transaction.

        Args:
            record: The document; its generation's passages and vectors are already written.
            text: Its whole text.
            found: What the document shows and how it was ingested, before corrections.
            corrections: The editors' corrections, replacing those held so far.
        """
        row = row_of(record, text, found)
        columns, places = ", ".join(row), ", ".join("?" * len(row))
        with self._transaction() as db:
            db.execute(_CHANGED)
            db.execute(
                f"INSERT OR REPLACE INTO documents ({columns}) VALUES ({places})",
                tuple(row.values()),
            )
            db.execute("DELETE FROM corrections WHERE document_id = ?", (record.document_id,))
            db.executemany(
                "INSERT INTO corrections VALUES (?, ?, ?)",
                [(record.document_id, key, value) for key, value in corrections.items()],
            )

    def generations(self) -> set[tuple[str, int]]:
        """Return every (document_id, generation) that has a passage, live or not."""
        rows = self._rows("SELECT DISTINCT document_id, generation FROM passages")
        return {(row["document_id"], row["generation"]) for row in rows}

    def drop_passages(self, document_id: str, generation: int) -> None:
        """Take out the passages of one generation; the file holds their words until `sweep`."""
        with self._transaction() as db:
            db.execute(
                "DELETE FROM passages WHERE document_id = ? AND generation = ?",
                (document_id, generation),
            )
            db.execute(UNSWEPT)

    @property
    def identity(self) -> str:
        """What tells this registry from any other, made up when it is first asked for."""
        held = self.note("identity")
        if held is None:
            held = secrets.token_hex(16)
            self.set_note("identity", held)
        return held

    @property
    def changes(self) -> int:
        """How often a document was made live, exchanged, corrected or erased."""
        return int(self.note("changes") or 0)

    def remove(self, document_id: str) -> None:
        """Erase a document with its text, passages and corrections in one transaction.

        The file holds its words until `sweep`.
        """
        with self._transaction() as db:
            for table in ("documents", "passages", "corrections"):
                db.execute(f"DELETE FROM {table} WHERE document_id = ?", (document_id,))
            db.execute(_CHANGED)
            db.execute(UNSWEPT)
