from __future__ import annotations

from zlib import crc32

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from retrieval.vocabulary import EMPTY, union, vocabulary

TERMS = st.sets(st.text(max_size=6) | st.sampled_from(["plumless", "buckeroo"]), max_size=12)


def test_terms_with_one_checksum_are_told_apart() -> None:
    assert crc32(b"plumless") == crc32(b"buckeroo")
    one = vocabulary(["plumless", "zoo"])
    assert one.rows(["buckeroo"]) == [-1]
    both, of_held, (added,) = union(one, np.array([True, True]), ["buckeroo"])
    assert both.rows(["plumless", "buckeroo", "zoo"]) == [
        *of_held[one.rows(["plumless"])],
        added,
        *of_held[one.rows(["zoo"])],
    ]


def test_nothing_is_found_where_nothing_is() -> None:
    assert EMPTY.rows(["zoo", ""]) == [-1, -1]
    assert EMPTY.rows([]) == []


@given(TERMS, TERMS, st.data())
def test_a_union_holds_what_stays_and_what_is_new(
    held: set[str], others: set[str], data: st.DataObject
) -> None:
    old = vocabulary(sorted(held))
    kept = np.array(data.draw(st.lists(st.booleans(), min_size=len(old), max_size=len(old))), bool)
    added = sorted(others - held)
    new, of_held, of_added = union(old, kept, added)
    assert new.rows(added) == of_added.tolist()
    for row in range(len(old)):
        term = old.code(row).decode("utf-8", "surrogatepass")
        assert new.rows([term]) == [of_held[row]]
        assert (of_held[row] >= 0) == kept[row]
    assert len(new) == kept.sum() + len(added)
    assert len(new.letters) == new.bounds[-1]
