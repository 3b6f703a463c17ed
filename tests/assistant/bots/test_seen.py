"""Names of events: each once, for two hours, also after a restart and in two processes."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.bots.seen import KEPT_SECONDS, Remembered, Seen


@pytest.fixture(params=["file", "memory"])
def seen(request: pytest.FixtureRequest, tmp_path: Path) -> Seen | Remembered:
    return Seen(tmp_path / "seen.sqlite3") if request.param == "file" else Remembered()


def test_a_name_is_new_once(seen: Seen | Remembered) -> None:
    assert seen.first(["a"])
    assert not seen.first(["a"])
    assert seen.first(["b", "c"])
    assert not seen.first(["d", "c"])
    assert not seen.first(["d"])
    assert seen.first([])


def test_names_outlive_a_restart_and_are_not_readable(tmp_path: Path) -> None:
    path = tmp_path / "seen.sqlite3"
    before = Seen(path)
    assert before.first(["event:Ev123456"])
    other = Seen(path)  # another process
    assert not other.first(["event:Ev123456"])
    before.close()
    other.close()
    again = Seen(path)
    assert not again.first(["event:Ev123456"])
    again.close()
    assert path.stat().st_mode & 0o077 == 0
    assert b"Ev123456" not in b"".join(file.read_bytes() for file in tmp_path.iterdir())


def test_old_names_are_dropped_and_no_younger_ones(tmp_path: Path) -> None:
    now = 1_000_000.0
    path = tmp_path / "seen.sqlite3"
    seen = Seen(path, lambda: now)
    seen.first(["old"])
    now += 3_600
    seen.first(["young"])
    now += KEPT_SECONDS - 3_600 + 1
    seen.close()
    seen = Seen(path, lambda: now)
    assert seen.first(["old"])
    assert not seen.first(["young"])
    seen.close()


def test_memory_keeps_the_newest() -> None:
    held = Remembered(capacity=3)
    for name in "abcd":
        held.first([name])
    assert held.first(["a"])
    assert not held.first(["d"])
