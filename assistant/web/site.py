"""The start page with the chat, its files and the state of the server."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse

from assistant.backend import Asked
from assistant.errors import QuestionInvalid
from assistant.question import LONGEST
from assistant.web import schema
from assistant.web.access import Access, access
from assistant.web.chat import service_of
from assistant.web.home import holdings, measured
from assistant.web.pages import Told, render_chat
from assistant.web.suggestions import first_questions
from assistant.widget import WidgetOptions

router = APIRouter()


@router.get("/", response_class=HTMLResponse, summary="Die Startseite mit dem Chat")
def chat_page(
    request: Request,
    granted: Annotated[Access, Depends(access)],
    frage: Annotated[str, Query()] = "",
) -> HTMLResponse:
    """Show the start page; with ``frage`` it answers without JavaScript."""
    service = service_of(request)
    options: WidgetOptions = request.app.state.widget
    records = service.library.documents(internal=False)
    answer = None
    if frage.strip():
        try:
            answer = service.ask(Asked(frage[:LONGEST]), internal=granted.internal)
        except QuestionInvalid:
            answer = None
    page = render_chat(
        suggestions=options.suggestions or first_questions(records, service.library.outline),
        documents=len(records),
        answer=answer,
        question=frage[:LONGEST],
        told=Told(holdings(records), measured(), asdict(options.links)),
    )
    return HTMLResponse(page, headers={"Cache-Control": "no-store"})


@router.get("/livez", response_model=schema.Live, summary="Läuft der Prozess?")
async def livez(request: Request) -> JSONResponse:
    """Say that the process runs and which one it is; needs none of the threads that answer."""
    instance = hashlib.sha256(request.app.state.token.encode()).hexdigest()[:16]
    return JSONResponse({"status": "ok", "instance": instance})


@router.get("/readyz", response_model=schema.Ready, summary="Können Fragen beantwortet werden?")
def readyz(request: Request) -> JSONResponse:
    """Say that the index is open and how much is in it (public documents)."""
    library = service_of(request).library
    shown = library.documents(internal=False)
    chunks = sum(record.chunk_count for record in shown)
    return JSONResponse({"status": "ready", "documents": len(shown), "chunks": chunks})
