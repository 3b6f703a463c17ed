"""Untrusted bytes → document and chunks, parsed in a child process under limits.

Parsers of rich formats are large and old, and the files come from strangers: a file may loop,
eat all memory or crash the interpreter. All of that happens to the worker (`ingest.worker`), which
is killed and replaced; the caller sees a `SourceError` with the reason.
"""

from __future__ import annotations

import hashlib
import json
import math
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from ingest.child import Child, ChildLost
from ingest.document import Chunk, Document
from ingest.errors import Reason, SourceError
from ingest.wire import WireError, decode, is_spent

_CODE = (
    "import sys; root = sys.argv[1]; root in sys.path or sys.path.insert(0, root); "
    "from ingest.worker import main; main()"
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost.

    Wall time is `wall_seconds` for files up to `small_bytes` and grows evenly with the size to
    `largest_wall_seconds` at `input_bytes`. `memory_bytes` bounds the worker's resident memory.
    A worker is replaced after `files` files or when it keeps more than `idle_bytes`.
    """

    wall_seconds: float = 20.0
    largest_wall_seconds: float = 120.0
    small_bytes: int = 20_000_000
    input_bytes: int = 100_000_000
    text_chars: int = 20_000_000
    memory_bytes: int = 1 << 30
    idle_bytes: int = 512 << 20
    files: int = 200
    start_seconds: float = 60.0

    def seconds_for(self, size: int) -> float:
        """Return the wall time for a file of `size` bytes."""
        span = max(self.input_bytes - self.small_bytes, 1)
        share = min(max(size - self.small_bytes, 0) / span, 1.0)
        return self.wall_seconds + share * max(self.largest_wall_seconds - self.wall_seconds, 0.0)


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
        root = str(Path(__file__).resolve().parent.parent)
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
        """Read one file.

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
        with self._lock:
            try:
                document, chunks = self._ask(data, name)
            except SourceError:
                self._retire()
                raise
            except BaseException:
                self._drop()  # a late answer must never be taken for the next file's
                raise
            self._retire()
        return ParsedSource(document, chunks, hashlib.sha256(data).hexdigest())

    def _ask(self, data: bytes, name: str) -> tuple[Document, tuple[Chunk, ...]]:
        seconds = self.limits.seconds_for(len(data))
        job = {
            "name": name.encode("utf-8", "replace").decode("utf-8"),
            "cpu_seconds": math.ceil(seconds),
            "max_chars": self.limits.text_chars,
        }
        try:
            maps, text = self._running().exchange([json.dumps(job).encode(), data], 2, seconds)
            if is_spent(maps):
                self._drop()
            return decode(maps, text)
        except ChildLost as exc:
            self._drop()
            raise SourceError(exc.reason, exc.detail) from exc
        except WireError as exc:
            self._drop()
            raise SourceError(Reason.DAMAGED, "Das Lesen ergab keine gültige Antwort.") from exc

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
