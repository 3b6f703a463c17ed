"""What a server writes and counts while people ask: no word of theirs and no address."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from assistant import logs
from assistant.service import Service
from assistant.web.app import ServerOptions, create_app
from tests.assistant import samples
from tests.assistant.conftest import TOKEN, UPLOAD_BYTES, Site
from tests.assistant.processes import Machine

QUESTIONS = 100
_CANARY = re.compile(r"kanarie|zimtstern|[\w.]+@[\w.]+|\b\d{1,3}(?:\.\d{1,3}){3}\b", re.I)


def ask(public: httpx.Client | TestClient, number: int) -> int:
    """Say a canary in every place where a client may say something; returns the status."""
    name = f"Kanarie{number}"
    question = f"Was macht {name} mit dem Zimtstern in Altdorf?"
    messages = [{"role": "user", "content": question}]
    typed = {"Content-Type": "application/json"}
    stream = {"Accept": "text/event-stream", "User-Agent": name, "X-Forwarded-For": "198.51.100.7"}
    calls: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", "/v1/chat", {"json": {"question": question}}),
        ("POST", "/v1/chat", {"json": {"question": question}, "headers": stream}),
        ("GET", "/v1/search", {"params": {"q": question, "region": name}}),
        ("POST", "/v1/chat/completions", {"json": {"model": name, "messages": messages}}),
        (
            "POST",
            "/v1/chat/completions",
            {"json": {"messages": messages, "stream": True}, "headers": stream},
        ),
        ("POST", "/v1/feedback", {"json": {"vote": "down", "question": question, "comment": name}}),
        ("POST", "/v1/chat", {"content": f'{{"question": "{question}'.encode(), "headers": typed}),
        ("POST", "/v1/chat", {"json": {"question": question * 40}}),
        ("GET", "/", {"params": {"frage": question}}),
        ("POST", "/", {"data": {"frage": question}}),
        ("GET", f"/{name}", {"headers": {"Authorization": f"Bearer {name}"}}),
    ]
    method, path, more = calls[number % len(calls)]
    return int(public.request(method, path, **more).status_code)


@pytest.mark.slow  # starts a process
@pytest.mark.parametrize("log", ["text", "json"])
def test_a_hundred_canary_questions_leave_no_trace(tmp_path: Path, log: str) -> None:
    machine = Machine(tmp_path / "daten", more=(("KGC_LOG", log),))
    texts = samples.write(tmp_path / "texte")
    assert machine.run("ingest", texts / "netzwerk.md").code == 0
    with machine.serving() as server, server.client() as public:
        for number in range(QUESTIONS):
            assert ask(public, number) < 500
        told = public.get("/metrics").text
        server.stop()
        written = server.rest + server.log.read_text()
    assert "kgc_answers_total" in told
    assert not _CANARY.search(told)
    assert not _CANARY.search(written)
    if log == "text":
        assert written == ""
    else:
        lines = [json.loads(line) for line in written.splitlines()]
        asked = [line for line in lines if line["logger"] == "kgc.request"]
        assert len(asked) >= QUESTIONS


def test_nor_do_errors_while_they_are_answered(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: object, asked: object, *_: object, **__: object) -> None:
        raise RuntimeError(f"{asked}")

    def torn(self: object, asked: object, **_: object) -> Iterator[None]:
        broken(self, asked)
        yield

    for name in ("search", "answer", "suggest", "vote", "documents"):
        monkeypatch.setattr(Service, name, broken)
    monkeypatch.setattr(Service, "stream", torn)
    stream = io.StringIO()
    logs.configure("json", "info", stream)
    app = create_app(site.service, ServerOptions(TOKEN, UPLOAD_BYTES))
    public = TestClient(app, client=("198.51.100.7", 1), raise_server_exceptions=False)
    statuses = {ask(public, number) for number in range(QUESTIONS)}
    assert {500, 400, 422} <= statuses
    written = stream.getvalue()
    assert written.count("unexpected RuntimeError") > QUESTIONS / 3
    assert not _CANARY.search(written)
    told = app.state.metrics.text().decode()
    assert not _CANARY.search(told)
