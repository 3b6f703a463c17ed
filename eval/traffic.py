"""Many searches at the same time over HTTP, as the clients of a server meet them."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from urllib.parse import urlencode, urlsplit

from eval.metrics import percentile

KGC = Path(sys.executable).with_name("kgc")
LIMIT = 10
PATIENCE = 120.0
_MS = 1_000


@contextmanager
def serving(data_folder: Path, first: Sequence[Path] = ()) -> Iterator[tuple[str, int, float]]:
    """Run ``kgc serve`` on a data folder, which takes in the documents `first`.

    Yields:
        The address, the process id and the seconds until requests were answered.
    """
    begun = time.perf_counter()
    environment = {**os.environ, "KGC_DATA_DIR": str(data_folder)}  # noqa: TID251  # handed on
    command = [str(KGC), "serve", "--port", "0", "--json"]
    command += [word for path in first for word in ("--ingest", str(path))]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            url = json.loads(process.stdout.readline())["url"]
            yield url, process.pid, time.perf_counter() - begun
        finally:
            process.terminate()


def processor_seconds(process: int) -> float:
    """Return the processor time that a process has taken so far, 0 where there is no /proc."""
    try:
        text = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0.0
    fields = text.rpartition(")")[2].split()  # the program's name may hold blanks
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def searches(url: str, questions: Sequence[str], connections: int) -> dict[str, float]:
    """Search for every question once, over so many connections that each wait for their answer.

    Returns:
        Searches a second, and percentiles of the milliseconds that clients waited.

    Raises:
        ConnectionError: The server answered one with another status than 200.
    """
    waiting: SimpleQueue[str] = SimpleQueue()
    for question in questions:
        waiting.put(question)
    begun = time.perf_counter()
    with ThreadPoolExecutor(connections) as pool:
        clients = [pool.submit(_client, url, waiting) for _ in range(connections)]
        seconds = [taken for client in clients for taken in client.result()]
    whole = time.perf_counter() - begun
    return {
        "searches_per_second": round(len(seconds) / whole, 1),
        **{f"p{s}": round(_MS * percentile(seconds, s / 100), 1) for s in (50, 95, 99)},
    }


def _client(url: str, waiting: SimpleQueue[str]) -> list[float]:
    """Keep one connection busy until nothing waits; http.client takes less than a fuller one."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, PATIENCE)
    seconds: list[float] = []
    try:
        while True:
            path = f"/v1/search?{urlencode({'q': waiting.get_nowait(), 'limit': LIMIT})}"
            begun = time.perf_counter()
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            seconds.append(time.perf_counter() - begun)
            if answer.status != http.client.OK:
                raise ConnectionError(f"{answer.status} for {path}")
    except Empty:
        return seconds
    finally:
        connection.close()
