"""GET /v1/models and POST /v1/chat/completions: the assistant as a model of other programs."""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Generator, Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from fastapi.sse import format_sse_event

from assistant.ask import checked
from assistant.backend import Asked
from assistant.completions import (
    MODEL,
    Head,
    Message,
    asked_of,
    chore_reply,
    is_chore,
    written,
)
from assistant.steps import Done, Stage, Step
from assistant.web import completions_schema as schema
from assistant.web import problems
from assistant.web.access import Access, visitor
from assistant.web.asking import steps
from assistant.web.caller import root_of
from assistant.web.completions_errors import with_error
from assistant.web.schema import LONGEST_TURN, MOST_TURNS
from assistant.web.stream import MEDIA_TYPE, event_stream

_CREATED = 1_795_305_600
"""When the model was made, in seconds since 1970; clients want a number here."""
_HOST = re.compile(r"[A-Za-z0-9.-]+(?::[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](?::[0-9]{1,5})?")

router = APIRouter()


@router.get(
    "/v1/models",
    response_model=schema.Models,
    dependencies=[Depends(visitor)],
    summary="Der Assistent als Modell",
)
def models() -> dict[str, Any]:
    """List the one model there is."""
    return {"object": "list", "data": [_model(MODEL)]}


@router.get(
    "/v1/models/{name}",
    response_model=schema.Model,
    dependencies=[Depends(visitor)],
    summary="Der Assistent als Modell, unter welchem Namen auch immer",
)
def model(name: str) -> dict[str, Any]:
    """Describe the model; as with questions, any name will do."""
    return _model(name)


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": _CREATED, "owned_by": MODEL}


@router.post(
    "/v1/chat/completions",
    response_model=schema.Completion,
    responses={200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}}},
    summary="Eine Frage stellen, wie an ein Sprachmodell",
)
def chat_completions(
    body: schema.CompletionRequest,
    request: Request,
    granted: Annotated[Access, Depends(visitor)],
) -> Response:
    """Answer the last user message; the others are what was said before it.

    Older messages are trimmed, instructions are ignored, any name of a model will do. An answer
    is streamed when it is final, so that nothing sent is ever taken back.
    """
    messages = [Message(message.role, message.text) for message in body.messages]
    asked = asked_of(messages, most=MOST_TURNS, longest=LONGEST_TURN)
    read = sum(len(text.split()) for text in (asked.question, *(t for _, t in asked.history)))
    head = Head(f"chatcmpl-{secrets.token_urlsafe(16)}", int(time.time()))
    going = _steps(request, asked, granted)
    if body.stream:
        usage = bool(body.stream_options and body.stream_options.include_usage)

        def tell(step: Step) -> Iterator[bytes]:
            return _told(step, head, _origin(request), read, usage=usage)

        return event_stream(going, tell, _failed)
    *_, done = going
    assert isinstance(done, Done)
    answer = head.completion(written(done.answer, _origin(request)), read)
    return JSONResponse(answer, headers={"Cache-Control": "no-store"})


def _steps(request: Request, asked: Asked, granted: Access) -> Generator[Step]:
    """Return what happens while a question is answered; chores are refused unread.

    Raises:
        QuestionInvalid: The question is empty or too long.
    """
    if is_chore(asked.question):
        return _refused(asked.question)
    checked(asked.question)
    return steps(request, asked, granted)


def _refused(question: str) -> Generator[Step]:
    yield Stage("searching")
    yield Done(chore_reply(question), None, 0.0)


def _told(step: Step, head: Head, origin: str, read: int, *, usage: bool) -> Iterator[bytes]:
    """Return the events of a step: the opening, and everything once the answer is final."""
    match step:
        case Stage("searching"):
            yield _event(head.opening())
        case Done():
            for chunk in head.chunks(written(step.answer, origin), read, usage=usage):
                yield _event(chunk)
            yield format_sse_event(data_str="[DONE]")


def _failed(error: Exception) -> bytes:
    return _event(with_error(json.loads(bytes(problems.of(error).body))))


def _event(data: dict[str, Any]) -> bytes:
    return format_sse_event(data_str=json.dumps(data, ensure_ascii=False))


def _origin(request: Request) -> str:
    """Return the address under which the client found us, nothing where it is none."""
    host = request.headers.get("host", "")
    origin = f"{request.url.scheme}://{host}" if _HOST.fullmatch(host) else ""
    return origin + root_of(request)
