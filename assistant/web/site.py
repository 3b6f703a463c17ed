"""The start page with the chat, and the state of the server."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse

from assistant import wire
from assistant.ask import checked
from assistant.backend import Asked
from assistant.errors import QuestionInvalid
from assistant.question import LONGEST
from assistant.web import problems, schema
from assistant.web.access import Access, chatter
from assistant.web.asking import answered
from assistant.web.caller import root_of, rooted
from assistant.web.chat import service_of
from assistant.web.first_questions import first_questions
from assistant.web.home import holdings, measured
from assistant.web.pages import Told, Tried, render_chat
from assistant.widget import WidgetOptions, built, path_of

INVALID = 422

router = APIRouter()


@router.get(
    "/",
    response_class=HTMLResponse,
    dependencies=[Depends(chatter)],
    summary="Die Startseite mit dem Chat",
)
def chat_page(request: Request, frage: Annotated[str, Query()] = "") -> HTMLResponse:
    """Show the start page; `frage` is put to the chat, without JavaScript into its form."""
    return _page(request, Tried(frage.strip()))


@router.post(
    "/",
    response_class=HTMLResponse,
    responses={INVALID: problems.declared_page(INVALID)},
    summary="Eine Frage ohne JavaScript stellen",
)
def ask_page(
    request: Request,
    granted: Annotated[Access, Depends(chatter)],
    frage: Annotated[str, Form(json_schema_extra={"minLength": 1, "maxLength": LONGEST})] = "",
) -> HTMLResponse:
    """Answer the question of the form on the start page, or say what is wrong with it."""
    question = frage.replace("\r\n", "\n").strip()  # as forms send the ends of lines
    try:
        checked(question)
    except QuestionInvalid as invalid:
        return _page(request, Tried(question, fault=invalid.message), INVALID)
    done = answered(request, Asked(question), granted)
    answer = rooted(wire.answer(done.answer, done.conversation_id, done.seconds), root_of(request))
    return _page(request, Tried(question, answer))


def _page(request: Request, tried: Tried, status: int = 200) -> HTMLResponse:
    library = service_of(request).library
    options: WidgetOptions = request.app.state.widget
    records = library.documents(internal=False)
    page = render_chat(
        suggestions=options.suggestions or first_questions(records, library.outline),
        documents=len(records),
        tried=tried,
        told=Told(holdings(records), measured(), asdict(options.links)),
        widget=_widget(),
        root=root_of(request),
    )
    return HTMLResponse(page, status, {"Cache-Control": "no-store"})


def _widget() -> str | None:
    """Return the address of exactly this content: a version not yet released may still change."""
    newest = built()
    return f"{path_of(newest.version)}?{newest.tag[:12]}" if newest else None


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
