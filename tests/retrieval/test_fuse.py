from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.fuse import DENSE_SHARE, Candidate, fuse
from retrieval.ports import VectorKey
from retrieval.records import Mode


def candidate(
    name: str, dense: float, lexical: float = 0.0, *, foreign: bool = False, ordinal: int = 0
) -> Candidate:
    return Candidate(VectorKey(name, 1, ordinal), dense, lexical, foreign)


CANDIDATES = st.lists(
    st.builds(
        candidate,
        st.sampled_from("abc"),
        st.floats(-1, 1),
        st.floats(0, 1),
        foreign=st.booleans(),
        ordinal=st.integers(0, 99),
    ),
    unique_by=lambda c: (c.key.document_id, c.key.ordinal),
)


def names(candidates: list[Candidate], mode: Mode = Mode.HYBRID) -> list[str]:
    return [fused.candidate.key.document_id for fused in fuse(candidates, mode)]


def test_nothing_gives_nothing() -> None:
    assert fuse([]) == []


def test_scores_are_the_convex_combination() -> None:
    ranked = fuse([candidate("a", 0.9, 0.0), candidate("b", 0.8, 1.0), candidate("c", 0.7, 0.5)])
    scores = {fused.candidate.key.document_id: fused.score for fused in ranked}
    assert scores["a"] == pytest.approx(DENSE_SHARE)
    assert scores["b"] == pytest.approx(DENSE_SHARE * 0.5 + (1 - DENSE_SHARE))
    assert scores["c"] == pytest.approx((1 - DENSE_SHARE) * 0.5)


def test_each_mode_ranks_by_its_leg() -> None:
    held = [candidate("a", 0.9, 0.1), candidate("b", 0.1, 0.9)]
    assert names(held, Mode.DENSE) == ["a", "b"]
    assert names(held, Mode.LEXICAL) == ["b", "a"]
    assert [fused.score for fused in fuse(held, Mode.LEXICAL)] == [0.9, 0.1]


def test_ties_are_ordered_by_document_then_ordinal() -> None:
    held = [candidate(name, 0.5, 0.5, ordinal=n) for name in "ba" for n in (10, 9)]
    keys = [fused.candidate.key for fused in fuse(held)]
    assert [(key.document_id, key.ordinal) for key in keys] == [
        ("a", 9),
        ("a", 10),
        ("b", 9),
        ("b", 10),
    ]


def test_a_single_candidate_has_the_full_dense_score() -> None:
    (only,) = fuse([candidate("a", -0.3, 0.0)])
    assert only.score == pytest.approx(DENSE_SHARE)


def test_a_foreign_passage_is_not_held_back_by_words_it_cannot_have() -> None:
    held = [candidate("eigen", 0.6, 0.3), candidate("fremd", 0.9, 0.0), candidate("z", 0.1, 0.0)]
    assert names(held)[0] == "fremd"
    narrow = [candidate("eigen", 0.8, 1.0), candidate("fremd", 0.9, 0.0), candidate("z", 0.1)]
    assert names(narrow)[0] == "eigen"
    foreign = [narrow[0], candidate("fremd", 0.9, 0.0, foreign=True), narrow[2]]
    best = fuse(foreign)[0]
    assert best.candidate.key.document_id == "fremd"
    assert best.score == pytest.approx(1.0)


@given(CANDIDATES, st.sampled_from(Mode))
def test_all_come_back_once_in_order_with_scores_from_0_to_1(
    held: list[Candidate], mode: Mode
) -> None:
    ranked = fuse(held, mode)
    assert sorted(map(repr, held)) == sorted(repr(fused.candidate) for fused in ranked)
    scores = [fused.score for fused in ranked]
    assert scores == sorted(scores, reverse=True)
    assert all(-1e-9 <= score <= 1 + 1e-9 for score in scores)
    assert fuse(held[::-1], mode) == ranked
