"""Sources → library: read, skip what is unchanged, parse in the sandbox, put. No file is fatal."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Protocol
from urllib.parse import urlsplit

from assistant.survey import Item, Validators
from ingest.errors import Reason, SourceError
from ingest.media import media_type
from ingest.process.sandbox import ParsedSource
from retrieval.build import Entry
from retrieval.corrections import corrected_metadata
from retrieval.library import Library
from retrieval.places import Placed, renewed
from retrieval.records import Change, DocumentRecord, Visibility


class Parser(Protocol):
    """Bytes → document and chunks, safe against hostile files (`ingest.process.sandbox`)."""

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
    """What became of every source. `documents` holds all that are in, changed or not.

    `vanished` are documents that are no longer where they came from, removed or not.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    failed: list[Failure] = field(default_factory=list)
    documents: list[DocumentRecord] = field(default_factory=list)
    vanished: list[Placed] = field(default_factory=list)
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class _Read:
    """A source after reading: known already, parsed, or failed."""

    item: Item
    known: DocumentRecord | None = None
    data: bytes = b""
    parsed: ParsedSource | None = None
    error: SourceError | None = None
    validators: Validators | None = None


class Known:
    """Finds the documents that came from the web by their origin, as they were at first asking."""

    def __init__(self, library: Library) -> None:
        """Look nothing up yet."""
        self._library = library

    @cached_property
    def _held(self) -> dict[str, DocumentRecord]:
        held = self._library.documents(internal=True)
        return {record.origin: record for record in held if record.url}

    def __call__(self, origin: str) -> DocumentRecord | None:
        """Return the document, None where there is none or it has to be read anew."""
        held = self._held.get(origin)
        if held is None:
            return None
        return self._library.known(held.source, held.origin, held.sha256)


def take_in(
    items: Iterable[Item],
    library: Library,
    parser: Parser,
    *,
    internal: bool = False,
    progress: Progress | None = None,
    known: Known | None = None,
) -> IngestReport:
    """Put every item into `library`; the next one is parsed while one is embedded."""
    report = IngestReport()
    begun = time.monotonic()
    shown = progress or Silent()
    with library.batch():
        for read in _ahead(items, library, parser, known or Known(library)):
            inside = internal or read.item.internal
            if read.error is not None:
                failed = Failure(read.item.source, read.error.reason, read.error.message)
                report.failed.append(failed)
            elif read.known is not None:
                _keep(read, read.known, library, report, internal=inside)
            elif read.parsed is not None:
                _put(read, read.parsed, library, report, internal=inside, progress=shown)
            shown.finished(read.item.source)
    report.seconds = time.monotonic() - begun
    return report


def _ahead(
    items: Iterable[Item], library: Library, parser: Parser, known: Known
) -> Iterator[_Read]:
    """Yield the items read, one step ahead of the consumer."""
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="parse") as pool:
        waiting: Future[_Read] | None = None
        for item in items:
            following = pool.submit(_read, item, library, parser, known)
            if waiting is not None:
                yield waiting.result()
            waiting = following
        if waiting is not None:
            yield waiting.result()


def _read(item: Item, library: Library, parser: Parser, known: Known) -> _Read:
    try:
        if item.visit is None:
            return _taken(item, item.load(), None, library, parser)
        old = known(item.origin)
        page = item.visit(old.validators if old else ("", ""))
        if page is not None:
            return _taken(item, page.data, page.validators, library, parser)
    except SourceError as error:
        return _Read(item, error=error)
    if old is None:  # removed since it was asked for
        return _Read(item, error=SourceError(Reason.CHANGED))
    return _Read(item, known=old)


def _taken(
    item: Item, data: bytes, validators: Validators | None, library: Library, parser: Parser
) -> _Read:
    digest = hashlib.sha256(data).hexdigest()
    known = library.known(item.source, item.origin, digest)
    if known is not None:
        return _Read(item, known=known, validators=validators)
    # Of an address only the path can end with the suffix of a format.
    name = urlsplit(item.url).path if item.url else item.source
    return _Read(item, data=data, parsed=parser.parse(data, name), validators=validators)


def _keep(
    read: _Read, known: DocumentRecord, library: Library, report: IngestReport, *, internal: bool
) -> None:
    found = renewed(known, read.item.origin, read.item.places, read.validators)
    if found != known:
        library.renew(found)
    if internal and known.visibility is Visibility.PUBLIC:
        report.documents.append(library.correct(known.document_id, {"visibility": "internal"}))
        report.updated += 1
    else:
        report.documents.append(found)
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
    document = parsed.document
    if read.item.facts:
        document = replace(
            document, metadata=corrected_metadata(document.metadata, read.item.facts)
        )
    entry = Entry(
        source=read.item.source,
        origin=read.item.origin,
        sha256=parsed.sha256,
        document=document,
        chunks=parsed.chunks,
        original=read.data,
        media_type=media_type(read.data),
        internal=internal,
        url=read.item.url,
        places=read.item.places,
        validators=read.validators or ("", ""),
    )
    record, change = library.put(entry, progress.advanced)
    report.documents.append(record)
    if change is Change.ADDED:
        report.added += 1
    else:
        report.updated += 1
