"""Stemmers keep a word in themselves while they work on it; two threads must not mix theirs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from retrieval import analysis
from retrieval.steps import Steps

FIRST = ("Bewegungs", "Gesundheits", "Stadtteil", "Kinder", "Sozial")
LAST = ("förderungen", "konferenzen", "verbänden", "gruppen", "angebotes", "räumen")
WORDS = [first + last for first in FIRST for last in LAST]


@pytest.fixture
def eager_switching() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("eager_switching")
@pytest.mark.parametrize("language", ["de", "en"])
def test_threads_stem_as_one_thread_does(language: str) -> None:
    only = Steps(concepts=False, references=False, numbers=False)

    def stemmed(thread: int) -> list[list[str]]:
        # Each thread has words of its own, so that no cache answers for the stemmer.
        return [
            analysis.stems(f"{word}{chr(97 + thread)}{chr(97 + turn)}en", language, steps=only)
            for turn in range(20)
            for word in WORDS
        ]

    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(stemmed, range(4)))
    for stemmer in (analysis._german_stemmer, analysis._english_stemmer):
        stemmer.cache_clear()
    assert together == [stemmed(thread) for thread in range(4)]
