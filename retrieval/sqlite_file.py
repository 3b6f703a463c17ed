"""A SQLite file of one process whose deleted words really go; what the stores have in common."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final

FOREIGN: Final = (sqlite3.Error, OSError, UnicodeEncodeError)
"""What SQLite raises; the last for text with lone surrogates, which it cannot store."""
UNSWEPT: Final = "INSERT OR REPLACE INTO notes VALUES ('unswept', '1')"
"""To be executed in the transaction that deletes: the file has to be swept after it."""


@contextmanager
def mapped(failed: Callable[[Exception], Exception]) -> Iterator[None]:
    """Raise what `failed` makes of SQLite's errors in their place."""
    try:
        yield
    except FOREIGN as exc:
        raise failed(exc) from exc


class SqliteFile:
    """A file with a table ``notes (key, value)``. Thread-safe; one process at a time may own it."""

    def __init__(self, path: Path, failed: Callable[[Exception], Exception]) -> None:
        """Open or create the file; `failed` makes the store's own error of one of `FOREIGN`."""
        self._failed = failed
        self._lock = threading.RLock()
        with self._mapped():
            self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            self._db.row_factory = sqlite3.Row
        try:
            self._prepare()
        except BaseException:
            self._db.close()
            raise

    def _prepare(self) -> None:
        """Set the file up: `_set_up` the tables, and check what wrote it."""
        raise NotImplementedError

    def _set_up(self, schema: str, *, synchronous: str) -> None:
        with self._mapped():
            # What SQLite sorts or copies stays out of the folder for temporary files.
            pragmas = ("journal_mode=WAL", f"synchronous={synchronous}", "secure_delete=ON")
            for pragma in (*pragmas, "temp_store=MEMORY"):
                self._db.execute(f"PRAGMA {pragma}")
            self._db.executescript(schema)

    def _mapped(self) -> AbstractContextManager[None]:
        return mapped(self._failed)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._mapped():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # a full disk makes SQLite roll back by itself
                    self._db.execute("ROLLBACK")
                raise

    def _rows(self, query: str, values: Sequence[object] = ()) -> list[sqlite3.Row]:
        with self._lock, self._mapped():
            return self._db.execute(query, values).fetchall()

    def note(self, key: str) -> str | None:
        """Return what was remembered under `key` about the whole file."""
        rows = self._rows("SELECT value FROM notes WHERE key = ?", (key,))
        return str(rows[0]["value"]) if rows else None

    @property
    def unswept(self) -> bool:
        """Tell whether words of what was deleted may still stand somewhere in the file."""
        return self.note("unswept") == "1"

    def sweep(self) -> None:
        """Write the file anew without what was taken out, and empty the log.

        SQLite wipes deleted cells (``secure_delete``), but not the copies that stay behind in a
        page when cells move, and the log holds exchanged pages until it is written back.
        """
        with self._lock, self._mapped():
            self._db.execute("VACUUM")
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._db.execute("INSERT OR REPLACE INTO notes VALUES ('unswept', '0')")

    def close(self) -> None:
        """Close the file."""
        with self._lock, self._mapped():
            self._db.close()
