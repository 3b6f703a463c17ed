"""Changing the documents: upload, fetch, correct, erase, and what came from where."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from assistant.files import LONGEST_SOURCE, source_name
from assistant.survey import Item, Survey
from assistant.web import schema
from assistant.web.access import Access, insider, writer
from assistant.web.caller import root_of, rooted
from assistant.web.chat import service_of
from assistant.web.limits import SMALL_BODY
from assistant.web.problems import of_source
from assistant.web.sources import Fetching, Given, PlacedDocuments, Places
from ingest.errors import Reason, SourceError
from retrieval.corrections import check

JSON = "application/json"
# An upload needs its file; the one function that serves both forms cannot say so.
_BODIES = {
    "multipart/form-data": {"schema": {"required": ["file"]}},
    "application/json": {"schema": Fetching.model_json_schema()},
}

router = APIRouter()


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
    summary="Ein Dokument hochladen oder eine Adresse abrufen",
    openapi_extra={"requestBody": {"content": _BODIES}},
)
def take_in(
    request: Request,
    wanted: Annotated[Fetching | None, Depends(fetching)],
    about: Annotated[Described, Depends(described)],
    granted: Annotated[Access, Depends(writer)],
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Take in one file, or what is at an address; what is known and unchanged stays as it is."""
    if wanted is not None:
        return _fetched(request, wanted, granted)
    if file is None:
        raise RequestValidationError([{"type": "missing", "loc": ("body", "file")}])
    name = source_name(about.source or (file.filename or "").replace("\\", "/"))
    if not name:
        raise SourceError(Reason.NOT_FOUND, "Der Dateiname fehlt.")
    load = partial(_read, file, request.app.state.max_upload_bytes)
    given = about.given
    item = Item(name, about.origin or name, load, places=tuple(given.places), facts=given.facts)
    _guard(request, granted, name, item.origin, internal=about.internal)
    return _answer(request, service_of(request).take_in([item], internal=about.internal))


def _guard(request: Request, granted: Access, source: str, origin: str, *, internal: bool) -> None:
    """Keep a key that sees public documents only away from internal ones.

    Raises:
        ScopeMissing: It would make one, or put something in the place of one.
    """
    if granted.internal:
        return
    shown = {record.document_id for record in service_of(request).library.documents(internal=False)}
    held = service_of(request).library.documents(internal=True)
    hidden = (record for record in held if record.document_id not in shown)
    if internal or any(source == record.source or origin == record.origin for record in hidden):
        insider(granted)


def _fetched(request: Request, wanted: Fetching, granted: Access) -> Response:
    """Fetch an address; the answer also says what was seen there (see `assistant.client`)."""
    check(wanted.facts)
    # A whole site may hold places of internal documents, and pruning removes what is not there.
    if wanted.sitemap or wanted.prune or wanted.internal:
        insider(granted)
    _guard(request, granted, wanted.url, wanted.url, internal=wanted.internal)
    survey = Survey()
    report = service_of(request).take_in(
        [wanted.wanted()], internal=wanted.internal, survey=survey, prune=wanted.prune
    )
    return _answer(request, report | {"seen": survey.as_json()})


def _answer(request: Request, report: dict[str, Any]) -> Response:
    """Return a report, or a problem document where nothing at all could be taken in."""
    if report["failed"] and not report["documents"]:
        failed = report["failed"][0]
        kept = ("failed", "vanished", "removed", "seen")
        more = {"source": failed["source"], **{k: report[k] for k in kept if k in report}}
        return of_source(Reason(failed["reason"]), failed["message"], more)
    return JSONResponse(rooted(report, root_of(request)), 201 if report["added"] else 200)


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
    summary="Welche Dokumente an welchen Orten gefunden wurden",
)
def placed(
    body: Places, request: Request, granted: Annotated[Access, Depends(writer)]
) -> dict[str, Any]:
    """List the documents that were found at places, for telling what is no longer there."""
    service = service_of(request)
    shown = {record.document_id for record in service.library.documents(internal=granted.internal)}
    found = service.placed(body.places)
    return {"documents": [one for one in found if one["document_id"] in shown]}


@router.patch(
    "/v1/documents/{document_id}",
    response_model=schema.Document,
    summary="Angaben zu einem Dokument berichtigen",
)
def correct(
    document_id: str,
    body: schema.Correction,
    request: Request,
    granted: Annotated[Access, Depends(writer)],
) -> dict[str, Any]:
    """Correct facts or visibility; corrections survive a re-ingest."""
    values = {name: value for name, value in body.model_dump().items() if value is not None}
    service_of(request).library.document(document_id, internal=granted.internal)
    return dict(rooted(service_of(request).correct(document_id, values), root_of(request)))


@router.delete(
    "/v1/documents/{document_id}",
    response_model=schema.Document,
    summary="Ein Dokument löschen",
)
def remove(
    document_id: str, request: Request, granted: Annotated[Access, Depends(writer)]
) -> dict[str, Any]:
    """Erase text, vectors and original; returns what the document was."""
    service_of(request).library.document(document_id, internal=granted.internal)
    return dict(rooted(service_of(request).remove(document_id), root_of(request)))
