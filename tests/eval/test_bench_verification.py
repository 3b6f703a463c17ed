"""Swaps change just what they say, and the measure counts what was caught and what was rejected."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from eval import bench_verification
from eval.bench_verification import MISSED, PARAPHRASES, STARTER, misses, paraphrases, passages
from eval.rewordings import reworded
from eval.swaps import SWAPS, Pool, Right, sentences, swap

TEXT = """# Bericht

Das Projekt begann am 1. Juli 2014 in Bochum mit sechs Standorten und kostete 2,15 Euro. Im Jahr
2016 folgten 60 weitere Standorte in Bottrop. Die Krankenkassen können es nach § 20a SGB V
fördern. Das Jobcenter muss mindestens 12 Personen beraten.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    held = tmp_path / "documents"
    held.mkdir()
    for name in ("a.md", "b.md"):
        (held / name).write_text(TEXT, encoding="utf-8")
    return held


def rights(folder: Path) -> list[Right]:
    (made, *_) = passages([folder / "a.md"])
    return [Right(text, "de", made, "verbatim") for text in sentences(made)]


@pytest.mark.parametrize("kind", SWAPS)
def test_each_kind_is_planted(folder: Path, kind: str) -> None:
    made = rights(folder)
    pool = Pool([right.source for right in made])
    chance = random.Random(1)
    found = [s for right in made for s in swap(right, kind, pool, chance)]
    assert found
    assert all(s.kind == kind and s.sentence != s.right.sentence for s in found)


def test_the_same_chance_plants_the_same(folder: Path) -> None:
    made = rights(folder)
    pool = Pool([right.source for right in made])
    runs = [
        [s.sentence for r in made for s in swap(r, "number", pool, random.Random(3))]
        for _ in range(2)
    ]
    assert runs[0] == runs[1]


def test_rewordings_differ_and_keep_the_numbers() -> None:
    text = "Die Krankenkassen zahlen 3,15 Euro, wenn der Betrieb mit der Analyse beginnt."
    made = list(reworded(text, "Das Amt berät.", random.Random(1)))
    assert len(made) > 2
    assert all(other != text and "3,15" in other for other in made)


def test_every_paraphrase_has_its_passage() -> None:
    files = sorted(STARTER.iterdir())
    lines = PARAPHRASES.read_text(encoding="utf-8").splitlines()
    held = list(paraphrases(PARAPHRASES, passages(files)))
    assert len(held) == len(lines) >= 120


def test_the_command(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    order = ["--documents", str(folder), "--json", "--half", "dev"]
    assert bench_verification.main([*order, "--at-least", "caught=0"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["documents"] == 1
    assert set(figures["caught"]) == set(SWAPS)
    assert figures["rejected"]["verbatim"] == 0.0
    assert bench_verification.main([*order, "--at-least", "caught=101"]) == MISSED
    assert "caught number" in capsys.readouterr().err


def test_hand_written_sentences_may_be_rejected_twice_as_often() -> None:
    figures = {"rejected": {"verbatim": 6.0, "hand": 9.0}, "caught": {"date": 97.0}}
    assert list(misses(figures, {}, {"rejected": 5})) == ["rejected verbatim: 6.0 > 5"]
    assert list(misses(figures, {"caught": 98}, {})) == ["caught date: 97.0 < 98"]


def test_the_starter_corpus_reaches_its_marks() -> None:
    figures, _ = bench_verification.measure(sorted(STARTER.iterdir()), "all", 60)
    assert not list(misses(figures, {"caught": 90}, {"rejected": 5}))
