"""Measures the product; see --help.

``python -m eval retrieval|answers|answers-report|conversations|ablation|report``
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from assistant import settings, wiring
from assistant.backend import Backend
from eval import (
    ablation,
    answer_report,
    answer_sets,
    answers,
    conversations,
    measured,
    report,
    retrieval,
    tasks,
    variants,
)
from eval.beir import DatasetInvalid, read_beir
from eval.bootstrap import SAMPLES
from eval.case_files import CasesInvalid
from eval.embedding_cache import CachedEmbedder
from retrieval.records import Mode

EXIT_MISSED = 4

Bar = tuple[str, float]
"""(name of a figure, its bar); dots lead into figures of figures: by_kind.offtopic.false_answer"""


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
    missed = _missed(figures, given.at_least or (), given.at_most or ())
    for line in missed:
        print(line, file=sys.stderr)
    return EXIT_MISSED if missed else 0


def _retrieval(given: argparse.Namespace) -> Mapping[str, Any]:
    dataset = read_beir(Path(given.dataset))
    return retrieval.evaluate(dataset, wiring.embedder(settings.load()), Mode(given.mode))


def _answers(given: argparse.Namespace) -> Mapping[str, Any]:
    cases = answers.read_cases(Path(given.cases))
    with _index(given.documents) as backend:
        return answers.report(answers.run(cases, backend))


def _conversations(given: argparse.Namespace) -> Mapping[str, Any]:
    cases = conversations.read_conversations(Path(given.cases))
    with _index(given.documents) as backend:
        return conversations.measure(cases, given.part, backend)


@contextmanager
def _index(documents: str) -> Iterator[Backend]:
    """Open the current index, or one of `documents` that is gone afterwards."""
    if documents:
        with answer_sets.indexed(answer_sets.documents_of(documents), settings.load()) as backend:
            yield backend
        return
    backend, lock = wiring.backend(settings.load())
    try:
        yield backend
    finally:
        backend.close()
        if lock is not None:
            lock.release()


def _answers_report(given: argparse.Namespace) -> Mapping[str, Any]:
    sets = [answer_sets.read_set(name) for name in given.sets]
    names = [one.name for one in sets]
    if len(set(names)) < len(names):
        raise DatasetInvalid(f"{', '.join(names)}: give each its own name, as in NAME=CASES@PATH")
    made = ablation.circumstances(["python", "-m", "eval", *given.typed])
    results = answer_report.results(answer_sets.measured(sets, settings.load(), _told))
    if given.report:
        answer_report.write(results, made, given.report)
    if given.measured:
        measured.write(results, made, given.measured)
    return results


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
        found = [ablation.measure(*one, cached, model, _told) for one in chosen]
    results = {"made": made, **ablation.results(found, given.samples)}
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


def _show_answers(figures: Mapping[str, Any]) -> None:
    bounds = figures["intervals"]
    for name, value in figures.items():
        if isinstance(value, list | dict):
            continue
        low, high = bounds.get(name) or (None, None)
        between = "" if low is None else f"[{low}, {high}]"
        print(f"{name:20} {value!s:8} {between}".rstrip())


def _show_sets(results: Mapping[str, Any]) -> None:
    for name, figures in results.items():
        print(name)
        _show_answers(figures)


def _show_gains(results: Mapping[str, Any]) -> None:
    for verdict in results["verdicts"]:
        print(f"{verdict['step']:12} {'on' if verdict['on'] else 'off':4} {verdict['reason']}")


def _missed(figures: Mapping[str, Any], least: Sequence[Bar], most: Sequence[Bar]) -> list[str]:
    bars = [(*bar, 1, "least") for bar in least] + [(*bar, -1, "most") for bar in most]
    missed = []
    for name, bar, sign, word in bars:
        reached = _figure(figures, name)
        if reached is None or sign * reached < sign * bar:
            missed.append(f"{name} is {reached}, at {word} {bar:g} was asked for")
    return missed


def _figure(figures: Mapping[str, Any], name: str) -> float | None:
    """Return the figure of that name; names of sets and kinds may hold dots themselves."""
    found = figures.get(name)
    if isinstance(found, int | float):
        return found
    for at in (at for at, letter in enumerate(name) if letter == "."):
        below = figures.get(name[:at])
        if isinstance(below, Mapping) and (deeper := _figure(below, name[at + 1 :])) is not None:
            return deeper
    return None


def _bar(given: str) -> Bar:
    """Read METRIC=VALUE; a name may hold an equals sign, a number does not."""
    name, _, value = given.rpartition("=")
    if not name:
        raise argparse.ArgumentTypeError(f"{given}: METRIC=VALUE was meant")
    try:
        return name, float(value)
    except ValueError as exc:
        raise argparse.ArgumentTypeError(f"{given}: {value} is no number") from exc


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    ranked = commands.add_parser("retrieval", help="ranking quality on a data set in BEIR form")
    ranked.add_argument("dataset", help="folder with corpus.jsonl, queries.jsonl, qrels/test.tsv")
    ranked.add_argument("--mode", choices=[mode.value for mode in Mode], default=Mode.HYBRID.value)
    ranked.set_defaults(run=_retrieval)
    asked = commands.add_parser("answers", help="answers and refusals")
    asked.add_argument("cases", help="JSON lines: id, question, kind, answerable, documents, gold")
    asked.add_argument(
        "--documents",
        default="",
        metavar="PATH[,PATH…]",
        help="ask an index of these files and folders instead, which is gone afterwards",
    )
    asked.set_defaults(run=_answers, show=_show_answers)
    ranked.set_defaults(show=_show_figures)
    talked = commands.add_parser("conversations", help="follow-ups, corrections, wishes")
    talked.add_argument("cases", help="JSON lines: id, turns, gold, answerable")
    talked.add_argument("--part", choices=("dev", "test", "all"), default="dev")
    talked.add_argument("--documents", default="", metavar="PATH[,PATH…]", help="as for answers")
    talked.set_defaults(run=_conversations, show=_show_answers)
    told = commands.add_parser("answers-report", help="several sets of cases, for people to read")
    told.add_argument("sets", nargs="+", metavar="[NAME=]CASES.jsonl@PATH[,PATH…]")
    told.add_argument("--report", type=Path, metavar="FILE.md", help="write the report with plots")
    told.add_argument("--measured", type=Path, metavar="FILE.json", help="for the start page")
    told.set_defaults(run=_answers_report, show=_show_sets)
    for command in (ranked, asked, talked, told):
        _add_bars(command)
    _add_ablation(commands.add_parser("ablation", help="what each step of the search is worth"))
    written = commands.add_parser("report", help="an ablation's JSON as Markdown with a plot")
    written.add_argument("results", type=Path, help="what an ablation with --json printed")
    written.add_argument("file", type=Path, help="the report; the plot lies beside it as .svg")
    written.set_defaults(run=_report, show=_show_figures, at_least=(), at_most=())
    for command in commands.choices.values():
        command.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


def _add_bars(command: argparse.ArgumentParser) -> None:
    for bar, side in (("--at-least", "below"), ("--at-most", "above")):
        command.add_argument(
            bar,
            action="append",
            type=_bar,
            metavar="METRIC=VALUE",
            help=f"exit 4 {side} this bar; by_kind.KIND.METRIC names a figure of a kind",
        )


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
    command.set_defaults(run=_ablation, show=_show_gains, at_least=(), at_most=())


if __name__ == "__main__":
    sys.exit(main())
