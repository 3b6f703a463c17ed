"""Breaker, places, limits, the bar: without a model."""

from __future__ import annotations

import threading
from collections.abc import Generator

import pytest

from assistant.answer import Answer, Kind, Sentence, cite
from assistant.errors import ModelBusy, ModelFailed, ModelGarbled, ModelPaused, ModelSlow
from assistant.generation.breaker import LONGEST_PAUSE_SECONDS, Breaker
from assistant.generation.limits import MOST_CHARACTERS, Limits, Places, within
from assistant.generation.standing import (
    Tally,
    Topic,
    gives_what_is_asked,
    in_other_language,
)
from assistant.question import read_question
from tests.assistant.evidences import passage_hit, text_of


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def fail(breaker: Breaker, error: Exception | None = None) -> None:
    with pytest.raises(ModelFailed), breaker.attempt():
        raise error or ModelSlow("langsam")


def test_breaker_opens_after_failures_in_a_row_and_tries_once_after_a_pause() -> None:
    clock = Clock()
    breaker = Breaker(5, 30.0, clock)
    for _ in range(4):
        fail(breaker)
    with breaker.attempt():
        pass
    for _ in range(5):
        assert breaker.closed
        fail(breaker)
    assert not breaker.closed
    clock.now = 29.9
    with pytest.raises(ModelPaused, match="noch 0 s"), breaker.attempt():
        pass
    clock.now = 30.1
    # Half open: one attempt, no second one beside it.
    with breaker.attempt(), pytest.raises(ModelPaused), breaker.attempt():
        pass
    assert breaker.closed


def test_a_failed_attempt_opens_it_again_at_once() -> None:
    clock = Clock()
    breaker = Breaker(2, 30.0, clock)
    fail(breaker)
    fail(breaker)
    clock.now = 31
    fail(breaker)
    with pytest.raises(ModelPaused), breaker.attempt():
        pass
    clock.now = 62
    with breaker.attempt():
        pass
    assert breaker.closed


def test_whoever_leaves_early_proves_nothing() -> None:
    clock = Clock()
    breaker = Breaker(1, 30.0, clock)
    fail(breaker)
    clock.now = 31
    with pytest.raises(GeneratorExit), breaker.attempt():
        raise GeneratorExit
    assert not breaker.closed
    with breaker.attempt():
        pass
    assert breaker.closed


@pytest.mark.parametrize(("wanted", "pause"), [(7.0, 7.0), (0.0, 0.0), (-3.0, 0.0), (1e9, 300.0)])
def test_the_server_s_own_pause_is_kept_within_bounds(wanted: float, pause: float) -> None:
    clock = Clock()
    breaker = Breaker(5, 30.0, clock)
    fail(breaker, ModelBusy("voll", wanted))
    clock.now = pause - 0.1
    if pause:
        with pytest.raises(ModelPaused), breaker.attempt():
            pass
    clock.now = pause
    with breaker.attempt():
        pass
    assert pause <= LONGEST_PAUSE_SECONDS


def test_breaker_counts_right_from_many_threads() -> None:
    breaker = Breaker(200, 30.0, Clock())

    def fail_often() -> None:
        for _ in range(25):
            fail(breaker)

    threads = [threading.Thread(target=fail_often) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not breaker.closed


def test_places_are_given_back() -> None:
    places = Places(2)
    full = pytest.raises(ModelBusy, match="Alle 2")
    with places.taken(), places.taken(), full, places.taken(0.01):
        pass
    for _ in range(3):
        with pytest.raises(KeyError), places.taken(0.01):
            raise KeyError
    with places.taken(0.01), places.taken(0.01):
        pass


def pieces(clock: Clock, steps: list[tuple[float, str]], closed: list[bool]) -> Generator[str]:
    try:
        for seconds, piece in steps:
            clock.now += seconds
            yield piece
    finally:
        closed.append(True)


def test_limits_cut_and_close() -> None:
    limits = Limits(2.0, 5.0)
    cases: list[tuple[list[tuple[float, str]], type[ModelFailed] | None]] = [
        ([(1.0, ""), (0.9, "a"), (3.0, "b")], None),
        ([(1.0, ""), (1.1, "")], ModelSlow),
        ([(1.0, "a")] + [(1.0, "")] * 9, ModelSlow),
        ([(1.0, "a")] + [(0.5, "b")] * 9, ModelSlow),
        ([(0.0, "a" * (MOST_CHARACTERS + 1))], ModelGarbled),
    ]
    for steps, error in cases:
        clock, closed = Clock(), [False]
        stream = within(pieces(clock, steps, closed), limits, clock)
        if error is None:
            assert "".join(stream) == "ab"
        else:
            with pytest.raises(error):
                list(stream)
        assert closed[-1]


@pytest.mark.parametrize(
    ("marks", "stands", "hopeless"),
    [
        ("", False, False),
        ("s", True, False),
        ("f", False, True),
        ("sf", False, False),
        ("ssf", True, False),
        ("sffs", False, False),
        ("ssffs", False, False),
        ("sssff", False, False),
        ("ssssff", True, False),
        ("sfff", False, True),
    ],
)
def test_the_bar(marks: str, stands: bool, hopeless: bool) -> None:
    tally = Tally()
    for mark in marks:
        tally = tally.counted(supported=mark == "s")
    assert tally.stands is stands
    assert tally.hopeless is hopeless


def test_what_a_question_demands_must_be_there() -> None:
    question = read_question("Wie viel kostet ein Mittagessen?")
    assert gives_what_is_asked(question, ["Es kostet drei Euro."])
    assert not gives_what_is_asked(question, ["Das Essen ist gesund."])
    assert gives_what_is_asked(read_question("Warum ist das so?"), ["Darum."])


@pytest.mark.parametrize(
    ("sentence", "language", "other"),
    [
        ("The network was founded in the town in 2019.", "de", True),
        ("Das Netzwerk wurde in der Stadt gegründet.", "de", False),
        ("Das Netzwerk wurde in der Stadt gegründet.", "en", True),
        ("KGC Sachsen-Anhalt", "de", False),
        ("KGC Sachsen-Anhalt", "en", False),
    ],
)
def test_the_other_language(sentence: str, language: str, other: bool) -> None:
    assert in_other_language(sentence, language) is other


def test_what_a_quote_holds_beside_its_sentence_widens_no_topic() -> None:
    hit = passage_hit("Der Treff kostet nichts. Das Rathaus wird renoviert.")
    question = read_question("Was kostet der Treff?")
    quote = cite(hit, text_of(hit), (0, len(hit.passage.text)), "", 1)
    said = (Sentence("Der Treff kostet nichts.", (1,)),)
    topic = Topic(question, Answer(question.text, Kind.ANSWER, "de", 0.9, said, (quote,)))
    assert topic.touches("Ein Treff ist offen.")
    assert not topic.touches("Am Rathaus wird gearbeitet.")
