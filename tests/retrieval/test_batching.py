from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from retrieval.batching import BATCH_TEXTS, BATCH_TOKENS, Encoded, batches, one_by_one


@given(st.lists(st.integers(1, 700), max_size=200))
def test_every_text_is_in_one_batch_within_the_budget(lengths: list[int]) -> None:
    ids = [[row + 1] * length for row, length in enumerate(lengths)]
    seen: list[int] = []
    for batch in batches(Encoded(ids, pad=0)):
        assert len(batch.rows) <= BATCH_TEXTS
        assert batch.ids.size <= max(BATCH_TOKENS, batch.ids.shape[1])
        assert batch.mask.sum(axis=1).tolist() == [lengths[row] for row in batch.rows]
        np.testing.assert_array_equal(batch.ids.max(axis=1), np.array(batch.rows) + 1)
        np.testing.assert_array_equal(batch.ids == 0, batch.mask == 0)
        seen += batch.rows
    assert sorted(seen) == list(range(len(lengths)))


def test_texts_of_similar_length_share_a_batch() -> None:
    ids = [[1] * length for length in (10, 500, 11, 490)]
    shapes = [batch.ids.shape for batch in batches(Encoded(ids))]
    assert shapes == [(2, 512), (2, 16)]


def test_few_texts_come_one_by_one_the_longest_first() -> None:
    lengths = [40, 300, 16, 290]
    made = one_by_one([[7] * length for length in lengths], 1)
    assert [batch.rows for batch in made] == [[1], [3], [0], [2]]
    assert [batch.ids.shape for batch in made] == [(1, 304), (1, 304), (1, 48), (1, 16)]
    for batch in made:
        assert int(batch.mask.sum()) == lengths[batch.rows[0]]
        assert ((batch.ids == 1) == (batch.mask == 0)).all()
    assert one_by_one([], 1) == []
