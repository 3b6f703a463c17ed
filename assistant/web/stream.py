"""An answer as an event stream in the contract's order of events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Generator, Iterator
from typing import Any

import anyio
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response, StreamingResponse
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event

from assistant import wire
from assistant.steps import Done, Replaced, Said, Stage, Step
from assistant.web import problems

HEARTBEAT_SECONDS = 15.0
MEDIA_TYPE = "text/event-stream"


def event_stream(steps: Generator[Step]) -> StreamingResponse:
    """Stream `steps`; they run in worker threads and may raise our errors.

    When the reader leaves, the steps are closed, which ends the work behind them.
    """
    return StreamingResponse(
        _events(steps),
        media_type=MEDIA_TYPE,
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _events(steps: Generator[Step]) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    told = loop.time()
    work: asyncio.Future[Step | None] | None = None
    try:
        while True:
            work = work or asyncio.ensure_future(run_in_threadpool(next, steps, None))
            left = told + HEARTBEAT_SECONDS - loop.time()
            done, _ = await asyncio.wait({work}, timeout=max(left, 0))
            if done:
                step, work = work.result(), None
                if step is None:
                    return
                for event in _told(step):
                    told = loop.time()
                    yield event
            if loop.time() >= told + HEARTBEAT_SECONDS:
                told = loop.time()
                yield KEEPALIVE_COMMENT
    except Exception as error:  # noqa: BLE001  # the stream has begun: any error must become an event
        yield _problem(error)
    finally:
        # The reader may have left in the middle of a step: it ends before the steps are closed.
        with anyio.CancelScope(shield=True):
            if work is not None:
                await asyncio.wait({work})
            await run_in_threadpool(steps.close)


def _told(step: Step) -> Iterator[bytes]:
    """Return the events of a step; waiting is none."""
    match step:
        case Stage():
            yield _event("status", {"stage": step.name})
        case Said():
            for citation in step.citations:
                yield _event("citation", wire.citation(citation))
            if step.sentence is None or step.sentence.supported:
                yield _event("token", {"text": step.text})
            if step.sentence is not None:
                yield _event("sentence", wire.sentence(step.sentence))
        case Replaced():
            yield _event("replace", {"answer": step.answer.markdown})
        case Done():
            yield _event("done", wire.answer(step.answer, step.conversation_id, step.seconds))


def _problem(error: Exception) -> bytes:
    response: Response = problems.of(error)
    return _event("error", json.loads(bytes(response.body)))


def _event(name: str, data: dict[str, Any]) -> bytes:
    return format_sse_event(event=name, data_str=json.dumps(data, ensure_ascii=False))
