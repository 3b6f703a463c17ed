"""The documents: list, read, upload, correct, erase; the reading view and the original."""

from __future__ import annotations

import codecs
import unicodedata
from pathlib import PurePosixPath
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response

from assistant.web import schema
from assistant.web.access import Access, reader
from assistant.web.caller import root_of, rooted
from assistant.web.chat import service_of
from assistant.web.pages import render_document
from assistant.web.problems import declared_page
from assistant.web.view import document_view
from ingest.media import DOCX, PDF, PICTURES, PPTX, TEXT

LONGEST_FILE_NAME = 150
ORIGINALS = (PDF, DOCX, PPTX, TEXT, *sorted(set(PICTURES.values())))
"""What originals are handed out as."""

router = APIRouter()


@router.get("/v1/documents", response_model=schema.Documents, summary="Dokumente auflisten")
def list_documents(request: Request, granted: Annotated[Access, Depends(reader)]) -> dict[str, Any]:
    """List what is indexed."""
    found = service_of(request).documents(internal=granted.internal)
    return {"documents": rooted(found, root_of(request)), "total": len(found)}


@router.get(
    "/v1/documents/{document_id}",
    response_model=schema.DocumentText,
    summary="Ein Dokument mit seinem Text",
)
def read_document(
    document_id: str, request: Request, granted: Annotated[Access, Depends(reader)]
) -> dict[str, Any]:
    """Return one document with its text and the spans of its pages."""
    found = service_of(request).document(document_id, internal=granted.internal)
    return dict(rooted(found, root_of(request)))


@router.get(
    "/documents/{document_id}",
    response_class=HTMLResponse,
    responses={404: declared_page(404)},
    summary="Leseansicht",
)
def reading_view(
    document_id: str,
    request: Request,
    granted: Annotated[Access, Depends(reader)],
    start: Annotated[str, Query(max_length=20)] = "",
    end: Annotated[str, Query(max_length=20)] = "",
    display: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:
    """Show a document with the cited passage highlighted; ``display=repaired`` corrects it."""
    library = service_of(request).library
    record = library.document(document_id, internal=granted.internal)
    text = library.text(document_id, internal=granted.internal)
    highlight = (int(start), int(end)) if _is_offset(start) and _is_offset(end) else None
    view = document_view(
        record,
        text,
        highlight,
        shows_repairs=display == "repaired",
        twins=library.twins(document_id, internal=granted.internal),
    )
    return HTMLResponse(render_document(view, root_of(request)))


@router.get(
    "/documents/{document_id}/original",
    response_class=Response,
    responses={200: {"content": {kind: {} for kind in ORIGINALS}}},
    summary="Die Originaldatei",
)
def original(
    document_id: str, request: Request, granted: Annotated[Access, Depends(reader)]
) -> Response:
    """Hand out the file as it came; web pages and text as plain text."""
    library = service_of(request).library
    record = library.document(document_id, internal=granted.internal)
    data = library.original(document_id, internal=granted.internal)
    shown = record.media_type in (PDF, TEXT)
    kind = _text_type(data) if record.media_type == TEXT else record.media_type
    headers = {
        "Content-Disposition": _disposition(record.source, inline=shown),
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    }
    if kind == PDF:
        # A sandboxed PDF viewer shows nothing in Chromium; the viewer runs no script of the page.
        headers["Content-Security-Policy"] = "default-src 'none'; object-src 'self'"
    return Response(data, headers=headers, media_type=kind)


def _is_offset(value: str) -> bool:
    return value.isascii() and value.isdigit()


def _disposition(source: str, *, inline: bool) -> str:
    """Return the header (RFC 6266): the name in ASCII for old clients, and as it is."""
    name = PurePosixPath(source).name[-LONGEST_FILE_NAME:]
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = "".join(c if c.isalnum() or c in "._- " else "_" for c in plain) or "original"
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _text_type(data: bytes) -> str:
    """Return the media type of a text with the character set that shows it right."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "text/plain; charset=utf-16"
    try:
        data.decode()
    except UnicodeDecodeError:
        return "text/plain; charset=windows-1252"
    return "text/plain; charset=utf-8"
