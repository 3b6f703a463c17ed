"""Many streams at once, and readers who leave: the server keeps nothing of them."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import anyio
import psutil  # type: ignore[import-untyped]  # no stubs in the development group
import pytest
import uvicorn

from assistant.answer import Answer, Kind
from assistant.backend import Asked
from assistant.service import Service
from assistant.steps import Done, Said, Stage, Step, Waiting
from assistant.web import serve, stream
from assistant.web.app import WORKERS, ServerOptions, create_app
from eval import pressure

pytestmark = pytest.mark.slow

QUESTION = "Was ist eine KGC?"
LEAVE = "Schreib ohne Ende"
PAUSE_SECONDS = 0.05  # a model's steps come at least every quarter of a second
CLOSED_WITHIN_SECONDS = 1.0
THREADS = WORKERS + stream.AT_WORK  # those that work
BODY = '{"question": "%s"}'


@dataclass
class Endless:
    """A service whose answers to `LEAVE` never end; it counts what is begun and closed."""

    begun: int = 0
    closed: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def stream(self, asked: Asked, *, internal: bool) -> Generator[Step]:
        with self.lock:
            self.begun += 1
        try:
            yield Stage("searching")
            while asked.question == LEAVE:
                time.sleep(PAUSE_SECONDS)
                yield Waiting()
                yield Said("Wort ")
            yield Done(Answer(asked.question, Kind.SMALLTALK, "de", 1.0, text="Gern."), None, 0.0)
        finally:
            with self.lock:
                self.closed.append(time.monotonic())

    @property
    def open(self) -> int:
        return self.begun - len(self.closed)


@dataclass
class Running:
    """The real server in a thread of this process, to look inside."""

    url: str
    service: Endless
    loop: asyncio.AbstractEventLoop
    before: frozenset[threading.Thread]  # this one, the server's, those of other tests

    def threads(self) -> frozenset[threading.Thread]:
        """The threads that have come since the server listens."""
        return frozenset(threading.enumerate()) - self.before

    def inside(self, look: Callable[[], Any]) -> Any:
        """Call `look` in the server's event loop."""

        async def looked() -> Any:
            return look()

        return asyncio.run_coroutine_threadsafe(looked(), self.loop).result(10)

    def tasks(self) -> int:
        return int(self.inside(lambda: len(asyncio.all_tasks())))

    def borrowed(self) -> tuple[int, int]:
        """Turns that are taken, and those who wait for one."""

        def look() -> tuple[int, int]:
            seen = stream._limiter().statistics()
            threads = anyio.to_thread.current_default_thread_limiter().statistics()
            taken = seen.borrowed_tokens + threads.borrowed_tokens
            return taken, seen.tasks_waiting + threads.tasks_waiting

        found: tuple[int, int] = self.inside(look)
        return found


@pytest.fixture
def running() -> Iterator[Running]:
    with served(Endless()) as running:
        yield running


@contextmanager
def served(service: Endless) -> Iterator[Running]:
    sockets = serve.listen("127.0.0.1", 0)
    app = create_app(cast(Service, service), ServerOptions("", 1_000))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False))
    loops: list[asyncio.AbstractEventLoop] = []

    async def run() -> None:
        loops.append(asyncio.get_running_loop())
        await server.serve(sockets=[sockets.public])

    thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
    thread.start()
    until(lambda: server.started)
    yield Running(sockets.url, service, loops[0], frozenset(threading.enumerate()))
    server.should_exit = True
    thread.join(20)
    assert not thread.is_alive()


def until(happened: Callable[[], bool], seconds: float = 20.0) -> float:
    """Wait until `happened()`; returns the seconds it took."""
    begun = time.monotonic()
    while not happened():
        assert time.monotonic() - begun < seconds, "it did not happen"
        time.sleep(0.01)
    return time.monotonic() - begun


async def _leave(url: str, how_many: int, events: int) -> None:
    """Open so many streams, read `events` events of each, and hang up all of them."""

    async def heard(reader: asyncio.StreamReader) -> None:
        for _ in range(events):
            await reader.readuntil(b"event:")

    body = BODY % LEAVE
    opened = [await pressure.opened(url, "POST", "/v1/chat", body) for _ in range(how_many)]
    await asyncio.gather(*(heard(reader) for reader, _ in opened))
    for _, writer in opened:
        writer.transport.abort()


def left(running: Running, how_many: int, events: int = 2) -> float:
    """Leave so many streams; returns the seconds until nothing works for them any more."""
    asyncio.run(_leave(running.url, how_many, events))
    return until(lambda: running.service.open == 0)


def answered(running: Running) -> None:
    """Ask a question that ends, and find nothing left of those before it."""
    pressed = pressure.press(running.url, 1)
    assert pressed.complete == 1
    assert pressed.first_p95() < 0.5
    until(lambda: running.borrowed() == (0, 0))


def quiet(running: Running) -> int:
    """Wait until the server has nothing to do; returns its tasks."""
    answered(running)
    until(lambda: running.tasks() <= 4)
    return running.tasks()


@pytest.mark.parametrize("streams", [50, pytest.param(500, marks=pytest.mark.long)])
def test_readers_who_leave_leave_nothing_behind(running: Running, streams: int) -> None:
    left(running, 25)  # what is made once, is made now
    tasks, memory = quiet(running), _memory()
    closed_in = [left(running, 25) for _ in range(streams // 25)]
    assert max(closed_in) <= CLOSED_WITHIN_SECONDS, closed_in
    assert running.service.begun == len(running.service.closed) == streams + 26
    assert quiet(running) == tasks
    assert len(running.threads()) <= THREADS
    assert _memory() - memory < 20_000_000
    until(lambda: gc.collect() >= 0 and not _works())


@pytest.mark.parametrize("events", [0, 1])
def test_who_leaves_before_it_is_their_turn_takes_none(running: Running, events: int) -> None:
    assert left(running, 50, events) <= CLOSED_WITHIN_SECONDS
    answered(running)


def test_a_slow_step_of_others_does_not_hold_up_who_leaves(running: Running) -> None:
    """Eight streams hold all turns for two seconds each; fifty wait for theirs and leave."""
    running.service.stream = _slow(running.service)  # type: ignore[method-assign]
    asyncio.run(_leave(running.url, 60, 1))
    took = until(lambda: running.service.open <= stream.AT_WORK)
    assert took <= CLOSED_WITHIN_SECONDS
    until(lambda: running.service.open == 0)
    answered(running)


def _slow(service: Endless) -> Callable[..., Generator[Step]]:
    plain = service.stream

    def stream(asked: Asked, *, internal: bool) -> Generator[Step]:
        for step in plain(asked, internal=internal):
            if asked.question == LEAVE:
                time.sleep(2)
            yield step

    return stream


def test_two_hundred_slow_answers_at_once() -> None:
    with pressure.serving(pause=2.0) as url:
        pressure.press(url, 1)
        pressed = pressure.press(url, 200)
    assert pressed.complete == 200
    assert pressed.first_p95() <= 0.5
    assert pressed.slowest_alive() <= 1.0
    # Nobody overtakes by much: the turns go round.
    shortest, longest = (f(s.whole for s in pressed.streams) for f in (min, max))
    assert longest <= 2.0 * 200 / stream.AT_WORK * 2
    assert shortest >= 2.0


def _works() -> list[object]:
    # Not isinstance: what other tests have loaded may warn when it is asked for its class.
    return [kept for kept in gc.get_objects() if type(kept) is stream._Work]


def _memory() -> int:
    gc.collect()
    return int(psutil.Process().memory_info().rss)
