"""What every re-ranking model must do, run against each implementation."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from retrieval.reranker import Reranker

QUESTION = "die kita"
PASSAGES = (
    "die kita",
    "wo ist die kita.",
    "größe und übung",
    "die straße zum bahnhof ist lang und laut. " * 4,
)


class RerankerContract:
    """Inherit and override `reranker` with a fixture."""

    @pytest.fixture
    def reranker(self) -> Reranker:
        raise NotImplementedError

    def test_each_passage_has_a_score_from_0_to_1(self, reranker: Reranker) -> None:
        scores = reranker.scores(QUESTION, PASSAGES)
        assert scores.shape == (4,)
        assert scores.dtype == np.float32
        assert scores.min() >= 0
        assert scores.max() <= 1
        assert len(np.unique(scores)) > 1

    def test_no_passage_has_no_score(self, reranker: Reranker) -> None:
        assert reranker.scores(QUESTION, []).shape == (0,)

    def test_a_score_does_not_hang_on_what_stands_beside(self, reranker: Reranker) -> None:
        together = reranker.scores(QUESTION, PASSAGES * 5)
        turned = reranker.scores(QUESTION, PASSAGES[::-1])[::-1]
        alone = np.concatenate([reranker.scores(QUESTION, [text]) for text in PASSAGES])
        np.testing.assert_allclose(together, np.tile(alone, 5), atol=1e-4)
        np.testing.assert_allclose(turned, alone, atol=1e-4)

    @pytest.mark.parametrize("text", ["", " ", "?", "🙂", "die kita " * 5_000])
    def test_odd_texts_are_judged_too(self, reranker: Reranker, text: str) -> None:
        for scores in (reranker.scores(text, PASSAGES), reranker.scores(QUESTION, [text])):
            assert np.isfinite(scores).all()

    def test_many_threads_get_what_one_gets(self, reranker: Reranker) -> None:
        questions = [f"die kita {number}" for number in range(16)]
        expected = [reranker.scores(question, PASSAGES) for question in questions]
        with ThreadPoolExecutor(8) as threads:
            found = list(threads.map(lambda q: reranker.scores(q, PASSAGES), questions))
        np.testing.assert_allclose(found, expected, atol=1e-4)
