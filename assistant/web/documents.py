"""The documents: list, read, upload, correct, erase; the reading view and the original."""

from __future__ import annotations

import codecs
import unicodedata
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, File, Form, Query, Request, UploadFile
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from assistant.files import LONGEST_SOURCE, source_name
from assistant.survey import Item, Survey
from assistant.web import schema
from assistant.web.access import Access, access, writer
from assistant.web.chat import service_of
from assistant.web.limits import SMALL_BODY
from assistant.web.pages import render_document
from assistant.web.problems import of_source
from assistant.web.sources import Fetching, Given, PlacedDocuments, Places
from assistant.web.view import document_view
from ingest.errors import Reason, SourceError
from ingest.media import PDF, TEXT
from retrieval.corrections import check

LONGEST_FILE_NAME = 150
JSON = "application/json"

router = APIRouter()


@router.get("/v1/documents", response_model=schema.Documents, summary="Dokumente auflisten")
def list_documents(request: Request, granted: Annotated[Access, Depends(access)]) -> dict[str, Any]:
    """List what is indexed."""
    found = service_of(request).documents(internal=granted.internal)
    return {"documents": found, "total": len(found)}


@router.get(
    "/v1/documents/{document_id}",
    response_model=schema.DocumentText,
    summary="Ein Dokument mit seinem Text",
)
def read_document(
    document_id: str, request: Request, granted: Annotated[Access, Depends(access)]
) -> dict[str, Any]:
    """Return one document with its text and the spans of its pages."""
    return service_of(request).document(document_id, internal=granted.internal)


async def fetching(request: Request) -> Fetching | None:
    """Read the body of a request that names an address, None for an upload.

    Raises:
        RequestValidationError: It is no valid JSON or names something unknown.
    """
    named = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if named != JSON:
        return None
    body = await request.body()
    if len(body) > SMALL_BODY:
        raise HTTPException(413, f"Die Anfrage ist größer als {SMALL_BODY // 1_000} kB.")
    try:
        return Fetching.model_validate_json(body)
    except ValidationError as exc:
        raise _invalid(exc) from exc


@dataclass(frozen=True, slots=True)
class Described:
    """What a request says about an uploaded file."""

    source: str
    origin: str
    internal: bool
    given: Given


def described(
    source: Annotated[str, Form(max_length=LONGEST_SOURCE)] = "",
    origin: Annotated[str, Form(max_length=100)] = "",
    internal: Annotated[bool, Form()] = False,
    given: Annotated[str, Form(max_length=SMALL_BODY)] = "{}",
) -> Described:
    """Read the fields beside an uploaded file; `given` is what a list says about it, as JSON.

    Raises:
        RequestValidationError: `given` is no valid JSON or names something unknown.
        CorrectionInvalid: A fact makes no sense.
    """
    try:
        listed = Given.model_validate_json(given or "{}")
    except ValidationError as exc:
        raise _invalid(exc) from exc
    check(listed.facts)
    return Described(source, origin, internal, listed)


@router.post(
    "/v1/documents",
    response_model=schema.IngestReport,
    dependencies=[Depends(writer)],
    summary="Ein Dokument hochladen oder eine Adresse abrufen",
    openapi_extra={"requestBody": {"content": {JSON: {"schema": Fetching.model_json_schema()}}}},
)
def take_in(
    request: Request,
    wanted: Annotated[Fetching | None, Depends(fetching)],
    about: Annotated[Described, Depends(described)],
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Take in one file, or what is at an address; what is known and unchanged stays as it is."""
    if wanted is not None:
        return _fetched(request, wanted)
    if file is None:
        raise RequestValidationError([{"type": "missing", "loc": ("body", "file")}])
    name = source_name(about.source or (file.filename or "").replace("\\", "/"))
    if not name:
        raise SourceError(Reason.NOT_FOUND, "Der Dateiname fehlt.")
    load = partial(_read, file, request.app.state.max_upload_bytes)
    given = about.given
    item = Item(name, about.origin or name, load, places=tuple(given.places), facts=given.facts)
    return _answer(service_of(request).take_in([item], internal=about.internal))


def _fetched(request: Request, wanted: Fetching) -> Response:
    """Fetch an address; the answer also says what was seen there (see `assistant.client`)."""
    check(wanted.facts)
    survey = Survey()
    report = service_of(request).take_in(
        [wanted.wanted()], internal=wanted.internal, survey=survey, prune=wanted.prune
    )
    return _answer(report | {"seen": survey.as_json()})


def _answer(report: dict[str, Any]) -> Response:
    """Return a report, or a problem document where nothing at all could be taken in."""
    if report["failed"] and not report["documents"]:
        failed = report["failed"][0]
        kept = ("failed", "vanished", "removed", "seen")
        more = {"source": failed["source"], **{k: report[k] for k in kept if k in report}}
        return of_source(Reason(failed["reason"]), failed["message"], more)
    return JSONResponse(report, 201 if report["added"] else 200)


def _read(file: UploadFile, limit: int) -> bytes:
    data = file.file.read(limit + 1)
    if len(data) > limit:
        detail = f"Erlaubt sind {limit // 1_000_000} MB (KGC_MAX_UPLOAD)."
        raise SourceError(Reason.TOO_LARGE, detail)
    return data


def _invalid(error: ValidationError) -> RequestValidationError:
    """Return pydantic's complaints as those of the request's body, without what was sent."""
    found = error.errors(include_url=False, include_input=False)
    return RequestValidationError([{**entry, "loc": ("body", *entry["loc"])} for entry in found])


@router.post(
    "/v1/documents/places",
    response_model=PlacedDocuments,
    dependencies=[Depends(writer)],
    summary="Welche Dokumente an welchen Orten gefunden wurden",
)
def placed(body: Places, request: Request) -> dict[str, Any]:
    """List the documents that were found at places, for telling what is no longer there."""
    return {"documents": service_of(request).placed(body.places)}


@router.patch(
    "/v1/documents/{document_id}",
    response_model=schema.Document,
    dependencies=[Depends(writer)],
    summary="Angaben zu einem Dokument berichtigen",
)
def correct(document_id: str, body: schema.Correction, request: Request) -> dict[str, Any]:
    """Correct facts or visibility; corrections survive a re-ingest."""
    values = {name: value for name, value in body.model_dump().items() if value is not None}
    return service_of(request).correct(document_id, values)


@router.delete(
    "/v1/documents/{document_id}",
    response_model=schema.Document,
    dependencies=[Depends(writer)],
    summary="Ein Dokument löschen",
)
def remove(document_id: str, request: Request) -> dict[str, Any]:
    """Erase text, vectors and original; returns what the document was."""
    return service_of(request).remove(document_id)


@router.get("/documents/{document_id}", response_class=HTMLResponse, summary="Leseansicht")
def reading_view(
    document_id: str,
    request: Request,
    granted: Annotated[Access, Depends(access)],
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
    return HTMLResponse(render_document(view))


@router.get(
    "/documents/{document_id}/original",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}},
    summary="Die Originaldatei",
)
def original(
    document_id: str, request: Request, granted: Annotated[Access, Depends(access)]
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
