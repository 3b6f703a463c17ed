"""``python -m eval answers``: are the answers right, proven, and refused where they should be?"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from assistant.answer import Kind
from assistant.backend import Asked, Backend
from assistant.errors import ServerRefused
from eval.calibration import Judged, aurc, auroc, brier, ece
from eval.case_files import Json, patterns, read_lines
from eval.metrics import percentile
from eval.proportions import Proportion, share_of
from retrieval.errors import DocumentUnknown

# The product escapes a bracket before a number in the words of a source.
_MARKER = re.compile(r"(?<!\\)\[(\d+)\]")
_MS = 1_000
_GONE = 404


@dataclass(frozen=True, slots=True)
class Case:
    """One question, whether the index can answer it, where and how."""

    name: str
    question: str
    kind: str
    answerable: bool
    documents: tuple[str, ...]
    gold: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one case; the marks are None where they do not apply.

    `mode` is ``extractive`` or ``generated``, `confidence` the product's, 0..1, `seconds` what the
    product says it took.
    """

    case: Case
    kind: str
    answer_hit: bool | None
    first_sentence_hit: bool | None
    citation_hit: bool | None
    quotes_exact: bool | None
    citation_resolves: bool | None
    answer: str
    mode: str
    confidence: float
    seconds: float

    @property
    def answered(self) -> bool:
        """Tell whether it was answered from the sources."""
        return self.kind == Kind.ANSWER

    @property
    def right(self) -> bool | None:
        """Tell whether an answer is right; None without an answer or without means to judge it.

        An answer to a question that cannot be answered is wrong. Else the expected words decide,
        or where a case has none, the expected document.
        """
        if not self.answered:
            return None
        if not self.case.answerable:
            return False
        return self.citation_hit if self.answer_hit is None else self.answer_hit

    @property
    def surety(self) -> float:
        """The probability that the sources answer, by the product; 0 for a fixed reply."""
        return self.confidence if self.kind in (Kind.ANSWER, Kind.REFUSAL) else 0.0


def read_cases(path: Path) -> list[Case]:
    """Read the cases, one JSON object a line.

    Raises:
        CasesInvalid: The file or a line is broken.
    """
    return read_lines(path, _case)


def _case(line: Json) -> Case:
    return Case(
        name=str(line["id"]),
        question=line["question"],
        kind=str(line.get("kind", "")),
        answerable=bool(line["answerable"]),
        documents=tuple(line.get("documents") or ()),
        gold=patterns(line),
    )


def run(cases: Sequence[Case], backend: Backend) -> list[Outcome]:
    """Ask every case."""
    texts: dict[str, str | None] = {}
    return [_judge(case, backend.ask(Asked(case.question)), backend, texts) for case in cases]


def _judge(case: Case, answer: Json, backend: Backend, texts: dict[str, str | None]) -> Outcome:
    said = "\n".join([answer["answer"], *(cited["quote"] for cited in answer["citations"])])
    first = answer["sentences"][0]["text"] if answer["sentences"] else ""
    wants = case.answerable
    exact = [_is_exact(cited, backend, texts) for cited in answer["citations"]]
    return Outcome(
        case=case,
        kind=answer["kind"],
        answer_hit=any(g.search(said) for g in case.gold) if wants and case.gold else None,
        first_sentence_hit=any(g.search(first) for g in case.gold) if wants and case.gold else None,
        citation_hit=any(c["source"] in case.documents for c in answer["citations"])
        if wants and case.documents
        else None,
        quotes_exact=all(exact) if exact else None,
        citation_resolves=_is_linked(answer) and all(exact) if _is_cited(answer) else None,
        answer=answer["answer"],
        mode=answer["mode"],
        confidence=float(answer["confidence"]),
        seconds=float(answer["seconds"]),
    )


def _is_exact(cited: Json, backend: Backend, texts: dict[str, str | None]) -> bool:
    name = cited["document_id"]
    if name not in texts:
        texts[name] = _text(name, backend)
    text = texts[name]
    return text is not None and text[cited["start"] : cited["end"]] == cited["quote"] != ""


def _text(document_id: str, backend: Backend) -> str | None:
    """Return the text of a document, None where there is no such document."""
    try:
        return str(backend.document(document_id)["text"])
    except DocumentUnknown:
        return None
    except ServerRefused as error:
        if error.status != _GONE:
            raise
        return None


def _is_cited(answer: Json) -> bool:
    """Tell whether there should be, or is, anything to resolve."""
    return bool(
        answer["kind"] == Kind.ANSWER or answer["citations"] or _MARKER.search(answer["answer"])
    )


def _is_linked(answer: Json) -> bool:
    """Tell whether markers, sentences and citations name one another, and links name the quotes."""
    numbers = [cited["id"] for cited in answer["citations"]]
    marked = {int(number) for number in _MARKER.findall(answer["answer"])}
    used = {number for sentence in answer["sentences"] for number in sentence["citations"]}
    unique = len(numbers) == len(set(numbers))
    return (
        unique and marked == used == set(numbers) != set() and all(map(_opens, answer["citations"]))
    )


def _opens(cited: Json) -> bool:
    """Tell whether the link leads to the reading view of the document, at the quote."""
    link = urlsplit(cited["link"])
    place = {"start": [str(cited["start"])], "end": [str(cited["end"])]}
    return link.path == f"/documents/{cited['document_id']}" and parse_qs(link.query) == place


def report(outcomes: Sequence[Outcome]) -> Json:
    """Return the contract's figures in percent, over all and by kind of case.

    Beside them: `intervals` (95 %, Wilson), `counts`, the figures of the confidence (0..1, see
    `trust`) and milliseconds.
    """
    times = [o.seconds for o in outcomes]
    return {
        **figures(outcomes),
        **trust(outcomes),
        "answer_ms_p50": round(_MS * percentile(times, 0.50), 1),
        "answer_ms_p95": round(_MS * percentile(times, 0.95), 1),
        "by_kind": {kind: figures(group) for kind, group in by_kind(outcomes)},
        "cases": [
            {
                "id": o.case.name,
                "question": o.case.question,
                "kind": o.kind,
                "answerable": o.case.answerable,
                "answer_hit": o.answer_hit,
                "first_sentence_hit": o.first_sentence_hit,
                "citation_hit": o.citation_hit,
                "quote_exact": o.quotes_exact,
                "citation_resolves": o.citation_resolves,
                "confidence": o.confidence,
                "seconds": o.seconds,
                "answer": o.answer,
            }
            for o in outcomes
        ],
    }


def by_kind(outcomes: Sequence[Outcome]) -> Iterator[tuple[str, list[Outcome]]]:
    """Yield the kinds of question in order of their names, each with its outcomes."""
    held: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        held[outcome.case.kind].append(outcome)
    yield from sorted(held.items())


def figures(outcomes: Sequence[Outcome]) -> Json:
    """Return the rates in percent, None where there is nothing to count, and their intervals."""
    found = rates(outcomes)
    answerable = sum(o.case.answerable for o in outcomes)
    return {
        **{name: rate.percent for name, rate in found.items()},
        "intervals": {name: rate.interval for name, rate in found.items()},
        "counts": {"answerable": answerable, "unanswerable": len(outcomes) - answerable},
    }


def rates(outcomes: Sequence[Outcome]) -> Mapping[str, Proportion]:
    """Count what the contract counts."""
    answerable = [o for o in outcomes if o.case.answerable]
    silent = [o for o in outcomes if not o.case.answerable]
    return {
        "answer_hit": share_of(o.answer_hit for o in answerable),
        "first_sentence_hit": share_of(o.first_sentence_hit for o in answerable),
        "citation_hit": share_of(o.citation_hit for o in answerable),
        "quote_exact": share_of(o.quotes_exact for o in outcomes),
        "citation_resolves": share_of(o.citation_resolves for o in outcomes),
        "false_refusal": share_of(not o.answered for o in answerable),
        "false_answer": share_of(o.answered for o in silent),
    }


def judged(outcomes: Sequence[Outcome]) -> list[Judged]:
    """Return the answers that can be judged, each with its confidence."""
    return [(o.confidence, o.right) for o in outcomes if o.right is not None]


def trust(outcomes: Sequence[Outcome]) -> dict[str, float | None]:
    """Return what the confidence is worth, each 0..1.

    `aurc`, `ece` and `brier` are those of the answers given. `aurc_all` also ranks the questions
    without an answer and counts each of them as wrong, so that it cannot gain by a refusal.
    `auroc` says how well the confidence tells questions that can be answered from others.
    """
    given = judged(outcomes)
    every = given + [(o.surety, False) for o in outcomes if not o.answered]
    found = {
        "aurc": aurc(given),
        "aurc_all": aurc(every),
        "ece": ece(given),
        "brier": brier(given),
        "auroc": auroc([o.surety for o in outcomes], [o.case.answerable for o in outcomes]),
    }
    return {name: None if value is None else round(value, 4) for name, value in found.items()}
