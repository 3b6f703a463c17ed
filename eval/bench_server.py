"""Times the product as its user meets it: ``python -m eval.bench_server``.

Starts ``kgc serve`` on the starter corpus in a fresh data folder, asks the questions of
``eval/cases/dev.jsonl`` over HTTP, twice, and starts it again. Prints one line a figure.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil  # type: ignore[import-untyped]  # no stubs in the development group

from eval.metrics import percentile

ROOT = Path(__file__).resolve().parent.parent
KGC = Path(sys.executable).with_name("kgc")
_MS = 1_000
_MIB = 1 << 20
HELP_RUNS = 7


@contextmanager
def server(folder: Path) -> Iterator[tuple[str, int, float]]:
    """Yield the address, the process id and the seconds until it was ready."""
    begun = time.perf_counter()
    corpus = ROOT / "corpus" / "documents"
    command = [str(KGC), "serve", "--port", "0", "--json", "--ingest", str(corpus)]
    environment = {**os.environ, "KGC_DATA_DIR": str(folder)}  # noqa: TID251  # handed on, not read
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"]
        yield url, process.pid, time.perf_counter() - begun
        process.terminate()


def ask_all(url: str, questions: Sequence[str]) -> list[float]:
    """Ask every question once; returns the seconds of each as the client sees them."""
    seconds = []
    with httpx.Client(base_url=url, timeout=60, trust_env=False) as client:
        for question in questions:
            begun = time.perf_counter()
            client.post("/v1/chat", json={"question": question}).raise_for_status()
            seconds.append(time.perf_counter() - begun)
    return seconds


def show(name: str, value: float, unit: str) -> None:
    """Print one figure."""
    sys.stdout.write(f"{name:44} {value:9.2f} {unit}\n")


def main() -> None:
    """Run all measurements."""
    cases = (ROOT / "eval" / "cases" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in cases if line.strip()]
    with tempfile.TemporaryDirectory(prefix="kgc-bench-") as place:
        with server(Path(place)) as (url, pid, ready):
            show("first start with ingest until ready", ready, "s")
            ask_all(url, questions[:3])
            for name in ("first time asked", "asked again"):
                seconds = ask_all(url, questions)
                show(f"question, {name}, median", _MS * statistics.median(seconds), "ms")
                show(f"question, {name}, p95", _MS * percentile(seconds, 0.95), "ms")
            show(
                "resident memory of the server", psutil.Process(pid).memory_info().rss / _MIB, "MiB"
            )
        with server(Path(place)) as (_, _, ready):
            show("second start until ready", ready, "s")
    helps = []
    for _ in range(HELP_RUNS):
        begun = time.perf_counter()
        subprocess.run([KGC, "--help"], check=True, capture_output=True)
        helps.append(time.perf_counter() - begun)
    show("kgc --help, median", statistics.median(helps), "s")


if __name__ == "__main__":
    main()
