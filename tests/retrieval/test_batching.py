from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from retrieval.batching import BATCH_TEXTS, BATCH_TOKENS, Encoded, batches, shared_out


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


def test_texts_are_shared_out_evenly_among_workers() -> None:
    lengths = [40, 300, 20, 290, 310, 15, 280]
    ids = [[7] * length for length in lengths]
    made = shared_out(ids, 2, 1)
    assert sorted(row for batch in made for row in batch.rows) == list(range(7))
    assert [len(batch.rows) for batch in made] == [4, 3]
    for batch in made:
        assert batch.ids.shape[1] % 16 == 0
        assert [int(n) for n in batch.mask.sum(axis=1)] == [lengths[row] for row in batch.rows]
        assert ((batch.ids == 1) == (batch.mask == 0)).all()
    assert [batch.rows for batch in shared_out(ids[:1], 4, 1)] == [[0]]
    assert shared_out([], 2, 1) == []
