"""The file of API keys in the data folder, and who holds one of them.

SQLite, one process at a time: while a server runs, keys are made and revoked through it, so its
view of them is never old.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from assistant.errors import KeysUnavailable, KeyUnknown
from assistant.keys import Key, as_json, digest, id_of, issue, matches, parse_scopes
from assistant.scopes import Scope
from retrieval.sqlite_file import UNSWEPT, SqliteFile, mapped

FILE = "keys.sqlite3"
_VERSION = "1"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS notes (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS keys (
    id TEXT PRIMARY KEY,
    digest BLOB NOT NULL,
    scopes TEXT NOT NULL,
    name TEXT NOT NULL,
    created TEXT NOT NULL,
    expires TEXT,
    per_minute INTEGER,
    last_used TEXT
);
INSERT OR IGNORE INTO notes VALUES ('schema', '1');
"""

_log = logging.getLogger("kgc")


@dataclass(frozen=True, slots=True)
class Wish:
    """A key that somebody wants; `days` is how long it is good, None for ever."""

    scopes: frozenset[Scope]
    name: str = ""
    days: int | None = None
    per_minute: int | None = None


def _failed(cause: Exception) -> KeysUnavailable:
    return KeysUnavailable(
        f"Die Schlüssel lassen sich nicht speichern oder lesen ({type(cause).__name__}). Bitte "
        f"Platz und Rechte im Datenordner prüfen; ist „{FILE}“ beschädigt, die Datei löschen: "
        "dann gilt kein Schlüssel mehr, und neue sind auszugeben."
    )


class KeyFile(SqliteFile):
    """The table of keys. Thread-safe; a write is on the disk when the call returns."""

    def __init__(self, path: Path) -> None:
        """Open or create the file, readable by this user alone.

        Raises:
            KeysUnavailable: It cannot be opened, or another version wrote it.
        """
        with mapped(_failed):
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            path.chmod(0o600)  # one restored from a backup may be open to others
        super().__init__(path, _failed)

    def _prepare(self) -> None:
        self._set_up(_SCHEMA, synchronous="FULL")
        if self.note("schema") != _VERSION:
            raise KeysUnavailable(
                f"„{FILE}“ stammt von einer anderen Programmversion. Bitte diese benutzen oder die "
                "Datei löschen und neue Schlüssel ausgeben."
            )
        if self.unswept:
            self.sweep()

    def add(self, key: Key) -> None:
        """Keep a key."""
        row = (
            key.id,
            key.digest,
            ",".join(sorted(key.scopes)),
            key.name,
            key.created.isoformat(),
            key.expires.isoformat() if key.expires else None,
            key.per_minute,
            key.last_used.isoformat() if key.last_used else None,
        )
        with self._transaction() as db:
            db.execute("INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)

    def used(self, key_id: str, day: date) -> None:
        """Note the day of the last use."""
        with self._transaction() as db:
            db.execute("UPDATE keys SET last_used = ? WHERE id = ?", (day.isoformat(), key_id))

    def drop(self, key_id: str) -> None:
        """Erase a key, its name from the disk as well."""
        with self._lock:
            with self._transaction() as db:
                db.execute("DELETE FROM keys WHERE id = ?", (key_id,))
                db.execute(UNSWEPT)
            self.sweep()

    def all(self) -> list[Key]:
        """Return all keys, the oldest first."""
        return [
            Key(
                id=row["id"],
                digest=row["digest"],
                scopes=parse_scopes([row["scopes"]]),
                name=row["name"],
                created=date.fromisoformat(row["created"]),
                expires=datetime.fromisoformat(row["expires"]) if row["expires"] else None,
                per_minute=row["per_minute"],
                last_used=date.fromisoformat(row["last_used"]) if row["last_used"] else None,
            )
            for row in self._rows("SELECT * FROM keys ORDER BY created, rowid")
        ]


def _now() -> datetime:
    return datetime.now(UTC)


class KeyRing:
    """All keys of a data folder, in memory and on the disk. Thread-safe."""

    def __init__(self, folder: Path, now: Callable[[], datetime] = _now) -> None:
        """Read the keys of `folder`, which the caller owns; `now` has a time zone.

        Raises:
            KeysUnavailable: Their file cannot be read.
        """
        self._file = KeyFile(folder / FILE)
        self._now = now
        self._lock = threading.Lock()
        self._keys = {key.id: key for key in self._file.all()}

    def holder(self, shown: str) -> Key | None:
        """Return the key that `shown` is, None where it is wrong, revoked or expired."""
        name = id_of(shown)
        key = self._keys.get(name) if name else None
        now = self._now()
        if not matches(key, shown) or key is None or key.is_expired(now):
            return None
        if key.last_used != now.date():
            self._used(key, now.date())
        return key

    def _used(self, key: Key, day: date) -> None:
        with self._lock:
            if key.id not in self._keys:  # revoked meanwhile
                return
            self._keys[key.id] = replace(self._keys[key.id], last_used=day)
        try:
            self._file.used(key.id, day)
        except KeysUnavailable as error:  # a full disk must not lock anybody out
            _log.warning("last use of a key not noted: %s", type(error.__cause__).__name__)

    def create(self, wish: Wish) -> dict[str, Any]:
        """Make a key; returns it as JSON with ``key``, which is shown this once.

        Raises:
            KeysUnavailable: It cannot be kept.
        """
        made, now = issue(), self._now()
        expires = None if wish.days is None else now + timedelta(days=wish.days)
        key = Key(
            made.id,
            digest(made.secret),
            wish.scopes,
            wish.name,
            now.date(),
            expires.replace(microsecond=0) if expires else None,
            wish.per_minute,
        )
        with self._lock:
            self._file.add(key)
            self._keys[key.id] = key
        return as_json(key, now) | {"key": made.secret}

    def listed(self) -> list[dict[str, Any]]:
        """List all keys as JSON, the oldest first, expired ones too; no secrets."""
        now = self._now()
        return [as_json(key, now) for key in list(self._keys.values())]

    def revoke(self, key_id: str) -> dict[str, Any]:
        """Erase a key at once; returns as JSON what it was.

        Raises:
            KeyUnknown: There is none with this id.
            KeysUnavailable: The file could not be written; in this process it is refused anyway.
        """
        with self._lock:
            key = self._keys.get(key_id)
            if key is None:
                raise KeyUnknown(f"Einen Schlüssel „{key_id[:60]}“ gibt es nicht.")
            self._keys[key_id] = replace(key, digest=b"")  # no key has this; it is not forgotten
            self._file.drop(key_id)
            del self._keys[key_id]
        return as_json(key, self._now())

    def close(self) -> None:
        """Close the file."""
        self._file.close()
