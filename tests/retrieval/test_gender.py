from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.analysis import stems, units, words
from retrieval.gender import plain_forms, plain_person

ENDINGS = (
    "*innen", ":innen", "_innen", "/-innen", "/innen", "(innen)", "Innen", "*in", ":in", "(in)",
    "In", "\\*innen", "*Innen", "/-in", "(-innen)",
)  # fmt: skip


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize(
    ("head", "plain"),
    [
        ("Quartiersmanager", "Quartiersmanager"),
        ("Bürger", "Bürger"),
        ("Ärzt", "Arzt"),
        ("Kolleg", "Kollegen"),
        ("Expert", "Experte"),
    ],
)
def test_every_gendered_form_meets_the_plain_one(head: str, plain: str, ending: str) -> None:
    assert stems(head + ending, "de")[0] == stems(plain, "de")[0]
    assert units(head + ending, "de") == units(plain, "de")


@pytest.mark.parametrize(
    ("feminine", "plain"),
    [
        ("Quartiersmanagerinnen", "Quartiersmanager"),
        ("Ansprechpartnerin", "Ansprechpartner"),
        ("Ärztinnen", "Ärzte"),
        ("Hausärztin", "Hausarzt"),
        ("Kollegin", "Kollege"),
        ("Kolleginnen", "Kollegen"),
        ("Studentinnen", "Studenten"),
        ("Patientin", "Patient"),
        ("Expertinnen", "Experten"),
        ("Sozialpädagogin", "Sozialpädagoge"),
        ("Koordinatorin", "Koordinator"),
        ("Migrantinnen", "Migranten"),
        ("Anwältin", "Anwalt"),
        ("Psychologinnen", "Psychologe"),
        ("Student(inn)en", "Studenten"),
    ],
)
def test_the_feminine_meets_the_plain_form(feminine: str, plain: str) -> None:
    assert stems(feminine, "de")[0] == stems(plain, "de")[0]


def test_singular_and_plural_meet_where_the_kind_of_person_is_unknown() -> None:
    assert plain_person("prinzessinnen") == "prinzessin"
    assert stems("Prinzessinnen", "de") == stems("Prinzessin", "de")


@pytest.mark.parametrize(
    "word",
    [
        "Termin", "Berlin", "Medizin", "drin", "Schwerin", "Karin", "Konstantin", "Disziplin",
        "Benzin", "Insulin", "Login", "Magazin", "worin", "Protein", "Nikotin",
        "beginnen", "gewinnen", "Finnen", "drinnen", "binnen", "innen", "besinnen", "gerinnen",
    ],
)  # fmt: skip
def test_words_that_only_end_so_stay(word: str) -> None:
    assert plain_person(word.lower()) == word.lower()
    assert plain_forms(word) == word


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kölner Innen-Stadt", "Kölner Innen-Stadt"),
        ("Berlin und/oder Köln", "Berlin und/oder Köln"),
        ("Beginn 9:30 in/aus Bonn", "Beginn 9:30 in/aus Bonn"),
        ("Platz (in Köln) und (innen) 20 km/h", "Platz (in Köln) und (innen) 20 km/h"),
        ("eines*einer, der:die", "eines*einer, der:die"),
        ("jede*r, eine:n, ein*e", "jede, eine, ein"),
        ("Jugendliche/r und Angehörige(r)", "Jugendliche und Angehörige"),
        ("Bürger*innenrat, BürgerInnenrat", "Bürgerrat, Bürgerrat"),
        ("*innen und :innen", "*innen und :innen"),
        ("Er sah **Bürger** und *Rat*", "Er sah **Bürger** und *Rat*"),
    ],
)
def test_forms_are_reduced_and_nothing_else(text: str, expected: str) -> None:
    assert plain_forms(text) == expected


def test_pairs_of_function_words_leave_no_rubbish() -> None:
    assert list(words("jede*r, eines*einer und der:die")) == [
        "jede", "eines", "einer", "und", "der", "die",
    ]  # fmt: skip
    assert units("jede*r, eines*einer und der:die", "de") == []


@given(st.text("Bürgein*:_/-()\\ \nIrs"))
def test_no_letter_is_added(text: str) -> None:
    assert len(plain_forms(text)) <= len(text)


@pytest.mark.parametrize("part", ["*innen", "a*innen", "(inn", "Innen", "x/-", "\\*"])
def test_long_lines_of_signs_cost_no_more_than_their_length(part: str) -> None:
    begin = time.process_time()
    plain_forms(part * (1_000_000 // len(part)))
    assert time.process_time() - begin < 5
