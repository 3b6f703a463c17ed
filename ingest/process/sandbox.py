"""Untrusted bytes → document and chunks, parsed in a child process under limits.

Parsers of rich formats are large and old, and the files come from strangers: a file may loop,
eat all memory or crash the interpreter. All of that happens to the worker (`worker`), which
is killed and replaced; the caller sees a `SourceError` with the reason.
"""

from __future__ import annotations

import hashlib
import json
import math
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from ingest.document import Chunk, Document
from ingest.errors import Reason, SourceError
from ingest.process.child import Child, ChildLost
from ingest.process.wire import WireError, decode, decode_page, is_spent, join_pages
from ingest.scan.scans import Budget, Recognition, recognise_pages, with_report, without_engine
from ingest.scan.tesseract import CURE, PATIENCE, Engine, engine

_CODE = (
    "import sys; root = sys.argv[1]; root in sys.path or sys.path.insert(0, root); "
    "from ingest.process.worker import main; main()"
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost.

    Wall time is `wall_seconds` for files up to `small_bytes` and grows evenly with the size to
    `largest_wall_seconds` at `input_bytes`. `memory_bytes` bounds the worker's resident memory.
    A worker is replaced after `files` jobs or when it keeps more than `idle_bytes`. The
    recognition of pages that are pictures has its own budget.
    """

    wall_seconds: float = 18.0  # with the end of the process a hostile file is gone within 20
    largest_wall_seconds: float = 120.0
    small_bytes: int = 20_000_000
    input_bytes: int = 100_000_000
    text_chars: int = 20_000_000
    memory_bytes: int = 1 << 30
    idle_bytes: int = 512 << 20
    files: int = 200
    start_seconds: float = 60.0
    recognition: Budget = field(default_factory=Budget)

    def seconds_for(self, size: int) -> float:
        """Return the wall time for a file of `size` bytes."""
        span = max(self.input_bytes - self.small_bytes, 1)
        share = min(max(size - self.small_bytes, 0) / span, 1.0)
        return self.wall_seconds + share * max(self.largest_wall_seconds - self.wall_seconds, 0.0)


Parsed = tuple[Document, tuple[Chunk, ...]]
_T = TypeVar("_T")
_GRACE_SECONDS = 1.0  # for the worker to tell by itself that a page took too long


@dataclass(frozen=True, slots=True)
class ParsedSource:
    """A read file: its document, the document's chunks, the SHA-256 of the file's bytes (hex)."""

    document: Document
    chunks: tuple[Chunk, ...]
    sha256: str


class Sandbox:
    """Parses files one after the other in one long-lived worker process. Safe to share by threads.

    The worker starts with the first file. Use as a context manager, or call `close`.
    """

    def __init__(
        self, limits: Limits | None = None, *, command: Sequence[str] | None = None
    ) -> None:
        """Keep the limits; `command` replaces the worker (it gets its settings as last word)."""
        self.limits = limits or Limits()
        root = str(Path(__file__).resolve().parent.parent.parent)
        self._command = command or (sys.executable, "-P", "-c", _CODE, root)
        self._lock = threading.Lock()
        self._child: Child | None = None

    def __enter__(self) -> Self:
        """Return itself; nothing is started yet."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the worker."""
        self.close()

    def close(self) -> None:
        """End the worker; the next `parse` would start another one."""
        with self._lock:
            self._drop()

    def parse(self, data: bytes, name: str) -> ParsedSource:
        """Read one file; pages without a usable text layer are recognised where Tesseract is.

        Args:
            data: The file's bytes.
            name: Its name; the suffix may help to tell the format.

        Raises:
            SourceError: The file cannot be read, with the reason.
            IngestError: The worker cannot be started at all.
        """
        if len(data) > self.limits.input_bytes:
            detail = f"Sie hat {len(data)} Bytes, erlaubt sind {self.limits.input_bytes}."
            raise SourceError(Reason.TOO_LARGE, detail)
        document, chunks = self._read(data, name)
        return ParsedSource(document, chunks, hashlib.sha256(data).hexdigest())

    def _read(self, data: bytes, name: str) -> Parsed:
        try:
            document, chunks = self._parsed(data, name)
        except SourceError as error:
            if not error.unread:
                raise
            return self._recognised(data, name, error.unread, error)
        if not document.unread:
            return document, chunks
        return self._recognised(data, name, document.unread, (document, chunks))

    def _recognised(
        self, data: bytes, name: str, unread: tuple[int, ...], first: Parsed | SourceError
    ) -> Parsed:
        """Read a file again with its pictures of pages recognised; `first` is the first reading."""
        found = engine()
        if found.lacks:
            if isinstance(first, SourceError):
                detail = f"Er steht nur als Bild darin. {found.lacks}: {CURE}"
                raise SourceError(first.reason, detail, unread) from first
            return without_engine(first[0], found.lacks, CURE), first[1]
        recognition = self._recognition(data, unread, found)
        if recognition.read:
            first = self._again(data, name, recognition)
        if isinstance(first, SourceError):
            told = " ".join(recognition.remarks(found.name))
            raise SourceError(first.reason, told, unread) from first
        return with_report(first[0], recognition, found.name), first[1]

    def _recognition(self, data: bytes, unread: tuple[int, ...], found: Engine) -> Recognition:
        def recognise(number: int, seconds: float) -> bytes:
            job = {"page": number, "seconds": seconds, "turned": found.finds_direction}
            wall = PATIENCE * seconds + _GRACE_SECONDS
            answer = self._exchange(job, data, wall, cpu_seconds=seconds)
            return self._understood(decode_page, answer)

        return recognise_pages(unread, recognise, self.limits.recognition, time.monotonic)

    def _again(self, data: bytes, name: str, recognition: Recognition) -> Parsed | SourceError:
        try:
            return self._parsed(data, name, join_pages(recognition.pages))
        except SourceError as error:
            if error.reason is not Reason.NO_TEXT:
                raise
            return error

    def _parsed(self, data: bytes, name: str, pages: bytes = b"[]") -> Parsed:
        seconds = self.limits.seconds_for(len(data))
        job: dict[str, str | float] = {
            "name": name.encode("utf-8", "replace").decode("utf-8"),
            "max_chars": self.limits.text_chars,
        }
        return self._understood(decode, self._exchange(job, data, seconds, pages))

    def _understood(self, decoder: Callable[[bytes, bytes], _T], answer: tuple[bytes, bytes]) -> _T:
        try:
            return decoder(*answer)
        except WireError as exc:
            with self._lock:
                self._drop()
            raise SourceError(Reason.DAMAGED, "Das Lesen ergab keine gültige Antwort.") from exc

    def _exchange(
        self,
        job: Mapping[str, str | float],
        data: bytes,
        seconds: float,
        pages: bytes = b"[]",
        cpu_seconds: float | None = None,
    ) -> tuple[bytes, bytes]:
        """Give the worker one job; other threads get their turn between two jobs of a file."""
        header = json.dumps({**job, "cpu_seconds": math.ceil(cpu_seconds or seconds)}).encode()
        with self._lock:
            try:
                maps, body = self._running().exchange([header, data, pages], 2, seconds)
            except ChildLost as exc:
                self._drop()
                raise SourceError(exc.reason, exc.detail) from exc
            except BaseException:
                self._drop()  # a late answer must never be taken for the next file's
                raise
            if is_spent(maps):
                self._drop()
            self._retire()
            return maps, body

    def _running(self) -> Child:
        if self._child is None or not self._child.alive():
            self._drop()
            limits = self.limits
            self._child = Child(self._command, limits.memory_bytes, limits.start_seconds)
        return self._child

    def _retire(self) -> None:
        child = self._child
        if child is None:
            return
        if child.jobs >= self.limits.files or child.resident_bytes() > self.limits.idle_bytes:
            self._drop()

    def _drop(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.stop()
