"""What fetching a page gives: the page, or why there is none. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from ingest.errors import Reason, SourceError

_GONE = (404, 410)
_LATER = 429
_TYPES = frozenset(
    {"text/html", "application/xhtml+xml", "application/pdf", "application/x-pdf"}
    | {"text/plain", "text/markdown", "text/x-markdown", "text/xml", "application/xml"}
    | {"application/gzip", "application/x-gzip"}
)
_OFFICE = (
    "application/vnd.openxmlformats-officedocument.", "application/vnd.ms-powerpoint.",
    "application/vnd.ms-word.",
)  # fmt: skip
# Said by servers that do not know; then the name has to promise a format that is read.
_UNKNOWN = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/zip"})
_SUFFIXES = frozenset(
    {".pdf", ".docx", ".docm", ".pptx", ".pptm", ".ppsx", ".md", ".txt", ".html", ".htm", ".gz"}
)
_SENTENCES = {
    401: "Die Seite verlangt eine Anmeldung.",
    403: "Der Server verweigert die Seite.",
    404: "Die Seite gibt es nicht mehr.",
    410: "Die Seite gibt es nicht mehr.",
    429: "Der Server nimmt gerade keine Anfragen an. Bitte später noch einmal versuchen.",
}


@dataclass(frozen=True, slots=True)
class Page:
    """A fetched page: where it was found at last, its bytes, its type, what to ask with next time.

    `validators` are ETag and Last-Modified, empty where the server gives none.
    """

    url: str
    data: bytes
    media_type: str
    validators: tuple[str, str]


class PageUnread(SourceError):
    """A page could not be had; `status` is what its server answered, 0 without an answer."""

    def __init__(self, sentence: str, status: int = 0) -> None:
        """Keep the German sentence; the reason is always NOT_FOUND."""
        super().__init__(Reason.NOT_FOUND)
        self.message = sentence
        self.status = status
        self.args = (sentence,)

    @property
    def gone(self) -> bool:
        """Whether the server says that there is no such page any more."""
        return self.status in _GONE

    @property
    def refused(self) -> bool:
        """Whether the server answered that it has nothing for us (4xx, but not "later")."""
        return self.status in range(400, 500) and self.status != _LATER


def refusal(status: int) -> PageUnread:
    """Return the error for an HTTP status that is none of success."""
    sentence = _SENTENCES.get(status, f"Der Server antwortet mit dem Fehler {status}.")
    return PageUnread(sentence, status)


def check_type(header: str, path: str) -> str:
    """Return the media type of a page that may be read.

    Args:
        header: Content-Type as the server sends it.
        path: Path and query of the address.

    Raises:
        SourceError: UNSUPPORTED for every other type.
    """
    named = header.partition(";")[0].strip().lower()
    if named in _TYPES or named.startswith(_OFFICE):
        return named
    if named in _UNKNOWN and (not named or suffix_of(path) in _SUFFIXES):
        return named
    raise SourceError(
        Reason.UNSUPPORTED, f"(gefunden: {named[:80]})" if named.isprintable() else ""
    )


def suffix_of(path: str) -> str:
    """Return the suffix that an address's path ends with, in lower case, without its query."""
    return PurePosixPath(unquote(urlsplit(path).path)).suffix.lower()
