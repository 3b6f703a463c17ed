from __future__ import annotations

import numpy as np
import pytest

from retrieval.balance import LanguageBalance, parallel_sentences
from retrieval.ports import Vector
from tests.fakes import HashEmbedder

MEASURED = LanguageBalance.measured(HashEmbedder())


def test_the_parallel_sentences_are_as_many_in_each_language() -> None:
    sentences = parallel_sentences()
    assert set(sentences) == {"de", "en"}
    assert len({len(each) for each in sentences.values()}) == 1
    assert all(len(set(each)) == len(each) for each in sentences.values())


def test_the_offsets_cancel_out() -> None:
    for offsets in (MEASURED.passages, MEASURED.queries):
        np.testing.assert_allclose(np.sum(list(offsets.values()), axis=0), 0, atol=1e-6)
        assert all(np.linalg.norm(offset) > 0.01 for offset in offsets.values())


def test_languages_come_closer_and_vectors_stay_unit() -> None:
    embedder = HashEmbedder()
    means: dict[bool, list[Vector]] = {False: [], True: []}
    for language, sentences in parallel_sentences().items():
        raw = embedder.embed_passages(sentences)
        balanced = MEASURED.passage(raw, language)
        assert balanced.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(balanced, axis=1), 1, atol=1e-5)
        means[False].append(raw.mean(axis=0))
        means[True].append(balanced.mean(axis=0))
    before, after = (np.linalg.norm(means[done][0] - means[done][1]) for done in (False, True))
    assert after < before / 3


@pytest.mark.parametrize("language", [None, "fr", ""])
def test_an_unknown_language_is_left_as_it_is(language: str | None) -> None:
    rows = HashEmbedder().embed_passages(["eins", "zwei"])
    np.testing.assert_array_equal(MEASURED.passage(rows, language), rows)
    np.testing.assert_array_equal(MEASURED.query(rows[0], language), rows[0])


def test_one_row_is_treated_like_many() -> None:
    rows = HashEmbedder().embed_passages(["eins", "zwei"])
    np.testing.assert_allclose(
        MEASURED.passage(rows, "de")[1], MEASURED.passage(rows[1], "de"), atol=1e-6
    )
    assert MEASURED.passage(rows[:0], "de").shape == (0, 128)


def test_it_survives_being_written_down() -> None:
    read = LanguageBalance.from_json(MEASURED.to_json())
    for held, true in ((read.passages, MEASURED.passages), (read.queries, MEASURED.queries)):
        assert held.keys() == true.keys()
        for language, offset in held.items():
            assert offset.dtype == np.float32
            np.testing.assert_array_equal(offset, true[language])
