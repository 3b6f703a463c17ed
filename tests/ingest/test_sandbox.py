import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # ships no types
import pytest

from ingest.errors import IngestError, Reason, SourceError
from ingest.process.child import Child
from ingest.process.sandbox import Limits, Sandbox
from ingest.scan.scans import Budget
from ingest.scan.tesseract import Engine

ROOT = str(Path(__file__).resolve().parents[2])

# A worker whose "files" say what to do to it; the channel, the limits and the loop are real.
WORKER = f"""
import logging, os, re, resource, signal, subprocess, sys, time
sys.path.insert(0, {ROOT!r})
from ingest.document import Chunk, Document, Metadata, PageSpan
from ingest.errors import Reason, SourceError
from ingest.page.furniture import Sheet
from ingest.page.segments import Segment
from ingest.process.worker import Readers, serve

def text(value):
    return Document(value, Metadata(), "test"), (Chunk(0, 0, len(value), value, None, ""),)

def loop():
    while True: pass

def crash(): os.kill(os.getpid(), signal.SIGSEGV)

def allocate():
    kept = []
    while True: kept.append(bytearray(16 << 20))

def chatter():
    print("to stdout"); os.write(1, b"x" * 100000); logging.error("to stderr")
    return text("quiet")

def recurse(): return recurse()

def refuse(): raise SourceError(Reason.ENCRYPTED, "Verfahren 4.")

def outside():
    return Document("abc", Metadata(), "test", pages=(PageSpan(1, 0, 9),)), ()

ACTIONS = dict(
    loop=loop, crash=crash, allocate=allocate, chatter=chatter, recurse=recurse, refuse=refuse,
    outside=outside,
    sleep=lambda: time.sleep(60),
    backtrack=lambda: re.match("(a+)+$", "a" * 60 + "b"),
    exit=lambda: os._exit(3),
    pid=lambda: text(str(os.getpid())),
    surrogate=lambda: text("\\ud800"),
    environment=lambda: text(" ".join(sorted(os.environ))),
    place=lambda: text(os.getcwd() + " " + " ".join(sys.path)),
    session=lambda: text(f"{{os.getsid(0) == os.getpid()}}"),
    bug=lambda: {{}}["x"],
    cpu=lambda: text(str(resource.getrlimit(resource.RLIMIT_CPU)[0])),
)

def parse(data, name, max_chars, recognised):
    if name.startswith("scan"):
        words = [s.text for _, sheet in sorted(recognised.items()) for s in sheet.segments]
        pages = tuple(range(1, 1 + len(data.split())))
        if not words:
            raise SourceError(Reason.NO_TEXT, "", pages)
        return text(" ".join(words))
    return ACTIONS[name]() if name in ACTIONS else text(data.decode())

def program(command):
    child = subprocess.Popen(["sleep", "60"])
    with open(command.split("=")[1], "w") as out: out.write(str(child.pid))
    if "crash" in command: crash()
    time.sleep(60)

def recognise(data, number, seconds, turned):
    command = data.decode().split()[number - 1]
    if "=" in command: program(command)
    if command in ACTIONS: ACTIONS[command]()
    words = () if command == "blank" else (Segment(command, 0, 9, 9, 9, False),)
    return Sheet(number, 100, 100, words)

if __name__ == "__main__":
    serve(lambda: Readers(parse, recognise))
"""

SMALL = Limits(memory_bytes=300 << 20)
HASTY = Limits(wall_seconds=1.0, memory_bytes=300 << 20)


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    script = tmp_path / "hostile_worker.py"
    script.write_text(WORKER, "utf-8")
    return [sys.executable, "-P", str(script)]


@pytest.fixture
def sandbox(command: list[str]) -> Iterator[Sandbox]:
    with Sandbox(SMALL, command=command) as sandbox:
        yield sandbox


def fails(sandbox: Sandbox, name: str) -> SourceError:
    with pytest.raises(SourceError) as caught:
        sandbox.parse(b"x", name)
    return caught.value


def pid(sandbox: Sandbox) -> int:
    return int(sandbox.parse(b"x", "pid").document.text)


def gone(number: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not psutil.pid_exists(number) or psutil.Process(number).status() == "zombie":
            return True
        time.sleep(0.05)
    return False


def test_returns_what_the_worker_read_with_the_hash_of_the_bytes(sandbox: Sandbox) -> None:
    parsed = sandbox.parse("Größe".encode(), "a.txt")
    assert parsed.document.text == "Größe"
    assert parsed.chunks[0].text == "Größe"
    assert parsed.sha256 == hashlib.sha256("Größe".encode()).hexdigest()


def test_keeps_one_worker_for_many_files(sandbox: Sandbox) -> None:
    assert pid(sandbox) == pid(sandbox)


@pytest.mark.parametrize("name", ["loop", "sleep", "backtrack"])
def test_what_does_not_end_is_ended(command: list[str], name: str) -> None:
    with Sandbox(HASTY, command=command) as sandbox:
        before = pid(sandbox)
        started = time.monotonic()
        assert fails(sandbox, name).reason is Reason.TIMEOUT
        assert time.monotonic() - started < 5
        assert not psutil.pid_exists(before)
        assert sandbox.parse(b"next", "a.txt").document.text == "next"


def test_the_kernel_bounds_computing_time_for_each_file(sandbox: Sandbox) -> None:
    soft = int(sandbox.parse(b"x", "cpu").document.text)
    assert 0 < soft <= 30


@pytest.mark.parametrize("name", ["crash", "exit", "recurse", "bug", "outside", "surrogate"])
def test_a_breakdown_is_a_damaged_file_and_the_next_file_is_read(
    sandbox: Sandbox, name: str
) -> None:
    assert fails(sandbox, name).reason is Reason.DAMAGED
    assert sandbox.parse(b"next", "a.txt").document.text == "next"


def test_memory_is_bounded(sandbox: Sandbox) -> None:
    error = fails(sandbox, "allocate")
    assert error.reason is Reason.TOO_LARGE
    assert "Speicher" in error.message
    assert sandbox.parse(b"next", "a.txt").document.text == "next"


def test_resident_memory_is_watched_where_the_kernel_does_not_bound_it(
    command: list[str], tmp_path: Path
) -> None:
    script = tmp_path / "unbounded.py"
    script.write_text(
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "import hostile_worker, ingest.process.worker\n"
        "ingest.process.worker._limit = lambda memory: None\n"
        "readers = ingest.process.worker.Readers(hostile_worker.parse, hostile_worker.recognise)\n"
        "ingest.process.worker.serve(lambda: readers)\n",
        "utf-8",
    )
    with Sandbox(Limits(memory_bytes=300 << 20), command=[*command[:2], str(script)]) as sandbox:
        error = fails(sandbox, "allocate")
    assert error.reason is Reason.TOO_LARGE
    assert "300 MiB" in error.message


def test_output_of_a_parser_does_not_disturb_the_answer(sandbox: Sandbox) -> None:
    assert sandbox.parse(b"x", "chatter").document.text == "quiet"
    assert sandbox.parse(b"next", "a.txt").document.text == "next"


def test_a_typed_reason_arrives_with_its_detail_and_keeps_the_worker(sandbox: Sandbox) -> None:
    before = pid(sandbox)
    error = fails(sandbox, "refuse")
    assert error.reason is Reason.ENCRYPTED
    assert error.message == SourceError(Reason.ENCRYPTED, "Verfahren 4.").message
    assert pid(sandbox) == before


def test_a_file_over_the_limit_is_refused_without_a_worker() -> None:
    with Sandbox(Limits(input_bytes=10), command=["/nonexistent"]) as sandbox:
        with pytest.raises(SourceError) as caught:
            sandbox.parse(b"x" * 11, "a.txt")
        assert caught.value.reason is Reason.TOO_LARGE
        assert "11 Bytes" in caught.value.message


def test_the_worker_is_replaced_after_its_share_of_files(command: list[str]) -> None:
    with Sandbox(Limits(files=2), command=command) as sandbox:
        pids = [pid(sandbox) for _ in range(4)]
    assert pids[0] == pids[1] != pids[2] == pids[3]


def test_the_worker_is_replaced_when_it_keeps_much_memory(command: list[str]) -> None:
    with Sandbox(Limits(idle_bytes=1), command=command) as sandbox:
        assert pid(sandbox) != pid(sandbox)


def test_a_worker_that_dies_between_files_is_replaced(sandbox: Sandbox) -> None:
    number = pid(sandbox)
    os.kill(number, signal.SIGKILL)
    os.waitid(os.P_PID, number, os.WEXITED | os.WNOWAIT)
    assert pid(sandbox) != number


def test_the_worker_sees_no_secrets_and_does_not_import_from_the_working_folder(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KGC_LLM_API_KEY", "secret")
    monkeypatch.chdir(tmp_path)
    assert "KGC_LLM_API_KEY" not in sandbox.parse(b"x", "environment").document.text
    place = sandbox.parse(b"x", "place").document.text.split()
    assert place[0] == "/"
    assert str(tmp_path) not in place


def test_ctrl_c_in_the_terminal_is_not_the_workers(sandbox: Sandbox) -> None:
    number = pid(sandbox)
    os.kill(number, signal.SIGINT)
    assert pid(sandbox) == number
    assert sandbox.parse(b"x", "session").document.text == "True"


def test_closing_leaves_no_process(command: list[str]) -> None:
    sandbox = Sandbox(SMALL, command=command)
    number = pid(sandbox)
    sandbox.close()
    assert not psutil.pid_exists(number)
    sandbox.close()


def test_a_busy_worker_does_not_outlive_a_killed_parent(command: list[str]) -> None:
    code = (
        f"import sys; sys.path.insert(0, {ROOT!r})\n"
        "from ingest.process.sandbox import Sandbox\n"
        f"sandbox = Sandbox(command={command!r})\n"
        "print(sandbox.parse(b'x', 'pid').document.text, flush=True)\n"
        "sandbox.parse(b'x', 'loop')\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        number = int(parent.stdout.readline())
        time.sleep(0.2)
        parent.kill()
    assert gone(number, 5)


def test_threads_share_one_sandbox(sandbox: Sandbox) -> None:
    got: dict[int, str] = {}

    def work(number: int) -> None:
        got[number] = sandbox.parse(str(number).encode(), "a.txt").document.text

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == {number: str(number) for number in range(8)}


def test_an_interrupted_exchange_does_not_answer_the_next_file(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = pid(sandbox)
    with monkeypatch.context() as patch:

        def interrupt(child: Child) -> None:
            raise KeyboardInterrupt

        patch.setattr(Child, "_check_memory", interrupt)
        with pytest.raises(KeyboardInterrupt):
            sandbox.parse(b"x", "sleep")
    assert not psutil.pid_exists(before)
    assert sandbox.parse(b"next", "a.txt").document.text == "next"


RAW = """
import os, sys, time

def send(payload, times=1):
    os.write(1, (len(payload).to_bytes(8, "big") + payload) * times)

def answer(payload, times):
    os.read(0, 1)
    send(payload, times)

send(b'{"ready": true}')
"""


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        ("time.sleep(60)", Reason.TIMEOUT),
        ("os.read(0, 1); os.write(1, b'\\xff' * 8); time.sleep(60)", Reason.TOO_LARGE),
        ("answer(b'{}', 2); time.sleep(60)", Reason.DAMAGED),
        ("answer(b'[[', 2); time.sleep(60)", Reason.DAMAGED),
        ("answer(b'{}', 3); time.sleep(60)", Reason.DAMAGED),
        ("os.close(1); os.close(0); time.sleep(60)", Reason.DAMAGED),
    ],
    ids=[
        "never reads",
        "endless frame",
        "no answer",
        "no JSON",
        "answers twice",
        "closes its pipes",
    ],
)
def test_a_worker_gone_bad_is_survived(tmp_path: Path, behaviour: str, reason: Reason) -> None:
    script = tmp_path / "bad.py"
    script.write_text(RAW + behaviour, "utf-8")
    with Sandbox(HASTY, command=[sys.executable, str(script)]) as sandbox:
        with pytest.raises(SourceError) as caught:
            sandbox.parse(b"x" * 5_000_000, "a.txt")
        assert caught.value.reason is reason


@pytest.mark.parametrize("code", ["raise SystemExit(1)", "import time; time.sleep(60)"])
def test_a_worker_that_does_not_start_is_no_fault_of_the_file(code: str) -> None:
    limits = Limits(start_seconds=0.5)
    with (
        Sandbox(limits, command=[sys.executable, "-c", code]) as sandbox,
        pytest.raises(IngestError, match="startet nicht") as caught,
    ):
        sandbox.parse(b"x", "a.txt")
    assert not isinstance(caught.value, SourceError)


def test_time_grows_with_the_file() -> None:
    limits = Limits()
    assert limits.seconds_for(0) == limits.seconds_for(limits.small_bytes) == 18
    assert limits.seconds_for((limits.small_bytes + limits.input_bytes) // 2) == pytest.approx(69)
    assert limits.seconds_for(limits.input_bytes * 9) == 120


def test_the_real_worker_reads_a_text() -> None:
    with Sandbox() as sandbox:
        parsed = sandbox.parse("Gesundheit für alle. Das ist das Ziel.".encode(), "ziel.txt")
    assert [parsed.document.text[s:e] for s, e in parsed.chunks[0].sentences] == [
        "Gesundheit für alle.",
        "Das ist das Ziel.",
    ]


DEUTSCH = Engine("5.3.0", ("deu", "osd"))
BRIEF = Limits(memory_bytes=300 << 20, recognition=Budget(page_seconds=0.5))


@pytest.fixture
def recognising(command: list[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    monkeypatch.setattr("ingest.process.sandbox.engine", lambda: DEUTSCH)
    with Sandbox(BRIEF, command=command) as sandbox:
        yield sandbox


def test_pages_are_recognised_one_by_one_and_read_together(recognising: Sandbox) -> None:
    document = recognising.parse("Straßen blank und Plätze".encode(), "scan").document
    assert document.text == "Straßen und Plätze"
    assert document.parser == "test, Tesseract 5.3.0 (deu)"
    assert document.warnings == (
        "Texterkennung mit Tesseract 5.3.0 (deu): Seiten 1, 3, 4.",
        "Kein Text zu erkennen: Seite 2.",
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fate", "why"),
    [
        ("crash", "Das Lesen ist abgestürzt"),
        ("loop", "Das dauerte zu lange."),
        ("sleep", "Das dauerte zu lange."),
        ("refuse", "Verfahren 4."),
        ("bug", "Das Lesen brach ab (KeyError)."),
    ],
)
def test_a_page_that_breaks_recognition_costs_no_other(
    recognising: Sandbox, fate: str, why: str
) -> None:
    document = recognising.parse(f"eins {fate} drei".encode(), "scan").document
    assert document.text == "eins drei"
    assert f"Seite 2 ließ sich nicht erkennen: {why}" in document.warnings[1]


def test_recognition_without_any_text_names_what_became_of_the_pages(recognising: Sandbox) -> None:
    with pytest.raises(SourceError) as caught:
        recognising.parse(b"blank crash", "scan")
    assert caught.value.reason is Reason.NO_TEXT
    assert "Kein Text zu erkennen: Seite 1." in caught.value.message
    assert "Seite 2 ließ sich nicht erkennen" in caught.value.message


@pytest.mark.slow
@pytest.mark.parametrize("fate", ["crash", "hang"])
def test_a_program_of_a_lost_worker_does_not_live_on(
    recognising: Sandbox, tmp_path: Path, fate: str
) -> None:
    note = tmp_path / fate
    with pytest.raises(SourceError):
        recognising.parse(f"{fate}={note}".encode(), "scan")
    assert gone(int(note.read_text()), 3)


def test_a_program_does_not_outlive_a_killed_parent(command: list[str], tmp_path: Path) -> None:
    note = tmp_path / "hang"
    code = (
        f"import sys; sys.path.insert(0, {ROOT!r})\n"
        "import ingest.process.sandbox as s\n"
        "from ingest.scan.tesseract import Engine\n"
        "s.engine = lambda: Engine('5', ('deu',))\n"
        f"s.Sandbox(command={command!r}).parse(b'hang={note}', 'scan')\n"
    )
    with subprocess.Popen([sys.executable, "-c", code]) as parent:
        deadline = time.monotonic() + 20
        while not (note.exists() and note.read_text()) and time.monotonic() < deadline:
            time.sleep(0.05)
        parent.kill()
    assert gone(int(note.read_text()), 5)


@pytest.mark.parametrize(
    ("found", "lacks"),
    [
        (Engine(), "Tesseract ist nicht installiert"),
        (Engine("5.3.0", ("eng", "osd")), "aber ohne das deutsche Modell"),
    ],
)
def test_a_scan_without_the_means_to_read_it_names_the_cure(
    command: list[str], monkeypatch: pytest.MonkeyPatch, found: Engine, lacks: str
) -> None:
    monkeypatch.setattr("ingest.process.sandbox.engine", lambda: found)
    with Sandbox(SMALL, command=command) as sandbox, pytest.raises(SourceError) as caught:
        sandbox.parse(b"eins zwei", "scan")
    assert caught.value.reason is Reason.NO_TEXT
    assert lacks in caught.value.message
    assert "apt install tesseract-ocr tesseract-ocr-deu" in caught.value.message
