"""The file of feedback: what is erased is gone from the disk, what is committed stays."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from assistant.errors import FeedbackUnavailable
from assistant.feedback import store as module
from assistant.feedback.records import Kept, Opinion, Reason, Verdict
from assistant.feedback.store import FILE, FeedbackStore, inspect
from tests.assistant.processes import ROOT

DAY = date(2026, 3, 1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[FeedbackStore]:
    with_file = FeedbackStore(tmp_path / FILE)
    yield with_file
    with_file.close()


def kept(text: str, day: date = DAY, opinion: Opinion | None = None) -> Kept:
    return Kept(text, "de", day, refused=True, opinion=opinion)


def on_disk(folder: Path, word: str) -> list[str]:
    files = [path for path in folder.iterdir() if path.is_file()]
    return [path.name for path in files if word.encode() in path.read_bytes()]


def test_what_is_recorded_comes_back(store: FeedbackStore) -> None:
    opinion = Opinion(Verdict.DOWN, Reason.WRONG, "Kommentar")
    number = store.record(DAY, {"refusal": 1, "vote_down": 2}, kept("Frage eins", opinion=opinion))
    assert number is not None
    store.record(DAY + timedelta(1), {"refusal": 1}, kept("Frage zwei"))
    assert store.questions() == [kept("Frage eins", opinion=opinion), kept("Frage zwei")]
    assert store.counts() == {"refusal": 2, "vote_down": 2}
    assert store.judge(number, Opinion(Verdict.UP))
    assert store.questions()[0].opinion == Opinion(Verdict.UP)
    assert not store.judge(9_999, None)


def test_counts_do_not_fall_below_zero(store: FeedbackStore) -> None:
    store.record(DAY, {"vote_up": -1})
    store.record(DAY, {"vote_up": 1})
    assert store.counts() == {"vote_up": 1}


def test_a_restart_keeps_all(tmp_path: Path) -> None:
    first = FeedbackStore(tmp_path / FILE)
    first.record(DAY, {"refusal": 1}, kept("Frage eins"))
    first.close()
    again = FeedbackStore(tmp_path / FILE)
    assert again.questions() == [kept("Frage eins")]
    assert again.counts() == {"refusal": 1}
    again.close()


def test_only_the_owner_reads_the_file(store: FeedbackStore, tmp_path: Path) -> None:
    store.record(DAY, {}, kept("Frage"))
    assert {path.stat().st_mode & 0o777 for path in tmp_path.glob(f"{FILE}*")} == {0o600}


def test_what_is_too_old_leaves_no_bytes(store: FeedbackStore, tmp_path: Path) -> None:
    for number in range(300):
        day = DAY + timedelta(number % 3)
        opinion = Opinion(Verdict.DOWN, None, f"Kommentar{number % 3}tag")
        store.record(day, {"refusal": 1}, kept(f"Zimtstern{number % 3}tag " * 20, day, opinion))
    assert on_disk(tmp_path, "Zimtstern0tag")
    assert store.purge(DAY + timedelta(2)) == 200
    for gone in ("Zimtstern0tag", "Zimtstern1tag", "Kommentar0tag", "Kommentar1tag"):
        assert on_disk(tmp_path, gone) == []
    assert len(store.questions()) == 100
    assert store.counts() == {"refusal": 100}
    assert store.forget() == 100
    assert on_disk(tmp_path, "Zimtstern") == on_disk(tmp_path, "Kommentar") == []
    assert store.counts() == {"refusal": 100}


def test_a_dropped_question_leaves_no_bytes(store: FeedbackStore, tmp_path: Path) -> None:
    number = store.record(DAY, {}, kept("Zimtstern und mehr"))
    assert number is not None
    store.drop(number)
    assert on_disk(tmp_path, "Zimtstern") == []


def test_an_erasure_that_was_cut_short_is_finished_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = FeedbackStore(tmp_path / FILE)
    first.record(DAY, {}, kept("Zimtstern " * 50))
    with monkeypatch.context() as patch:
        patch.setattr(FeedbackStore, "sweep", lambda _: None)
        assert first.forget() == 1
    # Not closed: the process is gone. SQLite still has its log.
    again = FeedbackStore(tmp_path / FILE)
    assert on_disk(tmp_path, "Zimtstern") == []
    again.close()
    first.close()


def test_the_oldest_go_when_there_are_too_many(
    store: FeedbackStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_QUESTIONS", 50)
    for number in range(51):
        store.record(DAY, {}, kept(f"Frage{number:03}"))
    texts = [one.text for one in store.questions()]
    assert texts == [f"Frage{number:03}" for number in range(6, 51)]
    assert on_disk(tmp_path, "Frage003") == []


def test_twenty_threads_at_once(store: FeedbackStore) -> None:
    def work(name: int) -> None:
        for turn in range(20):
            number = store.record(DAY, {"vote_down": 1}, kept(f"Frage {name} {turn}"))
            assert number is not None
            assert store.judge(number, Opinion(Verdict.DOWN))
            if turn % 10 == 9:
                store.drop(number)

    threads = [threading.Thread(target=work, args=(name,)) for name in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.counts() == {"vote_down": 400}
    assert len(store.questions()) == 360


WRITER = """
import sys
from datetime import date
from pathlib import Path
from assistant.feedback.records import Kept
from assistant.feedback.store import FeedbackStore
store = FeedbackStore(Path(sys.argv[1]))
number = 0
while True:
    number += 1
    row = store.record(date(2026, 3, 1), {"refusal": 1}, Kept(f"Frage {number} " * 30, "de",
        date(2026, 3, 1), refused=True))
    print(number, flush=True)
    if number % 25 == 0:
        store.drop(row)
"""


def test_a_killed_writer_leaves_a_file_that_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / FILE
    before = 0
    for wait in (0.15, 0.3, 0.05):
        command = [sys.executable, "-c", WRITER, str(path)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT)
        assert process.stdout is not None
        assert process.stdout.readline()
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        told = len(process.stdout.read().splitlines()) + 1
        process.wait()
        process.stdout.close()
        store = FeedbackStore(path)
        with sqlite3.connect(path) as db:
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        db.close()
        total = store.counts()["refusal"]
        assert total - before in (told, told + 1)  # all it told of, perhaps one more
        assert all(one.text.startswith("Frage ") for one in store.questions())
        before = total
        store.close()


def test_a_damaged_file_is_named_with_its_cure(tmp_path: Path) -> None:
    path = tmp_path / FILE
    path.write_bytes(b"kein Datenbankformat, sondern Text " * 200)
    with pytest.raises(FeedbackUnavailable, match=FILE):
        FeedbackStore(path)
    with pytest.raises(FeedbackUnavailable):
        inspect(path)


def test_a_file_of_another_version_is_left_alone(tmp_path: Path) -> None:
    FeedbackStore(tmp_path / FILE).close()
    with sqlite3.connect(tmp_path / FILE) as db:
        db.execute("UPDATE notes SET value = '99' WHERE key = 'schema'")
    db.close()
    with pytest.raises(FeedbackUnavailable, match="Programmversion"):
        FeedbackStore(tmp_path / FILE)


def test_looking_changes_nothing(tmp_path: Path) -> None:
    store = FeedbackStore(tmp_path / FILE)
    store.record(DAY, {}, kept("Frage"))
    assert inspect(tmp_path / FILE) == 1  # also while a server has it open
    store.close()
    before = (tmp_path / FILE).read_bytes()
    assert inspect(tmp_path / FILE) == 1
    assert (tmp_path / FILE).read_bytes() == before
