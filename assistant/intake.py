"""Sources → library: read, skip what is unchanged, parse in the sandbox, put. No file is fatal."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Protocol

from ingest.errors import Reason, SourceError
from ingest.media import media_type
from ingest.sandbox import ParsedSource
from retrieval.build import Entry
from retrieval.library import Change, Library
from retrieval.records import DocumentRecord, Visibility


@dataclass(frozen=True, slots=True)
class Item:
    """One source to take in.

    `source` is what people see (a path below the ingested folder or a file's name), `origin`
    identifies the place it came from without naming it; `load` returns the bytes.

    Raises (from `load`):
        SourceError: The source cannot be read.
    """

    source: str
    origin: str
    load: Callable[[], bytes]
    url: str | None = None


class Parser(Protocol):
    """Bytes → document and chunks, safe against hostile files (`ingest.sandbox.Sandbox`)."""

    def parse(self, data: bytes, name: str) -> ParsedSource:
        """Return what the file holds, or raise `SourceError`."""

    def close(self) -> None:
        """Stop the parser's process."""


class Progress(Protocol):
    """Told what happens, to draw a bar."""

    def started(self, source: str, passages: int) -> None:
        """A source is parsed and about to be embedded."""

    def advanced(self, passages: int) -> None:
        """That many passages of it are embedded."""

    def finished(self, source: str) -> None:
        """A source is done, whatever became of it."""


class Silent:
    """A `Progress` that draws nothing."""

    def started(self, source: str, passages: int) -> None:
        """Ignore."""

    def advanced(self, passages: int) -> None:
        """Ignore."""

    def finished(self, source: str) -> None:
        """Ignore."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A source that is not in the library, and why."""

    source: str
    reason: Reason
    message: str


@dataclass(slots=True)
class IngestReport:
    """What became of every source. `documents` holds all that are in, changed or not."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    failed: list[Failure] = field(default_factory=list)
    documents: list[DocumentRecord] = field(default_factory=list)
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class _Read:
    """A source after reading: known already, parsed, or failed."""

    item: Item
    known: DocumentRecord | None = None
    data: bytes = b""
    parsed: ParsedSource | None = None
    error: SourceError | None = None


def take_in(
    items: Iterable[Item],
    library: Library,
    parser: Parser,
    *,
    internal: bool = False,
    progress: Progress | None = None,
) -> IngestReport:
    """Put every item into `library`; the next one is parsed while one is embedded."""
    report = IngestReport()
    begun = time.monotonic()
    shown = progress or Silent()
    for read in _ahead(items, library, parser):
        if read.error is not None:
            failed = Failure(read.item.source, read.error.reason, read.error.message)
            report.failed.append(failed)
        elif read.known is not None:
            _keep(read.known, library, report, internal=internal)
        elif read.parsed is not None:
            _put(read, read.parsed, library, report, internal=internal, progress=shown)
        shown.finished(read.item.source)
    report.seconds = time.monotonic() - begun
    return report


def _ahead(items: Iterable[Item], library: Library, parser: Parser) -> Iterator[_Read]:
    """Yield the items read, one step ahead of the consumer."""
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="parse") as pool:
        waiting: Future[_Read] | None = None
        for item in items:
            following = pool.submit(_read, item, library, parser)
            if waiting is not None:
                yield waiting.result()
            waiting = following
        if waiting is not None:
            yield waiting.result()


def _read(item: Item, library: Library, parser: Parser) -> _Read:
    try:
        data = item.load()
        digest = hashlib.sha256(data).hexdigest()
        known = library.known(item.source, item.origin, digest)
        if known is not None:
            return _Read(item, known=known)
        return _Read(item, data=data, parsed=parser.parse(data, item.source))
    except SourceError as error:
        return _Read(item, error=error)


def _keep(known: DocumentRecord, library: Library, report: IngestReport, *, internal: bool) -> None:
    if internal and known.visibility is Visibility.PUBLIC:
        report.documents.append(library.correct(known.document_id, {"visibility": "internal"}))
        report.updated += 1
    else:
        report.documents.append(known)
        report.unchanged += 1


def _put(
    read: _Read,
    parsed: ParsedSource,
    library: Library,
    report: IngestReport,
    *,
    internal: bool,
    progress: Progress,
) -> None:
    progress.started(read.item.source, len(parsed.chunks))
    entry = Entry(
        source=read.item.source,
        origin=read.item.origin,
        sha256=parsed.sha256,
        document=parsed.document,
        chunks=parsed.chunks,
        original=read.data,
        media_type=media_type(read.data),
        internal=internal,
        url=read.item.url,
    )
    record, change = library.put(entry, progress.advanced)
    report.documents.append(record)
    if change is Change.ADDED:
        report.added += 1
    else:
        report.updated += 1
