"""``kgc serve`` and the commands beside it, as processes: who owns the folder, who asks whom."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import socket
import stat
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest

from tests.assistant import samples
from tests.assistant.conftest import Kgc
from tests.assistant.processes import Machine, Server, finished, wait_for

pytestmark = pytest.mark.slow  # starts many processes


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """A data folder with two documents, of which one is internal."""
    folder = tmp_path_factory.mktemp("laden")
    machine = Machine(folder / "daten")
    texts = samples.write(folder / "texte")
    assert machine.run("ingest", texts / "netzwerk.md").code == 0
    assert machine.run("ingest", samples.write_internal(folder / "i"), "--internal").code == 0
    return machine


@pytest.fixture
def here(kgc: Kgc, filled: Machine, monkeypatch: pytest.MonkeyPatch) -> Kgc:
    """The command in this process, on the filled folder."""
    monkeypatch.setenv("KGC_DATA_DIR", str(filled.data_dir))
    return kgc


def test_commands_work_alike_with_and_without_a_server(here: Kgc, filled: Machine) -> None:
    name = here("documents", "list", "--json").json["documents"][0]["document_id"]
    commands = (
        ("documents", "set", name, "region=Hessen"), ("documents", "list"),
        ("ask", samples.QUESTION), ("ask", samples.SECRET_QUESTION), ("search", "Altdorf"),
        ("documents", "show", name), ("documents", "show", "fehlt"), ("documents", "show", ""),
        ("documents", "set", name, "date=gestern"), ("documents", "remove", "../x"),
        ("search", "?"), ("ask", samples.QUESTION, "--filter", "year=1666"),
    )  # fmt: skip

    def told() -> list[tuple[int, object]]:
        seen = []
        for words in commands:
            ran = here(*words, "--json")
            held = ran.json
            for own in ("seconds", "conversation_id"):
                held.pop(own, None)
            seen.append((ran.code, held))
        return seen

    alone = told()
    with filled.serving():
        for mine, theirs, words in zip(told(), alone, commands, strict=True):
            assert mine == theirs, words
        plain = [here(*words) for words in commands]
    for ran, words in zip(plain, commands, strict=True):
        again = here(*words)
        assert (again.code, again.out, again.err) == (ran.code, ran.out, ran.err)


def test_the_running_server_knows_what_a_command_changed(kgc: Kgc, tmp_path: Path) -> None:
    machine = Machine(tmp_path / "daten")
    question = {"question": samples.QUESTION}
    with machine.serving() as server, server.client() as public:
        before = public.post("/v1/chat", json=question).json()
        assert before["kind"] == "refusal"
        assert "kgc ingest" in before["answer"]
        folder = samples.write(tmp_path / "texte")
        assert kgc("ingest", folder / "netzwerk.md").code == 0
        answer = public.post("/v1/chat", json=question).json()
        assert answer["kind"] == "answer"
        name = answer["citations"][0]["document_id"]
        assert kgc("documents", "set", name, "visibility=internal").code == 0
        assert public.post("/v1/chat", json=question).json()["kind"] == "refusal"
        assert kgc("ask", samples.QUESTION, "--json").json["kind"] == "answer"
        assert kgc("documents", "remove", name).code == 0
        assert kgc("ask", samples.QUESTION, "--json").json["kind"] == "refusal"
    assert kgc("documents", "list", "--json").json["total"] == 0


def test_chat_through_the_server_never_prompts(
    here: Kgc, filled: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = io.BytesIO(f"{samples.QUESTION}\nDanke\n".encode())
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(lines, encoding="utf-8"))
    with filled.serving():
        ran = here("chat", "--json")
    assert (ran.code, ran.err) == (0, "")
    first, second = ran.json["turns"]
    assert first["conversation_id"] == second["conversation_id"]


def test_address_file_is_private_and_gone_afterwards(filled: Machine) -> None:
    with filled.serving() as server:
        place = filled.data_dir / "server.json"
        assert stat.S_IMODE(place.stat().st_mode) == 0o600
        assert stat.S_IMODE(filled.data_dir.stat().st_mode) == 0o700
        assert server.address["pid"] == server.process.pid
        assert server.address["url"].startswith("http://127.0.0.1:")
        token = server.address["token"]
        assert len(token) >= 32
        with server.client(key=True) as own, server.client() as public:
            assert own.get("/v1/documents").json()["total"] == 2
            assert public.get("/v1/documents").json()["total"] == 1
            assert token not in public.get("/livez").text
        assert server.stop(signal.SIGTERM) == 0
        assert not place.exists()
        assert server.rest == ""
        assert server.log.read_text() == ""


def test_interrupt_ends_with_130(filled: Machine) -> None:
    with filled.serving() as server:
        assert server.stop(signal.SIGINT) == 130
        assert not (filled.data_dir / "server.json").exists()
        assert "Traceback" not in server.log.read_text()


def test_terminated_while_starting(filled: Machine) -> None:
    process = filled.start("serve", "--port", "0", "--json")
    wait_for((filled.data_dir / "owner.lock").exists)
    wait_for(lambda: _handles_sigterm(process.pid))
    process.terminate()
    assert finished(process).code == 0
    assert filled.run("documents", "list").code == 0


def _handles_sigterm(pid: int) -> bool:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("SigCgt"):
                return bool(int(line.split()[1], 16) >> (signal.SIGTERM - 1) & 1)
    return False


def test_second_server_says_where_the_first_one_is(here: Kgc, filled: Machine) -> None:
    with filled.serving() as server:
        ran = here("serve", "--port", "0", "--json")
        assert ran.code == 1
        assert ran.json["error"]["type"] == "folder_busy"
        assert server.address["url"] in ran.json["error"]["message"]


def test_taken_port_is_named(here: Kgc) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        port = str(held.getsockname()[1])
        ran = here("serve", "--port", port, "--json")
    assert ran.code == 1
    assert port in ran.json["error"]["message"]
    assert here("serve", "--host", "nirgends.invalid", "--json").code == 1


def test_killed_server_leaves_nothing_in_the_way(here: Kgc, filled: Machine) -> None:
    with filled.serving() as server:
        server.stop(signal.SIGKILL)
        assert (filled.data_dir / "server.json").exists()
        assert here("documents", "list", "--json").json["total"] == 2
    with filled.serving() as server:
        assert here("documents", "list", "--json").json["total"] == 2


class Stranger(BaseHTTPRequestHandler):
    """Another program on the port; remembers what it was told."""

    told: list[str]
    answer: bytes

    def do_GET(self) -> None:
        self.told.append(str(self.headers))
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.answer)))
        self.end_headers()
        self.wfile.write(self.answer)

    do_POST = do_PATCH = do_DELETE = do_GET  # noqa: N815  # names of the base class

    def log_message(self, *_: object) -> None:
        """Keep the test output quiet."""


@contextlib.contextmanager
def stranger(answer: bytes) -> Iterator[tuple[str, list[str]]]:
    told: list[str] = []
    handler = type("Told", (Stranger,), {"told": told, "answer": answer})
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize(
    "answer", [b"<html>", b'{"status": "ok", "instance": "0123456789abcdef"}', b"[]", b"null"]
)
def test_another_program_on_the_port_never_sees_the_token(
    here: Kgc, filled: Machine, answer: bytes
) -> None:
    place = filled.data_dir / "server.json"
    with stranger(answer) as (url, told):
        place.write_text(json.dumps({"url": url, "token": "geheim" * 8, "pid": os.getpid()}))
        assert here("documents", "list", "--json").json["total"] == 2
    assert told
    assert "geheim" not in "".join(told)
    place.unlink()


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"[]", b'{"url": 7}', b"\xff\xfe", b'{"url":"http://[::1","token":"x","pid":1}',
        b'{"url":"file:///etc/passwd","token":"x","pid":1}',
        b'{"url":"http://127.0.0.1:1","token":"x","pid":"eins"}',
        b'{"url":"http://127.0.0.1:1","token":"x","pid":99999999}',
    ],
)  # fmt: skip
def test_stale_or_broken_address_file_is_ignored(
    here: Kgc, filled: Machine, content: bytes
) -> None:
    place = filled.data_dir / "server.json"
    place.write_bytes(content)
    assert here("documents", "list", "--json").json["total"] == 2
    place.unlink()


def test_other_address_has_loopback_too(here: Kgc, filled: Machine) -> None:
    own = _own_address()
    if own is None:
        pytest.skip("this machine has no address beside loopback")
    with filled.serving("--host", own) as server:
        assert own in server.url
        assert server.address["url"].startswith("http://127.0.0.1:")
        assert here("documents", "list", "--json").json["total"] == 2
        with server.client(key=True) as outside:  # the token, but not from this machine's loopback
            assert outside.get("/v1/documents").status_code == 401
            assert outside.delete("/v1/documents/x").status_code == 401
        with httpx.Client(base_url=server.url, trust_env=False) as public:
            assert public.get("/v1/documents").json()["total"] == 1


def _own_address() -> str | None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return None
        address = str(probe.getsockname()[0])
    return None if address.startswith("127.") else address


def test_server_stays_quiet_about_questions(filled: Machine) -> None:
    server: Server
    with filled.serving() as server, server.client() as public:
        public.post("/v1/chat", json={"question": "Gibt es Heidelbeerkuchen in Altdorf?"})
        public.get("/v1/search", params={"q": "Heidelbeerkuchen"})
        public.get("/", params={"frage": "Wo gibt es Heidelbeerkuchen?"})
        public.post("/v1/chat", content=b'{"question": "Heidelbeerkuchen')
        server.stop()
        assert server.rest + server.log.read_text() == ""
