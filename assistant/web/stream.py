"""An answer as an event stream in the contract's order of events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response, StreamingResponse
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event

from assistant import wire
from assistant.answer import Answer
from assistant.web import problems

HEARTBEAT_SECONDS = 15.0
MEDIA_TYPE = "text/event-stream"

Answered = tuple[Answer, str, float]


def event_stream(answer: Callable[[], Answered]) -> StreamingResponse:
    """Stream what `answer` returns; it runs in a worker thread and may raise our errors."""
    return StreamingResponse(
        _events(answer),
        media_type=MEDIA_TYPE,
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _events(answer: Callable[[], Answered]) -> AsyncIterator[bytes]:
    yield _event("status", {"stage": "searching"})
    work = asyncio.ensure_future(run_in_threadpool(answer))
    try:
        while not work.done():
            done, _ = await asyncio.wait({work}, timeout=HEARTBEAT_SECONDS)
            if not done:
                yield KEEPALIVE_COMMENT
        given, conversation_id, seconds = work.result()
    except Exception as error:  # noqa: BLE001  # the stream has begun: any error must become an event
        yield _problem(error)
        return
    finally:
        work.cancel()
    for event in _spoken(given):
        yield event
    yield _event("done", wire.answer(given, conversation_id, seconds))


def _spoken(given: Answer) -> list[bytes]:
    """Tokens, sentences and, before its first use, each citation."""
    events = [_event("status", {"stage": "answering"})]
    cited = {citation.id: citation for citation in given.citations}
    sent: set[int] = set()
    if not given.sentences:
        return [*events, _event("token", {"text": given.markdown})]
    before = ""
    for place, sentence in enumerate(given.sentences):
        for number in sentence.citations:
            if number not in sent:
                events.append(_event("citation", wire.citation(cited[number])))
                sent.add(number)
        whole = Answer(
            given.question, given.kind, given.language, 0.0, given.sentences[: place + 1]
        ).markdown
        events.append(_event("token", {"text": whole[len(before) :]}))
        events.append(_event("sentence", wire.sentence(sentence)))
        before = whole
    return events


def _problem(error: Exception) -> bytes:
    response: Response = problems.of(error)
    return _event("error", json.loads(bytes(response.body)))


def _event(name: str, data: dict[str, Any]) -> bytes:
    return format_sse_event(event=name, data_str=json.dumps(data, ensure_ascii=False))
