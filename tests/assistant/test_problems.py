"""Every error is a problem document in German that shows nothing of the inside."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest

from assistant.service import Service
from tests.assistant.conftest import Site
from tests.assistant.samples import QUESTION

_INSIDE = re.compile(r"Traceback|/[\w-]+/[\w-]+\.py|\.sqlite|File \"|Error\b|pydantic|input_value")
JSON = {"Content-Type": "application/json"}


def problem(response: Any, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in response.headers["content-security-policy"]
    held: dict[str, Any] = response.json()
    assert {"type", "title", "status", "detail"} <= held.keys()
    assert held["status"] == status
    assert held["title"]
    assert held["detail"]
    assert not _INSIDE.search(response.text), response.text
    return held


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b'{"question": ""}', 422, "leer"),
        (b'{"question": "  \\n "}', 422, "leer"),
        (b'{"question": "?"}', 422, "leer"),
        (b"{}", 422, "fehlt"),
        (b'{"question": null}', 422, "Text"),
        (b'{"question": 7}', 422, "Text"),
        (b'["question"]', 422, ""),
        (json.dumps({"question": "a" * 1_001}).encode(), 422, "1000"),
        (b'{"question": "\\ud800"}', 422, ""),
        (b'{"question": ', 400, "JSON"),
        (b"\xff\xfe", 400, ""),
        (b"", 422, ""),
        (b"[" * 5_000, 400, ""),
        (b'{"question": "Was?", "filters": {"owner": "x"}}', 422, "owner"),
        (b'{"question": "Was?", "filters": ["x"]}', 422, "filters"),
        (b'{"question": "Was?", "conversation_id": "%s"}' % (b"x" * 101), 422, "100"),
    ],
)
def test_bad_questions(site: Site, body: bytes, status: int, words: str) -> None:
    held = problem(site.public.post("/v1/chat", content=body, headers=JSON), status)
    assert words in held["detail"]


def test_history_over_twenty_messages(site: Site) -> None:
    turn = {"role": "user", "content": "Guten Tag"}
    body = {"question": QUESTION, "history": [turn] * 21}
    assert "20" in problem(site.public.post("/v1/chat", json=body), 422)["detail"]
    body = {"question": QUESTION, "history": [{"role": "root", "content": "x"}]}
    problem(site.public.post("/v1/chat", json=body), 422)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/gibt/es/nicht", 404), ("GET", "/v1/documents/unbekannt", 404),
        ("GET", "/documents/unbekannt", 404), ("GET", "/documents/unbekannt/original", 404),
        ("GET", "/documents/..%2F..%2Fetc%2Fpasswd", 404), ("GET", "/v1/documents/%00", 404),
        ("GET", "/static/../app.py", 404), ("GET", "/static/%2e%2e/app.py", 404),
        ("GET", "/static/fehlt.js", 404), ("GET", "/v1/documents/", 404),
        ("GET", "/v1/chat", 405), ("PUT", "/v1/search", 405), ("DELETE", "/", 405),
        ("POST", "/static/page.js", 405), ("POST", "/livez", 405),
    ],
)  # fmt: skip
def test_wrong_addresses_and_methods(site: Site, method: str, path: str, status: int) -> None:
    problem(site.public.request(method, path), status)


def test_unknown_method_names_the_allowed_one(site: Site) -> None:
    assert site.public.get("/v1/chat").headers["allow"] == "POST"


def test_form_instead_of_json(site: Site) -> None:
    problem(site.public.post("/v1/chat", data={"question": QUESTION}), 422)


def test_upload_without_a_file(site: Site) -> None:
    problem(site.insider.post("/v1/documents", data={"source": "x"}), 422)
    problem(site.insider.post("/v1/documents", content=b"x", headers=JSON), 400)
    problem(site.insider.post("/v1/documents", content=b"{}", headers=JSON), 422)
    broken = {"Content-Type": "multipart/form-data"}
    problem(site.insider.post("/v1/documents", content=b"x", headers=broken), 400)


def test_unexpected_error_shows_and_logs_no_words(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(f"{QUESTION} in /srv/geheim/app.py")

    def torn(*_: object, **__: object) -> Iterator[None]:
        broken()
        yield

    monkeypatch.setattr(Service, "answer", broken)
    monkeypatch.setattr(Service, "stream", torn)
    monkeypatch.setattr(Service, "search", broken)
    with caplog.at_level(logging.DEBUG):
        problem(site.public.post("/v1/chat", json={"question": QUESTION}), 500)
        fresh = f"Noch nie gesucht: {QUESTION}"  # what was searched before is answered from memory
        problem(site.public.get("/v1/search", params={"q": fresh}), 500)
        streamed = site.public.post(
            "/v1/chat", json={"question": QUESTION}, headers={"Accept": "text/event-stream"}
        )
    assert '"status": 500' in streamed.text
    assert "geheim" not in streamed.text
    own = [entry for entry in caplog.records if entry.name == "kgc"]
    assert len(own) == 3
    assert all("RuntimeError at test_problems.py" in entry.getMessage() for entry in own)
    assert "Altdorf" not in "".join(e.getMessage() for e in own)
    assert all(entry.exc_info is None for entry in own)
