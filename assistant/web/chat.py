"""POST /v1/chat, and the end of a conversation."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import JSONResponse, Response

from assistant import wire
from assistant.ask import checked
from assistant.backend import Asked
from assistant.service import Service
from assistant.web import schema
from assistant.web.access import Access, chatter
from assistant.web.asking import answered, steps
from assistant.web.caller import root_of, rooted
from assistant.web.stream import MEDIA_TYPE, event_stream
from assistant.web.wants import wants
from retrieval.records import FACETS

router = APIRouter()


def service_of(request: Request) -> Service:
    """Return the one service of this server."""
    service: Service = request.app.state.service
    return service


@router.post(
    "/v1/chat",
    response_model=schema.ChatResponse,
    responses={200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}}},
    summary="Eine Frage stellen",
)
def chat(
    body: schema.ChatRequest,
    request: Request,
    granted: Annotated[Access, Depends(chatter)],
) -> Response:
    """Answer one question, as JSON or, on request, as an event stream."""
    checked(body.question)
    asked = Asked(
        body.question,
        body.conversation_id,
        [(turn.role, turn.content) for turn in body.history or ()],
        facets_in({name: value for name, value in (body.filters or {}).items()}),
        body.style,
    )
    if wants(request.headers.get("accept", ""), MEDIA_TYPE):
        return event_stream(steps(request, asked, granted), root=root_of(request))
    done = answered(request, asked, granted)
    answer = wire.answer(done.answer, done.conversation_id, done.seconds)
    return JSONResponse(rooted(answer, root_of(request)), headers={"Cache-Control": "no-store"})


@router.delete(
    "/v1/conversations/{conversation_id}",
    response_model=schema.ConversationEnded,
    dependencies=[Depends(chatter)],
    summary="Ein Gespräch vergessen",
)
def end_conversation(
    conversation_id: Annotated[str, Path(max_length=100)], request: Request
) -> dict[str, Any]:
    """Forget what was said; whoever knows the id may do so."""
    return service_of(request).end_conversation(conversation_id)


def facets_in(given: dict[str, str]) -> dict[str, str]:
    """Return the known facets among `given`, without empty ones."""
    return {name: given[name] for name in FACETS if given.get(name)}
