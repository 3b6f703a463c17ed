"""The words of a question in the other language."""

from __future__ import annotations

from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import analysis
from retrieval.glossary import LONGEST, Glossary, packaged
from retrieval.steps import Steps

SMALL = Glossary(
    [
        ("Krankenkasse", ["health insurer", "sickness fund"]),
        ("fördern", ["promote", "support", "fund"]),
        ("Gesundheit", ["health"]),
        ("Konferenz", ["conference"]),
        ("Frühe Hilfen", ["early intervention"]),
    ]
)
PLAIN = Steps(concepts=False, references=False, numbers=False)


def english(*words: str) -> set[str]:
    return {stem for word in words for stem in analysis.stems(word, "en", steps=PLAIN)}


def test_translations_share_the_weight_of_their_word() -> None:
    weights = SMALL.translated("Gesundheit", "de", steps=PLAIN)
    # "health" and, for words that are the same in both languages, the word itself.
    assert weights[next(iter(english("health")))] == pytest.approx(0.5)
    assert sum(weights.values()) == pytest.approx(1.0)
    shared = SMALL.translated("fördern", "de", steps=PLAIN)
    assert english("promote", "support", "fund") <= shared.keys()
    assert sum(shared.values()) == pytest.approx(1.0)


def test_inflected_words_and_compounds_are_translated() -> None:
    weights = SMALL.translated("Wie fördern die Krankenkassen Gesundheitskonferenzen?", "de")
    assert english("health", "insurer", "conference", "support") <= weights.keys()


def test_phrases_are_looked_up_as_one() -> None:
    assert english("early", "intervention") <= SMALL.translated("Frühe Hilfen", "de").keys()
    back = SMALL.translated("What does early intervention offer?", "en", steps=PLAIN)
    assert set(analysis.stems("Frühe Hilfen", "de", steps=PLAIN)) <= back.keys()


def test_names_stand_as_they_are_and_concepts_are_the_same_in_both() -> None:
    weights = SMALL.translated("Krankenkassen in Kaarnajärvi 2021 nach § 20a SGB V", "de")
    assert english("Kaarnajärvi") <= weights.keys()
    assert {"§20a", "=gkv"} <= weights.keys()


def test_other_languages_have_no_translation() -> None:
    assert SMALL.translated("Comment financer la santé ?", "fr") == {}


@given(st.text(max_size=200), st.sampled_from(["de", "en"]))
def test_any_question_has_finite_weights(text: str, language: str) -> None:
    assert all(0 < weight < 1_000 for weight in SMALL.translated(text, language).values())


def test_packaged_words_go_both_ways() -> None:
    there = packaged().translated("Bewegung im Stadtteil für Arbeitslose", "de")
    assert english("movement") <= there.keys() or english("exercise") <= there.keys()
    assert english("unemployed") <= there.keys()
    back = packaged().translated("unemployed people in the neighbourhood", "en")
    assert {stem for stem in back if stem.startswith("arbeitslos")}


def test_every_line_of_the_tables_is_an_entry() -> None:
    seen: set[str] = set()
    for table in files("retrieval").joinpath("data/glossary").iterdir():
        first, *lines = table.read_text(encoding="utf-8").splitlines()
        assert first.startswith("# ")
        for line in lines:
            german, english_words = line.split("\t")
            translations = [part.strip() for part in english_words.split(";")]
            assert german == german.strip() != ""
            assert german not in seen, german
            assert all(translations), line
            assert len(set(translations)) == len(translations) <= LONGEST + 1, line
            seen.add(german)
    assert len(seen) > 10_000
