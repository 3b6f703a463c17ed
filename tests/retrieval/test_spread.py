from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from retrieval.ports import VectorKey
from retrieval.search import Ranked
from retrieval.spread import MOST, NEAR, spread


def ranked(names: str, scores: list[float]) -> list[Ranked]:
    return [
        Ranked(VectorKey(name, 1, place), score, 0.0, 0.0)
        for place, (name, score) in enumerate(zip(names, scores, strict=True))
    ]


def names(found: list[Ranked]) -> str:
    return "".join(r.key.document_id for r in found)


def test_after_three_passages_of_a_document_others_are_heard() -> None:
    held = ranked("aaaaabc", [0.9, 0.89, 0.88, 0.87, 0.86, 0.85, 0.84])
    assert names(spread(held)) == "aaabcaa"


def test_what_is_much_worse_does_not_come_first() -> None:
    held = ranked("aaaab", [0.9, 0.89, 0.88, 0.87, 0.87 * NEAR - 0.01])
    assert names(spread(held)) == "aaaab"


def test_a_document_alone_keeps_its_order() -> None:
    held = ranked("aaaaaa", [0.9, 0.8, 0.7, 0.6, 0.5, 0.4])
    assert spread(held) == held


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 1)), max_size=40))
def test_all_stay_and_the_first_three_of_each_document_keep_their_order(
    drawn: list[tuple[str, float]],
) -> None:
    drawn.sort(key=lambda pair: -pair[1])
    held = ranked("".join(name for name, _ in drawn), [score for _, score in drawn])
    found = spread(held)
    assert sorted(r.key.ordinal for r in found) == list(range(len(held)))
    assert found[:1] == held[:1]
    assert [r.score for r in found] == sorted((r.score for r in found), reverse=True)
    for name in "abc":
        own = [r.key for r in held if r.key.document_id == name]
        assert [r.key for r in found if r.key.document_id == name] == own
        if len(own) <= MOST and len({r.key.document_id for r in held}) == 1:
            assert found == held
