"""Who is allowed, which token may be kept, what is remembered and how often an answer is edited."""

from __future__ import annotations

import asyncio
import stat
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.bots.matrix import login
from assistant.bots.matrix.addressing import Me, Message
from assistant.bots.matrix.allowed import Allowed
from assistant.bots.matrix.batches import Batches
from assistant.bots.matrix.bot import Options, check_library
from assistant.bots.matrix.memory import KEPT_DAYS, Memory
from assistant.bots.matrix.recent import KEPT_SECONDS, Given, Recent
from assistant.bots.matrix.rendering import plain_text
from assistant.bots.matrix.writing import Writing
from assistant.errors import BotMisconfigured, BotUnavailable


def test_by_default_the_own_server_is_allowed() -> None:
    allowed = Allowed.read([], [], "@bot:Example.org")
    assert allowed.person("@anna:example.org")
    assert not allowed.person("@anna:example.org.evil")
    assert not allowed.person("@example.org:evil")
    assert not allowed.person("example.org")
    assert allowed.room("!any:where")


def test_users_servers_and_rooms_are_listed() -> None:
    allowed = Allowed.read(["@anna:a.org", "b.org:8448"], ["!r:a.org"], "@bot:own.org")
    assert allowed.person("@anna:a.org")
    assert not allowed.person("@otto:a.org")
    assert allowed.person("@otto:b.org:8448")
    assert not allowed.person("@otto:own.org")
    assert allowed.room("!r:a.org")
    assert not allowed.room("!s:a.org")


@pytest.mark.parametrize("entry", ["@anna", "anna@a.org", "*", "https://a.org", "@a:b:c:d"])
def test_an_entry_that_is_nobody_is_refused(entry: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Allowed.read([entry], [], "@bot:own.org")


@given(st.lists(st.integers(0, 3), max_size=12), st.randoms())
def test_a_token_is_kept_only_when_all_before_it_is_done(sizes: list[int], order: Any) -> None:
    batches = Batches()
    jobs = [(batches.begin(str(n), size), n) for n, size in enumerate(sizes) for _ in range(1)]
    work = [(number, n) for (number, n), size in zip(jobs, sizes, strict=True) for _ in range(size)]
    order.shuffle(work)
    left = dict(enumerate(sizes))
    reached = batches.reached()
    for number, n in work:
        finished = [k for k in left if all(left[m] == 0 for m in range(k + 1))]
        assert reached is None or int(reached) in finished
        batches.done(number)
        left[n] -= 1
        reached = batches.reached() or reached
    assert reached == (str(len(sizes) - 1) if sizes else None)


def test_memory_outlasts_the_process_and_names_nobody(tmp_path: Path) -> None:
    path = tmp_path / "m.sqlite3"
    memory = Memory(path)
    memory.reach("@bot:x", "s1")
    memory.handle("$frage")
    memory.answered("$frage", "@anna:x", memory.hashed("thread", "!r", "$frage"), "$antwort")
    memory.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    memory = Memory(path)
    assert memory.token("@bot:x") == "s1"
    assert memory.token("@other:x") is None
    assert memory.is_handled("$frage")
    assert not memory.is_handled("$andere")
    known = memory.answer_to("$frage")
    assert known is not None
    assert known.answer == "$antwort"
    assert memory.is_answer("$antwort")
    assert memory.is_engaged(memory.hashed("thread", "!r", "$frage"))
    assert memory.once("joined", "$1")
    assert not memory.once("joined", "$1")
    memory.close()
    for file in tmp_path.iterdir():
        held = file.read_bytes()
        assert b"frage" not in held
        assert b"anna" not in held


def test_forgetting_somebody_leaves_that_it_was_dealt_with(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "m.sqlite3")
    for person in ("@anna:x", "@otto:x"):
        memory.handle(f"$frage{person}")
        memory.answered(f"$frage{person}", person, "t", f"$antwort{person}")
    memory.forget_person("@anna:x")
    assert memory.answer_to("$frage@anna:x") is None
    assert memory.is_handled("$frage@anna:x")
    assert memory.answer_to("$frage@otto:x") is not None
    memory.close()
    assert b"$antwort@anna:x" not in b"".join(f.read_bytes() for f in tmp_path.iterdir())


def test_old_traces_are_erased_while_the_bot_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = Memory(tmp_path / "m.sqlite3")
    memory.handle("$alt")
    later = (datetime.now(UTC).date() + timedelta(days=KEPT_DAYS + 1)).isoformat()
    monkeypatch.setattr("assistant.bots.matrix.memory._today", lambda: later)
    memory.handle("$neu")
    assert (memory.is_handled("$alt"), memory.is_handled("$neu")) == (False, True)
    memory.close()


def test_a_broken_memory_says_so(tmp_path: Path) -> None:
    path = tmp_path / "m.sqlite3"
    path.write_bytes(b"kein SQLite" * 200)
    with pytest.raises(BotUnavailable, match="merken"):
        Memory(path)


def test_last_answers_are_gone_after_half_an_hour() -> None:
    now = 0.0
    recent = Recent(lambda: now)
    recent.keep(Given("$q", "$a", "!r", "t", "@anna:x", {"n": 1}))
    recent.keep(Given("$q2", "$a2", "!r", "u", "@anna:x", {"n": 2}))
    assert recent.last("!r", lambda name: name == "t") == recent.by_answer("$a")
    last = recent.last("!r", lambda _: True)
    assert last is not None
    assert last.answer == {"n": 2}
    assert recent.last("!s", lambda _: True) is None
    now = KEPT_SECONDS + 1
    assert recent.by_answer("$a") is None


class Written:
    """A homeserver that keeps what is sent, and knows repeated keys."""

    def __init__(self) -> None:
        self.me = Me("@bot:x")
        self.sent: dict[str, dict[str, Any]] = {}

    def is_direct(self, room_id: str) -> bool:
        return bool(room_id)

    def is_open(self, room_id: str) -> bool:
        return not room_id

    def people(self, room_id: str) -> list[str]:
        return [room_id]

    async def send(self, room_id: str, content: dict[str, Any], key: str) -> str:
        self.sent.setdefault(key, content)
        return f"${room_id}{key}"

    async def typing(self, room_id: str, *, on: bool) -> None: ...

    async def redact(self, room_id: str, event_id: str, key: str) -> None: ...


@pytest.mark.parametrize("edits", [0, 1, 2, 3])
@pytest.mark.parametrize("seconds", [0.5, 10.0, 300.0])
def test_an_answer_is_edited_so_often_at_most(edits: int, seconds: float) -> None:
    now = 0.0
    homeserver = Written()
    begun: list[str] = []
    question = Message("!r", "$q", "@anna:x", "Wer?")

    async def write() -> None:
        nonlocal now
        writing = Writing(homeserver, question, "$q", "k", edits, lambda: now, begun.append)
        for _ in range(100):
            now += seconds / 100
            await writing.go_on("Ein Anfang")
        await writing.finish(plain_text("Die ganze Antwort"))

    asyncio.run(write())
    contents = list(homeserver.sent.values())
    assert len(contents) <= 1 + edits
    assert len(begun) == 1
    assert "Die ganze Antwort" in str(contents[-1])
    if seconds < 2:
        assert len(contents) == 1
    elif edits and seconds > 100:
        assert len(contents) == 1 + edits


def test_what_was_begun_before_a_restart_becomes_whole() -> None:
    homeserver = Written()
    question = Message("!r", "$q", "@anna:x", "Wer?")

    def writing(*, resumed: bool) -> Writing:
        own = (homeserver, question, "$q", "k", 2)
        return Writing(*own, iter(range(0, 99, 9)).__next__, lambda _: None, resumed=resumed)

    asyncio.run(writing(resumed=False).go_on("Ein Anf"))
    assert "Ein Anf" in str(homeserver.sent["k"])
    asyncio.run(writing(resumed=True).finish(plain_text("Ein ganzer Satz")))
    last = list(homeserver.sent.values())[-1]
    assert last["m.new_content"]["body"] == "Ein ganzer Satz"
    assert last["m.relates_to"]["event_id"] == "$!rk"


def test_a_login_is_kept_for_this_user_alone(tmp_path: Path) -> None:
    made = login.Login("https://hs", "@bot:x", "DEVICE", "geheim")
    login.save(tmp_path / "d", made)
    folder = tmp_path / "d" / login.FOLDER
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / login.LOGIN).stat().st_mode) == 0o600
    assert login.load(tmp_path / "d") == made
    assert "geheim" not in repr(made)
    assert made.store_key not in repr(made)


def test_without_a_login_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BotMisconfigured, match="kgc matrix login"):
        login.load(tmp_path)
    (tmp_path / login.FOLDER).mkdir()
    (tmp_path / login.FOLDER / login.LOGIN).write_text("[]")
    with pytest.raises(BotMisconfigured, match="beschädigt"):
        login.load(tmp_path)


def test_a_missing_library_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nio", None)
    with pytest.raises(BotMisconfigured, match=r"kgc-assistant\[matrix\]"):
        check_library()
    monkeypatch.undo()
    monkeypatch.setattr("nio.crypto.ENCRYPTION_ENABLED", False)
    with pytest.raises(BotMisconfigured, match=r"kgc-assistant\[matrix\]"):
        check_library()


def test_a_list_with_an_entry_that_is_nobody_is_told(tmp_path: Path) -> None:
    with pytest.raises(BotMisconfigured, match="KGC_MATRIX_ALLOWED"):
        Options(tmp_path, people=("@anna",)).allowed("@bot:x")
