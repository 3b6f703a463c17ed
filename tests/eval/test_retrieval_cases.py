"""The questions that judge the search: form, split, and that the texts bear them out."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import pytest

from eval.passages import Found, PassageCase, answers, read_cases
from ingest.read import read
from ingest.split import split

ROOT = Path(__file__).parents[2]
CASES = ROOT / "eval" / "cases"
DOCUMENTS = ROOT / "corpus" / "documents"
SHARED = ROOT.parent / "shared"
STATUTES = ("sgb_2.md", "sgb_5.md")
PARTS = ("dev", "test")
COUNTS = {
    "abbreviation": 12,
    "compound": 16,
    "english": 18,
    "fact": 14,
    "gender": 10,
    "keyword": 12,
    "misspelt": 14,
    "near": 24,
    "number": 16,
    "paraphrase": 18,
    "reference": 22,
}
KEYS = ["id", "question", "kind", "documents", "gold"]
MOST = 4  # passages of one document that answer a question; more would make it easy
SEED_QUESTIONS = 60

DEV, TEST = (read_cases(CASES / f"retrieval_{part}.jsonl") for part in PARTS)
SEEDS = read_cases(CASES / "seeds_retrieval.jsonl")
BOTH = [*DEV, *TEST]

with_statutes = pytest.mark.skipif(
    not (SHARED / "data" / "sgb_5.md").is_file(), reason="the statutes are not beside the project"
)
with_seeds = pytest.mark.skipif(
    not (SHARED / "seeds").is_dir(), reason="the five documents are not beside the project"
)


@cache
def passages(path: Path) -> list[Found]:
    """A document's passages as the product cuts them."""
    document = read(path.read_bytes(), path.name)
    chunks = split(document)
    texts = (" ".join(document.text[chunk.start : chunk.end].split()) for chunk in chunks)
    return [Found(path.name, text) for text in texts]


def starter() -> list[Path]:
    return sorted(path for path in DOCUMENTS.iterdir() if path.is_file())


def seeds() -> list[Path]:
    return sorted((SHARED / "seeds").glob("*.txt"))


def matching(case: PassageCase, paths: list[Path]) -> dict[str, int]:
    """How many passages of each document hold a gold pattern, whether the case names it or not."""
    anywhere = PassageCase("", "", "", tuple(path.name for path in paths), case.gold)
    counted = Counter(
        passage.source for path in paths for passage in passages(path) if answers(anywhere, passage)
    )
    return dict(counted)


def unmatched(case: PassageCase, paths: list[Path]) -> list[str]:
    texts = [passage.text for path in paths for passage in passages(path)]
    return [g.pattern for g in case.gold if not any(g.search(text) for text in texts)]


def in_other_words(question: str) -> str:
    return " ".join(re.findall(r"\w+", question.casefold()))


@pytest.mark.parametrize("name", ["retrieval_dev", "retrieval_test", "seeds_retrieval"])
def test_every_line_has_the_agreed_form(name: str) -> None:
    for line in (CASES / f"{name}.jsonl").read_text("utf-8").splitlines():
        held = json.loads(line)
        assert list(held) == KEYS
        prefix = "seed-" if name.startswith("seeds") else ""
        assert re.fullmatch(rf"{prefix}{held['kind']}-\d\d", held["id"])
        assert held["kind"] in COUNTS
        assert held["question"] == held["question"].strip()
        assert held["documents"] == sorted(set(held["documents"]))
        assert len(set(held["gold"])) == len(held["gold"])


def test_as_many_of_each_kind_as_agreed_and_half_of_them_in_each_part() -> None:
    halves = {kind: count // 2 for kind, count in COUNTS.items()}
    for part in (DEV, TEST):
        assert Counter(case.kind for case in part) == halves


def test_the_split_follows_the_hash_of_the_id() -> None:
    ids = defaultdict(list)
    for case in BOTH:
        ids[case.kind].append(case.id)
    dev = set()
    for names in ids.values():
        ordered = sorted(names, key=lambda name: hashlib.sha256(name.encode()).hexdigest())
        dev.update(ordered[: len(ordered) // 2])
    assert {case.id for case in DEV} == dev
    assert {case.id for case in TEST} == {case.id for case in BOTH} - dev


def test_no_question_stands_twice_nor_among_those_that_judge_answers() -> None:
    others = [
        json.loads(line)["question"]
        for part in PARTS
        for line in (CASES / f"{part}.jsonl").read_text("utf-8").splitlines()
    ]
    asked = Counter(in_other_words(q) for q in [*(case.question for case in BOTH), *others])
    assert [question for question, times in asked.items() if times > 1] == []
    assert max(Counter(case.id for case in [*BOTH, *SEEDS]).values()) == 1


def test_every_starter_document_and_both_statutes_are_asked_about() -> None:
    named = {source for case in BOTH for source in case.documents}
    assert named <= {path.name for path in starter()} | set(STATUTES)
    assert named >= set(STATUTES)
    assert len({path.name for path in starter()} - named) <= 1  # the flyer repeats the others


def test_a_tenth_is_english_and_some_questions_are_bare_words() -> None:
    assert sum(case.kind == "english" for case in BOTH) >= len(BOTH) // 10
    assert sum("?" not in case.question for case in BOTH) >= len(BOTH) // 4


@pytest.mark.parametrize("case", BOTH, ids=lambda case: case.id)
def test_of_the_starter_corpus_the_named_documents_answer_and_no_others(case: PassageCase) -> None:
    found = matching(case, starter())
    assert set(found) == set(case.documents) - set(STATUTES)
    assert all(count <= MOST for count in found.values())
    if not set(STATUTES).intersection(case.documents):
        assert unmatched(case, starter()) == []


@pytest.mark.slow
@with_statutes
def test_of_the_statutes_the_named_ones_answer_and_in_few_passages() -> None:
    paths = [SHARED / "data" / name for name in STATUTES]
    for case in BOTH:
        found = matching(case, paths)
        assert set(found) == set(STATUTES).intersection(case.documents), case.id
        assert all(count <= MOST for count in found.values()), (case.id, found)
        assert unmatched(case, [*starter(), *paths]) == [], case.id


@with_seeds
def test_of_the_five_documents_the_named_ones_answer_and_no_others() -> None:
    assert len(SEEDS) == SEED_QUESTIONS
    assert {source for case in SEEDS for source in case.documents} == {p.name for p in seeds()}
    for case in SEEDS:
        found = matching(case, seeds())
        assert set(found) == set(case.documents), case.id
        assert all(count <= MOST for count in found.values()), (case.id, found)
        assert unmatched(case, seeds()) == [], case.id
