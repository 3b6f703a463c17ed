"""What a bot has reacted to already, also after a restart: hashed names and times, nothing else."""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path

from retrieval.errors import StoreUnavailable
from retrieval.sqlite_file import SqliteFile

KEPT_SECONDS = 2 * 60 * 60
CAPACITY = 100_000
_SWEPT_EVERY = 500
_SCHEMA = """
CREATE TABLE IF NOT EXISTS notes (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS seen (mark BLOB PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS seen_at ON seen (at);
"""


class Seen(SqliteFile):
    """Names of events, for two hours. Thread-safe; several processes may share the file."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        """Open or create the file; `clock` returns seconds since 1970.

        Raises:
            StoreUnavailable: It cannot be written.
        """
        self._clock = clock
        self._since_sweep = 0
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        super().__init__(path, _failed)

    def _prepare(self) -> None:
        self._set_up(_SCHEMA, synchronous="NORMAL")
        self._forget()

    def first(self, names: Sequence[str]) -> bool:
        """Remember `names`; tells whether all of them are new.

        Raises:
            StoreUnavailable: The file cannot be written.
        """
        marks = [_mark(name) for name in names]
        now = int(self._clock())
        with self._transaction() as db:
            new = [
                db.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (mark, now)).rowcount
                for mark in marks
            ]
        self._since_sweep += 1
        if self._since_sweep >= _SWEPT_EVERY:
            self._forget()
        return all(new)

    def _forget(self) -> None:
        """Drop what nobody sends again."""
        self._since_sweep = 0
        with self._transaction() as db:
            db.execute("DELETE FROM seen WHERE at < ?", (int(self._clock()) - KEPT_SECONDS,))


class Remembered:
    """The same in memory alone, where the file cannot be written."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        """Keep at most `capacity` names, the newest."""
        self._capacity = capacity
        self._held: OrderedDict[bytes, None] = OrderedDict()

    def first(self, names: Sequence[str]) -> bool:
        """Remember `names`; tells whether all of them are new."""
        marks = [_mark(name) for name in names]
        new = not any(mark in self._held for mark in marks)
        self._held.update(dict.fromkeys(marks))
        while len(self._held) > self._capacity:
            self._held.popitem(last=False)
        return new


def _mark(name: str) -> bytes:
    return hashlib.sha256(name.encode("utf-8", "replace")).digest()


def _failed(error: Exception) -> StoreUnavailable:
    return StoreUnavailable(f"Die Liste beantworteter Ereignisse ist nicht nutzbar: {error}.")
