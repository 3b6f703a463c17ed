from __future__ import annotations

import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from retrieval.compounds import LEAST, LINKS, LONGEST, PARTS, Seen, split, splittable


def seen(**counts: int) -> Seen:
    return lambda terms: [counts.get(term, 0) for term in terms]


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("stadtteil", ("stadt", "teil")),
        ("gesundheitskonferenz", ("gesundheit", "konferenz")),
        ("kindergarten", ("kind", "garten")),
        ("versicherungsbeitrag", ("versicher", "beitrag")),
        ("gesundheitsamt", ()),  # "amt" is too short to be a part
        ("stadt", ()),
        ("xstadtteil", ()),
        ("stadtteilx", ()),
    ],
)
def test_words_are_split_at_linking_elements(word: str, parts: tuple[str, ...]) -> None:
    words = seen(
        stadt=9, teil=9, gesundheit=9, konferenz=2, kind=5, garten=5, versicher=4, beitrag=3, amt=9
    )
    assert split(word, words) == parts


def test_a_part_must_stand_alone_in_two_passages() -> None:
    assert split("stadtteil", seen(stadt=1, teil=9)) == ()
    assert split("stadtteil", seen(stadt=2, teil=2)) == ("stadt", "teil")


def test_three_parts_but_rather_two() -> None:
    words = {"stadt": 9, "teil": 9, "arbeit": 9}
    assert split("stadtteilarbeit", seen(**words)) == ("stadt", "teil", "arbeit")
    assert split("stadtteilarbeit", seen(stadtteil=2, **words)) == ("stadtteil", "arbeit")
    assert split("stadtteilstadtteil", seen(**words)) == ()


def test_of_readings_with_as_many_parts_the_more_frequent_counts() -> None:
    words = {"staub": 5, "ecken": 9, "staubeck": 2, "becken": 5, "stau": 5}
    assert split("staubecken", seen(**words)) == ("staub", "ecken")
    assert split("staubecken", seen(**(words | {"stau": 50}))) == ("stau", "becken")


@pytest.mark.parametrize("term", ["§20a", "=kgk", "2019", "art@3", "abc", "covid19", "a" * 41])
def test_what_is_no_word_is_never_split(term: str) -> None:
    assert not splittable(term)
    assert split(term, lambda terms: [9] * len(terms)) == ()


PART = st.text("abcdeghijklou", min_size=LEAST, max_size=9)


@given(st.lists(PART, min_size=2, max_size=PARTS), st.data())
def test_what_was_joined_is_a_compound_and_its_parts_are_words(
    parts: list[str], data: st.DataObject
) -> None:
    links = [data.draw(st.sampled_from(LINKS)) for _ in parts[1:]]
    word = parts[0] + "".join(link + part for link, part in zip(links, parts[1:], strict=True))
    assume(len(word) <= LONGEST)
    found = split(word, seen(**dict.fromkeys(parts, 2)))
    assert 2 <= len(found) <= len(parts)
    assert set(found) <= set(parts)


@given(st.text(max_size=80), st.integers(0, 3))
def test_no_text_is_too_odd(word: str, count: int) -> None:
    parts = split(word, lambda terms: [count] * len(terms))
    assert all(part in word and part != word for part in parts)


def test_the_longest_word_takes_no_longer_than_a_word_may() -> None:
    begun = time.process_time()
    for worst in ("e" * LONGEST, "ens" * (LONGEST // 3)):
        split(worst, lambda terms: [2] * len(terms))
    assert time.process_time() - begun < 0.5
