"""What every embedder must do, run against each implementation."""

from __future__ import annotations

import numpy as np
import pytest

from retrieval.ports import Embedder

PASSAGES = (
    "Die Krankenkassen fördern Bewegungskurse für ältere Menschen im Stadtteil.",
    "Der Regionalverkehr fährt wegen Bauarbeiten am Bahnhof nur stündlich.",
    "Kitas erhalten Geld für gesundes Essen und einen eigenen Garten.",
)


class EmbedderContract:
    """Inherit and override `embedder` with a fixture."""

    @pytest.fixture
    def embedder(self) -> Embedder:
        raise NotImplementedError

    def test_it_says_who_it_is(self, embedder: Embedder) -> None:
        assert embedder.name
        assert embedder.dimension > 0

    def test_passages_become_unit_rows(self, embedder: Embedder) -> None:
        rows = embedder.embed_passages(PASSAGES)
        assert rows.shape == (3, embedder.dimension)
        assert rows.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-3)

    def test_no_text_gives_no_rows(self, embedder: Embedder) -> None:
        assert embedder.embed_passages([]).shape == (0, embedder.dimension)

    def test_a_question_becomes_a_unit_vector(self, embedder: Embedder) -> None:
        vector = embedder.embed_query("Wer fördert Bewegungskurse?")
        assert vector.shape == (embedder.dimension,)
        assert vector.dtype == np.float32
        assert float(np.linalg.norm(vector)) == pytest.approx(1.0, abs=1e-3)

    @pytest.mark.parametrize("text", ["", " ", "\n", "?", "🙂", "a" * 20_000])
    def test_odd_texts_have_unit_vectors_too(self, embedder: Embedder, text: str) -> None:
        for vector in (embedder.embed_passages([text])[0], embedder.embed_query(text)):
            assert float(np.linalg.norm(vector)) == pytest.approx(1.0, abs=1e-3)

    def test_a_text_has_one_vector_whatever_stands_beside_it(self, embedder: Embedder) -> None:
        together = embedder.embed_passages(PASSAGES)
        alone = np.concatenate([embedder.embed_passages([text]) for text in PASSAGES])
        turned = embedder.embed_passages(PASSAGES[::-1])[::-1]
        assert (together * alone).sum(axis=1).min() > 0.999
        assert (together * turned).sum(axis=1).min() > 0.999
        first, second = (embedder.embed_query(PASSAGES[0]) for _ in range(2))
        np.testing.assert_array_equal(first, second)

    def test_questions_together_have_the_vectors_they_have_alone(self, embedder: Embedder) -> None:
        questions = ["Wer fördert Kurse?", "", "Was steht in § 20a SGB V? " * 9, "Warum?", "🙂"]
        together = embedder.embed_queries(questions)
        assert together.shape == (5, embedder.dimension)
        assert together.dtype == np.float32
        alone = np.stack([embedder.embed_query(question) for question in questions])
        assert (together * alone).sum(axis=1).min() >= 0.99999
        assert embedder.embed_queries([]).shape == (0, embedder.dimension)

    def test_a_question_is_nearest_to_the_passage_it_is_about(self, embedder: Embedder) -> None:
        rows = embedder.embed_passages(PASSAGES)
        questions = (
            "Wer fördert Kurse für ältere Menschen?",
            "Warum fährt der Regionalverkehr nur stündlich?",
            "Wofür bekommen Kitas Geld?",
        )
        for place, question in enumerate(questions):
            assert int(np.argmax(rows @ embedder.embed_query(question))) == place
