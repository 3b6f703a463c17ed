"""Every error as a problem document (RFC 9457) with a German sentence. No trace, no path."""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.exceptions import HTTPException

from assistant.errors import (
    AssistantError,
    FeedbackUnavailable,
    KeysUnavailable,
    KeyUnknown,
    NotAllowed,
    QuestionInvalid,
    ScopeMissing,
)
from assistant.web.caller import own_path, root_of
from assistant.web.openapi import allowed_methods
from assistant.web.pages import render_message
from assistant.web.wants import wants
from ingest.errors import IngestError, Reason, SourceError
from retrieval.errors import CorrectionInvalid, DocumentUnknown, RetrievalError

MEDIA_TYPE = "application/problem+json"
_TYPES = "/problems/"

_log = logging.getLogger("kgc")

_TITLES = {
    400: "Anfrage nicht lesbar",
    401: "Schlüssel fehlt oder gilt nicht",
    403: "Nicht erlaubt",
    404: "Nicht gefunden",
    405: "Methode nicht erlaubt",
    408: "Anfrage zu langsam",
    413: "Anfrage zu groß",
    415: "Format nicht unterstützt",
    421: "Falscher Server",
    422: "Angaben nicht gültig",
    429: "Zu viele Anfragen",
    500: "Unerwarteter Fehler",
    503: "Noch nicht bereit",
}
_DETAILS = {
    400: "Der Inhalt der Anfrage lässt sich nicht lesen.",
    404: "Diese Adresse gibt es nicht.",
    405: "Diese Methode gibt es an dieser Adresse nicht.",
    500: "Es ist ein unerwarteter Fehler aufgetreten. Bitte später noch einmal versuchen.",
}
# Of requests that were not read to their end.
_UNREAD = {408: "too_slow", 413: "too_large"}
# Our errors by the class that decides the status; the first that fits wins.
_STATUS: tuple[tuple[type[Exception], int, str], ...] = (
    (DocumentUnknown, 404, "document_unknown"),
    (QuestionInvalid, 422, "question_invalid"),
    (CorrectionInvalid, 422, "correction_invalid"),
    (NotAllowed, 401, "not_allowed"),
    (ScopeMissing, 403, "scope_missing"),
    (KeyUnknown, 404, "key_unknown"),
    (KeysUnavailable, 503, "unavailable"),
    (RetrievalError, 503, "unavailable"),
    (IngestError, 422, "source_failed"),
    (FeedbackUnavailable, 503, "unavailable"),
    (AssistantError, 422, "refused"),
)


def declared(code: int) -> dict[str, Any]:
    """Return how a problem of this status is declared in the OpenAPI document."""
    return {
        "description": _TITLES[code],
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def declared_page(code: int) -> dict[str, Any]:
    """Return how an error is declared that comes as a page to whom reads pages."""
    made = declared(code)
    return {**made, "content": {**made["content"], "text/html": {"schema": {"type": "string"}}}}


DECLARED: dict[int | str, dict[str, Any]] = {
    code: declared(code) for code in (400, 401, 403, 404, 405, 408, 413, 422, 429, 500, 503)
}


def problem(
    status: int,
    detail: str = "",
    kind: str = "",
    *,
    more: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Build a problem document; `more` adds members, `kind` names the type."""
    title = _TITLES.get(status, "Fehler")
    body = {
        "type": f"{_TYPES}{kind}" if kind else "about:blank",
        "title": title,
        "status": status,
        "detail": detail or _DETAILS.get(status, title),
        **(more or {}),
    }
    return JSONResponse(body, status, dict(headers or {}), MEDIA_TYPE)


def of(error: Exception) -> Response:
    """Return the problem document of one of our errors."""
    for cls, status, kind in _STATUS:
        if isinstance(error, cls):
            message = str(getattr(error, "message", ""))
            if isinstance(error, SourceError):
                return of_source(error.reason, message)
            headers = {"WWW-Authenticate": "Bearer"} if cls is NotAllowed else None
            return problem(status, message, kind, headers=headers)
    note(error)
    return problem(500)


def of_source(reason: Reason, message: str, more: Mapping[str, object] | None = None) -> Response:
    """Return the problem document of a source that could not be read."""
    status = 413 if reason is Reason.TOO_LARGE else 422
    return problem(status, message, "source_failed", more={"reason": reason.value, **(more or {})})


def note(error: Exception) -> None:
    """Log an unexpected error: its class and place, never its message, which may quote people."""
    place = traceback.extract_tb(error.__traceback__)[-1:]
    where = ", ".join(f"{Path(f.filename).name}:{f.lineno} in {f.name}" for f in place)
    _log.error("unexpected %s at %s", type(error).__name__, where or "unknown place")


def install(app: FastAPI) -> None:
    """Make every error of `app` a problem document."""

    async def ours(request: Request, error: Exception) -> Response:
        found = of(error)
        if isinstance(error, DocumentUnknown) and _reads_pages(request):
            return HTMLResponse(render_message(_TITLES[404], error.message, root_of(request)), 404)
        return found

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if kind := _UNREAD.get(error.status_code):
            return refused(request, error.status_code, error.detail, kind, error.headers)
        return _of_http(error, request)

    async def invalid(_: Request, error: Exception) -> Response:
        found = error.errors() if isinstance(error, RequestValidationError) else []
        if any(entry["type"] == "json_invalid" for entry in found):
            return problem(400, "Der Inhalt der Anfrage ist kein gültiges JSON.", "invalid_json")
        return problem(422, sentence(found), "invalid_request")

    for cls in (AssistantError, RetrievalError, IngestError):
        app.add_exception_handler(cls, ours)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, invalid)


def _of_http(error: HTTPException, request: Request) -> Response:
    if error.status_code == 405:  # noqa: PLR2004  # RFC 9110: method not allowed
        allowed = allowed_methods(request.app.openapi()["paths"], own_path(request.scope))
        return problem(405, headers={"Allow": allowed or "GET, HEAD"})
    return problem(error.status_code, headers=error.headers)


def _reads_pages(request: Request) -> bool:
    """Tell whether a person's browser asked for a page, as by an old link to a document."""
    accept = request.headers.get("accept", "")
    path = own_path(request.scope)
    return (path == "/" or path.startswith("/documents/")) and wants(accept, "text/html")


def refused(
    request: Request, status: int, detail: str, kind: str, headers: Mapping[str, str] | None = None
) -> Response:
    """Refuse a request before it is read: a page for who sent the form of one, else a problem."""
    if not _reads_pages(request):
        return problem(status, detail, kind, headers=headers)
    page = render_message(_TITLES.get(status, "Fehler"), detail, root_of(request))
    return HTMLResponse(page, status, dict(headers or {}))


def sentence(errors: list[dict[str, Any]] | Any) -> str:  # noqa: ANN401  # pydantic's own type
    """Say in German what is wrong with a request; the first part of each place is left out."""
    parts = []
    for entry in errors:
        named = [str(part) for part in entry.get("loc", ())[1:] if not _INNER.match(str(part))]
        place = ".".join(named) or "Anfrage"
        limits = entry.get("ctx", {})
        bound = limits.get("max_length") or limits.get("le") or limits.get("ge")
        told = f"„{place}“ {_REASONS.get(entry['type'], 'ist nicht gültig')}" + (
            f" (Grenze {bound})" if bound is not None else ""
        )
        if told not in parts:  # of several forms that a value may have, each complains
            parts.append(told)
    return "; ".join(parts) + "." if parts else "Die Angaben sind nicht gültig."


_INNER = re.compile(r"\[key\]|literal\[")
_REASONS = {
    "missing": "fehlt",
    "string_too_long": "ist zu lang",
    "string_too_short": "ist leer",
    "too_long": "hat zu viele Einträge",
    "too_short": "hat zu wenige Einträge",
    "string_type": "muss Text sein",
    "int_parsing": "muss eine ganze Zahl sein",
    "int_type": "muss eine ganze Zahl sein",
    "int_from_float": "muss eine ganze Zahl sein",
    "dict_type": "muss ein Objekt sein",
    "less_than_equal": "ist zu groß",
    "greater_than_equal": "ist zu klein",
    "extra_forbidden": "ist nicht bekannt",
    "literal_error": "ist nicht bekannt",
    "enum": "ist nicht bekannt",
}
