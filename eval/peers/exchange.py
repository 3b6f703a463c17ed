"""What `eval.bench_peers` and a pipeline in another process tell each other: JSON, once each way.

Needs nothing but the standard library, so that it runs in both environments.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any, Final, Protocol

QUERY_PROMPT: Final = "query: "
PASSAGE_PROMPT: Final = "passage: "
"""What multilingual-e5 was trained with (its model card); every pipeline has a place for them."""

OFFLINE: Final = {
    "ANONYMIZED_TELEMETRY": "False",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "LANGSMITH_TRACING": "false",
    "DO_NOT_TRACK": "1",
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TOKENIZERS_PARALLELISM": "false",
}
"""Environment of a peer: no reports home, no look-ups on the model hub."""


@dataclass(frozen=True, slots=True)
class Source:
    """A document to index.

    With `given` the pipeline takes `text`, what our readers made of the file; without, it reads the
    file at `path` itself and takes `text` only where it ships no reader for this kind of file.
    """

    source: str
    path: str
    text: str
    given: bool


@dataclass(frozen=True, slots=True)
class Task:
    """Index `sources` with the sentence-transformers folder `model`, then answer `questions`."""

    model: str
    sources: tuple[Source, ...]
    questions: tuple[str, ...]
    limit: int


@dataclass(frozen=True, slots=True)
class Hit:
    """One passage as the pipeline hands it on, and the source of its document."""

    source: str
    text: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What a pipeline found: hits and seconds of each question, in the order of the task."""

    hits: tuple[tuple[Hit, ...], ...]
    seconds: tuple[float, ...]
    index_seconds: float
    passages: int
    versions: Mapping[str, str]


class Pipeline(Protocol):
    """A way from files to ranked passages."""

    def index(self, sources: Sequence[Source]) -> int:
        """Read, split, embed and store; returns the number of passages."""
        ...

    def search(self, question: str, limit: int) -> list[Hit]:
        """Return the `limit` best passages, best first."""
        ...


def carry_out(task: Task, build: Callable[[str], Pipeline], versions: Mapping[str, str]) -> Reply:
    """Build, index and search with the clock running; loading the model counts for the index."""
    begun = time.perf_counter()
    pipeline = build(task.model)
    passages = pipeline.index(task.sources)
    index_seconds = time.perf_counter() - begun
    pipeline.search("Aufwärmen", task.limit)  # the first question pays for things made on demand
    hits, seconds = [], []
    for question in task.questions:
        begun = time.perf_counter()
        hits.append(tuple(pipeline.search(question, task.limit)))
        seconds.append(time.perf_counter() - begun)
    return Reply(tuple(hits), tuple(seconds), index_seconds, passages, versions)


def serve(build: Callable[[str], Pipeline], distributions: Sequence[str]) -> None:
    """Carry out the task on standard input and write the reply to standard output.

    Whatever libraries print goes to standard error meanwhile.

    Args:
        build: Loads the model in a folder and returns the pipeline.
        distributions: Names of the packages whose versions belong to the figures.
    """
    task = read_task(sys.stdin.read())
    kept = os.dup(1)
    os.dup2(2, 1)
    found = carry_out(task, build, {name: version(name) for name in distributions})
    with os.fdopen(kept, "w", encoding="utf-8") as out:
        out.write(as_json(found))


def as_json(message: Task | Reply) -> str:
    """Write a task or a reply."""
    return json.dumps(asdict(message), ensure_ascii=False)


def read_task(text: str) -> Task:
    """Read a task.

    Raises:
        ValueError, KeyError, TypeError: It is none.
    """
    told: dict[str, Any] = json.loads(text)
    sources = tuple(Source(**source) for source in told["sources"])
    return Task(told["model"], sources, tuple(told["questions"]), told["limit"])


def read_reply(text: str) -> Reply:
    """Read a reply.

    Raises:
        ValueError, KeyError, TypeError: It is none.
    """
    told: dict[str, Any] = json.loads(text)
    hits = tuple(tuple(Hit(**hit) for hit in found) for found in told.pop("hits"))
    return Reply(hits, tuple(told.pop("seconds")), **told)
