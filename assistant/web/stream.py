"""An answer as an event stream in the contract's order of events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from functools import partial
from typing import Any

import anyio
from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response, StreamingResponse
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event

from assistant import wire
from assistant.steps import Done, Replaced, Said, Stage, Step
from assistant.web import problems
from assistant.web.caller import rooted

HEARTBEAT_SECONDS = 15.0
AT_WORK = 8
"""Streams that work on their next step at once, in threads beside those of short requests."""
MEDIA_TYPE = "text/event-stream"

Tell = Callable[[Step], Iterator[bytes]]
"""Returns the events of a step."""
Fail = Callable[[Exception], bytes]
"""Returns the event of an error."""

_lane: RunVar[CapacityLimiter] = RunVar("streams at work")


def event_stream(
    steps: Generator[Step],
    tell: Tell | None = None,
    fail: Fail | None = None,
    *,
    root: str = "",
) -> StreamingResponse:
    """Stream `steps`; they run in worker threads and may raise our errors.

    When the reader leaves, the steps are closed, which ends the work behind them. Without `tell`
    and `fail` the events are those of ``POST /v1/chat``, their links below the path `root`.
    """
    return StreamingResponse(
        _events(steps, tell or partial(_told, root=root), fail or _problem),
        media_type=MEDIA_TYPE,
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _events(steps: Generator[Step], tell: Tell, fail: Fail) -> AsyncIterator[bytes]:
    work = _Work(steps)
    try:
        if not _limiter().available_tokens:
            for event in tell(Stage("waiting")):
                yield event
        async for event in _worked(work, tell):
            yield event
    except Exception as error:  # noqa: BLE001  # the stream has begun: any error must become an event
        yield fail(error)
    finally:
        # The reader may have left in the middle of a step: it ends before the steps are closed.
        with anyio.CancelScope(shield=True):
            await work.end()
            await run_in_threadpool(steps.close)


async def _worked(work: _Work, tell: Tell) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    told = loop.time()
    while True:
        left = told + HEARTBEAT_SECONDS - loop.time()
        done, _ = await asyncio.wait({work.going_on()}, timeout=max(left, 0))
        if done:
            step = work.take()
            if step is None:
                return
            for event in tell(step):
                told = loop.time()
                yield event
        if loop.time() >= told + HEARTBEAT_SECONDS:
            told = loop.time()
            yield KEEPALIVE_COMMENT


class _Work:
    """The next of `steps` on its way: first waiting for its turn, then in a thread."""

    def __init__(self, steps: Generator[Step]) -> None:
        self._steps = steps
        self._task: asyncio.Task[Step | None] | None = None
        self._begun = False

    def going_on(self) -> asyncio.Task[Step | None]:
        """Return what is on its way; where nothing is, it sets out."""
        if self._task is None:
            self._begun = False
            self._task = asyncio.create_task(self._next())
        return self._task

    def take(self) -> Step | None:
        """Return the step that has come, None where there are no more."""
        task, self._task = self.going_on(), None
        return task.result()

    async def end(self) -> None:
        """Give the turn up, or wait for the step: a thread cannot be interrupted."""
        if self._task is None:
            return
        if not self._begun:
            self._task.cancel()
        await asyncio.wait({self._task})
        if not self._task.cancelled():
            self._task.exception()  # nobody is left to hear of it

    async def _next(self) -> Step | None:
        async with _limiter():
            self._begun = True
            return await to_thread.run_sync(next, self._steps, None, limiter=CapacityLimiter(1))


def _limiter() -> CapacityLimiter:
    """Return the one of this event loop."""
    try:
        return _lane.get()
    except LookupError:
        made = CapacityLimiter(AT_WORK)
        _lane.set(made)
        return made


def _told(step: Step, root: str) -> Iterator[bytes]:
    """Return the events of a step; waiting is none."""
    match step:
        case Stage():
            yield _event("status", {"stage": step.name})
        case Said():
            for citation in step.citations:
                yield _event("citation", rooted(wire.citation(citation), root))
            if step.sentence is None or step.sentence.supported:
                yield _event("token", {"text": step.text})
            if step.sentence is not None:
                yield _event("sentence", wire.sentence(step.sentence))
        case Replaced():
            yield _event("replace", {"answer": step.answer.markdown})
        case Done():
            told = wire.answer(step.answer, step.conversation_id, step.seconds)
            yield _event("done", rooted(told, root))


def _problem(error: Exception) -> bytes:
    response: Response = problems.of(error)
    return _event("error", json.loads(bytes(response.body)))


def _event(name: str, data: dict[str, Any]) -> bytes:
    return format_sse_event(event=name, data_str=json.dumps(data, ensure_ascii=False))
