"""Ours beside stock pipelines: ``python -m eval.bench_peers``, or ``make bench-peers``.

LangChain with Chroma, LlamaIndex and Haystack's hybrid, each with its documented defaults, index
the same documents with the same model and answer the same questions; the same function judges all
hits. Each stock pipeline runs twice, on what its own readers make of the files and on the text that
ours extract, so that reading and searching can be told apart. Prints a Markdown table for each set
of cases; exit 4 with ``--at-least-better`` where ours is not better than the best of them.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

from assistant import settings
from eval.case_files import CasesInvalid
from eval.passages import FEW, DocumentsUnread, PassageCase, read_cases
from eval.peers.comparison import Row, not_better, part, row, table
from eval.peers.exchange import OFFLINE, Reply, Source, Task, as_json, carry_out, read_reply
from eval.peers.ours import Ours
from ingest.errors import SourceError
from ingest.files import SourceFile, find
from retrieval.packaged_model import packaged_model

ROOT: Final = Path(__file__).resolve().parent.parent
CASES: Final = ROOT / "eval" / "cases"
SHARED: Final = ROOT.parent / "shared"
PYTHON: Final = ROOT / ".venv-peers" / "bin" / "python"
EXIT_MISSED: Final = 4
PEER_SECONDS: Final = 7_200
OUR_NAME: Final = "kgc-assistant"
OWN: Final = "its own"
GIVEN: Final = "ours"
READERS: Final = {"own": (OWN,), "given": (GIVEN,), "both": (OWN, GIVEN)}
NAMES: Final = ("starter", "crosslingual", "seeds")
LAST_LINES: Final = 8
CURE: Final = "“make bench-peers” sets up the environment of the stock pipelines"

PEERS: Final[Mapping[str, tuple[str, ...]]] = {
    "LangChain, Chroma": ("eval.peers.with_langchain",),
    "LlamaIndex": ("eval.peers.with_llamaindex",),
    "Haystack hybrid, 512 words": ("eval.peers.with_haystack",),
    "Haystack hybrid, 150 words": ("eval.peers.with_haystack", "--splits", "files"),
}
"""Name → module and arguments of each stock pipeline."""


class PeerFailed(Exception):
    """A stock pipeline could not be run; the message holds its last words and the cure."""


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents that are searched together, and the files of cases asked on them."""

    name: str
    paths: tuple[Path, ...]
    cases: tuple[Path, ...]


def collections() -> list[Collection]:
    """Return the collections whose documents are on this machine."""
    starter = ROOT / "corpus" / "documents"
    foreign = CASES / "crosslingual"
    statutes = (SHARED / "data" / "sgb_5.md", SHARED / "data" / "sgb_2.md")
    every = [
        Collection(
            "starter",
            (starter, *(path for path in statutes if path.is_file())),
            (CASES / "retrieval_test.jsonl", CASES / "retrieval_dev.jsonl"),
        ),
        Collection(
            "crosslingual",
            (starter, foreign / "documents"),
            (foreign / "cases_test.jsonl", foreign / "cases_dev.jsonl"),
        ),
        Collection("seeds", (SHARED / "seeds",), (CASES / "seeds_retrieval.jsonl",)),
    ]
    return [one for one in every if all(path.exists() for path in one.paths)]


@dataclass(frozen=True, slots=True)
class Contest:
    """Which stock pipelines run, on whose reading of the files, with which Python."""

    peers: tuple[str, ...]
    readers: tuple[str, ...]
    python: Path


@dataclass(frozen=True, slots=True)
class Standing:
    """What came out on one file of cases: ours first, then every stock pipeline."""

    collection: str
    cases: str
    questions: int
    rows: tuple[Row, ...]
    versions: Mapping[str, str]

    @property
    def missed(self) -> list[str]:
        """Where ours is not better, each with collection and cases."""
        found = not_better(self.rows[0], self.rows[1:]) if self.rows[1:] else []
        return [f"{self.collection}, {self.cases}: {line}" for line in found]

    def as_markdown(self) -> str:
        """Return heading and table."""
        title = f"{self.collection}: {self.cases}, {self.questions} questions"
        return f"### {title}\n\n{table(self.rows)}\n"


def measure(collection: Collection, contest: Contest) -> list[Standing]:
    """Let every pipeline index the collection once and answer all its cases.

    Returns:
        One standing for each file of cases.

    Raises:
        CasesInvalid, DocumentsUnread, PeerFailed, SourceError: One of the parts is not there.
    """
    files = [file for path in collection.paths for file in find(path)]
    held = {file.source for file in files}
    sets = {path.stem: _answerable(read_cases(path), held) for path in collection.cases}
    questions = tuple(case.question for cases in sets.values() for case in cases)
    task = Task(str(packaged_model(settings.load().cache_dir)), (), questions, FEW)
    own, texts = _run_ours(collection, task)
    replies = {(OUR_NAME, GIVEN): own}
    for peer in contest.peers:
        for reader in contest.readers:
            _say(f"{collection.name}: {peer}, {reader}")
            given = replace(task, sources=_sources(files, texts, given=reader == GIVEN))
            replies[peer, reader] = run_peer(contest.python, PEERS[peer], given)
    return list(_standings(collection.name, sets, replies))


def _answerable(cases: Sequence[PassageCase], held: Set[str]) -> list[PassageCase]:
    return [case for case in cases if any(source in held for source in case.documents)]


def _run_ours(collection: Collection, task: Task) -> tuple[Reply, Mapping[str, str]]:
    """Return our reply and what our readers made of each document, by source."""
    _say(f"{collection.name}: {OUR_NAME}")
    with ExitStack() as life:
        ours = Ours(collection.paths, settings.load(), life)
        reply = carry_out(task, lambda _model: ours, {})
        return reply, ours.texts()


def _sources(
    files: Sequence[SourceFile], texts: Mapping[str, str], *, given: bool
) -> tuple[Source, ...]:
    return tuple(
        Source(file.source, str(file.path), texts[file.source], given=given) for file in files
    )


def run_peer(python: Path, module: Sequence[str], task: Task) -> Reply:
    """Run a stock pipeline in a process of its own, without network look-ups or telemetry.

    Args:
        python: The interpreter of the environment that has the pipelines.
        module: The module and its arguments.
        task: What to do.

    Raises:
        PeerFailed: The interpreter is not there, or the process failed, answered nonsense or took
            longer than two hours.
    """
    command = [str(python), "-m", *module]
    environment = {**os.environ, **OFFLINE}  # noqa: TID251  # handed on, not read
    try:
        done = subprocess.run(
            command,
            input=as_json(task),
            capture_output=True,
            encoding="utf-8",
            cwd=ROOT,
            env=environment,
            timeout=PEER_SECONDS,
            check=True,
        )
        return read_reply(done.stdout)
    except subprocess.CalledProcessError as error:
        last = "\n".join(error.stderr.strip().splitlines()[-LAST_LINES:])
        raise PeerFailed(f"{module[0]} ended with {error.returncode}. {CURE}\n{last}") from error
    except (OSError, subprocess.TimeoutExpired, ValueError, KeyError, TypeError) as error:
        raise PeerFailed(f"{module[0]}: {error!r}. {CURE}") from error


def _standings(
    collection: str,
    sets: Mapping[str, Sequence[PassageCase]],
    replies: Mapping[tuple[str, str], Reply],
) -> Iterator[Standing]:
    versions: dict[str, str] = {}
    for reply in replies.values():
        versions.update(reply.versions)
    start = 0
    for stem, cases in sets.items():
        end = start + len(cases)
        rows = tuple(row(*who, cases, part(reply, start, end)) for who, reply in replies.items())
        if cases:
            yield Standing(collection, stem, len(cases), rows, versions)
        start = end


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit code."""
    given = _parser().parse_args(arguments)
    contest = Contest(tuple(given.peer or PEERS), READERS[given.texts], given.python)
    standings: list[Standing] = []
    try:
        for collection in _chosen(given):
            for standing in measure(collection, contest):
                standings.append(standing)
                if not given.json:
                    sys.stdout.write(f"\n{standing.as_markdown()}")
                    sys.stdout.flush()
    except (CasesInvalid, DocumentsUnread, PeerFailed, SourceError) as error:
        _say(str(error))
        return 1
    missed = [line for standing in standings for line in standing.missed]
    if given.json:
        told = {"sets": [asdict(one) for one in standings], "missed": missed}
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    elif standings:
        named = ", ".join(f"{name} {number}" for name, number in standings[-1].versions.items())
        sys.stdout.write(f"\n{named}\n")
    for line in missed:
        _say(line)
    return EXIT_MISSED if missed and given.at_least_better else 0


def _chosen(given: argparse.Namespace) -> list[Collection]:
    """Return what to measure on.

    Raises:
        CasesInvalid: Nothing of what was asked for is on this machine.
    """
    if given.documents or given.cases:
        if not (given.documents and given.cases):
            raise CasesInvalid("--documents and --cases need each other")
        return [Collection("given", tuple(given.documents), tuple(given.cases))]
    found = [one for one in collections() if not given.only or one.name in given.only]
    if not found:
        raise CasesInvalid(f"the documents of {', '.join(given.only)} are not on this machine")
    return found


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval.bench_peers", description=__doc__)
    parser.add_argument(
        "--only", action="append", metavar="COLLECTION", choices=NAMES, help=", ".join(NAMES)
    )
    parser.add_argument("--peer", action="append", choices=PEERS, help="run only this one")
    parser.add_argument("--texts", choices=READERS, default="both", help="whose reading peers get")
    parser.add_argument("--python", type=Path, default=PYTHON, help="interpreter with the peers")
    parser.add_argument("--documents", type=Path, nargs="+", help="files and folders of your own")
    parser.add_argument("--cases", type=Path, nargs="+", help="cases asked on --documents")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--at-least-better",
        action="store_true",
        help="exit 4 where ours does not answer more than the best peer with no more text per hit",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
