"""``python -m eval retrieval DATASET`` and ``python -m eval answers CASES``; see --help."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant import settings, wiring
from eval import answers, retrieval
from eval.beir import DatasetInvalid, read_beir
from retrieval.records import Mode

EXIT_MISSED = 4


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit code."""
    given = _parser().parse_args(arguments)
    try:
        figures = given.run(given)
    except (DatasetInvalid, answers.CasesInvalid) as error:
        print(error, file=sys.stderr)
        return 1
    if given.json:
        print(json.dumps(figures, ensure_ascii=False))
    else:
        for name, value in figures.items():
            if not isinstance(value, list | dict):
                print(f"{name:20} {value}")
    missed = _missed(figures, given.at_least or ())
    for line in missed:
        print(line, file=sys.stderr)
    return EXIT_MISSED if missed else 0


def _retrieval(given: argparse.Namespace) -> Mapping[str, Any]:
    dataset = read_beir(Path(given.dataset))
    return retrieval.evaluate(dataset, wiring.embedder(settings.load()), Mode(given.mode))


def _answers(given: argparse.Namespace) -> Mapping[str, Any]:
    cases = answers.read_cases(Path(given.cases))
    backend, lock = wiring.backend(settings.load())
    try:
        return answers.report(answers.run(cases, backend))
    finally:
        backend.close()
        if lock is not None:
            lock.release()


def _missed(figures: Mapping[str, Any], bars: Sequence[str]) -> list[str]:
    missed = []
    for bar in bars:
        name, _, least = bar.partition("=")
        reached = figures.get(name)
        if reached is None or reached < float(least):
            missed.append(f"{name} is {reached}, at least {least} was asked for")
    return missed


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    ranked = commands.add_parser("retrieval", help="ranking quality on a data set in BEIR form")
    ranked.add_argument("dataset", help="folder with corpus.jsonl, queries.jsonl, qrels/test.tsv")
    ranked.add_argument("--mode", choices=[mode.value for mode in Mode], default=Mode.HYBRID.value)
    ranked.set_defaults(run=_retrieval)
    asked = commands.add_parser("answers", help="answers and refusals against the current index")
    asked.add_argument("cases", help="JSON lines: id, question, kind, answerable, documents, gold")
    asked.set_defaults(run=_answers)
    for command in (ranked, asked):
        command.add_argument("--json", action="store_true", help="print one JSON object")
        command.add_argument(
            "--at-least", action="append", metavar="METRIC=VALUE", help="exit 4 below this bar"
        )
    return parser


if __name__ == "__main__":
    sys.exit(main())
