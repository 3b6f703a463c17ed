"""Which pages of a file were recognised, which were not and why: the report in German. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from ingest.document import Document
from ingest.errors import SENTENCES, Reason, SourceError
from ingest.page.sheets import named
from ingest.scan.pictures import STAMP_LETTERS

MAX_PAGES = 300
_TIMEOUTS = 2  # pages in a row, then the rest is given up
_EMPTIES = 15  # pages in a row on which there is nothing to read, likewise
_EMPTY_SECONDS = 15.0  # spent on such pages in a row, likewise


@dataclass(frozen=True, slots=True)
class Budget:
    """What the recognition of one file may cost.

    A page may take `page_seconds`, a page after one that took too long a third of that. All
    together may take `base_seconds` and `mean_seconds` for each page.
    """

    page_seconds: float = 12.0
    base_seconds: float = 60.0
    mean_seconds: float = 6.0
    pages: int = MAX_PAGES

    def seconds_for(self, pages: int) -> float:
        """Return the time for a file with so many pages to be recognised."""
        return self.base_seconds + self.mean_seconds * min(pages, self.pages)


@dataclass(frozen=True, slots=True)
class Recognition:
    """What became of the pages that were to be recognised.

    `pages` are the recognised pages as the worker returned them, `read` their numbers, `failed`
    pairs of a number and why, `given_up` the numbers of the pages that were not tried, because
    of `limit`, `empty` the numbers of those on which there is nothing to read.
    """

    pages: tuple[bytes, ...] = ()
    read: tuple[int, ...] = ()
    failed: tuple[tuple[int, str], ...] = ()
    given_up: tuple[int, ...] = ()
    limit: str = ""
    empty: tuple[int, ...] = ()

    def remarks(self, engine: str) -> Iterator[str]:
        """Yield sentences for the report; `engine` is the program and its version."""
        if self.read:
            yield f"Texterkennung mit {engine}: {named(self.read)}."
        if self.empty:
            yield f"Kein Text zu erkennen: {named(self.empty)}."
        for number, why in self.failed:
            yield f"Seite {number} ließ sich nicht erkennen: {why}"
        if self.given_up:
            yield f"Nicht erkannt: {named(self.given_up)} ({self.limit})."


@dataclass(slots=True)
class _Course:
    """The recognition of one file as it goes on."""

    pages: list[bytes] = field(default_factory=list)
    read: list[int] = field(default_factory=list)
    failed: list[tuple[int, str]] = field(default_factory=list)
    late: int = 0
    empty: list[int] = field(default_factory=list)
    blanks: int = 0
    wasted: float = 0.0

    def note(self, number: int, page: bytes, seconds: float) -> None:
        """Keep a page, or its number if there is nothing on it."""
        self.late = 0
        self.blanks = 0 if page else self.blanks + 1
        self.wasted = 0.0 if page else self.wasted + seconds
        if page:
            self.pages.append(page)
        (self.read if page else self.empty).append(number)

    def fail(self, number: int, error: SourceError) -> None:
        """Keep why a page could not be recognised."""
        self.failed.append((number, _why(error)))
        self.late = self.late + 1 if error.reason is Reason.TIMEOUT else 0


def recognise_pages(
    numbers: Sequence[int],
    recognise: Callable[[int, float], bytes],
    budget: Budget,
    clock: Callable[[], float],
) -> Recognition:
    """Recognise pages one after the other; a page that fails costs none of the others.

    Args:
        numbers: The pages.
        recognise: Takes a page's number and seconds, returns the page (nothing where nothing is
            to be read) or raises `SourceError`.
        budget: What it may cost.
        clock: Seconds from any moment on, growing.
    """
    course = _Course()
    end = clock() + budget.seconds_for(len(numbers))
    for index, number in enumerate(numbers):
        limit = _limit(index, course, budget, end - clock())
        if limit:
            return _outcome(course, tuple(numbers[index:]), limit)
        seconds = budget.page_seconds / 3 if course.late else budget.page_seconds
        try:
            begun = clock()
            page = recognise(number, seconds)
            course.note(number, page, clock() - begun)
        except SourceError as error:
            course.fail(number, error)
    return _outcome(course)


def _limit(done: int, course: _Course, budget: Budget, left: float) -> str:
    """Return why no further page is tried, empty where one is."""
    if done >= budget.pages:
        return f"höchstens {budget.pages} Seiten je Datei werden erkannt"
    if course.late >= _TIMEOUTS:
        return "mehrere Seiten nacheinander haben zu lange gedauert"
    if course.blanks >= _EMPTIES or course.wasted >= _EMPTY_SECONDS:
        return "auf vielen Seiten nacheinander war nichts zu lesen"
    return "" if left > 0 else "die Zeit für diese Datei ist verbraucht"


def _outcome(course: _Course, given_up: tuple[int, ...] = (), limit: str = "") -> Recognition:
    return Recognition(
        tuple(course.pages),
        tuple(course.read),
        tuple(course.failed),
        given_up,
        limit,
        tuple(course.empty),
    )


def _why(error: SourceError) -> str:
    if error.reason is Reason.TIMEOUT:
        return "Das dauerte zu lange."
    detail = error.message.removeprefix(SENTENCES[error.reason]).strip(" ()")
    return f"{detail[:1].upper()}{detail[1:]}." if detail else SENTENCES[error.reason]


def without_engine(document: Document, lacks: str, cure: str) -> Document:
    """Name the pages that nobody can read here.

    Pages with a text layer that was merely misread are not among them.
    """
    unread = _silent(document)
    if not unread:
        return replace(document, unread=())
    remark = f"Nur als Bild vorhanden und nicht durchsuchbar: {named(unread)}. {lacks}: {cure}"
    return replace(document, unread=unread, warnings=(*document.warnings, remark))


def with_report(document: Document, recognition: Recognition, engine: str) -> Document:
    """Write into a document what was recognised in it."""
    parser = f"{document.parser}, {engine}" if recognition.read else document.parser
    warnings = (*document.warnings, *recognition.remarks(engine))
    unread = tuple(n for n in _silent(document) if n not in recognition.empty)
    return replace(document, parser=parser, warnings=warnings, unread=unread)


def _silent(document: Document) -> tuple[int, ...]:
    """Return the unread pages that have no text layer worth the name."""
    letters = {
        page.number: sum(map(str.isalnum, document.text[page.start : page.end]))
        for page in document.pages
        if page.number in set(document.unread)
    }
    return tuple(n for n in document.unread if letters.get(n, 0) <= STAMP_LETTERS)
