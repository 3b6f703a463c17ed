"""Reworded questions are one gap, different ones stay apart, in any run the same."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pytest

from assistant import wiring
from assistant.feedback.cluster import alike, groups, same_key, typical, wording
from assistant.feedback.gaps import MOST_COMPARED
from assistant.settings import Settings
from retrieval.balance import LanguageBalance
from retrieval.ports import Matrix
from tests.fakes import HashEmbedder

REWORDED = [
    ["Wer bezahlt einen Schwimmkurs für Kinder aus armen Familien?",
     "Welche Förderung gibt es für Schwimmkurse für Kinder aus Familien mit wenig Geld?"],
    ["Welche Gesundheitsangebote gibt es für obdachlose Menschen in Sachsen-Anhalt?",
     "Gibt es Angebote zur Gesundheitsförderung für Wohnungslose in Sachsen-Anhalt?",
     "Wo finden Obdachlose in Sachsen-Anhalt gesundheitliche Hilfe?"],
    ["Welche Gesundheitsangebote gibt es für obdachlose Menschen in Hessen?"],
    ["Welche Rolle spielt das Jobcenter bei der Gesundheitsförderung von Arbeitslosen?",
     "Was machen Jobcenter für die Gesundheit arbeitsloser Menschen?"],
    ["Was regelt § 20f SGB V?", "Worum geht es in § 20f SGB V?"],
    ["Was regelt § 20g SGB V?"],
    ["Welche Impfangebote gibt es für Geflüchtete?",
     "Wo können sich geflüchtete Menschen impfen lassen?"],
    ["Wie kann man einsame ältere Menschen erreichen?", "Was hilft gegen Einsamkeit im Alter?"],
    ["Wer fördert Schulgärten?"],
    ["Wer fördert Schulfrühstück?"],
    ["Wie viele Kinder in Deutschland sind arm?"],
    ["Wie viele Rentner in Deutschland sind arm?"],
    ["Was ist ein Gesundheitskiosk?"],
    ["Was kostet ein Gesundheitskiosk?"],
    ["Was tun gegen Rauchen in der Schwangerschaft?"],
    ["Was tun gegen Alkohol in der Schwangerschaft?"],
    ["How can a municipality fund a community garden?",
     "Wie kann eine Kommune einen Gemeinschaftsgarten finanzieren?"],
]  # fmt: skip


def grouped(questions: Sequence[str], vectors: Matrix) -> list[set[str]]:
    read = [wording(text, "de") for text in questions]
    found = groups(read, vectors, lambda _: 3.0)
    return [{questions[place] for place in members} for members in found]


@pytest.mark.model
def test_reworded_questions_meet_and_others_stay_apart() -> None:
    model = wiring.embedder(Settings())
    balance = LanguageBalance.measured(model)
    questions = [text for group in REWORDED for text in group]
    language = ["en" if text.startswith("How") else "de" for text in questions]
    rows = zip(model.embed_queries(questions), language, strict=True)
    found = grouped(questions, np.stack([balance.query(row, spoken) for row, spoken in rows]))
    assert sorted(map(sorted, found)) == sorted(map(sorted, REWORDED))


def near(count: int) -> Matrix:
    """Vectors that all but agree."""
    rows = np.ones((count, 4), dtype=np.float32) / 2
    rows[:, 0] += np.arange(count) * 1e-4
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Wer hilft in Hessen?", "Wer hilft in Bayern?"),
        ("Wer hilft Familien?", "Wer hilft Familien in Bayern?"),
        ("Was steht in § 20a SGB V?", "Wovon handelt § 20f SGB V?"),
        ("Wer fördert Schulgärten?", "Wer fördert Schulfrühstück?"),
        ("Was ist ein Gesundheitskiosk?", "Was kostet ein Gesundheitskiosk?"),
    ],
)
def test_what_sets_questions_apart_outweighs_their_vectors(one: str, other: str) -> None:
    assert not alike(wording(one, "de"), wording(other, "de"))
    assert len(grouped([one, other], near(2))) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Wer fördert Schulgärten?", "Wer bezahlt Schulgärten?"),
        ("Was macht das JC?", "Was macht das Jobcenter?"),
        ("Wer zahlt nach § 20a SGB V?", "Wer zahlt in Lebenswelten?"),
        ("Wann ist es?", "Wann war das?"),
    ],
)
def test_what_may_be_the_same_is_left_to_the_vectors(one: str, other: str) -> None:
    assert alike(wording(one, "de"), wording(other, "de"))
    assert len(grouped([one, other], near(2))) == 1


def test_far_vectors_stay_apart_whatever_words_they_share() -> None:
    rows = np.eye(2, dtype=np.float32)
    assert len(grouped(["Was fördert das Amt", "Was fördert das Amt denn"], rows)) == 2


def test_one_member_that_differs_keeps_a_question_out() -> None:
    questions = ["Hilfe im Norden", "Hilfe anderswo", "Hilfe für Hessen", "Hilfe für Bayern"]
    found = grouped(questions, near(4))
    assert found == [{questions[0], questions[1]}, {questions[2]}, {questions[3]}]


@pytest.mark.parametrize("count", [0, 1])
def test_none_and_one(count: int) -> None:
    questions = ["Wer hilft?"][:count]
    assert grouped(questions, near(count)) == [{q} for q in questions]


def test_the_same_questions_are_grouped_the_same_way() -> None:
    questions = [text for group in REWORDED for text in group]
    vectors = HashEmbedder(dimension=256).embed_queries(questions)
    assert grouped(questions, vectors) == grouped(questions, vectors)


def test_marks_case_and_spaces_make_no_other_wording() -> None:
    assert same_key("Wer hilft  [Name] in HALLE?") == same_key("wer hilft in Halle")
    assert same_key("Wer hilft in Halle") != same_key("Wer hilft in Halberstadt")


def test_the_typical_question_is_near_to_what_was_asked_most() -> None:
    rows = np.asarray([[1, 0], [0.8, 0.6], [0, 1]], dtype=np.float32)
    assert typical([0, 1, 2], [1, 1, 1], rows) == 1
    assert typical([0, 1, 2], [1, 1, 9], rows) == 2


def test_thousands_of_questions_are_compared_in_seconds() -> None:
    chance = np.random.default_rng(5)
    rows = chance.normal(size=(MOST_COMPARED, 64)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    topics = [f"Wer fördert Thema{number % 700} im Ort{number % 90}" for number in range(len(rows))]
    read = [wording(text, "de") for text in topics]
    found = groups(read, np.asarray(rows), lambda _: 3.0)
    assert sum(map(len, found)) == MOST_COMPARED
    for members in found[:50]:
        assert all(alike(read[a], read[b]) for a, b in combinations(members, 2))
