from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import lexical
from retrieval.analysis import stems
from retrieval.lexical import LexicalIndex, LexicalText
from retrieval.ports import VectorKey

# Short words that no stemmer changes are one stem and one n-gram: both fields then score alike.
VOCABULARY = ("zoo", "ufo", "yak", "gnu")


def text(name: str, content: str, *, head: str = "", generation: int = 1) -> LexicalText:
    return LexicalText(VectorKey(name, generation, 0), content, head, "de")


def index_of(*texts: LexicalText) -> LexicalIndex:
    index = LexicalIndex()
    for each in texts:
        index.replace(each.key.document_id, [each])
    return index


def everything(_: VectorKey) -> bool:
    return True


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
    assert scores.of(key("a")) == pytest.approx(1.0)
    assert scores.of(key("b")) == pytest.approx(2.2 / 2.8 / 1.375)
    assert scores.of(key("c")) == 0
    # ufo adds 2.2 / 2.2 to a and gives c 2.2 / (1 + 1.2·(0.25 + 0.75/3)) = 1.375.
    scores = index.score("zoo ufo", "de")
    assert scores.of(key("a")) == pytest.approx(1.0)
    assert scores.of(key("b")) == pytest.approx(2.2 / 2.8 / 2.375)
    assert scores.of(key("c")) == pytest.approx(1.375 / 2.375)


def test_a_repeated_word_of_the_question_counts_again() -> None:
    # b holds one rare word twice asked for: 2·idf·gain against a's one.
    index = index_of(text("a", "zoo"), text("b", "ufo"))
    scores = index.score("zoo ufo ufo", "de")
    assert scores.of(key("a")) == pytest.approx(0.5)
    assert scores.of(key("b")) == pytest.approx(1.0)


def test_title_and_headings_count_at_half_weight() -> None:
    index = index_of(text("a", "zoo gnu"), text("b", "gnu", head="zoo"))
    # Lengths 2 and 1.5, 1.75 on average; frequencies 1 and 0.5.
    gains = [
        frequency * 2.2 / (frequency + 1.2 * (0.25 + 0.75 * length / 1.75))
        for frequency, length in ((1, 2), (0.5, 1.5))
    ]
    assert index.score("zoo", "de").of(key("b")) == pytest.approx(gains[1] / gains[0])


def test_both_fields_are_mixed() -> None:
    # "Zoos" shares the stem; "Zoologie" only n-grams.
    index = index_of(text("a", "Gesundheitsamt"), text("b", "Gesundheit"), text("c", "Verkehr"))
    scores = index.score("Gesundheit", "de")
    assert scores.of(key("b")) == pytest.approx(1.0)
    assert 0 < scores.of(key("a")) < 1 - lexical.STEM_SHARE + 1e-6
    assert scores.of(key("c")) == 0


def test_top_is_ordered_admitted_and_limited() -> None:
    scores = index_of(*SMALL).score("zoo ufo", "de")
    assert [k.document_id for k in scores.top(10, everything)] == ["a", "c", "b"]
    assert [k.document_id for k in scores.top(2, everything)] == ["a", "c"]
    assert [k.document_id for k in scores.top(1, lambda k: k.document_id != "a")] == ["c"]
    assert scores.top(0, everything) == []
    assert index_of(*SMALL).score("gnu", "de").top(10, everything) == []


@pytest.mark.parametrize("query", ["", "zoo", "der die das", "???"])
def test_an_empty_index_answers(query: str) -> None:
    index = LexicalIndex()
    assert index.score(query, "de").top(5, everything) == []
    assert index.score(query, None).of(key("a")) == 0
    assert index.rarity("zoo") > 0
    index.replace("a", [])


def test_replacing_and_forgetting() -> None:
    index = index_of(*SMALL)
    index.replace("a", [text("a", "gnu", generation=2)])
    assert index.score("zoo", "de").top(9, everything) == [key("b")]
    assert index.score("gnu", "de").top(9, everything) == [key("a", 2)]
    index.replace("a", [])
    assert index.score("gnu", "de").top(9, everything) == []


def test_a_generation_may_be_kept_beside_the_new_one() -> None:
    index = index_of(*SMALL)
    index.replace("a", [text("a", "gnu", generation=2)], keep=1)
    assert key("a") in index.score("zoo", "de").top(9, everything)
    assert index.score("gnu", "de").top(9, everything) == [key("a", 2)]
    index.replace("a", [], keep=2)
    assert index.score("zoo", "de").top(9, everything) == [key("b")]
    assert index.score("gnu", "de").top(9, everything) == [key("a", 2)]


CONTENT = st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=6).map(" ".join)
STEPS = st.lists(
    st.tuples(st.sampled_from("abcd"), st.lists(CONTENT, max_size=3)), min_size=1, max_size=12
)


@given(STEPS, CONTENT, st.integers(2, 8))
def test_what_was_once_in_the_index_does_not_change_its_scores(
    steps: list[tuple[str, list[str]]], query: str, compact_from: int
) -> None:
    held: dict[str, list[LexicalText]] = {}
    grown = LexicalIndex()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lexical, "COMPACT_FROM", compact_from)
        for generation, (name, contents) in enumerate(steps):
            held[name] = [
                LexicalText(VectorKey(name, generation, n), content, "", "de")
                for n, content in enumerate(contents)
            ]
            grown.replace(name, held[name])
    rebuilt = LexicalIndex()
    for name, texts in held.items():
        rebuilt.replace(name, texts)
    keys = [each.key for texts in held.values() for each in texts]
    mine, true = grown.score(query, "de"), rebuilt.score(query, "de")
    assert [mine.of(k) for k in keys] == pytest.approx([true.of(k) for k in keys], abs=1e-5)
    assert set(mine.top(99, everything)) == set(true.top(99, everything)) <= set(keys)
    for word in VOCABULARY:
        assert grown.rarity(word) == pytest.approx(rebuilt.rarity(word))


def test_scores_taken_before_a_change_stay_usable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexical, "COMPACT_FROM", 4)
    index = index_of(*SMALL)
    before = index.score("zoo", "de")
    index.replace("neu", [text("neu", "zoo zoo")])
    assert before.of(key("neu")) == 0
    for name in "abc":  # so many are dead that the index is compacted
        index.replace(name, [])
    assert before.of(key("a")) in (0, pytest.approx(1.0))
    assert key("neu") not in before.top(9, everything)
    assert index.score("zoo", "de").top(9, everything) == [key("neu")]


def test_many_threads_may_search_while_one_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexical, "COMPACT_FROM", 20)
    index = index_of(text("fest", "zoo"), *(text(f"d{n}", "ufo yak") for n in range(9)))

    def search() -> None:
        for _ in range(100):
            scores = index.score("zoo", "de")
            assert scores.top(5, everything) == [key("fest")]
            assert scores.of(key("fest")) == pytest.approx(1.0)

    def write() -> None:
        for generation in range(2, 40):
            for n in range(9):
                index.replace(f"d{n}", [text(f"d{n}", "ufo gnu", generation=generation)])

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(write), *(pool.submit(search) for _ in range(3))]:
            done.result()
