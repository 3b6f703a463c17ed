"""Which conversation belongs to which thread."""

from __future__ import annotations

from assistant.bots.threads import Threads, thread_key


def test_the_oldest_unused_thread_goes_first() -> None:
    threads = Threads(capacity=2)
    threads.keep("a", "1")
    threads.keep("b", "2")
    assert threads.of("a") == "1"
    threads.keep("c", "3")
    assert [threads.of(name) for name in "abc"] == ["1", None, "3"]
    assert "b" not in threads


def test_no_conversation_is_nothing_to_remember() -> None:
    threads = Threads()
    threads.keep("a", None)
    assert threads.of("a") is None
    threads.keep("a", "1")
    assert (threads.drop("a"), threads.drop("a")) == ("1", None)


def test_a_key_tells_threads_apart_and_shows_nothing() -> None:
    keys = {thread_key("slack", "T1", "C1", "1.2"), thread_key("slack", "T1", "C11", ".2"),
            thread_key("slack", "T1", "C1", "1.3")}  # fmt: skip
    assert len(keys) == 3
    assert not any("C1" in key for key in keys)
