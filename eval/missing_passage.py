"""Does the confidence know a missing passage? ``python -m eval.missing_passage XQUAD_DE``.

Every passage of XQuAD (Artetxe et al. 2020) is a document of its own, without a title. Each
question is asked twice: once with all passages there, once with the one that answers it withheld,
while its sisters of the same article stay, which makes it a near miss. The product answers by its
own path, and its confidence has to tell the two apart (AUROC). Only questions about articles that
the reading model was not trained on are asked. The interval comes from a bootstrap over passages,
since questions about one passage are no independent findings.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant import settings, wiring
from assistant.answer import Answer, Kind
from assistant.backend import Asked
from assistant.service import Service
from assistant.settings import Settings
from eval.ablation import circumstances
from eval.calibration import auroc
from eval.corpora import PlainText, entry
from eval.proportions import Proportion, share_of
from eval.reading.examples import trained_on
from eval.report import table
from eval.xquad import Passage, XQuestion, read_xquad

DRAWS = 1_000
SEED = 1_190
TAIL = 0.025
EXIT_MISSED = 4

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Reply:
    """What one question got; `passage` is the one that answers it, `there` whether it was there.

    `surety` is the confidence 0..1 (0 for a fixed reply), `hit` whether the answer or one of its
    quotes holds the words that are right.
    """

    passage: int
    there: bool
    surety: float
    answered: bool
    hit: bool


@contextmanager
def passages_in(passages: Sequence[Passage], chosen: Settings) -> Iterator[Service]:
    """Build the product on the passages, in a data folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="kgc-eval-") as folder:
        service = wiring.service(chosen.model_copy(update={"data_dir": Path(folder)}))
        try:
            with service.library.batch():
                for passage in passages:
                    service.library.put(entry(_text(passage)))
            yield service
        finally:
            service.close()


def _text(passage: Passage) -> PlainText:
    return PlainText(f"{passage.number}.txt", "", passage.text.split("\n\n"))


def replies(
    passages: Sequence[Passage], questions: Sequence[XQuestion], service: Service
) -> Iterator[Reply]:
    """Ask each question with its passage, and then without it.

    Args:
        passages: Those whose questions are asked; the service holds them, and perhaps others.
        questions: Those about other passages are left out.
        service: The product.
    """
    about: dict[int, list[XQuestion]] = defaultdict(list)
    for question in questions:
        about[question.passage].append(question)
    library = service.library
    held = {record.source: record.document_id for record in library.documents(internal=True)}
    for passage in passages:
        asked = about[passage.number]
        yield from (_reply(question, service, there=True) for question in asked)
        library.remove(held[f"{passage.number}.txt"])
        yield from [_reply(question, service, there=False) for question in asked]
        library.put(entry(_text(passage)))


def _reply(question: XQuestion, service: Service, *, there: bool) -> Reply:
    answer, _, _ = service.answer(Asked(question.text), internal=True)
    said = " ".join([answer.markdown, *(cited.quote for cited in answer.citations)])
    return Reply(
        passage=question.passage,
        there=there,
        surety=_surety(answer),
        answered=answer.kind is Kind.ANSWER,
        hit=_plain(question.answer) in _plain(said),
    )


def _surety(answer: Answer) -> float:
    return answer.confidence if answer.kind in (Kind.ANSWER, Kind.REFUSAL) else 0.0


def _plain(text: str) -> str:
    return " ".join(text.replace("\\", "").casefold().split())


def figures(found: Sequence[Reply]) -> Json:
    """Return `auroc` 0..1 with its interval, and rates in percent with theirs.

    `false_refusal` is of the questions whose passage was there, `false_answer` of those whose
    passage was withheld, `right` the answers with the right words among all of the first.
    """
    there = [reply for reply in found if reply.there]
    withheld = [reply for reply in found if not reply.there]
    area = auroc([reply.surety for reply in found], [reply.there for reply in found])
    return {
        "auroc": None if area is None else round(area, 4),
        "auroc_interval": interval(found),
        **_rate("right", share_of(reply.answered and reply.hit for reply in there)),
        **_rate("false_refusal", share_of(not reply.answered for reply in there)),
        **_rate("false_answer", share_of(reply.answered for reply in withheld)),
        "questions": len(there),
        "passages": len({reply.passage for reply in found}),
    }


def _rate(name: str, found: Proportion) -> Json:
    return {name: found.percent, f"{name}_interval": found.interval}


def interval(found: Sequence[Reply], draws: int = DRAWS) -> tuple[float, float] | None:
    """Return the middle 95 % of the AUROC over draws of passages; None where there is none."""
    by_passage: dict[int, list[Reply]] = defaultdict(list)
    for reply in found:
        by_passage[reply.passage].append(reply)
    groups = [
        (np.array([r.surety for r in group]), np.array([r.there for r in group]))
        for group in by_passage.values()
    ]
    if not groups:
        return None
    chance = np.random.default_rng(SEED)
    areas = []
    for drawn in chance.integers(0, len(groups), (draws, len(groups))):
        scores, labels = zip(*(groups[at] for at in drawn), strict=True)
        areas.append(auroc(np.concatenate(scores), np.concatenate(labels)))
    if any(area is None for area in areas):
        return None
    low, high = np.quantile(np.array(areas, dtype=np.float64), (TAIL, 1 - TAIL))
    return round(float(low), 4), round(float(high), 4)


def held_back(passages: Sequence[Passage]) -> list[Passage]:
    """Return the passages of the articles that the reading model was not trained on."""
    articles = sorted({passage.article for passage in passages})
    return [passage for passage in passages if not trained_on(passage.article, articles)]


def sampled(passages: Sequence[Passage], count: int) -> list[Passage]:
    """Return at most `count` passages, chosen by the hashes of their texts, in their order."""
    ordered = sorted(passages, key=lambda p: hashlib.sha256(p.text.encode()).digest())
    kept = {passage.number for passage in ordered[:count]}
    return [passage for passage in passages if passage.number in kept]


def markdown(found: Mapping[str, object], made: Mapping[str, object]) -> str:
    """Return the figures as a report with the circumstances they were measured in."""
    assert __doc__
    rows = [
        [name, str(value), _between(found.get(f"{name}_interval"))]
        for name, value in found.items()
        if not name.endswith("_interval")
    ]
    parts = [
        "# Does the confidence know a missing passage?",
        f"Measured on {made['day']} by `{made['command']}`, commit `{made['commit']}`, "
        f"on {made['machine']}, Python {made['python']}.",
        __doc__.partition("\n\n")[2].strip(),
        table(("figure", "value", "95 % interval"), rows),
    ]
    return "\n\n".join(parts) + "\n"


def _between(bounds: object) -> str:
    return f"{bounds[0]} to {bounds[1]}" if isinstance(bounds, tuple) else ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; returns 4 where the AUROC misses its bar."""
    typed = list(sys.argv[1:] if arguments is None else arguments)
    given = _parser().parse_args(typed)
    passages, questions = read_xquad(given.file)
    made = circumstances(["python", "-m", "eval.missing_passage", *typed])
    asked = sampled(held_back(passages), given.passages)
    with passages_in(passages, settings.load()) as service:
        found = figures(list(replies(asked, questions, service)))
    if given.report:
        given.report.write_text(markdown(found, made), encoding="utf-8")
    lines = [json.dumps(found)] if given.json else [f"{n:24} {v}" for n, v in found.items()]
    sys.stdout.write("\n".join(lines) + "\n")
    area = found["auroc"]
    missed = not isinstance(area, float) or area < given.at_least
    if missed and given.at_least:
        sys.stderr.write(f"auroc is {area}, at least {given.at_least} was asked for\n")
    return EXIT_MISSED if missed and given.at_least else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval.missing_passage", description=__doc__)
    parser.add_argument("file", type=Path, help="XQuAD in one language")
    parser.add_argument(
        "--passages", type=int, default=1_000_000, metavar="N", help="withhold N passages at most"
    )
    parser.add_argument("--at-least", type=float, default=0.0, metavar="AUROC")
    parser.add_argument("--report", type=Path, metavar="FILE.md")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


if __name__ == "__main__":
    sys.exit(main())
