"""What answers with a language model are worth: ``python -m eval.bench_generation``.

Asks the questions of the development cases, from the starter corpus, with the model of the settings
(``KGC_LLM_BASE_URL``, ``KGC_LLM_MODEL``) or else the weak one of `eval.weak_model`, of which every
sentence is made to cite, so that every sentence is checked. Only questions that the product answers
count: others never reach a model. Citation precision and recall are those of ALCE (Gao et al.
2023) over the quotes shown, with the product's check in the place of their model of entailment;
`unproven` counts what a second, independent check does not find in the quotes. Our own share of the
time is all but the waiting for the model.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean

from assistant import settings, wiring
from assistant.answer import Answer, Citation
from assistant.answering import answering
from assistant.ask import Request, consider
from assistant.generation.breaker import Breaker
from assistant.generation.draft import Draft
from assistant.generation.generate import Writer
from assistant.generation.limits import Limits
from assistant.generation.ports import ChatModel, Message
from assistant.generation.register import Style
from assistant.generation.warm import warm
from assistant.intake import Silent
from assistant.service import LocalBackend
from assistant.settings import Settings
from assistant.steps import Said
from assistant.verification.check import verify
from eval.alce import Cited, Stated, Supports, citations, over_all
from eval.bench_search import say
from eval.metrics import percentile
from eval.proven import unproven
from eval.weak_model import NAME, CitesEverything, weak_model
from ingest.wording.sentences import sentences
from retrieval.library import Library
from retrieval.records import Hit, Passage

Rarity = Callable[[str], float]

CORPUS = Path("corpus/documents")
CASES = (Path("eval/cases/dev.jsonl"), Path("eval/cases/retrieval_dev.jsonl"))
QUESTIONS = 100
PATIENT = Limits(first_token_seconds=300.0, whole_seconds=600.0, parallel=1)
WEAK = Limits(300.0, 600.0, 1, source_characters=800)
_MS = 1_000
_MOST_SOURCES = 6


class Timed:
    """A `ChatModel` that says how long its reader waited for it, and what it said."""

    def __init__(self, model: ChatModel) -> None:
        """Wrap `model`."""
        self._model = model
        self.waited = 0.0
        self.asked = 0
        self.said = ""

    def stream(self, messages: Sequence[Message]) -> Generator[str]:
        """Yield the other's pieces."""
        self.asked += 1
        self.said = ""
        stream = self._model.stream(messages)
        try:
            while True:
                begun = time.perf_counter()
                piece = next(stream, None)
                self.waited += time.perf_counter() - begun
                if piece is None:
                    return
                self.said += piece
                yield piece
        finally:
            stream.close()

    def close(self) -> None:
        """Close the other."""
        self._model.close()


@dataclass(slots=True)
class Figures:
    """What is counted over all questions; seconds are of the first sentence shown."""

    generated: int = 0
    replaced: int = 0
    written: int = 0
    shown: int = 0
    unproven: list[tuple[str, list[str]]] = field(default_factory=list)
    cited: list[Cited] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    own: list[float] = field(default_factory=list)

    def as_json(self, model: str, asked: int) -> dict[str, object]:
        """Return the figures under the names of the report."""
        alce = over_all(self.cited)
        return {
            "model": model,
            "questions": asked,
            "generated": self.generated,
            "replaced": self.replaced,
            "sentences_written": self.written,
            "sentences_shown": self.shown,
            "sentences_dropped": self.written - self.shown,
            "unproven": len(self.unproven),
            "citation_recall": round(100 * alce.recall, 1) if alce else None,
            "citation_precision": round(100 * (alce.precision or 0), 1) if alce else None,
            **{f"first_ms_p{p}": _ms(self.first, p) for p in (50, 95)},
            **{f"own_ms_p{p}": _ms(self.own, p) for p in (50, 95)},
            "own_ms_mean": round(_MS * fmean(self.own), 1) if self.own else None,
        }


def _ms(seconds: Sequence[float], percent: int) -> float | None:
    return round(_MS * percentile(seconds, percent / 100), 1) if seconds else None


def measure(
    library: Library, model: Timed, limits: Limits, questions: Sequence[str], most: int
) -> Figures:
    """Ask until the model was asked `most` times; tells on stderr how far it is."""
    found = Figures()
    writer = Writer(model, verify, limits, breaker=Breaker(failures=1_000_000))
    warm(verify)
    for question in questions:
        consider(Request(question), library)  # what is read once for each question is read
        before = model.asked
        one(library, model, writer, question, found)
        if model.asked > before and model.asked % 10 == 0:
            say(f"{model.asked} of {most}, generated {found.generated} …")
        if model.asked >= most:
            break
    return found


def one(library: Library, model: Timed, writer: Writer, question: str, found: Figures) -> Answer:
    """Ask one question and count."""
    before, waited, begun = model.asked, model.waited, time.perf_counter()
    answer: Answer | None = None
    first = own = 0.0
    steps = answering(Request(question), Style.STANDARD, library, writer)
    while answer is None:
        try:
            step = next(steps)
        except StopIteration as end:
            answer = end.value
            break
        if isinstance(step, Said) and not first:
            first = time.perf_counter() - begun
            own = first - (model.waited - waited)
    assert answer is not None
    if model.asked > before:
        found.first.append(first)
        found.own.append(own)
        count(answer, model.said, library.rarity, found)
    return answer


def count(answer: Answer, said: str, rarity: Rarity, found: Figures) -> None:
    """Count one answer that a model was asked for; `said` is all that it wrote.

    `rarity` tells how telling a stem is (idf).
    """
    draft = Draft(_MOST_SOURCES)
    found.written += len([*draft.feed(said), *draft.finish()])
    if answer.mode != "generated":
        found.replaced += 1
        return
    found.generated += 1
    quotes = {cited.id: cited for cited in answer.citations}
    for sentence in answer.sentences:
        cited = [quotes[number] for number in sentence.citations]
        proof = [text for c in cited for text in (c.quote, c.document.title, c.section)]
        lacking = unproven(sentence.text, proof, answer.language)
        if lacking:
            found.unproven.append((sentence.text, lacking))
    found.shown += len(answer.sentences)
    stated = [
        Stated(s.text, [quotes[number].quote for number in s.citations]) for s in answer.sentences
    ]
    found.cited.append(citations(stated, _support(answer, rarity)))


def _support(answer: Answer, rarity: Rarity) -> Supports:
    """Return the product's check over what is shown of `answer`: its quotes and their sections."""
    quoted = {cited.quote: _hit(cited) for cited in answer.citations}

    def supports(sentence: str, passages: Sequence[str]) -> bool:
        hits = [quoted[text] for text in passages]
        return verify(sentence, answer.language, hits, rarity).supported

    return supports


def _hit(cited: Citation) -> Hit:
    text, record = cited.quote, cited.document
    passage = Passage(
        record.document_id, 1, 0, 0, len(text), text, cited.page, cited.section,
        tuple(sentences(text)), cited.reference,
    )  # fmt: skip
    return Hit(passage, record, 1.0, 1.0, 1.0)


@contextmanager
def starter(folder: Path, chosen: Settings) -> Iterator[Library]:
    """Take the starter corpus into a data folder and open it."""
    held = wiring.service(chosen.model_copy(update={"data_dir": folder, "llm_base_url": ""}))
    try:
        backend = LocalBackend(held, chosen.max_upload_bytes)
        backend.ingest([CORPUS], internal=False, progress=Silent())
        yield held.library
    finally:
        held.close()


@contextmanager
def model_of(chosen: Settings) -> Iterator[tuple[str, ChatModel, Limits]]:
    """Return the configured model, else the weak one made to cite, with its name and limits."""
    if chosen.llm_base_url and chosen.llm_model:
        model: ChatModel = wiring.chat_model(chosen)
        try:
            yield chosen.llm_model, model, PATIENT
        finally:
            model.close()
        return
    with weak_model() as url:
        weak = {"llm_base_url": url, "llm_model": NAME, "llm_timeout_seconds": 600.0}
        model = wiring.chat_model(chosen.model_copy(update=weak))
        try:
            yield NAME, CitesEverything(model), WEAK
        finally:
            model.close()


def questions_of(cases: Sequence[Path]) -> list[str]:
    """Return the questions of files of cases, each once, those that nothing answers left out."""
    lines = [json.loads(line) for path in cases for line in path.read_text("utf-8").splitlines()]
    asked = [case["question"] for case in lines if case.get("answerable", True)]
    return list(dict.fromkeys(asked))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench_generation", description=__doc__)
    parser.add_argument("--questions", type=int, default=QUESTIONS, metavar="N")
    parser.add_argument("--cases", type=Path, action="append", metavar="CASES.jsonl")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args(arguments)
    chosen = settings.load()
    with (
        tempfile.TemporaryDirectory(prefix="kgc-bench-") as place,
        starter(Path(place), chosen) as library,
        model_of(chosen) as (name, model, limits),
    ):
        timed = Timed(model)
        asked = questions_of(given.cases or CASES)
        found = measure(library, timed, limits, asked, given.questions)
    for sentence, lacking in found.unproven:
        say(f"unproven: {sentence} ({', '.join(lacking)})")
    figures = found.as_json(name, timed.asked)
    lines = [json.dumps(figures)] if given.json else [f"{n:20} {v}" for n, v in figures.items()]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
