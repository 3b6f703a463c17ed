"""What a search is measured on: documents to index, questions, and how a list of hits is judged.

Two forms are read: a folder in BEIR form, judged by document as ``python -m eval retrieval`` does
it, and a file of passage cases with the documents they are about, judged by passage.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from assistant.files import items
from assistant.survey import WebSource
from eval.beir import Dataset, DatasetInvalid, read_beir
from eval.corpora import PlainText, entry
from eval.passages import FEW, Found, PassageCase, rank_of, read_cases
from eval.retrieval import PASSAGES, measured
from eval.xquad import ABOUT
from ingest.errors import SourceError
from ingest.process.sandbox import Sandbox
from retrieval.build import Entry
from retrieval.records import Hit

LARGEST_BYTES = 100_000_000

DOCUMENT_METRIC: Final = "ndcg@10"
PASSAGE_METRIC: Final = f"mrr@{FEW}"

Judge = Callable[[str, Sequence[Hit]], dict[str, float]]
"""(id of the question, hits best first) → quality figures 0..1 by name."""


@dataclass(frozen=True, slots=True)
class Task:
    """A data set, ready to be indexed and asked.

    `metric` names the figure of `judge` that searches are compared by, `limit` how many passages
    a search returns. `questions` are (id, text).
    """

    name: str
    about: str
    metric: str
    entries: Sequence[Entry]
    questions: Sequence[tuple[str, str]]
    judge: Judge
    limit: int


def read_task(given: str) -> Task:
    """Read ``[NAME=]FOLDER`` (BEIR form) or ``[NAME=]CASES.jsonl@PATH[,PATH…]`` (passage cases).

    Raises:
        DatasetInvalid: There is nothing like that; the message names the place.
        CasesInvalid: The file of cases cannot be read.
    """
    # A name comes before the path: an equals sign within the path is part of it.
    label, equals, rest = given.partition("=")
    if not equals or "/" in label or "@" in label:
        label, rest = "", given
    place, at, sources = rest.partition("@")
    if at:
        return _of_cases(Path(place), [Path(s) for s in sources.split(",")], label)
    return _of_folder(Path(place), label)


def sampled(task: Task, count: int) -> Task:
    """Return `task` with at most `count` questions, chosen by the hashes of their ids."""
    chosen = sorted(task.questions, key=lambda q: hashlib.sha256(q[0].encode()).digest())[:count]
    kept = set(chosen)
    return replace(task, questions=[question for question in task.questions if question in kept])


def _of_folder(folder: Path, label: str) -> Task:
    dataset = read_beir(folder)
    asked = [(name, text) for name, text in dataset.queries if dataset.judgements.get(name)]
    if not asked:
        raise DatasetInvalid(f"{folder}: no question has a judged document")
    about = folder / ABOUT
    return Task(
        name=label or folder.name,
        about=about.read_text(encoding="utf-8").strip() if about.is_file() else "",
        metric=DOCUMENT_METRIC,
        entries=[
            entry(PlainText(n, title, text.split("\n\n"))) for n, title, text in dataset.documents
        ],
        questions=asked,
        judge=by_document(dataset),
        limit=PASSAGES,
    )


def by_document(dataset: Dataset) -> Judge:
    """Judge the documents of the hits, each at its best passage's place."""

    def judge(name: str, hits: Sequence[Hit]) -> dict[str, float]:
        ranking = list(dict.fromkeys(hit.document.source for hit in hits))
        return measured(ranking, dataset.judgements[name])

    return judge


def _of_cases(path: Path, sources: Sequence[Path], label: str) -> Task:
    """Read cases and the documents they are about; those about other documents are left out."""
    missing = [source for source in sources if not source.exists()]
    if missing:
        raise DatasetInvalid(f"{missing[0]}: not there")
    everything = read_cases(path)
    try:
        entries = list(entries_of(sources))
    except SourceError as exc:
        raise DatasetInvalid(f"{', '.join(map(str, sources))}: {exc}") from exc
    held = {entry.source for entry in entries}
    cases = {case.id: case for case in everything if held.intersection(case.documents)}
    if not cases:
        raise DatasetInvalid(f"{path}: none of {len(everything)} cases is about these documents")
    names = ", ".join(str(source) for source in sources)
    about = (
        f"{len(cases)} of {len(everything)} cases of {path.name}, answered by passages of {names}"
    )
    return Task(
        name=label or path.stem,
        about=about,
        metric=PASSAGE_METRIC,
        entries=entries,
        questions=[(case.id, case.question) for case in cases.values()],
        judge=by_passage(cases),
        limit=FEW,
    )


def by_passage(cases: Mapping[str, PassageCase]) -> Judge:
    """Judge by the rank of the first passage that answers."""

    def judge(name: str, hits: Sequence[Hit]) -> dict[str, float]:
        found = [Found(hit.document.source, hit.passage.text) for hit in hits]
        return figures_of_rank(rank_of(cases[name], found))

    return judge


def figures_of_rank(rank: int | None) -> dict[str, float]:
    """Return the figures of one question whose first right passage has `rank`, from 1."""
    few = rank is not None and rank <= FEW
    return {
        PASSAGE_METRIC: 1 / rank if rank and few else 0.0,
        "recall@1": float(rank == 1),
        f"recall@{FEW}": float(few),
    }


def entries_of(sources: Sequence[Path]) -> Iterator[Entry]:
    """Read files and folders with the product's own readers, in a child process.

    Raises:
        DatasetInvalid: A source is an address.
        SourceError: A file cannot be read.
    """
    with Sandbox() as sandbox:
        for item in items(sources, LARGEST_BYTES):
            if isinstance(item, WebSource):
                raise DatasetInvalid(f"{item}: addresses are not measured")
            data = item.load()
            parsed = sandbox.parse(data, item.source)
            yield Entry(
                source=item.source,
                origin=item.origin,
                sha256=parsed.sha256,
                document=parsed.document,
                chunks=parsed.chunks,
                original=b"",
                media_type="application/octet-stream",
            )
