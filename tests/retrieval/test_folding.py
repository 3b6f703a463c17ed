from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.analysis import grams, stems
from retrieval.folding import clean, fold


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("Praevention", "Prävention"),
        ("Pravention", "Prävention"),
        ("Foerderung", "Förderung"),
        ("Buergergeld", "Bürgergeld"),
        ("Strasse", "Straße"),
        ("STRASSE", "Straße"),
        ("Gebiihr", "Gebühr"),
        ("Café", "Cafe"),
        ("Façade", "Facade"),
        ("\u0130stanbul", "Istanbul"),
        ("Łódź", "Lodz"),
        ("Wachſtube", "Wachstube"),
        ("E\ufb03zienz", "Effizienz"),
        ("Gesund\u00adheit", "Gesundheit"),
        ("Gesund\u200bheit", "Gesundheit"),
        ("Gesundheit¹", "Gesundheit"),
        ("Gesundheit", "Gesundheit"),
        ("Pra\u0308vention", "Prävention"),
    ],
)
def test_spellings_of_one_word_have_the_same_terms(read: str, meant: str) -> None:
    assert stems(read, "de") == stems(meant, "de")
    assert grams(read) == grams(meant)


@pytest.mark.parametrize(
    "pair",
    [
        ("neue", "nue"), ("Feuer", "Fur"), ("Quelle", "Qulle"), ("Bauer", "Bar"), ("See", "Se"),
        ("aktuell", "aktll"), ("Idee", "Ide"), ("Israel", "Isra"), ("Poesie", "Pose"),
    ],
)  # fmt: skip
def test_real_words_with_such_letters_stay_apart_from_others(pair: tuple[str, str]) -> None:
    assert fold(pair[0]) != fold(pair[1])


@given(st.text())
def test_cleaning_and_folding_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert fold(fold(text)) == fold(text)


@given(st.text("aeiouäöüßqsrAEIOUÄÖÜẞéœæłıſ"))
def test_folded_words_have_no_umlauts_or_accents(word: str) -> None:
    assert fold(word).isascii()


@given(st.text(min_size=1))
def test_no_word_folds_to_nothing(text: str) -> None:
    assert all(fold(word) for word in clean(text).split())
