"""POST /v1/chat as an event stream: order, contents, heartbeats, errors."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Generator
from typing import Any

import pytest

from assistant.answer import Answer, Kind
from assistant.errors import QuestionInvalid
from assistant.service import Service
from assistant.steps import Done, Said, Stage, Step
from assistant.web import stream
from tests.assistant.conftest import Site
from tests.assistant.samples import FOREIGN_QUESTION, QUESTION

LIST_QUESTION = "Welche Angebote hat das Netzwerk Bewegung in Altdorf?"
Events = list[tuple[str, Any]]


def events(site: Site, question: str) -> Events:
    headers = {"Accept": "text/event-stream"}
    response = site.public.post("/v1/chat", json={"question": question}, headers=headers)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["cache-control"] == "no-store"
    return parsed(response.text)


def parsed(text: str) -> Events:
    found = []
    for block in text.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n") if line[:1] != ":")
        if fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found


def of(name: str, seen: Events) -> list[Any]:
    return [data for event, data in seen if event == name]


@pytest.mark.parametrize("question", [QUESTION, LIST_QUESTION, FOREIGN_QUESTION, "Danke!"])
def test_stream_ends_with_the_whole_answer(site: Site, question: str) -> None:
    seen = events(site, question)
    assert seen[0][0] == "status"
    assert seen[0][1]["stage"]
    assert [name for name, _ in seen].count("done") == 1
    name, done = seen[-1]
    assert name == "done"
    direct = site.public.post("/v1/chat", json={"question": question}).json()
    for own in ("seconds", "conversation_id"):
        assert done.pop(own)
        assert direct.pop(own)
    assert done == direct
    assert "".join(data["text"] for data in of("token", seen)) == done["answer"]
    assert of("sentence", seen) == done["sentences"]
    assert of("citation", seen) == done["citations"]


@pytest.mark.parametrize("question", [QUESTION, LIST_QUESTION])
def test_citation_comes_before_what_uses_it(site: Site, question: str) -> None:
    known = set()
    for name, data in events(site, question):
        if name == "citation":
            known.add(data["id"])
        if name == "sentence":
            assert set(data["citations"]) <= known
        if name == "token":
            assert not any(f"[{number}]" in data["text"] for number in range(1, 50)) or known
    assert known


def test_invalid_question_is_refused_before_the_stream_begins(site: Site) -> None:
    headers = {"Accept": "text/event-stream"}
    response = site.public.post("/v1/chat", json={"question": "?"}, headers=headers)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"


def test_error_on_the_way_is_an_event(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> Generator[Step]:
        yield Stage("searching")
        raise QuestionInvalid("Das geht so nicht.")

    monkeypatch.setattr(Service, "stream", refuse)
    (_, _), (name, held) = events(site, QUESTION)
    assert name == "error"
    assert held["status"] == 422
    assert held["detail"] == "Das geht so nicht."
    assert {"type", "title"} <= held.keys()


def test_comment_lines_keep_a_slow_answer_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT_SECONDS", 0.01)
    ready = threading.Event()

    def steps() -> Generator[Step]:
        yield Stage("searching")
        assert ready.wait(5)
        yield Stage("answering")
        yield Said("Gern.")
        yield Done(Answer("Frage?", Kind.SMALLTALK, "de", 1.0, text="Gern."), "gespräch", 0.1)

    async def collect() -> list[bytes]:
        chunks = []
        async for chunk in stream.event_stream(steps()).body_iterator:
            assert isinstance(chunk, bytes)
            chunks.append(chunk)
            if chunks.count(b": ping\n\n") == 3:
                ready.set()
        return chunks

    chunks = asyncio.run(collect())
    assert chunks.count(b": ping\n\n") >= 3
    assert [name for name, _ in parsed(b"".join(chunks).decode())] == [
        "status", "status", "token", "done",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("accept", "streamed"),
    [
        ("text/event-stream", True),
        ("text/event-stream, application/json;q=0.5", True),
        ("application/json, text/event-stream;q=0.5", False),
        ("text/event-stream;q=0", False),
        ("*/*", False),
        ("", False),
        ("text/html", False),
        ("TEXT/Event-Stream", True),
        ("text/event-stream;q=kaputt", False),
    ],
)
def test_the_accept_header_decides(site: Site, accept: str, streamed: bool) -> None:
    seen = site.public.post(
        "/v1/chat", json={"question": "Danke!"}, headers={"Accept": accept}
    ).headers["content-type"]
    assert seen.startswith("text/event-stream" if streamed else "application/json")
