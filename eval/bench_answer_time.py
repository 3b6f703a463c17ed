"""How long an answer takes in a large library: ``python -m eval.bench_answer_time``.

The library is the synthetic one of `eval.bench_search`: real sentences in new combinations, with
the real models for questions and sentences. Each question is asked of the product in this process,
from its text to the whole answer, without HTTP and without a language model. All questions differ;
each is asked once for the first time and, after all of them, once more. The processor's time, over
all threads, says what other work on the machine did not add.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant import settings, wiring
from assistant.answer import Kind
from assistant.backend import Asked
from assistant.service import Service
from assistant.settings import Settings
from eval.ablation import circumstances
from eval.bench_search import STARTER, TEXTS, build, say
from eval.metrics import percentile
from eval.report import table
from eval.synthetic import read_material

PASSAGES = 20_000
QUESTIONS = 120
WARM_UP = 5
EXIT_MISSED = 4
_MS = 1_000

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Timed:
    """Seconds of one answer on the wall, and on the processor over all threads."""

    seconds: float
    processor: float
    answered: bool


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; returns 4 where the time misses its bar."""
    typed = list(sys.argv[1:] if arguments is None else arguments)
    given = _parser().parse_args(typed)
    made = circumstances(["python", "-m", "eval.bench_answer_time", *typed])
    texts = given.texts or (TEXTS if (TEXTS / "sgb_5.md").is_file() else STARTER)
    material = read_material(texts)
    # No address is asked for the words of an answer.
    chosen = settings.load().model_copy(update={"llm_base_url": ""})
    with tempfile.TemporaryDirectory(prefix="kgc-bench-") as place:
        folder = given.keep or Path(place)
        say(f"{given.passages} passages …")
        build(folder, material, given.passages)
        say(f"{given.questions} questions …")
        found = measure(folder, material.asked(given.questions + WARM_UP), chosen)
    if given.report:
        given.report.write_text(markdown(found, made), encoding="utf-8")
    lines = [json.dumps(found)] if given.json else [f"{n:24} {v}" for n, v in found.items()]
    sys.stdout.write("\n".join(lines) + "\n")
    p95 = found["first_ms_p95"]
    assert isinstance(p95, float)
    if given.at_most is not None and p95 > given.at_most:
        say(f"first_ms_p95 is {p95}, at most {given.at_most:g} was asked for")
        return EXIT_MISSED
    return 0


def measure(folder: Path, questions: Sequence[str], chosen: Settings) -> Json:
    """Open a data folder as the product does and ask it, on one thread.

    Args:
        folder: A data folder that no process has open.
        questions: Distinct ones, the first few of which only warm up.
        chosen: Settings; their data folder is not touched.

    Returns:
        Milliseconds when first asked, over all questions and over those answered rather than
        refused, and when asked again, on the wall and on the processor; the library's passages,
        the number of questions, and how many of them were answered.
    """
    service = wiring.service(chosen.model_copy(update={"data_dir": folder}))
    try:
        _timed(questions[:WARM_UP], service)
        asked = questions[WARM_UP:]
        first, again = _timed(asked, service), _timed(asked, service)
        return {
            "passages": service.library.passage_count(),
            "questions": len(asked),
            "answered": sum(timed.answered for timed in first),
            **_percentiles("first", first),
            **_percentiles("first_answered", [timed for timed in first if timed.answered]),
            **_percentiles("again", again),
        }
    finally:
        service.close()


def _timed(questions: Sequence[str], service: Service) -> list[Timed]:
    found = []
    for question in questions:
        begun, spent = time.perf_counter(), time.process_time()
        answer, _, _ = service.answer(Asked(question), internal=False)
        took = time.perf_counter() - begun, time.process_time() - spent
        found.append(Timed(*took, answer.kind is Kind.ANSWER))
    return found


def _percentiles(name: str, found: Sequence[Timed]) -> Json:
    times = [timed.seconds for timed in found]
    spent = [timed.processor for timed in found]
    return {
        **{f"{name}_ms_p{p}": round(_MS * percentile(times, p / 100), 1) for p in (50, 95)},
        f"{name}_processor_ms_p50": round(_MS * percentile(spent, 0.5), 1),
    }


def markdown(found: Json, made: Json) -> str:
    """Return the figures as a report with the circumstances they were measured in."""
    assert __doc__
    parts = [
        "# How long an answer takes",
        f"Measured on {made['day']} by `{made['command']}`, commit `{made['commit']}`, "
        f"on {made['machine']}, Python {made['python']}.",
        __doc__.partition("\n\n")[2].strip(),
        table(("figure", "value"), ([name, str(value)] for name, value in found.items())),
    ]
    return "\n\n".join(parts) + "\n"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval.bench_answer_time", description=__doc__)
    parser.add_argument("--passages", type=int, default=PASSAGES, metavar="N")
    parser.add_argument("--questions", type=int, default=QUESTIONS, metavar="N")
    parser.add_argument("--texts", type=Path, help="a folder with .md and .txt files")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the library here")
    parser.add_argument("--at-most", type=float, metavar="MS", help="exit 4 where p95 is above")
    parser.add_argument("--report", type=Path, metavar="FILE.md")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


if __name__ == "__main__":
    sys.exit(main())
