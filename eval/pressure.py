"""Many streams at once against the real server around a scripted service.

``python -m eval.pressure --pause 2`` serves until told to stop, and prints its address. Every
answer takes one step of `pause` seconds; whatever else a stream takes is the server's own doing.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

from assistant.answer import Answer, Kind
from assistant.backend import Asked
from assistant.service import Service
from assistant.steps import Done, Said, Stage, Step
from assistant.web import serve
from assistant.web.app import ServerOptions
from eval.metrics import percentile

PATIENCE_SECONDS = 240.0
_BETWEEN_SECONDS = 0.1
_BODY = json.dumps({"question": "Was ist eine KGC?"})


class Scripted:
    """What the server streams from in place of the assistant."""

    def __init__(self, pause: float) -> None:
        """Let every answer take `pause` seconds of a thread."""
        self._pause = pause

    def stream(self, asked: Asked, *, internal: bool) -> Generator[Step]:
        """Yield the steps of one answer."""
        yield Stage("searching")
        time.sleep(self._pause)
        yield Stage("answering")
        yield Said("Gern.")
        answer = Answer(asked.question, Kind.SMALLTALK, "de", 1.0, text="Gern.")
        yield Done(answer, None, self._pause)


@dataclass(frozen=True, slots=True)
class Streamed:
    """One answer as its reader sees it: seconds to the first event and to the end."""

    first: float
    whole: float
    complete: bool


@dataclass(frozen=True, slots=True)
class Pressed:
    """What many streams at once came to; `alive` are the seconds of each ``/livez`` meanwhile."""

    streams: tuple[Streamed, ...]
    alive: tuple[float, ...]

    @property
    def complete(self) -> int:
        """How many came to their end."""
        return sum(stream.complete for stream in self.streams)

    def first_p95(self) -> float:
        """Seconds within which 95 % had their first event."""
        return percentile([stream.first for stream in self.streams], 0.95)

    def slowest_alive(self) -> float:
        """Seconds of the slowest ``/livez``."""
        return max(self.alive)


@contextmanager
def serving(pause: float) -> Iterator[str]:
    """Run the scripted server as a process of its own; yields its address."""
    command = [sys.executable, "-m", "eval.pressure", "--pause", str(pause)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def press(url: str, streams: int) -> Pressed:
    """Ask so many questions at once and look for signs of life until all are answered."""
    return asyncio.run(_pressed(url, streams))


async def _pressed(url: str, streams: int) -> Pressed:
    over = asyncio.Event()
    watch = asyncio.create_task(_watched(url, over))
    async with asyncio.timeout(PATIENCE_SECONDS):
        seen = await asyncio.gather(*(_streamed(url) for _ in range(streams)))
    over.set()
    return Pressed(tuple(seen), tuple(await watch))


async def _streamed(url: str) -> Streamed:
    begun = time.perf_counter()
    reader, writer = await opened(url, "POST", "/v1/chat", _BODY)
    try:
        first, last = 0.0, b""
        async for line in reader:
            if line.startswith(b"event:"):
                first, last = first or time.perf_counter() - begun, line.split()[1]
        return Streamed(first, time.perf_counter() - begun, last == b"done")
    finally:
        writer.close()


async def _watched(url: str, over: asyncio.Event) -> list[float]:
    seconds: list[float] = []
    while not over.is_set() or not seconds:
        begun = time.perf_counter()
        reader, writer = await opened(url, "GET", "/livez")
        answer = await reader.read()
        writer.close()
        assert b'"ok"' in answer, answer
        seconds.append(time.perf_counter() - begun)
        await asyncio.sleep(_BETWEEN_SECONDS)
    return seconds


async def opened(
    url: str, method: str, path: str, body: str = ""
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Send a request on a connection of its own; the reader begins with the answer's head."""
    place = urlsplit(url)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    head = f"{method} {path} HTTP/1.1\r\nHost: {place.netloc}\r\nConnection: close\r\n"
    if body:
        head += "Content-Type: application/json\r\nAccept: text/event-stream\r\n"
        head += f"Content-Length: {len(body.encode())}\r\n"
    writer.write(f"{head}\r\n{body}".encode())
    await writer.drain()
    return reader, writer


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m eval.pressure", description=__doc__)
    parser.add_argument("--pause", type=float, default=2.0, metavar="SECONDS")
    given = parser.parse_args(arguments)
    sockets = serve.listen("127.0.0.1", 0)
    options = ServerOptions(token="", max_upload_bytes=1_000)
    service = cast(Service, Scripted(given.pause))
    serve.run(service, options, sockets, lambda: print(sockets.url, flush=True))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
