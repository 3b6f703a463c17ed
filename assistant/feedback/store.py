"""The file of feedback in the data folder: counts always, questions only where they may be kept.

SQLite, one process at a time. Without kept questions the file holds nothing but numbers by day.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

from assistant.errors import FeedbackUnavailable
from assistant.feedback.records import Kept, Opinion, Reason, Verdict
from retrieval.sqlite_file import UNSWEPT, SqliteFile, mapped

FILE = "feedback.sqlite3"
MOST_QUESTIONS = 5_000
"""Beyond that the oldest tenth goes: strangers can ask as much as they like."""
_VERSION = "1"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS notes (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS counts (
    day TEXT NOT NULL,
    name TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (day, name)
);
CREATE TABLE IF NOT EXISTS questions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    day TEXT NOT NULL,
    text TEXT NOT NULL,
    language TEXT NOT NULL,
    refused INTEGER NOT NULL,
    internal INTEGER NOT NULL,
    verdict TEXT,
    reason TEXT,
    comment TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS questions_day ON questions (day);
INSERT OR IGNORE INTO notes VALUES ('schema', '1');
"""


def _failed(cause: Exception) -> FeedbackUnavailable:
    return FeedbackUnavailable(
        f"Die Rückmeldungen lassen sich nicht speichern oder lesen ({type(cause).__name__}). "
        f"Bitte Platz und Rechte im Datenordner prüfen; ist „{FILE}“ beschädigt, die Datei löschen."
    )


class FeedbackStore(SqliteFile):
    """Counts and kept questions. Thread-safe; one process at a time may own the file."""

    def __init__(self, path: Path) -> None:
        """Open or create the file, readable by this user alone.

        Raises:
            FeedbackUnavailable: It cannot be opened, or a newer version wrote it.
        """
        with mapped(_failed):
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        super().__init__(path, _failed)

    def _prepare(self) -> None:
        self._set_up(_SCHEMA, synchronous="NORMAL")
        if self.note("schema") != _VERSION:
            raise FeedbackUnavailable(
                f"„{FILE}“ stammt von einer anderen Programmversion. Bitte diese benutzen oder die "
                "Datei löschen."
            )
        if self.unswept:
            self.sweep()

    def record(self, day: date, counts: Mapping[str, int], kept: Kept | None = None) -> int | None:
        """Add to the counts of a day and keep a question; returns the question's number."""
        with self._transaction() as db:
            db.executemany(
                "INSERT INTO counts VALUES (?1, ?2, max(0, ?3)) ON CONFLICT (day, name) "
                "DO UPDATE SET count = max(0, count + ?3)",
                [(day.isoformat(), name, count) for name, count in counts.items()],
            )
            if kept is None:
                return None
            number = db.execute(
                "INSERT INTO questions (day, text, language, refused, internal, verdict, reason, "
                "comment) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    kept.day.isoformat(),
                    kept.text,
                    kept.language,
                    kept.refused,
                    kept.internal,
                    *_columns(kept.opinion),
                ),
            ).lastrowid
        self._make_room()
        return number

    def _make_room(self) -> None:
        held = int(self._rows("SELECT count(*) AS held FROM questions")[0]["held"])
        if held > MOST_QUESTIONS:
            surplus = held - MOST_QUESTIONS + MOST_QUESTIONS // 10
            self._delete(
                "DELETE FROM questions WHERE id IN (SELECT id FROM questions ORDER BY id LIMIT ?)",
                (surplus,),
            )

    def judge(self, number: int, opinion: Opinion | None) -> bool:
        """Set what was said about a kept question; returns whether it is still there."""
        with self._transaction() as db:
            done = db.execute(
                "UPDATE questions SET verdict = ?, reason = ?, comment = ? WHERE id = ?",
                (*_columns(opinion), number),
            )
            return done.rowcount > 0

    def unjudged(self, text: str) -> int | None:
        """Return the newest kept question with these words that nobody voted on."""
        rows = self._rows(
            "SELECT max(id) AS id FROM questions WHERE text = ? AND verdict IS NULL "
            "AND internal = 0",
            (text,),
        )
        newest: int | None = rows[0]["id"]
        return newest

    def drop(self, number: int) -> None:
        """Erase one question, from the disk as well."""
        self._delete("DELETE FROM questions WHERE id = ?", (number,))

    def forget(self) -> int:
        """Erase all questions, from the disk as well; returns how many there were."""
        return self._delete("DELETE FROM questions")

    def purge(self, first: date) -> int:
        """Erase everything from before the day `first`; returns how many questions went."""
        before = (first.isoformat(),)
        with self._transaction() as db:
            db.execute("DELETE FROM counts WHERE day < ?", before)
        return self._delete("DELETE FROM questions WHERE day < ?", before)

    def _delete(self, query: str, values: Sequence[object] = ()) -> int:
        with self._lock:
            with self._transaction() as db:
                gone = db.execute(query, values).rowcount
                if gone:
                    db.execute(UNSWEPT)
            if gone or self.unswept:
                self.sweep()
            return gone

    def questions(self) -> list[Kept]:
        """Return the kept questions, oldest first."""
        return [_kept(row) for row in self._rows("SELECT * FROM questions ORDER BY id")]

    def counts(self) -> dict[str, int]:
        """Return the sums of all days."""
        rows = self._rows(
            "SELECT name, sum(count) AS total FROM counts GROUP BY name ORDER BY name"
        )
        return {row["name"]: int(row["total"]) for row in rows}


def inspect(path: Path) -> int:
    """Return how many questions a file holds, changing nothing.

    Raises:
        FeedbackUnavailable: It cannot be read or written.
    """
    with mapped(_failed):
        if not os.access(path, os.R_OK | os.W_OK):
            raise PermissionError
        address = f"{path.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as db:
            return int(db.execute("SELECT count(*) FROM questions").fetchone()[0])


def _columns(opinion: Opinion | None) -> tuple[str | None, str | None, str]:
    return (opinion.verdict, opinion.reason, opinion.comment) if opinion else (None, None, "")


def _kept(row: sqlite3.Row) -> Kept:
    opinion = None
    if row["verdict"]:
        reason = Reason(row["reason"]) if row["reason"] else None
        opinion = Opinion(Verdict(row["verdict"]), reason, row["comment"])
    return Kept(
        text=row["text"],
        language=row["language"],
        day=date.fromisoformat(row["day"]),
        refused=bool(row["refused"]),
        internal=bool(row["internal"]),
        opinion=opinion,
    )
