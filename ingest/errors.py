"""Why a source could not be read.

The tree::

    IngestError          anything that keeps one source out of the index
    └── SourceError      a typed reason (see `Reason`) with a German sentence for people

A `SourceError` never stops a run: it becomes one entry in the ingest report.
"""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """The stable, machine-readable causes of a failed source (public contract)."""

    EMPTY = "empty"
    DAMAGED = "damaged"
    ENCRYPTED = "encrypted"
    WRONG_TYPE = "wrong_type"
    UNSUPPORTED = "unsupported"
    TOO_LARGE = "too_large"
    TIMEOUT = "timeout"
    NO_TEXT = "no_text"
    NOT_FOUND = "not_found"
    CHANGED = "changed"
    BLOCKED_ADDRESS = "blocked_address"


SENTENCES: dict[Reason, str] = {
    Reason.EMPTY: "Die Datei ist leer.",
    Reason.DAMAGED: "Die Datei ist beschädigt und lässt sich nicht lesen.",
    Reason.ENCRYPTED: "Die Datei ist mit einem Passwort geschützt. Bitte ohne Passwort speichern.",
    Reason.WRONG_TYPE: "Der Inhalt passt nicht zur Dateiendung.",
    Reason.UNSUPPORTED: (
        "Dieses Format wird nicht gelesen. Möglich sind PDF, PPTX, DOCX, HTML, Markdown, Text und "
        "Bilder (PNG, JPEG, TIFF)."
    ),
    Reason.TOO_LARGE: "Die Datei ist zu groß.",
    Reason.TIMEOUT: "Das Lesen der Datei hat zu lange gedauert und wurde abgebrochen.",
    Reason.NO_TEXT: "Die Datei enthält keinen lesbaren Text.",
    Reason.NOT_FOUND: "Unter diesem Pfad gibt es keine lesbare Datei.",
    Reason.CHANGED: "Die Datei hat sich beim Lesen verändert. Bitte noch einmal einlesen.",
    Reason.BLOCKED_ADDRESS: "Diese Adresse darf nicht abgerufen werden.",
}


class IngestError(Exception):
    """Base of everything `ingest` raises on purpose."""


class SourceError(IngestError):
    """One source could not be read; `reason` is for programs, `message` for people.

    `unread` are the pages (1-based) that may hold text in a picture.
    """

    def __init__(self, reason: Reason, detail: str = "", unread: tuple[int, ...] = ()) -> None:
        """Build the German sentence from the reason; `detail` adds numbers or the cure."""
        self.reason = reason
        self.unread = unread
        self.message = f"{SENTENCES[reason]} {detail}".strip()
        super().__init__(self.message)
