"""Frames and records on the pipe between `ingest.sandbox` and its worker process.

A frame is its length (8 bytes, big endian) and that many bytes. A good answer is two frames: the
maps as JSON and the document text as UTF-8; a failed one has an empty second frame. The worker has
touched untrusted files and is not trusted: every offset is checked when records are rebuilt, and
nothing on the pipe can run code.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from ingest.document import Chunk, Document, Heading, Metadata, PageSpan, PageUnit
from ingest.errors import SENTENCES, Reason, SourceError

LENGTH_BYTES = 8
_DETAIL_CHARS = 500
_ERROR_BYTES = 4096  # a failed answer is shorter
_METADATA = ("title", "date", "organisation", "type", "region", "language")


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
        "parser": document.parser,
        "unit": document.unit,
        "page_count": document.page_count,
        "pages": [[page.number, page.start, page.end] for page in document.pages],
        "headings": [[head.level, head.start, head.end] for head in document.headings],
        "warnings": document.warnings,
        "chunks": [[c.start, c.end, c.page, c.section, c.sentences] for c in chunks],
    }
    return _json(maps), document.text.encode("utf-8")


def encode_error(error: SourceError, *, spent: bool = False) -> tuple[bytes, bytes]:
    """Return the two frames of a failed answer; `spent` asks for a fresh worker afterwards."""
    detail = error.message.removeprefix(SENTENCES[error.reason]).strip()[:_DETAIL_CHARS]
    return _json({"reason": error.reason, "detail": detail, "spent": spent}), b""


def decode(maps: bytes, text: bytes) -> tuple[Document, tuple[Chunk, ...]]:
    """Rebuild the records of an answer.

    Raises:
        SourceError: The worker says why the file could not be read.
        WireError: The frames are not an answer or their offsets do not fit the text.
    """
    try:
        answer = json.loads(maps)
        if "reason" in answer:
            raise SourceError(Reason(answer["reason"]), _text(answer["detail"]))
        return _records(answer, text.decode("utf-8"))
    except (ValueError, TypeError, KeyError, RecursionError) as exc:
        raise WireError(f"{type(exc).__name__}: {exc}") from exc


def is_spent(maps: bytes) -> bool:
    """Tell whether an answer asks for a fresh worker."""
    return len(maps) <= _ERROR_BYTES and b'"spent":true' in maps


def _records(answer: dict[str, Any], text: str) -> tuple[Document, tuple[Chunk, ...]]:
    size = len(text)
    unit = answer["unit"]
    values = [None if value is None else _text(value) for value in answer["metadata"]]
    pages = tuple(PageSpan(_count(n), *_span(s, e, size)) for n, s, e in answer["pages"])
    headings = tuple(Heading(_count(n), *_span(s, e, size)) for n, s, e in answer["headings"])
    _check_order([page.start for page in pages])
    _check_order([heading.start for heading in headings])
    document = Document(
        text=text,
        metadata=Metadata(**dict(zip(_METADATA, values, strict=True))),
        parser=_text(answer["parser"]),
        unit=None if unit is None else PageUnit(unit),
        page_count=None if answer["page_count"] is None else _count(answer["page_count"]),
        pages=pages,
        headings=headings,
        warnings=tuple(_text(warning) for warning in answer["warnings"]),
    )
    chunks = tuple(_chunk(text, i, row) for i, row in enumerate(answer["chunks"]))
    _check_order([chunk.start for chunk in chunks])
    return document, chunks


def _chunk(text: str, ordinal: int, row: Sequence[Any]) -> Chunk:
    first, last, page, section, inside = row
    start, end = _span(first, last, len(text))
    if start == end:
        raise WireError(f"chunk {ordinal} is empty")
    sentences = tuple(_span(s, e, end, start) for s, e in inside)
    number = None if page is None else _count(page)
    return Chunk(ordinal, start, end, text[start:end], number, _text(section), sentences)


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
