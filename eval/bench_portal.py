"""How a portal's requests fare: ``python -m eval.bench_portal``.

A real ``kgc serve`` with the real model on the starter corpus and, where it is at hand, SGB V,
asked by one process over keep-alive connections that each wait for their answer. Different queries
never come twice; the same query comes with and without the ETag of its answer. ``/livez``, which
does no work, says what server and client can do at most on this machine at this moment: beside
other work all figures shrink alike, so each is also given as a share of it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote_plus, urlsplit

from eval.bench_server import ROOT
from eval.metrics import percentile
from eval.synthetic import read_material
from eval.traffic import processor_seconds, serving

CONNECTIONS = 20
SEARCHES = 600
CHEAP = 4_000
STATUTES = ROOT.parent / "shared" / "data" / "sgb_5.md"
_MS = 1_000
_PATIENCE = 300.0


@dataclass(frozen=True, slots=True)
class Asking:
    """One kind of request: its name, its paths, further headers, the status of a good answer."""

    name: str
    paths: Sequence[str]
    headers: str = ""
    status: int = 200


@dataclass(frozen=True, slots=True)
class Served:
    """What became of one kind of request; `waited` are the seconds of each."""

    waited: Sequence[float]
    seconds: float
    processor: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.waited) / self.seconds

    def figures(self, empty: float) -> dict[str, float]:
        """Return the figures; `empty` is the rate of requests that do no work."""
        waits = {f"p{s}": round(_MS * percentile(self.waited, s / 100), 1) for s in (50, 95, 99)}
        return {
            "per_second": round(self.rate, 1),
            **waits,
            "processor_ms": round(_MS * self.processor / len(self.waited), 2),
            "share_of_livez": round(self.rate / empty, 3),
        }


async def ask_all(url: str, asking: Asking, connections: int) -> list[float]:
    """Send every path of `asking` once over so many connections; returns the seconds of each.

    Raises:
        ConnectionError: An answer has another status.
    """
    place = urlsplit(url)
    waiting = iter(asking.paths)
    seconds: list[float] = []

    async def keep_asking() -> None:
        reader, writer = await asyncio.open_connection(place.hostname, place.port)
        for path in waiting:
            begun = time.perf_counter()
            head = f"GET {path} HTTP/1.1\r\nHost: {place.netloc}\r\n{asking.headers}\r\n"
            writer.write(head.encode())
            status = await _answered(reader)
            seconds.append(time.perf_counter() - begun)
            if status != asking.status:
                raise ConnectionError(f"{status} for {path}")
        writer.close()

    async with asyncio.timeout(_PATIENCE), asyncio.TaskGroup() as group:
        for _ in range(connections):
            group.create_task(keep_asking())
    return seconds


async def _answered(reader: asyncio.StreamReader) -> int:
    """Read one answer to its end; returns its status."""
    head = await reader.readuntil(b"\r\n\r\n")
    first, _, rest = head.lower().partition(b"\r\n")
    length = next(
        (int(line[15:]) for line in rest.split(b"\r\n") if line.startswith(b"content-length:")), 0
    )
    await reader.readexactly(length)
    return int(first.split()[1])


def kinds(queries: Sequence[str], tag: Callable[[str], str]) -> Iterator[Asking]:
    """Yield what is asked for; `tag` returns the entity tag of a path."""
    searches = [f"/v1/search?q={quote_plus(query)}" for query in queries]
    grouped = [f"{path}&group=document" for path in searches[SEARCHES : 2 * SEARCHES]]
    same = f"/v1/search?q={quote_plus('Gesundheitsförderung in der Kita')}"
    typed = [query[:length] for query in queries for length in (3, 5, 8)]
    yield Asking("different searches", searches[:SEARCHES])
    yield Asking("different searches by document", grouped)
    yield Asking("same search, ETag known", [same] * CHEAP, f"If-None-Match: {tag(same)}\r\n", 304)
    yield Asking("same search, no ETag", [same] * CHEAP)
    yield Asking("suggest", [f"/v1/suggest?q={quote_plus(t)}" for t in typed][:CHEAP])


def tag_of(url: str, path: str) -> str:
    """Return the entity tag of the answer to `path`."""

    async def asked() -> str:
        place = urlsplit(url)
        reader, writer = await asyncio.open_connection(place.hostname, place.port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {place.netloc}\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        writer.close()
        return next(line[6:] for line in head.split("\r\n") if line.lower().startswith("etag: "))

    return asyncio.run(asked())


def measured(url: str, process: int, asking: Asking, connections: int) -> Served:
    """Ask and measure."""
    before, begun = processor_seconds(process), time.perf_counter()
    waited = asyncio.run(ask_all(url, asking, connections))
    seconds = time.perf_counter() - begun
    return Served(waited, seconds, processor_seconds(process) - before)


def _figures(
    folder: Path, sources: Sequence[Path], queries: Sequence[str], connections: int
) -> dict[str, dict[str, float]]:
    """Measure a server on `folder`; the emptiest request first and last."""
    with serving(folder, sources) as (url, process, _):
        warm = [f"/v1/search?q={quote_plus(query)}" for query in queries[-CONNECTIONS:]]
        asyncio.run(ask_all(url, Asking("warm", warm), 2))
        nothing = Asking("livez", ["/livez"] * CHEAP)
        empty = measured(url, process, nothing, connections)
        figures = {nothing.name: empty.figures(empty.rate)}
        for asking in kinds(queries, lambda path: tag_of(url, path)):
            served = measured(url, process, asking, connections)
            figures[asking.name] = served.figures(empty.rate)
        again = measured(url, process, nothing, connections)
        return figures | {"livez again": again.figures(empty.rate)}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print one JSON object, or one line a kind of request."""
    given = _parser().parse_args(arguments)
    sources = [ROOT / "corpus" / "documents", *([STATUTES] if STATUTES.is_file() else [])]
    queries = read_material(sources[0]).asked(2 * SEARCHES + CONNECTIONS, seed=7)
    with tempfile.TemporaryDirectory(prefix="kgc-bench-") as place:
        figures = _figures(given.keep or Path(place), sources, queries, given.connections)
    told = {
        "sources": [path.name for path in sources],
        "connections": given.connections,
        "processors": os.cpu_count(),
        "load": [round(value, 1) for value in os.getloadavg()],
        "figures": figures,
    }
    if given.json:
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
        return 0
    sys.stdout.write(f"{told['sources']} {told['connections']} connections, load {told['load']}\n")
    for name, values in figures.items():
        cells = "  ".join(f"{key} {value:8.2f}" for key, value in values.items())
        sys.stdout.write(f"{name:32} {cells}\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval.bench_portal", description=__doc__)
    parser.add_argument("--connections", type=int, default=CONNECTIONS, metavar="N")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the library here")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


if __name__ == "__main__":
    sys.exit(main())
