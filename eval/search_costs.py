"""What a search costs in one process: ``python -m eval.search_costs DATA_FOLDER TEXTS``.

A part of `eval.bench_search`, in a process of its own so that the index is loaded from the disk and
memory is the product's alone. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from assistant import settings, wiring
from eval.metrics import percentile
from eval.synthetic import ORGANISATIONS, REGIONS, read_material
from ingest.wording.language import of_question
from retrieval import folder as _stores  # noqa: F401  # its imports are no part of loading
from retrieval.heap import give_back
from retrieval.library import Library
from retrieval.records import Filters

LIMIT = 10
WARM_UP = 5
MS = 1_000
KIB_IN_MIB = 1 << 10
FILTERS = {
    f"a filter that 1 in {len(REGIONS)} meets": Filters(facets={"region": REGIONS[0]}),
    f"a filter that 1 in {ORGANISATIONS} meets": Filters(facets={"organisation": "Einrichtung 7"}),
}


def anonymous_mib(process: int | str = "self") -> float:
    """Return the memory of a process that no file stands behind, 0 where there is no /proc."""
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return next(
        (int(line.split()[1]) / KIB_IN_MIB for line in lines if line.startswith("RssAnon")), 0.0
    )


def measure(data_folder: Path, questions: Sequence[str]) -> dict[str, object]:
    """Open a data folder as the server does and search it on one thread.

    Args:
        data_folder: A data folder that no process has open.
        questions: Distinct ones, the first few of which only warm up.

    Returns:
        Seconds to load, MiB of anonymous memory that the index takes, milliseconds of searches.
    """
    give_back()
    before, begun = anonymous_mib(), time.perf_counter()
    service = wiring.service(settings.load().model_copy(update={"data_dir": data_folder}))
    seconds = time.perf_counter() - begun
    give_back()
    taken = anonymous_mib() - before
    try:
        _whole(service.library, questions[:WARM_UP])
        asked = questions[WARM_UP:]
        return {
            "passages": service.library.passage_count(),
            "load_seconds": round(seconds, 2),
            "anonymous_mib": round(taken),
            **_whole(service.library, asked),
            "filters": _filters(service.library, asked),
        }
    finally:
        service.close()


def _whole(library: Library, questions: Sequence[str]) -> dict[str, dict[str, float]]:
    """Time each question from its text to its hits, and the two steps of it."""
    watches = {name: _Watch() for name in ("question", "embedding", "search")}
    for question in questions:
        with watches["question"]:
            with watches["embedding"]:
                query = library.query(question, of_question(question))
            with watches["search"]:
                library.search(query, Filters(), LIMIT)
    return {name: watch.figures() for name, watch in watches.items()}


def _filters(library: Library, questions: Sequence[str]) -> dict[str, dict[str, float]]:
    """Time searches with each filter and without any, in turn, the question being embedded."""
    kinds = {"none": Filters(), **FILTERS}
    watches = {name: _Watch() for name in kinds}
    for number, question in enumerate(questions):
        query = library.query(question, of_question(question))
        turned = list(kinds)[number % len(kinds) :] + list(kinds)[: number % len(kinds)]
        for name in turned:
            with watches[name]:
                library.search(query, kinds[name], LIMIT)
    found = {name: watch.figures() for name, watch in watches.items()}
    plain = found["none"]["p50"] or 1.0
    return {
        name: {**times, "ratio": round(times["p50"] / plain, 2)} for name, times in found.items()
    }


class _Watch:
    """Takes times with ``with``: on the wall, and on the processor by this thread alone."""

    def __init__(self) -> None:
        self._walls: list[float] = []
        self._processor: list[float] = []

    def __enter__(self) -> None:
        self._begun = time.perf_counter(), time.thread_time()

    def __exit__(self, *_: object) -> None:
        wall, processor = self._begun
        self._walls.append(time.perf_counter() - wall)
        self._processor.append(time.thread_time() - processor)

    def figures(self) -> dict[str, float]:
        """Return percentiles of the wall's times and the median of the processor's, in ms."""
        walls = {f"p{share}": percentile(self._walls, share / 100) for share in (50, 95, 99)}
        times = walls | {"processor_p50": percentile(self._processor, 0.5)}
        return {name: round(MS * seconds, 2) for name, seconds in times.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m eval.search_costs", description=__doc__)
    parser.add_argument("data_folder", type=Path)
    parser.add_argument("texts", type=Path, help="the questions are made of what stands in here")
    parser.add_argument("--questions", type=int, default=200)
    given = parser.parse_args(arguments)
    questions = read_material(given.texts).asked(given.questions + WARM_UP)
    sys.stdout.write(json.dumps(measure(given.data_folder, questions)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
