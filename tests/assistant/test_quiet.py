"""What a server writes and counts while people ask: no word of theirs and no address."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.assistant import samples
from tests.assistant.processes import Machine

pytestmark = pytest.mark.slow  # starts a process

QUESTIONS = 100
_CANARY = re.compile(r"kanarie|zimtstern|[\w.]+@[\w.]+|\b\d{1,3}(?:\.\d{1,3}){3}\b", re.I)


def ask(public: httpx.Client, number: int) -> None:
    """Say a canary in every place where a client may say something."""
    name = f"Kanarie{number}"
    question = f"Was macht {name} mit dem Zimtstern in Altdorf?"
    messages = [{"role": "user", "content": question}]
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
        ("POST", "/v1/chat", {"content": f'{{"question": "{question}'.encode()}),
        ("POST", "/v1/chat", {"json": {"question": question * 40}}),
        ("GET", "/", {"params": {"frage": question}}),
        ("POST", "/", {"data": {"frage": question}}),
        ("GET", f"/{name}", {"headers": {"Authorization": f"Bearer {name}"}}),
    ]
    method, path, more = calls[number % len(calls)]
    assert public.request(method, path, **more).status_code < 500


def test_a_hundred_canary_questions_leave_no_trace(tmp_path: Path) -> None:
    machine = Machine(tmp_path / "daten")
    texts = samples.write(tmp_path / "texte")
    assert machine.run("ingest", texts / "netzwerk.md").code == 0
    with machine.serving() as server, server.client() as public:
        for number in range(QUESTIONS):
            ask(public, number)
        told = public.get("/metrics").text
        server.stop()
        written = server.rest + server.log.read_text()
    assert "kgc_answers_total" in told
    assert not _CANARY.search(told)
    assert written == ""
