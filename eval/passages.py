"""Is the right passage found? ``python -m eval.passages CASES FILE_OR_FOLDER…``.

Takes the files in as the product does, into a folder that is gone afterwards, asks every case of
which a named document is among them, and prints how often a right passage comes first and within
the first five, and the mean reciprocal rank. `eval/cases/RETRIEVAL.md` describes the cases.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from assistant import settings, wiring
from assistant.files import items
from assistant.service import Service
from assistant.settings import Settings
from eval.case_files import CasesInvalid, Json, patterns, read_lines
from eval.embedding_cache import CachedEmbedder
from ingest.process.sandbox import Limits, Sandbox
from ingest.wording.language import of_question
from retrieval.folder import open_stores
from retrieval.library import Library
from retrieval.records import Filters, Mode

FEW = 5
"""Passages that people look at; `rank5` counts right ones among them."""


class DocumentsUnread(Exception):
    """A file could not be taken in, so that the figures would not count; the message names it."""


@dataclass(frozen=True, slots=True)
class PassageCase:
    """A question, the documents that answer it, and what a right passage of theirs contains."""

    id: str
    question: str
    kind: str
    documents: tuple[str, ...]
    gold: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A passage as a search returned it: its document's source and its text."""

    source: str
    text: str


def read_cases(path: Path) -> list[PassageCase]:
    """Read the cases, one JSON object a line.

    Raises:
        CasesInvalid: The file or a line is broken, or a case names no document or no pattern.
    """
    return read_lines(path, _case)


def _case(line: Json) -> PassageCase:
    gold = patterns(line)
    documents = tuple(line["documents"])
    if not gold or not documents:
        raise ValueError("a case needs at least one document and one pattern")
    return PassageCase(line["id"], line["question"], line["kind"], documents, gold)


def answers(case: PassageCase, found: Found) -> bool:
    """Tell whether a passage answers a case; runs of white space in it count as one blank."""
    if found.source not in case.documents:
        return False
    text = " ".join(found.text.split())
    return any(pattern.search(text) for pattern in case.gold)


def rank_of(case: PassageCase, found: Sequence[Found]) -> int | None:
    """Return the rank of the first passage that answers the case, from 1; None without one."""
    ranks = (rank for rank, passage in enumerate(found, start=1) if answers(case, passage))
    return next(ranks, None)


def figures(cases: Sequence[PassageCase], ranks: Sequence[int | None]) -> Json:
    """Return the figures over all cases and, under `by_kind`, for each kind.

    Args:
        cases: What was asked.
        ranks: The rank of the first right passage of each case, in the same order.

    Returns:
        `rank1` and `rank5` (right passage first, within five), `mrr` (mean reciprocal rank), all
        0..100, and the number of `questions`.
    """
    by_kind: dict[str, list[int | None]] = defaultdict(list)
    for case, rank in zip(cases, ranks, strict=True):
        by_kind[case.kind].append(rank)
    return {
        **_figures(ranks),
        "by_kind": {kind: _figures(group) for kind, group in sorted(by_kind.items())},
    }


def _figures(ranks: Sequence[int | None]) -> Json:
    return {
        "rank1": _percent([float(rank == 1) for rank in ranks]),
        "rank5": _percent([float(rank is not None and rank <= FEW) for rank in ranks]),
        "mrr": _percent([1 / rank if rank else 0.0 for rank in ranks]),
        "questions": len(ranks),
    }


def _percent(shares: Sequence[float]) -> float:
    return round(100 * sum(shares) / len(shares), 2) if shares else 0.0


@contextmanager
def ingested(
    paths: Sequence[Path], chosen: Settings, vectors: Path | None = None
) -> Iterator[Library]:
    """Take files and folders in, as the product does, into a library that is gone afterwards.

    Args:
        paths: Files and folders; a document's source is its path below the folder.
        chosen: The settings; their data folder is not touched.
        vectors: A file that remembers vectors, so that a second run needs no time for them.

    Raises:
        DocumentsUnread: A file could not be taken in.
    """
    embedder = wiring.embedder(chosen)
    with tempfile.TemporaryDirectory(prefix="kgc-eval-") as folder:
        library = Library(
            open_stores(Path(folder)), CachedEmbedder(embedder, vectors) if vectors else embedder
        )
        service = Service(library, Sandbox(Limits(input_bytes=chosen.max_upload_bytes)))
        try:
            report = service.take_in(items(paths, chosen.max_upload_bytes), internal=False)
            if report["failed"]:
                named = "; ".join(f"{f['source']}: {f['message']}" for f in report["failed"])
                raise DocumentsUnread(f"{len(report['failed'])} not taken in: {named}")
            yield library
        finally:
            service.close()


def measure(
    cases: Sequence[PassageCase], library: Library, mode: Mode = Mode.HYBRID, limit: int = FEW
) -> Json:
    """Ask the library every case that it can answer.

    Args:
        cases: What to ask; those none of whose documents the library holds are left out.
        library: The documents.
        mode: The legs of the search.
        limit: Passages to look at, at least `FEW`; a right one further down counts as not found.

    Returns:
        `figures`, the number of cases `left_out`, and under `cases` for each its `id`, `kind`,
        `question`, the `rank` of the first right passage and, unless that is 1, the `first`
        passages' sources and texts up to rank 3.
    """
    held = {document.source for document in library.documents(internal=False)}
    asked = [case for case in cases if not held.isdisjoint(case.documents)]
    found = [_search(case.question, library, mode, limit) for case in asked]
    ranks = [rank_of(case, passages) for case, passages in zip(asked, found, strict=True)]
    told = [_told(*one) for one in zip(asked, ranks, found, strict=True)]
    return {**figures(asked, ranks), "left_out": len(cases) - len(asked), "cases": told}


def _search(question: str, library: Library, mode: Mode, limit: int) -> list[Found]:
    query = library.query(question, of_question(question))
    hits = library.search(query, Filters(), limit, mode)
    return [Found(hit.document.source, hit.passage.text) for hit in hits]


_SHOWN = 3


def _told(case: PassageCase, rank: int | None, found: Sequence[Found]) -> Json:
    line: Json = {"id": case.id, "kind": case.kind, "question": case.question, "rank": rank}
    if rank != 1:
        line["first"] = [[passage.source, passage.text] for passage in found[:_SHOWN]]
    return line


def _limit(text: str) -> int:
    if (limit := int(text)) < FEW:
        raise argparse.ArgumentTypeError(f"{limit} is below {FEW}, and rank5 needs {FEW} passages")
    return limit


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval.passages", description=__doc__)
    parser.add_argument("cases", type=Path, help="JSON lines: id, question, kind, documents, gold")
    parser.add_argument("paths", type=Path, nargs="+", help="files and folders to search in")
    parser.add_argument("--mode", choices=[mode.value for mode in Mode], default=Mode.HYBRID.value)
    parser.add_argument(
        "--limit", type=_limit, default=FEW, help="passages to look at (%(default)s)"
    )
    parser.add_argument("--vectors", type=Path, help="file that remembers vectors between runs")
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object, with every case"
    )
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit code."""
    given = _parser().parse_args(arguments)
    try:
        cases = read_cases(given.cases)
        with ingested(given.paths, settings.load(), given.vectors) as library:
            measured = measure(cases, library, Mode(given.mode), given.limit)
    except (CasesInvalid, DocumentsUnread) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    lines = [json.dumps(measured, ensure_ascii=False)] if given.json else _table(measured)
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


def _table(measured: Json) -> list[str]:
    rows = {**measured["by_kind"], "all": measured}
    head = f"{'':16}{'rank1':>8}{'rank5':>8}{'mrr':>8}{'questions':>11}"
    body = [
        f"{kind:16}{row['rank1']:8.1f}{row['rank5']:8.1f}{row['mrr']:8.1f}{row['questions']:11}"
        for kind, row in rows.items()
    ]
    left_out = measured["left_out"]
    note = [f"{left_out} questions on documents that were not given"] if left_out else []
    return [head, *body, *note]


if __name__ == "__main__":
    sys.exit(main())
