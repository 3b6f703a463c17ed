from __future__ import annotations

import threading

import pytest

from retrieval.readers import Readers


def test_nobody_reading_means_no_waiting() -> None:
    readers = Readers()
    readers.wait()
    with pytest.raises(KeyError), readers.reading():
        raise KeyError
    readers.wait()


def test_a_writer_waits_for_those_before_it_but_not_for_later_ones() -> None:
    readers, asked, done = Readers(), threading.Event(), threading.Event()

    def write() -> None:
        asked.set()
        readers.wait()
        done.set()

    writer = threading.Thread(target=write)
    with readers.reading():
        writer.start()
        assert asked.wait(5)
        assert not done.wait(0.05)
        later = readers.reading()
        later.__enter__()
    assert done.wait(5)
    later.__exit__(None, None, None)
    writer.join()
