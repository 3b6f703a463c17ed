from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import pytest

from retrieval import sentence_cache
from retrieval.balance import LanguageBalance
from retrieval.ports import Matrix, Vector
from retrieval.sentence_cache import SentenceCache
from tests.fakes import HashEmbedder

BALANCE = LanguageBalance.measured(HashEmbedder())


@dataclass(frozen=True)
class Listening(HashEmbedder):
    heard: list[str] = field(default_factory=list)

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        self.heard.extend(texts)
        return super().embed_passages(texts)


def expected(sentence: str, language: str | None) -> Vector:
    row: Vector = BALANCE.passage(HashEmbedder().embed_passages([sentence]), language)[0]
    return row


def test_each_sentence_has_its_balanced_vector_in_order() -> None:
    cache = SentenceCache(HashEmbedder(), BALANCE)
    asked = [("eins", "de"), ("two", "en"), ("eins", "en"), ("eins", "de"), ("x", None)]
    rows = cache.vectors(asked)
    for row, (sentence, language) in zip(rows, asked, strict=True):
        np.testing.assert_allclose(row, expected(sentence, language), atol=1e-6)
    np.testing.assert_array_equal(cache.vectors(asked), rows)
    assert cache.vectors([]).shape == (0, 128)


def test_each_sentence_is_embedded_once() -> None:
    embedder = Listening()
    cache = SentenceCache(embedder, BALANCE)
    cache.vectors([("eins", "de"), ("eins", "de")])
    cache.vectors([("zwei", "de"), ("eins", "de")])
    assert embedder.heard == ["eins", "zwei"]
    cache.forget()
    cache.vectors([("eins", "de")])
    assert embedder.heard == ["eins", "zwei", "eins"]


def test_the_least_recently_used_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentence_cache, "CAPACITY", 2)
    embedder = Listening()
    cache = SentenceCache(embedder, BALANCE)
    for sentence in ("eins", "zwei", "eins", "drei", "eins", "zwei"):
        cache.vectors([(sentence, "de")])
    assert embedder.heard == ["eins", "zwei", "drei", "zwei"]
    assert len(cache.vectors([(f"{n}", "de") for n in range(5)])) == 5  # more than it can keep


def test_what_the_caller_does_to_the_rows_stays_with_the_caller() -> None:
    cache = SentenceCache(HashEmbedder(), BALANCE)
    for language in ("de", None):
        cache.vectors([("eins", language)])[:] = 0
        np.testing.assert_allclose(
            cache.vectors([("eins", language)])[0], expected("eins", language), atol=1e-6
        )


def test_many_threads_may_ask() -> None:
    cache = SentenceCache(HashEmbedder(), BALANCE)
    asked = [(f"Satz {n % 7}", "de") for n in range(30)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: cache.vectors(asked), range(20)))
    for answer in answers:
        np.testing.assert_array_equal(answer, answers[0])
