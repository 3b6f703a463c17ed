"""Measures the product: ``python -m eval retrieval|answers|ablation|report``; see --help."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant import settings, wiring
from eval import ablation, answers, report, retrieval, tasks, variants
from eval.beir import DatasetInvalid, read_beir
from eval.bootstrap import SAMPLES
from eval.case_files import CasesInvalid
from eval.embedding_cache import CachedEmbedder
from retrieval.records import Mode

EXIT_MISSED = 4


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit code."""
    typed = list(sys.argv[1:] if arguments is None else arguments)
    given = _parser().parse_args(typed, argparse.Namespace(typed=typed))
    try:
        figures = given.run(given)
    except (DatasetInvalid, CasesInvalid) as error:
        print(error, file=sys.stderr)
        return 1
    if given.json:
        print(json.dumps(figures, ensure_ascii=False))
    else:
        given.show(figures)
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


def _ablation(given: argparse.Namespace) -> Mapping[str, Any]:
    steps = variants.reduced(given.steps or variants.STEPS)
    legs = [] if given.steps else variants.legs()[1:]
    chosen = [(tasks.read_task(name), [*steps, *legs]) for name in given.datasets]
    chosen += [(tasks.read_task(name), variants.legs()) for name in given.held_out]
    names = [task.name for task, _ in chosen]
    if len(set(names)) < len(names):
        raise DatasetInvalid(f"{', '.join(names)}: give each its own name, as in NAME=FOLDER")
    if given.questions:
        chosen = [(tasks.sampled(task, given.questions), searches) for task, searches in chosen]
    made = ablation.circumstances(["python", "-m", "eval", *given.typed])
    model = wiring.embedder(settings.load())
    with tempfile.TemporaryDirectory(prefix="kgc-eval-") as folder:
        cached = CachedEmbedder(model, given.cache or Path(folder) / "vectors.sqlite3")
        measured = [ablation.measure(*one, cached, model, _told) for one in chosen]
    results = {"made": made, **ablation.results(measured, given.samples)}
    if given.report:
        report.write(results, given.report)
    return results


def _report(given: argparse.Namespace) -> Mapping[str, Any]:
    try:
        results = json.loads(given.results.read_text(encoding="utf-8"))
        report.write(results, given.file)
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise DatasetInvalid(
            f"{given.results}: {exc!r} where an ablation's JSON was meant"
        ) from exc
    return {"report": str(given.file), "plot": str(given.file.with_suffix(".svg"))}


def _told(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _show_figures(figures: Mapping[str, Any]) -> None:
    for name, value in figures.items():
        if not isinstance(value, list | dict):
            print(f"{name:20} {value}")


def _show_gains(results: Mapping[str, Any]) -> None:
    for verdict in results["verdicts"]:
        print(f"{verdict['step']:12} {'on' if verdict['on'] else 'off':4} {verdict['reason']}")


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
        command.set_defaults(show=_show_figures)
        command.add_argument(
            "--at-least", action="append", metavar="METRIC=VALUE", help="exit 4 below this bar"
        )
    _add_ablation(commands.add_parser("ablation", help="what each step of the search is worth"))
    written = commands.add_parser("report", help="an ablation's JSON as Markdown with a plot")
    written.add_argument("results", type=Path, help="what an ablation with --json printed")
    written.add_argument("file", type=Path, help="the report; the plot lies beside it as .svg")
    written.set_defaults(run=_report, show=_show_figures, at_least=())
    for command in commands.choices.values():
        command.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


def _add_ablation(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "datasets",
        nargs="+",
        metavar="DATASET",
        help="[NAME=]FOLDER in BEIR form, or [NAME=]CASES.jsonl@PATH[,PATH…]",
    )
    command.add_argument(
        "--held-out",
        nargs="+",
        default=(),
        metavar="DATASET",
        help="measure the search and its legs, but decide on no step",
    )
    command.add_argument("--report", type=Path, metavar="FILE.md", help="also write a report")
    command.add_argument("--cache", type=Path, metavar="FILE", help="keep vectors for later runs")
    command.add_argument("--samples", type=int, default=SAMPLES, help="draws of the bootstrap")
    command.add_argument("--questions", type=int, metavar="N", help="at most N of each data set")
    command.add_argument(
        "--steps", nargs="+", choices=variants.STEPS, metavar="STEP", help="only these"
    )
    command.set_defaults(run=_ablation, show=_show_gains, at_least=())


if __name__ == "__main__":
    sys.exit(main())
