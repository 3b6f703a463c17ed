from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.ports import Embedder
from retrieval.shared_queries import SharedQueries
from tests.contracts.embedder_contract import EmbedderContract
from tests.fakes import HashEmbedder

if TYPE_CHECKING:
    from retrieval.embed import SentenceTransformerEmbedder


class TestHashEmbedder(EmbedderContract):
    @pytest.fixture
    def embedder(self) -> Embedder:
        return HashEmbedder()


class TestSharedQueries(EmbedderContract):
    @pytest.fixture
    def embedder(self) -> Embedder:
        return SharedQueries(HashEmbedder())


@pytest.mark.model
class TestRealModel(EmbedderContract):
    @pytest.fixture
    def embedder(self, embedder: SentenceTransformerEmbedder) -> Embedder:
        return embedder

    def test_questions_and_passages_are_embedded_differently(self, embedder: Embedder) -> None:
        text = "Die Krankenkassen fördern Kurse."
        assert float(embedder.embed_query(text) @ embedder.embed_passages([text])[0]) < 0.999


@given(st.text())
def test_the_fake_gives_any_text_a_unit_vector(text: str) -> None:
    vector = HashEmbedder().embed_query(text)
    assert float(np.linalg.norm(vector)) == pytest.approx(1.0, abs=1e-4)
    np.testing.assert_array_equal(vector, HashEmbedder().embed_passages([text])[0])


def test_the_fake_finds_similar_texts_similar() -> None:
    embedder = HashEmbedder()
    question = embedder.embed_query("Bewegungsförderung im Stadtteil")
    near, far = embedder.embed_passages(
        ["Der Stadtteil fördert Bewegung, Bewegungsförderung ist wichtig.", "Xylophon, Yacht, Zoo"]
    )
    assert question @ near > question @ far + 0.2
