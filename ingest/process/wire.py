"""Frames and records on the pipe between `ingest.process.sandbox` and its worker process.

A frame is its length (8 bytes, big endian) and that many bytes. A job is three frames: what to do
as JSON, the file, and pages that were recognised before as JSON. A good answer is two frames: the
maps as JSON and the document text as UTF-8, or an empty object and a recognised page; a failed one
has an empty second frame. The worker has touched untrusted files and is not trusted: every offset
is checked when records are rebuilt, recognised pages go unopened from one job to the next, and
nothing on the pipe can run code.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from ingest.document import (
    Chunk,
    Contact,
    Document,
    Heading,
    Metadata,
    PageSpan,
    PageUnit,
    Reference,
    Repair,
)
from ingest.errors import SENTENCES, Reason, SourceError
from ingest.page.furniture import Sheet
from ingest.page.segments import Segment

LENGTH_BYTES = 8
_DETAIL_CHARS = 500
_ERROR_BYTES = 4096  # a failed answer is shorter
_PAGE, _EMPTY_PAGE = b"{}", b'{"empty":true}'
_METADATA = ("title", "date", "organisation", "type", "region", "language", "state")
_LISTS = ("target_group", "setting", "keyword")
_CONTACT = ("name", "role", "organisation", "phone", "mail")


class WireError(ValueError):
    """An answer that no honest worker sends."""


def frame(payload: bytes) -> bytes:
    """Return the bytes that announce `payload`; they are sent before it."""
    return len(payload).to_bytes(LENGTH_BYTES, "big")


def encode(document: Document, chunks: Iterable[Chunk]) -> tuple[bytes, bytes]:
    """Return the two frames of a good answer.

    Raises:
        UnicodeEncodeError: The text holds a lone surrogate, which no file format can mean.
    """
    maps = {
        "metadata": [getattr(document.metadata, name) for name in _METADATA],
        "lists": [getattr(document.metadata, name) for name in _LISTS],
        "parser": document.parser,
        "unit": document.unit,
        "page_count": document.page_count,
        "pages": [[page.number, page.start, page.end] for page in document.pages],
        "headings": [[head.level, head.start, head.end] for head in document.headings],
        "warnings": document.warnings,
        "references": [[r.start, r.end, r.label] for r in document.references],
        "repairs": [[r.start, r.end, r.text] for r in document.repairs],
        "contacts": [
            [c.start, c.end, *(getattr(c, name) for name in _CONTACT)] for c in document.contacts
        ],
        "unread": document.unread,
        "chunks": [[c.start, c.end, c.page, c.section, c.sentences, c.reference] for c in chunks],
    }
    return _json(maps), document.text.encode("utf-8")


def encode_error(error: SourceError, *, spent: bool = False) -> tuple[bytes, bytes]:
    """Return the two frames of a failed answer; `spent` asks for a fresh worker afterwards."""
    detail = error.message.removeprefix(SENTENCES[error.reason]).strip()[:_DETAIL_CHARS]
    maps = {"reason": error.reason, "detail": detail, "spent": spent, "unread": error.unread}
    return _json(maps), b""


def encode_page(sheet: Sheet) -> tuple[bytes, bytes]:
    """Return the two frames of a recognised page."""
    segments = [[s.text, s.x0, s.x1, s.y, s.size, s.bold] for s in sheet.segments]
    maps = _PAGE if segments else _EMPTY_PAGE
    return maps, _json([sheet.number, sheet.width, sheet.height, segments])


def decode_page(maps: bytes, page: bytes) -> bytes:
    """Return a recognised page as `join_pages` takes it, nothing where nothing was recognised.

    What the page holds is not looked at.

    Raises:
        SourceError: The worker says why the page could not be recognised.
        WireError: The frames are not an answer.
    """
    if maps not in (_PAGE, _EMPTY_PAGE) or not page:
        decode(maps, page)
        raise WireError("a document instead of a page")
    return page if maps == _PAGE else b""


def join_pages(pages: Iterable[bytes]) -> bytes:
    """Return the third frame of a job."""
    return b"[" + b",".join(pages) + b"]"


def split_pages(frame: bytes) -> dict[int, Sheet]:
    """Return the pages that `join_pages` joined, by their numbers."""
    return {
        number: Sheet(number, width, height, tuple(Segment(*segment) for segment in segments))
        for number, width, height, segments in json.loads(frame)
    }


def decode(maps: bytes, text: bytes) -> tuple[Document, tuple[Chunk, ...]]:
    """Rebuild the records of an answer.

    Raises:
        SourceError: The worker says why the file could not be read.
        WireError: The frames are not an answer or their offsets do not fit the text.
    """
    try:
        answer = json.loads(maps)
        if "reason" in answer:
            unread = tuple(_count(number) for number in answer.get("unread", ()))
            raise SourceError(Reason(answer["reason"]), _text(answer["detail"]), unread)
        return _records(answer, text.decode("utf-8"))
    except (ValueError, TypeError, KeyError, RecursionError) as exc:
        raise WireError(f"{type(exc).__name__}: {exc}") from exc


def is_spent(maps: bytes) -> bool:
    """Tell whether an answer asks for a fresh worker."""
    return len(maps) <= _ERROR_BYTES and b'"spent":true' in maps


def _records(answer: dict[str, Any], text: str) -> tuple[Document, tuple[Chunk, ...]]:
    size = len(text)
    unit = answer["unit"]
    repairs = tuple(Repair(*_span(s, e, size), _text(t)) for s, e, t in answer["repairs"])
    references = tuple(Reference(*_span(s, e, size), _text(t)) for s, e, t in answer["references"])
    contacts = tuple(_contact(row, size) for row in answer["contacts"])
    pages = tuple(PageSpan(_count(n), *_span(s, e, size)) for n, s, e in answer["pages"])
    headings = tuple(Heading(_count(n), *_span(s, e, size)) for n, s, e in answer["headings"])
    for ordered in (pages, headings, repairs, references, contacts):
        _check_order([entry.start for entry in ordered])
    document = Document(
        text=text,
        metadata=_metadata(answer["metadata"], answer["lists"]),
        parser=_text(answer["parser"]),
        unit=None if unit is None else PageUnit(unit),
        page_count=None if answer["page_count"] is None else _count(answer["page_count"]),
        pages=pages,
        headings=headings,
        warnings=tuple(_text(warning) for warning in answer["warnings"]),
        references=references,
        repairs=repairs,
        contacts=contacts,
        unread=tuple(_count(number) for number in answer["unread"]),
    )
    chunks = tuple(_chunk(document, i, row) for i, row in enumerate(answer["chunks"]))
    _check_order([chunk.start for chunk in chunks])
    return document, chunks


def _metadata(values: Sequence[object], lists: Sequence[Sequence[object]]) -> Metadata:
    facts: dict[str, Any] = {
        name: None if value is None else _text(value)
        for name, value in zip(_METADATA, values, strict=True)
    }
    facts |= {name: tuple(map(_text, held)) for name, held in zip(_LISTS, lists, strict=True)}
    return Metadata(**facts)


def _contact(row: Sequence[Any], size: int) -> Contact:
    start, end, *facts = row
    name, role, organisation, phone, mail = (
        None if value is None else _text(value) for value in facts
    )
    return Contact(*_span(start, end, size), name, role, organisation, phone, mail)


def _chunk(document: Document, ordinal: int, row: Sequence[Any]) -> Chunk:
    text = document.text
    first, last, page, section, inside, reference = row
    start, end = _span(first, last, len(text))
    if start == end:
        raise WireError(f"chunk {ordinal} is empty")
    sentences = tuple(_span(s, e, end, start) for s, e in inside)
    number = None if page is None else _count(page)
    return Chunk(
        ordinal,
        start,
        end,
        text[start:end],
        number,
        _text(section),
        sentences,
        _text(reference),
        document.repairs_between(start, end),
    )


def _span(start: object, end: object, limit: int, least: int = 0) -> tuple[int, int]:
    first, last = _count(start), _count(end)
    if not least <= first <= last <= limit:
        raise WireError(f"span {first}..{last} is not inside {least}..{limit}")
    return first, last


def _count(value: object) -> int:
    if type(value) is not int or value < 0:
        raise WireError(f"{value!r:.40} is not a count")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise WireError(f"{value!r:.40} is not a text")
    value.encode("utf-8")  # a lone surrogate can be written in JSON but nowhere else
    return value


def _check_order(starts: Sequence[int]) -> None:
    if any(later < earlier for earlier, later in pairwise(starts)):
        raise WireError("offsets are not in order")


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
