"""``python -m eval ablation``: what each step of the search is worth on each data set.

The full search is compared with itself without one step, question by question. Vectors are stored
once for all variants that share them and embeddings are kept, so that a variant costs its searches
and the filling of a lexical index.
"""

from __future__ import annotations

import os
import platform
import shlex
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from statistics import fmean
from typing import Any

from eval.bootstrap import SAMPLES, Interval, macro, paired
from eval.metrics import percentile
from eval.tasks import Task
from eval.variants import FULL, STEPS, Variant, judged, without
from ingest.wording.language import of_question
from retrieval.build import Stores
from retrieval.folder import open_stores
from retrieval.library import Library
from retrieval.ports import Embedder
from retrieval.records import Filters

TIMED = 100
_MS = 1_000
_PERCENT = 100

Json = dict[str, Any]
Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Scored:
    """What one search reached: figures 0..1 by question, and what it took in seconds."""

    figures: Mapping[str, Mapping[str, float]]
    seconds: float

    def of(self, metric: str) -> dict[str, float]:
        """Return one figure by question."""
        return {name: found[metric] for name, found in self.figures.items()}

    def means(self) -> dict[str, float]:
        """Return the mean of each figure, 0..100."""
        names = next(iter(self.figures.values()))
        return {
            name: round(_PERCENT * fmean(f[name] for f in self.figures.values()), 2)
            for name in names
        }


@dataclass(frozen=True, slots=True)
class Measured:
    """One data set with every variant's result, and the times of the full search in seconds."""

    task: Task
    passages: int
    scored: Mapping[str, Scored]
    times: Sequence[float]


def measure(
    task: Task, variants: Sequence[Variant], cached: Embedder, model: Embedder, told: Told
) -> Measured:
    """Index and ask `task` with every variant.

    Args:
        task: The data set.
        variants: The searches; the first is the full one.
        cached: Embeds from memory where it can.
        model: Embeds each question anew, for the times.
        told: Gets a line about each variant.
    """
    languages = {name: of_question(text) for name, text in task.questions}
    scored: dict[str, Scored] = {}
    times: list[float] = []
    passages = 0
    by_vectors = sorted(variants, key=attrgetter("balanced"), reverse=True)  # the full search first
    for _, group in groupby(by_vectors, key=attrgetter("balanced")):
        sharing = list(group)
        with indexed(task, sharing[0], cached) as stores:
            for variant in sharing:
                if variant.name == FULL:  # before anything remembers the questions
                    times = timed(task, Library(stores, model))
                library = Library(stores, cached, steps=variant.steps)
                passages = library.passage_count()
                scored[variant.name] = asked(task, variant, library, languages)
                told(_line(task, variant, scored[variant.name]))
    return Measured(task, passages, scored, times)


@contextmanager
def indexed(task: Task, variant: Variant, embedder: Embedder) -> Iterator[Stores]:
    """Index the task's documents into fresh stores that are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="kgc-ablation-") as folder:
        stores = open_stores(Path(folder))
        library = Library(stores, embedder, steps=variant.steps)
        try:
            with library.batch():
                for entry in task.entries:
                    library.put(entry)
            yield stores
        finally:
            library.close()


def asked(task: Task, variant: Variant, library: Library, languages: Mapping[str, str]) -> Scored:
    """Ask every question and judge the hits."""
    begun = time.perf_counter()
    figures = {}
    for name, text in task.questions:
        query = library.query(text, languages[name])
        hits = library.search(query, Filters(), task.limit, variant.mode)
        figures[name] = task.judge(name, hits)
    return Scored(figures, time.perf_counter() - begun)


def timed(task: Task, library: Library) -> list[float]:
    """Return the seconds of up to 100 questions, from the text to the hits."""
    spent = []
    for _, text in task.questions[:TIMED]:
        begun = time.perf_counter()
        query = library.query(text, of_question(text))
        library.search(query, Filters(), task.limit)
        spent.append(time.perf_counter() - begun)
    return spent


def results(measured: Sequence[Measured], samples: int = SAMPLES) -> Json:
    """Return figures, gains and verdicts as JSON; quality figures and gains are 0..100.

    A data set counts for the steps that it was searched without; one that was never searched
    without any has figures only.
    """
    names = list(dict.fromkeys(name for held in measured for name in held.scored if name != FULL))
    having = {name: [held for held in measured if name in held.scored] for name in names}
    gains = [_gain(held, name, samples) for name in names for held in having[name]]
    signs = {step: _signs(gains, without(step).name) for step in STEPS}
    return {
        "sets": [_set(held) for held in measured],
        "gains": gains,
        "over_all": [_over_all(having[name], name, samples) for name in names],
        "verdicts": [
            {"step": v.step, "gains": v.gains, "losses": v.losses, "on": v.on, "reason": v.reason}
            for step, found in signs.items()
            if found
            for v in [judged(step, found)]
        ],
        "samples": samples,
    }


def _set(held: Measured) -> Json:
    return {
        "name": held.task.name,
        "about": held.task.about,
        "metric": held.task.metric,
        "documents": len(held.task.entries),
        "passages": held.passages,
        "questions": len(held.task.questions),
        "query_ms_p50": round(_MS * percentile(held.times, 0.50), 1),
        "query_ms_p95": round(_MS * percentile(held.times, 0.95), 1),
        "figures": {name: found.means() for name, found in held.scored.items()},
    }


def _gain(held: Measured, variant: str, samples: int) -> Json:
    full, other = (held.scored[name].of(held.task.metric) for name in (FULL, variant))
    found = paired(full, other, samples)
    changed = sum(full[name] != other[name] for name in full)
    return {"set": held.task.name, "variant": variant, "changed": changed, **_bounds(found)}


def _over_all(measured: Sequence[Measured], variant: str, samples: int) -> Json:
    differences = []
    for held in measured:
        full, other = (held.scored[name].of(held.task.metric) for name in (FULL, variant))
        differences.append([full[name] - other[name] for name in sorted(full)])
    return {"variant": variant, **_bounds(macro(differences, samples))}


def _bounds(found: Interval) -> Json:
    return {
        "gain": round(_PERCENT * found.mean, 2),
        "low": round(_PERCENT * found.low, 2),
        "high": round(_PERCENT * found.high, 2),
        "sign": found.sign,
    }


def _signs(gains: Sequence[Json], variant: str) -> list[int]:
    return [gain["sign"] for gain in gains if gain["variant"] == variant]


def _line(task: Task, variant: Variant, scored: Scored) -> str:
    figure = scored.means()[task.metric]
    return f"{task.name:20} {variant.name:20} {task.metric} {figure:6.2f} {scored.seconds:6.1f} s"


def circumstances(command: Sequence[str]) -> Json:
    """Return where and on what state of the code something was measured."""
    return {
        "command": shlex.join(command),
        "commit": _commit(),
        "day": time.strftime("%Y-%m-%d"),
        "machine": f"{_processor()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
    }


def _commit() -> str:
    """Return the short name of the commit, marked where files differ from it, "" without git."""
    try:
        found = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--exclude=*"],
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).parent,
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return found.stdout.strip()


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())
