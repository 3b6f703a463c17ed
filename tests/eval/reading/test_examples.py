from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from eval.reading.examples import Example, Seen, chosen, trained_on
from eval.reading.questions import Learned, answers, read_questions
from eval.train_reader import HELD_BACK, TRAINING
from retrieval.joint_reading import Excerpt


def learned(*sentences: str) -> Learned:
    return Learned("x", "?", "what", True, ("a.md",), sentences, ())


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Der Zuschuss beträgt 2.000 Euro.", "Der Zuschuss beträgt 2.000 Euro."),
        ("(2) Der Zuschuss beträgt 2.000 Euro.", "Der Zuschuss beträgt 2.000 Euro."),
        ("**Projektleitung:** Kai Stegemann", "Projektleitung: Kai Stegemann"),
        ("Ort: Halle; Jahr: 2022; Kurse: 14", "| Halle | 2022 | Kurse: 14 | Ort | Jahr"),
    ],
)
def test_a_sentence_is_known_again_as_the_readers_left_it(text: str, marked: str) -> None:
    assert answers(text, learned(marked))


@pytest.mark.parametrize("text", ["Nein.", "Der Zuschuss für Vereine beträgt 500 Euro im Jahr."])
def test_another_sentence_is_not(text: str) -> None:
    assert not answers(text, learned("Der Zuschuss beträgt für Schulen 2.000 Euro.", "Ja."))


def example(right: int, wrong: int) -> Example:
    def seen(number: int, answering: bool) -> Seen:
        text = f"Satz {number}."
        return Seen(Excerpt("", text, ((0, len(text)),)), (answering,), answering)

    passages = [seen(n, True) for n in range(right)] + [seen(n + 10, False) for n in range(wrong)]
    return Example("c", "x", "?", right > 0, tuple(passages))


@pytest.mark.parametrize(("right", "wrong"), [(0, 8), (1, 7), (5, 3), (1, 0), (0, 1)])
def test_lessons_hold_what_answers_and_hard_ones_that_do_not(right: int, wrong: int) -> None:
    picked = chosen(example(right, wrong), random.Random(0), 4)
    assert len(picked) <= 4
    assert sum(one.gold for one in picked) == min(right, 2)
    assert sum(not one.gold for one in picked) == min(wrong, 4 - min(right, 2))
    texts = [one.excerpt.text for one in picked]
    assert len(set(texts)) == len(texts)


def test_half_of_the_articles_are_held_back() -> None:
    articles = [f"Artikel {number:02}" for number in range(48)]
    assert sum(trained_on(article, articles) for article in articles) == 24


@pytest.mark.parametrize("folder", sorted(p.name for p in TRAINING.iterdir() if p.is_dir()))
def test_the_training_corpora_are_sound(folder: str) -> None:
    place = TRAINING / folder
    questions = read_questions(place / "questions.jsonl")
    assert len({one.name for one in questions}) == len(questions)
    documents = {path.name for path in (place / "documents").glob("*")}
    for one in questions:
        assert one.answerable == bool(one.sentences) == bool(one.gold) == bool(one.documents)
        assert not documents or set(one.documents) <= documents


def asked_in(path: Path, *, off_topic: bool) -> set[str]:
    lines = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return {
        line["question"].casefold()
        for line in lines
        if "question" in line and (off_topic or line["kind"] != "offtopic")
    }


def test_nothing_that_is_trained_on_is_measured_with() -> None:
    taught = set[str]()
    held = set[str]()
    for path in TRAINING.glob("*/questions.jsonl"):
        group = held if path.parent.name in HELD_BACK else taught
        group |= asked_in(path, off_topic=False)
    tests = Path(__file__).parents[3] / "eval" / "cases"
    measured = [asked_in(path, off_topic=True) for path in tests.glob("*test.jsonl")]
    assert len(measured) >= 3
    assert not taught & held.union(*measured)
