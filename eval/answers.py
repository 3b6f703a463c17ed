"""``python -m eval answers``: are the answers right, proven, and refused where they should be?"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.backend import Asked, Backend
from eval.case_files import Json, patterns, read_lines


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
    """What became of one case; the marks are None where they do not apply."""

    case: Case
    kind: str
    answer_hit: bool | None
    first_sentence_hit: bool | None
    citation_hit: bool | None
    quotes_exact: bool | None
    answer: str


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
    texts: dict[str, str] = {}
    return [_judge(case, backend.ask(Asked(case.question)), backend, texts) for case in cases]


def _judge(case: Case, answer: Json, backend: Backend, texts: dict[str, str]) -> Outcome:
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
        answer=answer["answer"],
    )


def _is_exact(cited: Json, backend: Backend, texts: dict[str, str]) -> bool:
    name = cited["document_id"]
    if name not in texts:
        texts[name] = backend.document(name)["text"]
    return bool(texts[name][cited["start"] : cited["end"]] == cited["quote"] != "")


def report(outcomes: Sequence[Outcome]) -> Json:
    """Return the contract's figures in percent, over all and by kind of case."""
    by_kind: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        by_kind[outcome.case.kind].append(outcome)
    return {
        **_figures(outcomes),
        "by_kind": {kind: _figures(group) for kind, group in sorted(by_kind.items())},
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
                "answer": o.answer,
            }
            for o in outcomes
        ],
    }


def _figures(outcomes: Sequence[Outcome]) -> Json:
    answerable = [o for o in outcomes if o.case.answerable]
    silent = [o for o in outcomes if not o.case.answerable]
    return {
        "answer_hit": _percent([o.answer_hit for o in answerable]),
        "first_sentence_hit": _percent([o.first_sentence_hit for o in answerable]),
        "citation_hit": _percent([o.citation_hit for o in answerable]),
        "quote_exact": _percent([o.quotes_exact for o in outcomes]),
        "false_refusal": _percent([o.kind != "answer" for o in answerable]),
        "false_answer": _percent([o.kind == "answer" for o in silent]),
    }


def _percent(marks: Sequence[bool | None]) -> float | None:
    given = [mark for mark in marks if mark is not None]
    return round(100 * sum(given) / len(given), 2) if given else None
