"""Conversations live in memory, for half an hour, under ids nobody can choose."""

from __future__ import annotations

from assistant.ask import Turn
from assistant.conversation import CAPACITY, KEPT_SECONDS, TURNS, Conversations


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def turns(number: int) -> tuple[Turn, Turn]:
    return Turn("user", f"Frage {number}"), Turn("assistant", f"Antwort {number}")


def test_turns_add_up_under_one_id() -> None:
    held = Conversations()
    name = held.add(None, turns(1))
    assert held.add(name, turns(2)) == name
    assert held.turns(name) == (*turns(1), *turns(2))
    other = held.add(None, turns(3))
    assert other != name
    assert held.turns(other) == turns(3)


def test_unknown_ids_are_not_taken_over() -> None:
    held = Conversations()
    assert held.turns("ausgedacht") == ()
    assert held.turns(None) == ()
    assert held.add("ausgedacht", turns(1)) != "ausgedacht"
    assert held.turns("ausgedacht") == ()


def test_only_the_last_turns_are_kept() -> None:
    held = Conversations()
    name = held.add(None, turns(0))
    for number in range(1, TURNS):
        held.add(name, turns(number))
    kept = held.turns(name)
    assert len(kept) == TURNS
    assert kept[-1] == turns(TURNS - 1)[1]


def test_silence_ends_a_conversation() -> None:
    clock = Clock()
    held = Conversations(clock)
    old, busy = held.add(None, turns(1)), held.add(None, turns(2))
    clock.now = KEPT_SECONDS - 1
    held.add(busy, turns(3))
    clock.now = KEPT_SECONDS + 1
    assert held.turns(old) == ()
    assert len(held.turns(busy)) == 4
    assert held.add(old, turns(4)) != old


def test_the_longest_unused_goes_first_when_memory_is_full() -> None:
    held = Conversations()
    first, second = held.add(None, turns(1)), held.add(None, turns(2))
    held.add(first, turns(3))
    for number in range(CAPACITY - 1):
        held.add(None, turns(number))
    assert held.turns(second) == ()
    assert len(held.turns(first)) == 4


def test_a_conversation_can_be_ended() -> None:
    held = Conversations()
    name = held.add(None, turns(1))
    assert name is not None
    held.end(name)
    held.end("ausgedacht")
    assert held.turns(name) == ()


def test_without_minutes_nothing_is_held_and_there_is_no_id() -> None:
    held = Conversations(seconds=0)
    assert held.add(None, turns(1)) is None
    held.append("fest", turns(1))
    assert held.turns("fest") == ()


def test_what_saw_internal_documents_goes_on_only_for_who_may_see_them() -> None:
    held = Conversations()
    name = held.add(None, turns(1), internal=True)
    assert held.turns(name) == ()
    assert held.add(name, turns(2)) != name
    assert held.turns(name, internal=True) == tuple(turns(1))
    assert name is not None
    assert held.end(name)
    assert held.turns(name, internal=True) == ()
