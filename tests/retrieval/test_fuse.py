from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.fuse import (
    DENSE_SHARE,
    FOREIGN_SHARE,
    WHOLE_SHARE,
    Scores,
    Signals,
    fuse,
    lexical_score,
)
from retrieval.records import Mode


def signals(dense: list[float], lexical: list[float] | None = None, **given: Any) -> Signals:
    count = len(dense)
    off = [False] * count
    whole = given.get("whole")
    return Signals(
        dense=np.array(dense, dtype=np.float32),
        lexical=np.array(lexical or [0.0] * count, dtype=np.float32),
        whole=None if whole is None else np.array(whole, dtype=np.float32),
        translated=np.array(given.get("translated", [0.0] * count), dtype=np.float32),
        foreign=np.array(given.get("foreign", off), dtype=np.bool_),
        named=np.array(given.get("named", off), dtype=np.bool_),
        visible=np.array(given.get("visible", [True] * count), dtype=np.bool_),
    )


def order(scores: Scores) -> list[int]:
    return [int(place) for place in np.argsort(-scores, kind="stable")]


def test_nothing_gives_nothing() -> None:
    assert fuse(signals([])).shape == (0,)
    assert fuse(signals([0.9, 0.1], visible=[False, False])).tolist() == [0, 0]


def test_scores_are_the_convex_combination() -> None:
    scores = fuse(signals([0.9, 0.8, 0.7], [0.0, 1.0, 0.5]))
    assert scores.tolist() == pytest.approx(
        [DENSE_SHARE, DENSE_SHARE * 0.5 + (1 - DENSE_SHARE), (1 - DENSE_SHARE) * 0.5], abs=1e-6
    )


def test_each_mode_ranks_by_its_leg() -> None:
    held = signals([0.9, 0.1], [0.1, 0.9])
    assert order(fuse(held, Mode.DENSE)) == [0, 1]
    assert order(fuse(held, Mode.LEXICAL)) == [1, 0]
    assert fuse(held, Mode.LEXICAL)[1] == pytest.approx(1.0)


def test_a_single_passage_has_the_full_dense_score() -> None:
    assert fuse(signals([-0.3])).tolist() == pytest.approx([DENSE_SHARE])


def test_what_is_not_visible_neither_scores_nor_counts() -> None:
    shown = fuse(signals([0.9, 0.5, 0.1], [0.2, 0.4, 0.0]))
    hidden = fuse(
        signals(
            [0.9, 0.5, 0.1, 1.0, -1.0], [0.2, 0.4, 0.0, 9.0, 9.0], visible=[True] * 3 + [False] * 2
        )
    )
    assert hidden[:3].tolist() == pytest.approx(shown.tolist())
    assert hidden[3:].tolist() == [0, 0]


def test_the_section_has_its_share_of_the_words() -> None:
    held = signals([0.5, 0.5], [1.0, 0.9], whole=[0.0, 2.0])
    mixed = [1 - WHOLE_SHARE, 0.9 * (1 - WHOLE_SHARE) + WHOLE_SHARE]
    assert lexical_score(held).tolist() == pytest.approx([mixed[0] / mixed[1], 1.0])


def test_a_foreign_passage_is_not_held_back_by_words_it_cannot_have() -> None:
    same = fuse(signals([0.8, 0.9, 0.1], [1.0, 0.0, 0.0]))
    assert order(same)[0] == 0
    foreign = fuse(signals([0.8, 0.9, 0.1], [1.0, 0.0, 0.0], foreign=[False, True, False]))
    words = 1 - FOREIGN_SHARE
    assert foreign[1] == pytest.approx(DENSE_SHARE + (1 - DENSE_SHARE) * words)
    assert foreign[0] == pytest.approx(same[0])


def test_of_two_foreign_passages_the_one_with_the_translated_words_wins() -> None:
    foreign = [True, True, False]
    held = signals([0.8, 0.8, 0.1], [0.0, 0.0, 1.0], translated=[0.1, 0.3, 9.0], foreign=foreign)
    scores = fuse(held)
    assert scores[1] > scores[0]
    assert scores[1] == pytest.approx(DENSE_SHARE + (1 - DENSE_SHARE))


def test_a_named_unit_is_lifted_by_its_share() -> None:
    held = signals([0.9, 0.1], [1.0, 0.0], named=[False, True])
    assert order(fuse(held, named_share=0.6)) == [1, 0]
    assert fuse(held, named_share=0.6).tolist() == pytest.approx([0.4, 0.6])


@st.composite
def many(draw: st.DrawFn) -> Signals:
    count = draw(st.integers(0, 12))

    def column(kind: st.SearchStrategy[Any]) -> list[Any]:
        return draw(st.lists(kind, min_size=count, max_size=count))

    return signals(
        column(st.floats(-1, 1, width=32)),
        column(st.floats(0, 50, width=32)),
        whole=draw(st.none() | st.just(column(st.floats(0, 50, width=32)))),
        translated=column(st.floats(0, 50, width=32)),
        foreign=column(st.booleans()),
        named=column(st.booleans()),
        visible=column(st.booleans()),
    )


@given(many(), st.sampled_from(Mode), st.floats(0, 1))
def test_scores_stay_between_0_and_1_and_do_not_depend_on_the_order(
    held: Signals, mode: Mode, share: float
) -> None:
    scores = fuse(held, mode, share)
    assert ((scores >= -1e-6) & (scores <= 1 + 1e-6)).all()
    assert (scores[~held.visible] == 0).all()
    turned = Signals(
        held.dense[::-1],
        held.lexical[::-1],
        None if held.whole is None else held.whole[::-1],
        held.translated[::-1],
        held.foreign[::-1],
        held.named[::-1],
        held.visible[::-1],
    )
    assert fuse(turned, mode, share)[::-1].tolist() == scores.tolist()
