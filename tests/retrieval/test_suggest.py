"""Completions by the beginnings of words, with umlauts as typed and slips of the fingers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.suggest import (
    LONGEST_WORD,
    Phrase,
    Suggester,
    _letters,
    allowed_edits,
    beginning_edits,
    folded_words,
)

TITLES = (
    "Gesundheitsförderung in der Straße",
    "Präventionskette",
    "Kita und Schule",
    "Bewegung für ältere Menschen",
    "Kommunale Gesundheitskonferenz",
    "Kita",
)
SUGGESTER = Suggester([*map(Phrase, TITLES), Phrase("Gärten", "garten-1")])


def suggested(typed: str, limit: int = 10) -> list[str]:
    return [phrase.text for phrase in SUGGESTER.suggest(typed, limit)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("gesundheitsf", "Gesundheitsförderung in der Straße"),
        ("Gesundheitsfoerd", "Gesundheitsförderung in der Straße"),
        ("STRASS", "Gesundheitsförderung in der Straße"),
        ("straß", "Gesundheitsförderung in der Straße"),
        ("praev", "Präventionskette"),
        ("prav", "Präventionskette"),
        ("schule kita", "Kita und Schule"),
        ("aeltere bew", "Bewegung für ältere Menschen"),
        ("Garten", "Gärten"),
        ("kiat", "Kita und Schule"),
        ("shule", "Kita und Schule"),
        ("Gesundhietskonf", "Kommunale Gesundheitskonferenz"),
        ("preventionskete", "Präventionskette"),
    ],
)
def test_what_was_meant_comes_first(typed: str, first: str) -> None:
    assert suggested(typed)[0] == first


def test_what_begins_so_comes_before_what_holds_it_and_that_before_slips() -> None:
    made = Suggester(map(Phrase, ("Alte Kitas", "Kite", "Kitas heute", "Kita")))
    assert [p.text for p in made.suggest("kita", 4)] == [
        "Kitas heute",
        "Kita",
        "Alte Kitas",
        "Kite",
    ]


@pytest.mark.parametrize("typed", ["", "  ", "?!", "zzzz", "kix", "Kita zzzz", "\x00"])
def test_nothing_for_nothing(typed: str) -> None:
    assert suggested(typed) == []


def test_short_words_allow_no_slip_and_longer_ones_few() -> None:
    assert [allowed_edits("a" * n) for n in (1, 3, 4, 7, 8, 30)] == [0, 0, 1, 1, 2, 2]
    assert suggested("kut") == []
    assert suggested("kuta") == ["Kita und Schule", "Kita"]
    assert suggested("kute") == []
    assert suggested("Bxwxgung")[0] == "Bewegung für ältere Menschen"
    assert suggested("Bxwxgxng") == []


def test_what_reads_the_same_is_named_once() -> None:
    made = Suggester([Phrase("Straße", "a"), Phrase("STRASSE"), Phrase("Strasse!")])
    assert made.suggest("stra", 5) == [Phrase("Straße", "a")]
    assert len(made) == 1


def test_no_phrases_no_suggestions() -> None:
    assert Suggester([]).suggest("Kita", 5) == Suggester([Phrase("!?")]).suggest("Kita", 5) == []
    assert SUGGESTER.suggest("Kita", 0) == []


WORD = st.text("abcäß", min_size=1, max_size=12)


def edits(typed: str, word: str) -> int:
    """The textbook's table: fewest edits from `typed` to any beginning of `word`."""
    rows = [list(range(len(word) + 1))]
    for i in range(1, len(typed) + 1):
        row = [i]
        for j in range(1, len(word) + 1):
            cost = min(
                rows[-1][j] + 1,
                row[-1] + 1,
                rows[-1][j - 1] + (typed[i - 1] != word[j - 1]),
            )
            if i > 1 and j > 1 and typed[i - 2 : i] == word[j - 1] + word[j - 2]:
                cost = min(cost, rows[-2][j - 2] + 1)
            row.append(cost)
        rows.append(row)
    return min(rows[-1])


@given(WORD, st.lists(WORD, min_size=1, max_size=8), st.integers(0, 2))
def test_edits_are_those_of_the_whole_table(typed: str, words: list[str], most: int) -> None:
    counted = np.minimum(beginning_edits(typed, _letters(words), most), most + 1)
    assert counted.tolist() == [min(edits(typed, word), most + 1) for word in words]


@given(st.text(max_size=100), st.integers(0, 10))
def test_any_input_gives_few_and_different_phrases(typed: str, limit: int) -> None:
    found = suggested(typed, limit)
    assert len(found) == len(set(found)) <= limit


@given(st.lists(st.text(max_size=40), max_size=10), st.data())
def test_every_phrase_is_found_by_the_beginning_of_its_words(
    texts: list[str], data: st.DataObject
) -> None:
    made = Suggester(map(Phrase, texts))
    for text in texts:
        words = folded_words(text)
        if words:
            word = data.draw(st.sampled_from(words))
            found = made.suggest(word[: data.draw(st.integers(1, LONGEST_WORD))], 1_000)
            assert words in [folded_words(phrase.text) for phrase in found]
