"""What a search costs in libraries of growing size: ``python -m eval.bench_search``.

One library grows from size to size: real German sentences in new combinations, vectors by chance
(`eval.synthetic`), in the real stores. At each size a process of its own loads it and searches
with questions that all differ, embedding included (`eval.search_costs`); from `--http-from` on, a
real ``kgc serve`` is asked over many connections, once with different questions and once with each
question by all of them (`eval.traffic`).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant import settings, wiring
from eval.plot import Axes, Point, Series, lines
from eval.search_costs import MS, anonymous_mib
from eval.synthetic import ChanceEmbedder, Material, grow, read_material
from eval.traffic import processor_seconds, searches, serving
from retrieval.folder import open_stores
from retrieval.library import Library
from retrieval.meaning import Meaning

ROOT = Path(__file__).resolve().parent.parent
TEXTS = ROOT.parent / "shared" / "data"
STARTER = ROOT / "corpus" / "documents"
SIZES = (1_000, 3_000, 10_000, 20_000, 30_000, 100_000)
CONNECTIONS = 20
SEARCHES = 400
HTTP_FROM = 20_000
DESCRIPTION = (
    "Milliseconds of a search, seconds to load the index and MiB of memory it takes, each over the "
    "number of passages, on logarithmic axes."
)

Figures = dict[str, Any]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    given = _parser().parse_args(arguments)
    texts = given.texts or (TEXTS if (TEXTS / "sgb_5.md").is_file() else STARTER)
    material = read_material(texts)
    with tempfile.TemporaryDirectory(prefix="kgc-bench-") as place:
        folder = given.keep or Path(place)
        sizes = []
        for passages in sorted(given.passages):
            say(f"{passages} passages …")
            built = build(folder, material, passages)
            sizes.append(built | _costs(folder, texts, given.questions))
            if passages >= given.http_from:
                sizes[-1] |= {"http": _http(folder, material)}
    figures = {"texts": texts.name, "processors": os.cpu_count(), "sizes": sizes}
    if given.plot:
        given.plot.write_text(drawn(sizes), encoding="utf-8")
    out = json.dumps(figures, ensure_ascii=False) if given.json else "\n".join(table(sizes))
    sys.stdout.write(f"{out}\n")
    return 0


def say(message: str) -> None:
    """Tell on stderr how far it is."""
    sys.stderr.write(f"{message}\n")


def build(folder: Path, material: Material, passages: int) -> Figures:
    """Grow the library in `folder` to `passages` passages; returns the seconds it took."""
    folder.mkdir(parents=True, exist_ok=True)
    stores = open_stores(folder)
    chosen = settings.load().model_copy(update={"data_dir": folder})
    model = wiring.embedder(chosen, stores.registry)
    Meaning.matching(stores.registry, model)  # what sets languages apart is not left to chance
    library = Library(stores, ChanceEmbedder(model))
    begun, before = time.perf_counter(), library.passage_count()
    try:
        grow(library, material, passages)
        added = library.passage_count() - before
    finally:
        library.close()
    return {"added": added, "build_seconds": round(time.perf_counter() - begun, 1)}


def _costs(folder: Path, texts: Path, questions: int) -> Figures:
    """Measure in a process that begins with nothing in memory."""
    command = [sys.executable, "-m", "eval.search_costs", str(folder), str(texts)]
    command += ["--questions", str(questions)]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    found: Figures = json.loads(done.stdout)
    return found


def _http(folder: Path, material: Material) -> Figures:
    """Search over HTTP: one after the other, at the same time, and the same at the same time."""
    different = material.asked(2 * SEARCHES, seed=1)
    repeated = material.asked(SEARCHES // CONNECTIONS, seed=2)
    runs = (
        ("one connection", different[CONNECTIONS : SEARCHES // 2], 1),
        (f"{CONNECTIONS} connections", different[SEARCHES:], CONNECTIONS),
        (
            f"{CONNECTIONS} connections, same question",
            [question for question in repeated for _ in range(CONNECTIONS)],
            CONNECTIONS,
        ),
    )
    with serving(folder) as (url, process, ready):
        searches(url, different[:CONNECTIONS], 2)  # the first ones are slow
        figures: Figures = {"ready_seconds": round(ready, 1)}
        for name, questions, connections in runs:
            before = processor_seconds(process)
            found = searches(url, questions, connections)
            taken = (processor_seconds(process) - before) / len(questions)
            figures[name] = found | {"processor_mean": round(MS * taken, 1)}
        return figures | {"anonymous_mib": round(anonymous_mib(process))}


def table(sizes: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield one line a figure, named by the way to it in the JSON, one column a size."""
    rows: dict[str, dict[int, object]] = {}
    for column, size in enumerate(sizes):
        for name, value in _leaves(size):
            rows.setdefault(name, {})[column] = value
    width = max(map(len, rows), default=0)
    for name, values in rows.items():
        cells = (values.get(column, "") for column in range(len(sizes)))
        yield f"{name:{width}} " + " ".join(f"{cell!s:>9}" for cell in cells)


def _leaves(tree: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, object]]:
    for name, value in tree.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{above}{name}: ")
        else:
            yield above + name, value


def drawn(sizes: Sequence[Mapping[str, Any]]) -> str:
    """Draw what grows with the size as an SVG document."""

    def line(name: str, *way: str) -> Series:
        points = []
        for size in sizes:
            value: Any = size
            for step in way:
                value = value[step]
            points.append(Point(size["passages"], max(float(value), 0.01)))
        return Series(name, points)

    shown = [
        line("search p95, ms", "question", "p95"),
        line("search p50, ms", "question", "p50"),
        line("without embedding, ms", "search", "p50"),
        line("loading, s", "load_seconds"),
        line("memory, MiB", "anonymous_mib"),
    ]
    axes = Axes("Cost of a search over the size of the library", "passages", log=True)
    return lines(axes, shown, description=DESCRIPTION)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval.bench_search", description=__doc__)
    parser.add_argument("--passages", type=int, nargs="+", default=SIZES, metavar="N")
    parser.add_argument("--texts", type=Path, help="a folder with .md and .txt files")
    parser.add_argument("--questions", type=int, default=200, help="at each size")
    parser.add_argument("--http-from", type=int, default=HTTP_FROM, metavar="N")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the library here")
    parser.add_argument("--plot", type=Path, metavar="FILE.svg")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


if __name__ == "__main__":
    sys.exit(main())
