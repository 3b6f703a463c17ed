from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval import lexical, postings
from retrieval.analysis import stems
from retrieval.lexical import LexicalIndex, LexicalScores, LexicalText
from retrieval.ports import VectorKey
from retrieval.postings import Segment
from retrieval.steps import ALL
from tests.rankings import score_of, top

# Short words that no stemmer changes are one stem and one n-gram: both fields then score alike.
VOCABULARY = ("zoo", "ufo", "yak", "gnu")


def text(name: str, content: str, *, head: str = "", generation: int = 1) -> LexicalText:
    return LexicalText(VectorKey(name, generation, 0), content, head, "de")


def index_of(*texts: LexicalText) -> LexicalIndex:
    index = LexicalIndex()
    for each in texts:
        index.replace(each.key.document_id, [each])
    return index


def key(name: str, generation: int = 1) -> VectorKey:
    return VectorKey(name, generation, 0)


SMALL = (text("a", "zoo zoo ufo"), text("b", "zoo yak yak yak yak"), text("c", "ufo"))


def test_the_vocabulary_is_as_assumed() -> None:
    assert stems(" ".join(VOCABULARY), "de") == list(VOCABULARY)


def test_scores_are_those_of_bm25() -> None:
    # Three passages of 3, 5 and 1 words (3 on average); "zoo" and "ufo" are in two of them each.
    index = index_of(*SMALL)
    assert index.rarity("zoo") == pytest.approx(math.log(1.6))
    assert index.rarity("yak") == pytest.approx(math.log(1 + 2.5 / 1.5))
    assert index.rarity("gnu") == pytest.approx(math.log(1 + 3.5 / 0.5))
    # a: 2·2.2 / (2 + 1.2·1) = 1.375; b: 2.2 / (1 + 1.2·(0.25 + 0.75·5/3)) = 2.2 / 2.8
    scores = index.score("zoo", "de")
    assert score_of(scores, key("a")) == pytest.approx(1.0)
    assert score_of(scores, key("b")) == pytest.approx(2.2 / 2.8 / 1.375)
    assert score_of(scores, key("c")) == 0
    # ufo adds 2.2 / 2.2 to a and gives c 2.2 / (1 + 1.2·(0.25 + 0.75/3)) = 1.375.
    scores = index.score("zoo ufo", "de")
    assert score_of(scores, key("a")) == pytest.approx(1.0)
    assert score_of(scores, key("b")) == pytest.approx(2.2 / 2.8 / 2.375)
    assert score_of(scores, key("c")) == pytest.approx(1.375 / 2.375)


def test_a_repeated_word_of_the_question_counts_again() -> None:
    # b holds one rare word twice asked for: 2·idf·gain against a's one.
    index = index_of(text("a", "zoo"), text("b", "ufo"))
    scores = index.score("zoo ufo ufo", "de")
    assert score_of(scores, key("a")) == pytest.approx(0.5)
    assert score_of(scores, key("b")) == pytest.approx(1.0)


def test_title_and_headings_count_at_half_weight() -> None:
    index = index_of(text("a", "zoo gnu"), text("b", "gnu", head="zoo"))
    # Lengths 2 and 1.5, 1.75 on average; frequencies 1 and 0.5.
    gains = [
        frequency * 2.2 / (frequency + 1.2 * (0.25 + 0.75 * length / 1.75))
        for frequency, length in ((1, 2), (0.5, 1.5))
    ]
    assert score_of(index.score("zoo", "de"), key("b")) == pytest.approx(gains[1] / gains[0])


def test_both_fields_are_mixed() -> None:
    # "Zoos" shares the stem; "Zoologie" only n-grams.
    index = index_of(text("a", "Gesundheitsamt"), text("b", "Gesundheit"), text("c", "Verkehr"))
    scores = index.score("Gesundheit", "de")
    assert score_of(scores, key("b")) == pytest.approx(1.0)
    assert 0 < score_of(scores, key("a")) < 1 - lexical.STEM_SHARE + 1e-6
    assert score_of(scores, key("c")) == 0


def test_passages_are_ranked_by_both_fields() -> None:
    scores = index_of(*SMALL).score("zoo ufo", "de")
    assert [k.document_id for k in top(scores, 10)] == ["a", "c", "b"]
    assert [k.document_id for k in top(scores, 2)] == ["a", "c"]
    assert top(index_of(*SMALL).score("gnu", "de"), 10) == []


@pytest.mark.parametrize("query", ["", "zoo", "der die das", "???"])
def test_an_empty_index_answers(query: str) -> None:
    index = LexicalIndex()
    assert top(index.score(query, "de"), 5) == []
    assert score_of(index.score(query, None), key("a")) == 0
    assert index.rarity("zoo") > 0
    index.replace("a", [])


def test_replacing_and_forgetting() -> None:
    index = index_of(*SMALL)
    index.replace("a", [text("a", "gnu", generation=2)])
    assert top(index.score("zoo", "de"), 9) == [key("b")]
    assert top(index.score("gnu", "de"), 9) == [key("a", 2)]
    index.replace("a", [])
    assert top(index.score("gnu", "de"), 9) == []


def test_a_generation_may_be_kept_beside_the_new_one() -> None:
    index = index_of(*SMALL)
    index.replace("a", [text("a", "gnu", generation=2)], keep=1)
    assert key("a") in top(index.score("zoo", "de"), 9)
    assert top(index.score("gnu", "de"), 9) == [key("a", 2)]
    index.replace("a", [], keep=2)
    assert top(index.score("zoo", "de"), 9) == [key("b")]
    assert top(index.score("gnu", "de"), 9) == [key("a", 2)]


def test_equal_scores_are_ordered_by_document_and_passage() -> None:
    index = LexicalIndex()
    for name in ("c", "a", "b"):
        texts = [LexicalText(VectorKey(name, 1, n), "zoo ufo", "", "de") for n in (1, 0)]
        index.replace(name, texts)
    found = top(index.score("zoo", "de"), 99)
    assert [(k.document_id, k.ordinal) for k in found] == [(d, n) for d in "abc" for n in (0, 1)]
    assert top(index.score("zoo", "de"), 3) == found[:3]


def test_only_what_is_visible_counts_as_best() -> None:
    index = index_of(*SMALL)
    scores = index.score("zoo", "de")
    visible = np.array([k.document_id != "a" for k in scores.keys])
    mixed = scores.mixed(visible)
    assert [mixed[scores.slot_of(key(name))] for name in "abc"] == [0, 1, 0]
    assert scores.mixed()[scores.slot_of(key("b"))] == pytest.approx(score_of(scores, key("b")))
    assert not scores.mixed(np.zeros(3, dtype=np.bool_)).any()


def test_a_field_may_be_left_out() -> None:
    for steps, found in ((replace(ALL, stems=False), "b"), (replace(ALL, grams=False), "a")):
        index = LexicalIndex(steps)
        # One has the word's stem, the other most of its n-grams.
        index.replace("a", [text("a", "Kinder Verkehr Verkehr Verkehr Verkehr Verkehr")])
        index.replace("b", [text("b", "Kinderkino")])
        assert top(index.score("Kind Kinderkiste", "de"), 1) == [key(found)]


def test_a_compound_of_the_question_asks_for_its_parts_too() -> None:
    parted, whole = LexicalIndex(WITHOUT_GRAMS), LexicalIndex(replace(WITHOUT_GRAMS, parts=False))
    for index in (parted, whole):
        for name in ("a", "b"):
            index.replace(name, [text(name, "Die Konferenz zur Bewegung tagt.")])
        index.replace("c", [text("c", "Die Bewegungskonferenz tagt.")])
        index.replace("d", [text("d", "Der Verkehr fährt.")])
    question = "Bewegungskonferenz"
    assert top(parted.score(question, "de"), 9) == [key("c"), key("a"), key("b")]
    assert top(whole.score(question, "de"), 9) == [key("c")]


def test_a_section_scores_as_if_it_were_one_text() -> None:
    parts = [
        [("zoo zoo ufo", "eins"), ("ufo yak", "eins"), ("zoo", "zwei"), ("gnu", "eins")],
        [("yak yak zoo", ""), ("ufo", "")],
    ]
    steps = replace(WITHOUT_GRAMS, heads=False)
    grown, joined = LexicalIndex(steps), LexicalIndex(steps)
    for name, passages in zip("ab", parts, strict=True):
        texts = [
            LexicalText(VectorKey(name, 1, n), content, "", "de", group=group)
            for n, (content, group) in enumerate(passages)
        ]
        grown.replace(name, texts)
    for name, content in (("1", "zoo zoo ufo ufo yak gnu"), ("2", "zoo"), ("3", "yak yak zoo ufo")):
        joined.replace(name, [text(name, content)])
    for merge in (False, True):
        if merge:
            grown.merge()
        for query in ("zoo", "ufo gnu", "yak zoo"):
            scores = grown.score(query, "de")
            assert scores.group_of_slot.tolist() == [0, 0, 1, 0, 2, 2]
            true = [score_of(joined.score(query, "de"), key(name)) for name in "123"]
            assert scores.whole.tolist() == pytest.approx(true)
    assert LexicalIndex(replace(steps, whole=False)).score("zoo", "de").whole.shape == (0,)


WITHOUT_GRAMS = replace(ALL, grams=False)
CONTENT = st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=6).map(" ".join)
PASSAGES = st.lists(st.tuples(CONTENT, st.sampled_from(["", "zoo", "yak yak"])), max_size=3)
CHANGES = st.lists(
    st.one_of(
        st.tuples(st.sampled_from("abcd"), PASSAGES),
        st.sampled_from(["merge", "save", "load", "score"]),
    ),
    min_size=1,
    max_size=12,
)
Held = dict[str, list[LexicalText]]


def changed(
    index: LexicalIndex, changes: Sequence[object], path: Path
) -> tuple[LexicalIndex, Held]:
    held: Held = {}
    for generation, change in enumerate(changes):
        if isinstance(change, tuple):
            name, passages = change
            held[name] = [
                LexicalText(VectorKey(name, generation, n), content, head, "de", "", head)
                for n, (content, head) in enumerate(passages)
            ]
            index.replace(name, held[name])
        elif change == "merge":
            index.merge()
        elif change == "score":  # fills what a version keeps
            top(index.score("zoo", "de"), 1)
        else:
            index.save(path, str(generation))
            if change == "load":
                loaded = LexicalIndex.load(path)
                assert loaded is not None
                assert loaded.stamp == str(generation)
                index = loaded
    return index, held


def scored(scores: LexicalScores, keys: Sequence[VectorKey]) -> list[tuple[float, ...]]:
    """Everything a question gives for `keys`, whatever their slots are."""
    slots = [slot for k in keys if (slot := scores.slot_of(k)) is not None]
    assert len(slots) == len(keys)
    groups = scores.group_of_slot[slots]
    rows = (scores.stems[slots], scores.grams[slots], scores.mixed()[slots], scores.whole[groups])
    return [tuple(column) for column in np.stack(rows, axis=1).tolist()]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(CHANGES, CONTENT, st.integers(1, 8), st.sampled_from([1, 2, postings.DENSE_FROM]))
def test_what_was_once_in_the_index_does_not_change_its_scores(
    tmp_path: Path, changes: list[object], query: str, merge_from: int, dense_from: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lexical, "MERGE_FROM", merge_from)
        patch.setattr(postings, "DENSE_FROM", dense_from)
        patch.setattr(postings, "_AT_ONCE", 3)  # as if there were millions of postings
        patch.setattr(postings, "_ROWS_AT_ONCE", 2)
        grown, held = changed(LexicalIndex(), changes, tmp_path / "lexical")
    rebuilt = LexicalIndex()
    for name, texts in held.items():
        rebuilt.replace(name, texts)
    keys = [each.key for texts in held.values() for each in texts]
    mine, true = grown.score(query, "de"), rebuilt.score(query, "de")
    assert scored(mine, keys) == scored(true, keys)  # to the last bit
    assert top(mine, 99) == top(true, 99)
    assert set(top(mine, 99)) <= set(keys)
    assert grown.generations() == rebuilt.generations()
    for word in VOCABULARY:
        assert grown.rarity(word) == rebuilt.rarity(word)


def test_scores_taken_before_a_change_stay_usable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexical, "MERGE_FROM", 4)
    index = index_of(*SMALL)
    before = index.score("zoo", "de")
    index.replace("neu", [text("neu", "zoo zoo")])
    assert score_of(before, key("neu")) == 0
    for name in "abc":  # so many are dead that the index is merged
        index.replace(name, [])
    index.merge()
    assert score_of(before, key("a")) in (0, pytest.approx(1.0))
    assert key("neu") not in top(before, 9)
    assert top(before, 1) == [key("a")]
    assert top(index.score("zoo", "de"), 9) == [key("neu")]


def test_many_threads_may_search_while_one_writes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(lexical, "MERGE_FROM", 20)
    index = index_of(text("fest", "zoo"), *(text(f"d{n}", "ufo yak") for n in range(9)))

    def search() -> None:
        for _ in range(100):
            scores = index.score("zoo", "de")
            assert top(scores, 5) == [key("fest")]
            assert score_of(scores, key("fest")) == pytest.approx(1.0)

    def write() -> None:
        for generation in range(2, 40):
            for n in range(9):
                index.replace(f"d{n}", [text(f"d{n}", "ufo gnu", generation=generation)])
            index.save(tmp_path / "lexical", str(generation))

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(write), *(pool.submit(search) for _ in range(3))]:
            done.result()


def test_a_reader_does_not_wait_for_a_merge(monkeypatch: pytest.MonkeyPatch) -> None:
    index = index_of(*SMALL)
    real = postings.merged

    def searching(*parts: Any) -> Segment:
        with ThreadPoolExecutor(1) as pool:  # a reader that waited would never come back
            found = pool.submit(index.score, "zoo", "de").result(timeout=20)
        assert top(found, 1) == [key("a")]
        return real(*parts)

    monkeypatch.setattr(lexical, "merged", searching)
    index.merge()
    assert top(index.score("zoo", "de"), 1) == [key("a")]
