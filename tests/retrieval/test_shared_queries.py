from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event

import numpy as np
import pytest

from retrieval.ports import Matrix, Vector
from retrieval.shared_queries import SharedQueries
from tests.fakes import HashEmbedder

FAKE = HashEmbedder()


class Watched:
    """The fake, writing down its passes; waits while `gate` is closed, fails for `failing` texts.

    With `interrupted` the next pass is stopped from outside.
    """

    name, dimension = FAKE.name, FAKE.dimension

    def __init__(self) -> None:
        self.passes: list[list[str]] = []
        self.gate = Event()
        self.gate.set()
        self.started = Event()
        self.failing: dict[str, Exception] = {}
        self.interrupted = False

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        return FAKE.embed_passages(texts)

    def embed_query(self, text: str) -> Vector:
        vector: Vector = self.embed_queries([text])[0]
        return vector

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        self.passes.append(list(texts))
        self.started.set()
        assert self.gate.wait(20)
        if self.interrupted:
            self.interrupted = False
            raise KeyboardInterrupt
        for text in texts:
            if text in self.failing:
                raise self.failing[text]
        return FAKE.embed_queries(texts)


@pytest.fixture
def model() -> Watched:
    return Watched()


def until(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def waiting(shared: SharedQueries) -> int:
    """Count the waiting threads; nothing public tells, and guessing a time would be worse."""
    return len(vars(vars(shared)["_changed"])["_waiters"])


def ask_while_busy(
    model: Watched, shared: SharedQueries, texts: Sequence[str], pool: ThreadPoolExecutor
) -> tuple[Future[Vector], list[Future[Vector]]]:
    """Ask "zuerst", and `texts` one after the other while that is being embedded."""
    model.gate.clear()
    model.started.clear()
    first = pool.submit(shared.embed_query, "zuerst")
    assert model.started.wait(20)
    others = []
    for text in texts:
        others.append(pool.submit(shared.embed_query, text))
        until(lambda: waiting(shared) == len(others))
    model.gate.set()
    return first, others


def test_what_was_asked_before_is_not_embedded_again(model: Watched) -> None:
    shared = SharedQueries(model)
    first = shared.embed_query("Wer fördert?")
    assert shared.embed_query("Wer fördert?") is first
    np.testing.assert_array_equal(first, FAKE.embed_query("Wer fördert?"))
    assert model.passes == [["Wer fördert?"]]
    with pytest.raises(ValueError, match="read-only"):
        first[0] = 1.0


def test_only_the_latest_questions_are_remembered(model: Watched) -> None:
    shared = SharedQueries(model, remembered=2)
    for text in ("a", "b", "a", "c", "a", "b"):
        shared.embed_query(text)
    assert model.passes == [["a"], ["b"], ["c"], ["b"]]


def test_the_same_question_at_the_same_time_is_embedded_once(model: Watched) -> None:
    shared = SharedQueries(model)
    with ThreadPoolExecutor(8) as pool:
        first, others = ask_while_busy(model, shared, ["zuerst", "dann", "dann", "zuerst"], pool)
        assert {id(f.result(20)) for f in (others[0], others[3])} == {id(first.result(20))}
        assert others[1].result(20) is others[2].result(20)
    assert model.passes == [["zuerst"], ["dann"]]


def test_questions_that_wait_share_the_next_pass(model: Watched) -> None:
    shared = SharedQueries(model)
    texts = ["eins", "zwei", "drei", "vier", "fünf"]
    with ThreadPoolExecutor(8) as pool:
        _, others = ask_while_busy(model, shared, texts, pool)
        for text, asked in zip(texts, others, strict=True):
            np.testing.assert_array_equal(asked.result(20), FAKE.embed_query(text))
    assert model.passes == [["zuerst"], texts]


def test_a_pass_takes_no_more_than_it_may(model: Watched) -> None:
    shared = SharedQueries(model, together=2)
    texts = ["eins", "zwei", "drei", "vier", "fünf"]
    with ThreadPoolExecutor(8) as pool:
        _, others = ask_while_busy(model, shared, texts, pool)
        for text, asked in zip(texts, others, strict=True):
            np.testing.assert_array_equal(asked.result(20), FAKE.embed_query(text))
    assert model.passes == [["zuerst"], ["eins", "zwei"], ["drei", "vier"], ["fünf"]]


def test_one_that_fails_does_not_take_the_others_along(model: Watched) -> None:
    shared = SharedQueries(model)
    model.failing["falsch"] = RuntimeError("so nicht")
    with ThreadPoolExecutor(8) as pool:
        _, others = ask_while_busy(model, shared, ["gut", "falsch", "falsch", "besser"], pool)
        for at, text in ((0, "gut"), (3, "besser")):
            np.testing.assert_array_equal(others[at].result(20), FAKE.embed_query(text))
        for asked in others[1:3]:
            with pytest.raises(RuntimeError, match="so nicht"):
                asked.result(20)
    model.failing.clear()
    np.testing.assert_array_equal(shared.embed_query("falsch"), FAKE.embed_query("falsch"))


def test_an_interrupted_leader_leaves_its_question_to_the_others(model: Watched) -> None:
    shared = SharedQueries(model)
    model.interrupted = True
    with ThreadPoolExecutor(8) as pool:
        first, others = ask_while_busy(model, shared, ["danach"], pool)
        with pytest.raises(KeyboardInterrupt):
            first.result(20)
        np.testing.assert_array_equal(others[0].result(20), FAKE.embed_query("danach"))


def test_many_threads_with_many_questions_all_get_the_right_vector(model: Watched) -> None:
    shared = SharedQueries(model, remembered=5, together=4)
    asked = [f"Frage {number * 7 % 23}" for number in range(400)]
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(shared.embed_query, asked))
    for text, vector in zip(asked, found, strict=True):
        np.testing.assert_array_equal(vector, FAKE.embed_query(text))
    assert max(map(len, model.passes)) <= 4


def test_it_shows_no_question(model: Watched, caplog: pytest.LogCaptureFixture) -> None:
    shared = SharedQueries(model)
    shared.embed_query("geheim")
    assert "geheim" not in repr(shared) + repr(vars(shared)["_queue"]) + caplog.text
