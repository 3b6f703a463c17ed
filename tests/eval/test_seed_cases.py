"""The questions on the five real documents: their patterns match what they name."""

from __future__ import annotations

import pytest

from eval.answers import read_cases
from eval.bench_peers import CASES, SHARED
from ingest.read import read

SEEDS = SHARED / "seeds"
PARTS = ("seeds_dev", "seeds_test")


@pytest.mark.parametrize("part", PARTS)
def test_a_third_cannot_be_answered(part: str) -> None:
    cases = read_cases(CASES / f"{part}.jsonl")
    silent = [case for case in cases if not case.answerable]
    assert (
        len({case.name for case in cases}) == len({case.question for case in cases}) == len(cases)
    )
    assert 0.25 <= len(silent) / len(cases) <= 0.4
    near = [case for case in silent if case.kind == "near_miss"]
    assert len(near) >= 2 * len(silent) / 3 - 1


def test_no_question_stands_in_both_parts() -> None:
    dev, test = ({case.question for case in read_cases(CASES / f"{p}.jsonl")} for p in PARTS)
    assert not dev & test


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the five documents are not beside the project")
@pytest.mark.parametrize("part", PARTS)
def test_every_answer_stands_in_a_document_that_is_named(part: str) -> None:
    texts = {}
    for path in SEEDS.iterdir():
        document = read(path.read_bytes(), path.name)
        texts[path.name] = document.text
    missing = [
        case.name
        for case in read_cases(CASES / f"{part}.jsonl")
        if case.answerable
        and not any(g.search(texts[name]) for g in case.gold for name in case.documents)
    ]
    assert missing == []
