"""The question set: its form, its split, and that the starter corpus bears it out."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from eval.answers import read_cases
from ingest.read import read

ROOT = Path(__file__).parents[2]
CASES = ROOT / "eval" / "cases"
DOCUMENTS = ROOT / "corpus" / "documents"
PARTS = ("dev", "test")
ANSWERABLE = {
    "who": 8,
    "when": 10,
    "where": 6,
    "number": 14,
    "list": 16,
    "why": 6,
    "how": 12,
    "yesno": 10,
    "what": 8,
    "contact": 4,
    "english": 8,
    "german_on_english": 8,
}
UNANSWERABLE = {"near_miss": 40, "offtopic": 20}
KEYS = {"id", "question", "kind", "answerable", "documents", "gold"}
FLAGS = re.IGNORECASE | re.DOTALL
PASSAGE = 1_500  # characters: about the longest answer with its quotes
LONGEST_QUESTION = 1_000  # characters, the limit of the chat endpoint

Case = dict[str, Any]


def load(part: str) -> list[Case]:
    lines = (CASES / f"{part}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


EVERY = [case for part in PARTS for case in load(part)]
each_answerable = pytest.mark.parametrize(
    "case", [c for c in EVERY if c["answerable"]], ids=lambda case: case["id"]
)
each_unanswerable = pytest.mark.parametrize(
    "case", [c for c in EVERY if not c["answerable"]], ids=lambda case: case["id"]
)


@cache
def texts() -> dict[str, str]:
    """Each document's text as the product reads it, by its source."""
    return {
        path.relative_to(DOCUMENTS).as_posix(): read(path.read_bytes(), path.name).text
        for path in sorted(DOCUMENTS.rglob("*"))
        if path.is_file()
    }


def passages(text: str) -> list[str]:
    """Overlapping windows, so that a pattern cannot collect its parts from all over a document."""
    return [text[at : at + PASSAGE] for at in range(0, len(text), PASSAGE // 3)]


def matching(patterns: list[str]) -> set[str]:
    compiled = [re.compile(pattern, FLAGS) for pattern in patterns]
    return {
        source
        for source, text in texts().items()
        if any(gold.search(passage) for passage in passages(text) for gold in compiled)
    }


def in_other_words(question: str) -> str:
    return " ".join(re.findall(r"\w+", question.casefold()))


@pytest.mark.parametrize("case", EVERY, ids=lambda case: case["id"])
def test_a_case_has_the_agreed_form(case: Case) -> None:
    assert set(case) == KEYS | (set() if case["answerable"] else {"absent"})
    assert re.fullmatch(rf"{case['kind'].replace('_', '-')}-\d\d", case["id"])
    assert case["kind"] in (ANSWERABLE if case["answerable"] else UNANSWERABLE)
    assert case["question"] == case["question"].strip()
    assert 0 < len(case["question"]) <= LONGEST_QUESTION
    assert case["documents"] == sorted(set(case["documents"]))
    patterns = [*case["gold"], *case.get("absent", [])]
    assert patterns
    for pattern in patterns:
        assert not re.compile(pattern, FLAGS).search(""), f"{pattern} matches an empty answer"


@pytest.mark.parametrize("part", PARTS)
def test_the_program_reads_every_line(part: str) -> None:
    assert [c.name for c in read_cases(CASES / f"{part}.jsonl")] == [c["id"] for c in load(part)]


def test_as_many_of_each_kind_as_agreed_and_half_of_them_in_each_part() -> None:
    agreed = Counter(ANSWERABLE | UNANSWERABLE)
    assert Counter(case["kind"] for case in EVERY) == agreed
    for part in PARTS:
        assert Counter(case["kind"] for case in load(part)) == {
            k: n // 2 for k, n in agreed.items()
        }


def test_the_split_follows_the_hash_of_the_id() -> None:
    expected: dict[str, set[str]] = {"dev": set(), "test": set()}
    for kind in ANSWERABLE | UNANSWERABLE:
        names = sorted(
            (case["id"] for case in EVERY if case["kind"] == kind),
            key=lambda name: hashlib.sha256(name.encode()).hexdigest(),
        )
        expected["dev"].update(names[: len(names) // 2])
        expected["test"].update(names[len(names) // 2 :])
    assert {part: {case["id"] for case in load(part)} for part in PARTS} == expected


def test_no_case_and_no_question_stands_twice() -> None:
    assert max(Counter(case["id"] for case in EVERY).values()) == 1
    assert max(Counter(in_other_words(case["question"]) for case in EVERY).values()) == 1


@each_answerable
def test_exactly_the_named_documents_hold_the_answer(case: Case) -> None:
    assert case["documents"]
    assert matching(case["gold"]) == set(case["documents"])


@each_unanswerable
def test_what_is_asked_for_is_nowhere_in_the_corpus(case: Case) -> None:
    assert case["documents"] == case["gold"] == []
    found = {
        source: hit.group()
        for pattern in case["absent"]
        for source, text in texts().items()
        if (hit := re.compile(pattern, FLAGS).search(text))
    }
    assert not found, f"the corpus may answer this now: {found}"


def test_a_gold_pattern_picks_a_passage_and_not_half_the_corpus() -> None:
    every = [passage for text in texts().values() for passage in passages(text)]
    for case in EVERY:
        for pattern in case["gold"]:
            hits = sum(bool(re.compile(pattern, FLAGS).search(passage)) for passage in every)
            assert hits <= len(every) // 10, f"{case['id']}: {pattern} matches {hits} passages"


def test_german_questions_on_the_english_document_need_that_document() -> None:
    wanted = [case["documents"] for case in EVERY if case["kind"] == "german_on_english"]
    assert all(documents == ["network-equal-health-opportunities.en.md"] for documents in wanted)


@pytest.mark.parametrize("part", PARTS)
def test_each_part_asks_about_every_document(part: str) -> None:
    assert {source for case in load(part) for source in case["documents"]} == set(texts())


def test_some_questions_are_bare_keywords() -> None:
    assert sum("?" not in case["question"] for case in EVERY) >= 8
