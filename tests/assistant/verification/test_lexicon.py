"""Names are told from nouns, which German writes with a capital too."""

from __future__ import annotations

import pytest

from assistant.verification import lexicon


@pytest.mark.parametrize(
    "word", ["Bottrop", "Hamburgs", "Kölner", "KGC", "BZgA", "Barmer", "Diakonie", "Yilmaz", "Anna"]
)
def test_names(word: str) -> None:
    assert lexicon.is_name(word)


@pytest.mark.parametrize(
    "word",
    [
        "Mitgliederbefragung", "Lebenswelt", "Kitas", "Präventionskurs", "Workshop", "Träger",
        "Gesundheitskonferenz", "Treppe", "Verstetigung", "Die",
    ],
)  # fmt: skip
def test_nouns(word: str) -> None:
    assert not lexicon.is_name(word)


def test_what_stands_before_shows_what_an_ambiguous_word_is() -> None:
    assert lexicon.is_name("Essen", "in")
    assert not lexicon.is_name("Essen", "gesundes")
    assert lexicon.is_name("Fischer", "Frau")
    assert not lexicon.is_name("Fischer", "die")


@pytest.mark.parametrize(
    "word",
    ["Krankenkassen", "Gesundheitsamt", "Gesundheitsämter", "Jobcentern", "Beirat", "Städtetag"],
)
def test_bodies(word: str) -> None:
    assert lexicon.is_body(word)


@pytest.mark.parametrize("word", ["Ziel", "Vorrat", "Angebot", "Tag", "kassieren"])
def test_no_bodies(word: str) -> None:
    assert not lexicon.is_body(word)


def test_a_basic_form_joins_what_the_stemmer_does_not() -> None:
    assert lexicon.stems("entstand", "de") & lexicon.stems("entstehen", "de")


def test_translations() -> None:
    assert lexicon.stem("survey", "en") in lexicon.translations("Befragung", "de")
