"""What the bot remembers on disk: how far it has read, and which messages it has dealt with.

No question, no answer, no name: ids of messages, threads and people are hashed with a salt of this
file. Only the ids of the bot's own answers stand there as they are, so that they can be withdrawn.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from assistant.errors import BotUnavailable
from retrieval.sqlite_file import UNSWEPT, SqliteFile, mapped

__all__ = ["FILE", "KEPT_DAYS", "Answered", "Memory"]

FILE = "remembered.sqlite3"
KEPT_DAYS = 90
_VERSION = "1"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS notes (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS handled (event TEXT PRIMARY KEY, day TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS answers (
    question TEXT PRIMARY KEY,
    sender TEXT NOT NULL,
    thread TEXT NOT NULL,
    answer TEXT NOT NULL,
    day TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS answers_answer ON answers (answer);
CREATE INDEX IF NOT EXISTS answers_thread ON answers (thread);
CREATE INDEX IF NOT EXISTS answers_sender ON answers (sender);
INSERT OR IGNORE INTO notes VALUES ('schema', '1');
"""


@dataclass(frozen=True, slots=True)
class Answered:
    """A question that was answered: its thread (hashed) and the id of the bot's answer."""

    thread: str
    answer: str


def _failed(cause: Exception) -> BotUnavailable:
    return BotUnavailable(
        f"Der Matrix-Bot kann sich nichts merken ({type(cause).__name__}). Bitte Platz und Rechte "
        f"im Datenordner prüfen; ist „matrix/{FILE}“ beschädigt, die Datei löschen."
    )


class Memory(SqliteFile):
    """The file. One process at a time may own it."""

    def __init__(self, path: Path) -> None:
        """Open or create it, readable by this user alone.

        Raises:
            BotUnavailable: It cannot be opened.
        """
        with mapped(_failed):
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        super().__init__(path, _failed)
        self._salt = self._own_salt()
        self._purged = _today()

    def _prepare(self) -> None:
        # A message counts as dealt with only once that is on the disk.
        self._set_up(_SCHEMA, synchronous="FULL")
        if self.note("schema") != _VERSION:
            raise BotUnavailable(
                f"„matrix/{FILE}“ stammt von einer anderen Programmversion. Bitte diese benutzen "
                "oder die Datei löschen."
            )
        if self.unswept:
            self.sweep()

    def _own_salt(self) -> str:
        self._set("salt", secrets.token_hex(16), again=False)
        return str(self.note("salt"))

    def _set(self, key: str, value: str, *, again: bool = True) -> None:
        with self._transaction() as db:
            how = "REPLACE" if again else "IGNORE"
            db.execute(f"INSERT OR {how} INTO notes VALUES (?, ?)", (key, value))

    def hashed(self, *parts: str) -> str:
        """Return a name that shows nothing of `parts` to whoever has not this file."""
        told = "\0".join((self._salt, *parts))
        return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()

    def token(self, user: str) -> str | None:
        """Return up to where everything is dealt with, None before the first sync of `user`."""
        return self.note(f"since {self.hashed(user)}")

    def reach(self, user: str, token: str) -> None:
        """Remember up to where everything is dealt with."""
        self._set(f"since {self.hashed(user)}", token)

    def once(self, *what: str) -> bool:
        """Tell whether this is asked for the first time."""
        name = self.hashed("once", *what)
        with self._transaction() as db:
            done = db.execute("INSERT OR IGNORE INTO handled VALUES (?, ?)", (name, _today()))
            return done.rowcount > 0

    def is_handled(self, event_id: str) -> bool:
        """Tell whether a message was dealt with."""
        name = self.hashed("event", event_id)
        return bool(self._rows("SELECT 1 FROM handled WHERE event = ?", (name,)))

    def handle(self, event_id: str) -> None:
        """Remember that a message was dealt with; once a day what is too old is erased."""
        if self._purged != _today():
            self.purge()
        with self._transaction() as db:
            name = self.hashed("event", event_id)
            db.execute("INSERT OR IGNORE INTO handled VALUES (?, ?)", (name, _today()))

    def answered(self, question: str, sender: str, thread: str, answer: str) -> None:
        """Remember the answer to a question; `thread` is its hash, the rest are plain ids."""
        names = (self.hashed("event", question), self.hashed("person", sender), thread, answer)
        with self._transaction() as db:
            db.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?)", (*names, _today()))

    def answer_to(self, question: str) -> Answered | None:
        """Return the answer to a question."""
        rows = self._rows(
            "SELECT thread, answer FROM answers WHERE question = ?",
            (self.hashed("event", question),),
        )
        return Answered(rows[0]["thread"], rows[0]["answer"]) if rows else None

    def is_answer(self, event_id: str) -> bool:
        """Tell whether a message is one of the bot's answers."""
        return bool(self._rows("SELECT 1 FROM answers WHERE answer = ?", (event_id,)))

    def is_engaged(self, thread: str) -> bool:
        """Tell whether the bot has answered in a thread."""
        return bool(self._rows("SELECT 1 FROM answers WHERE thread = ? LIMIT 1", (thread,)))

    def forget_question(self, question: str) -> None:
        """Erase what is known about a question; that it was dealt with stays."""
        self._erase("DELETE FROM answers WHERE question = ?", self.hashed("event", question))

    def forget_person(self, sender: str) -> None:
        """Erase what is known about somebody; that messages were dealt with stays."""
        self._erase("DELETE FROM answers WHERE sender = ?", self.hashed("person", sender))

    def purge(self) -> None:
        """Erase what is older than `KEPT_DAYS`."""
        self._purged = _today()
        first = (date.fromisoformat(self._purged) - timedelta(days=KEPT_DAYS)).isoformat()
        with self._transaction() as db:
            db.execute("DELETE FROM handled WHERE day < ?", (first,))
            db.execute("DELETE FROM answers WHERE day < ?", (first,))
            db.execute(UNSWEPT)
        self.sweep()

    def _erase(self, statement: str, value: str) -> None:
        with self._transaction() as db:
            db.execute(statement, (value,))
            db.execute(UNSWEPT)
        self.sweep()


def _today() -> str:
    return datetime.now(UTC).date().isoformat()
