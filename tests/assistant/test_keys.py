"""API keys: their form, what is kept of them, and that a revoked one is refused at once."""

from __future__ import annotations

import hashlib
import re
import stat
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import KeysUnavailable, KeyUnknown
from assistant.keys import PATTERN, digest, id_of, issue, matches, named, parse_scopes
from assistant.keystore import FILE, KeyFile, KeyRing, Wish
from assistant.scopes import SCOPES, Need, Right, Scope, opens

EVERYTHING = Wish(frozenset(SCOPES), "Portal", days=30, per_minute=5)
SEARCH = Wish(frozenset({Scope.SEARCH}))


class Clock:
    now = datetime(2026, 5, 4, 23, 59, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_key_has_its_form_and_enough_chance() -> None:
    made = [issue() for _ in range(200)]
    assert all(re.fullmatch(r"kgc_[0-9A-Za-z]{8}_[0-9A-Za-z]{43}", one.secret) for one in made)
    assert len({one.secret for one in made}) == len({one.id for one in made}) == 200
    assert all(id_of(one.secret) == one.id for one in made)
    letters = {letter for one in made for letter in one.secret[13:]}
    assert len(letters) == 62
    assert made[0].secret not in repr(made[0])


@given(st.text())
def test_what_is_no_key_is_none(text: str) -> None:
    assert id_of(text) is None
    assert id_of(f"{issue().secret}{text or 'x'}") is None
    assert not matches(None, text)


@given(st.sets(st.sampled_from(SCOPES)), st.sets(st.sampled_from(SCOPES), min_size=1),
       st.sampled_from([None, *Need]), st.sets(st.sampled_from(list(Need))))  # fmt: skip
def test_more_scopes_never_open_less(
    held: set[Scope], wanted: set[Scope], need: Need | None, required: set[Need]
) -> None:
    right = Right(frozenset(wanted), need)
    opened = opens(right, held, required)
    assert opened == ((need is not None and need not in required) or bool(held & wanted))
    assert not opened or opens(right, held | {Scope.ADMIN}, required)
    assert opens(right, wanted, required)


@pytest.mark.parametrize("given_scopes", [[], [""], [" , "], ["lesen"], ["search", "root"]])
def test_unknown_scopes(given_scopes: list[str]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # its words are nobody's
        parse_scopes(given_scopes)


@pytest.mark.parametrize("name", ["x" * 61, "a\nb", "\x1b[31m", "\u202e"])
def test_names_that_do_not_fit(name: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # its words are nobody's
        named(name)


def test_scopes_may_come_together() -> None:
    assert parse_scopes(["search, chat", "internal"]) == {Scope.SEARCH, Scope.CHAT, Scope.INTERNAL}


def test_a_key_opens_until_its_time_is_over(tmp_path: Path, clock: Clock) -> None:
    ring = KeyRing(tmp_path, clock)
    made = ring.create(EVERYTHING)
    key = ring.holder(made["key"])
    assert key is not None
    assert (key.name, key.scopes, key.per_minute) == ("Portal", frozenset(SCOPES), 5)
    clock.now += timedelta(days=30, seconds=-1)
    assert ring.holder(made["key"]) is not None
    clock.now += timedelta(seconds=1)
    assert ring.holder(made["key"]) is None
    assert [one["expired"] for one in ring.listed()] == [True]
    ring.close()


def test_a_revoked_key_is_refused_at_once_and_forgotten(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path)
    kept, gone = ring.create(SEARCH), ring.create(EVERYTHING)
    assert ring.revoke(gone["id"])["name"] == "Portal"
    assert ring.holder(gone["key"]) is None
    assert ring.holder(kept["key"]) is not None
    with pytest.raises(KeyUnknown):
        ring.revoke(gone["id"])
    ring.close()
    again = KeyRing(tmp_path)
    assert again.holder(gone["key"]) is None
    assert again.holder(kept["key"]) is not None
    again.close()
    assert b"Portal" not in _bytes(tmp_path)
    assert digest(gone["key"]) not in _bytes(tmp_path)


def test_only_a_digest_reaches_the_disk_and_nobody_else_reads_it(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path)
    made = ring.create(EVERYTHING)
    ring.holder(made["key"])
    held = _bytes(tmp_path)
    ring.close()
    for data in (held, _bytes(tmp_path)):
        assert made["key"].encode() not in data
        assert made["key"][13:].encode() not in data
        assert hashlib.sha256(made["key"].encode()).digest() in data
    for file in tmp_path.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name


def test_a_restored_file_is_closed_to_others_again(tmp_path: Path) -> None:
    KeyRing(tmp_path).close()
    (tmp_path / FILE).chmod(0o644)
    KeyRing(tmp_path).close()
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


def test_the_last_use_is_a_day_and_written_once_a_day(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[date] = []
    used = KeyFile.used

    def noted(self: KeyFile, key: str, day: date) -> None:
        written.append(day)
        used(self, key, day)

    monkeypatch.setattr(KeyFile, "used", noted)
    ring = KeyRing(tmp_path, clock)
    made = ring.create(SEARCH)
    assert made["last_used"] is None
    for _ in range(3):
        ring.holder(made["key"])
    ring.holder(made["key"][:-1] + "-")
    clock.now += timedelta(minutes=1)
    ring.holder(made["key"])
    ring.close()
    assert written == [date(2026, 5, 4), date(2026, 5, 5)]
    again = KeyRing(tmp_path, clock)
    assert [one["last_used"] for one in again.listed()] == ["2026-05-05"]
    again.close()


def test_a_full_disk_locks_nobody_out_and_revokes_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ring = KeyRing(tmp_path)
    made = ring.create(SEARCH)

    def full(*_: object) -> None:
        raise KeysUnavailable("voll") from OSError()

    with monkeypatch.context() as broken:
        broken.setattr(KeyFile, "used", full)
        broken.setattr(KeyFile, "drop", full)
        assert ring.holder(made["key"]) is not None
        assert "OSError" in caplog.text
        with pytest.raises(KeysUnavailable):
            ring.revoke(made["id"])
        assert ring.holder(made["key"]) is None
    ring.revoke(made["id"])
    assert ring.listed() == []
    ring.close()


def test_a_broken_file_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"kein SQLite " * 100)
    with pytest.raises(KeysUnavailable, match=r"keys\.sqlite3"):
        KeyRing(tmp_path)


def test_many_at_once(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path)
    made: list[dict[str, object]] = []

    def work() -> None:
        for _ in range(5):
            one = ring.create(SEARCH)
            assert ring.holder(one["key"]) is not None
            made.append(one)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ring.listed()) == len({str(one["id"]) for one in made}) == 40
    ring.close()


def test_the_pattern_is_one_that_scanners_can_look_for() -> None:
    assert PATTERN.search(f"key={issue().secret}\n") is not None


def _bytes(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.iterdir()))
