"""What the server logs: one line an event, nobody's words, no secret, no address."""

from __future__ import annotations

import io
import json
import logging
import re
import warnings
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant import logs
from assistant.web.app import ServerOptions, create_app
from tests.assistant.conftest import TOKEN, UPLOAD_BYTES, Site
from tests.assistant.samples import QUESTION

KEY = f"kgc_tk8hvs9E_{'A' * 43}"


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.fixture
def written() -> io.StringIO:
    stream = io.StringIO()
    logs.configure("json", None, stream)
    return stream


def test_one_line_for_each_request(site: Site, written: io.StringIO) -> None:
    app = create_app(site.service, ServerOptions(TOKEN, UPLOAD_BYTES))
    client = TestClient(app, client=("198.51.100.7", 1), raise_server_exceptions=False)
    answers = [
        client.get(f"/documents/{site.id_of('netzwerk.md')}?start=1&end=5"),
        client.post("/v1/chat", json={"question": QUESTION}),
        client.get("/Zimtstern", headers={"Authorization": "Bearer Zimtstern"}),
        client.request("ZIMTSTERN", "/v1/chat", headers={"X-Request-Id": "Zimtstern"}),
        client.get("/livez"),
    ]
    own = [line for line in lines(written) if line["logger"] == "kgc.request"]
    told = [(line["method"], line["route"], line["status"]) for line in own]
    assert told == [
        ("GET", "/documents/{document_id}", 200),
        ("POST", "/v1/chat", 200),
        ("GET", "other", 404),
        ("other", "/v1/chat", 405),
    ]
    for line, answer in zip(own, answers, strict=False):
        assert line["request_id"] == answer.headers["x-request-id"]
        assert re.fullmatch("[0-9a-f]{16}", line["request_id"])
        assert 0 <= line["ms"] < 60_000
        assert line.keys() == {"time", "level", "logger", "message", "request_id", "method",
                               "route", "status", "ms"}  # fmt: skip
    assert not re.search(r"Zimtstern|198\.51|Altdorf|netzwerk-", written.getvalue(), re.I)


def test_an_error_names_its_request_and_not_its_words(
    site: Site, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(f"{QUESTION} {TOKEN}")

    monkeypatch.setattr(type(site.service), "search", broken)
    client = TestClient(create_app(site.service, ServerOptions(TOKEN, UPLOAD_BYTES)))
    failed = client.get("/v1/search", params={"q": QUESTION})
    error, request = lines(written)
    assert failed.status_code == request["status"] == 500
    assert error["request_id"] == request["request_id"] == failed.headers["x-request-id"]
    assert error["level"] == "error"
    assert "RuntimeError at test_logs.py" in error["message"]
    assert "Altdorf" not in written.getvalue()


def test_other_libraries_are_heard_but_not_quoted(written: io.StringIO) -> None:
    logging.getLogger("fremd.tief").warning("sagt Zimtstern\nund mehr")
    logging.getLogger("fremd").info("still")
    try:
        int("Zimtstern")
    except ValueError:
        logging.getLogger("asyncio").exception("Zimtstern never retrieved")
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application\n")
    logging.getLogger("uvicorn.access").info("GET /?q=Zimtstern")
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        warnings.warn("Zimtstern", UserWarning, stacklevel=1)
    told = lines(written)
    assert [line["logger"] for line in told[:3]] == ["fremd.tief", "asyncio", "uvicorn.error"]
    assert told[3]["logger"] == "py.warnings"
    assert told[0]["message"] == "warning of fremd.tief"
    assert told[2]["message"].startswith("Exception in ASGI application ValueError at test_logs.py")
    assert "Zimtstern" not in written.getvalue()


def test_at_debug_other_libraries_are_quoted() -> None:
    stream = io.StringIO()
    logs.configure("json", "debug", stream)
    logging.getLogger("fremd").debug("Zeile %s", 1)
    assert lines(stream)[0]["message"] == "Zeile 1"


@pytest.mark.parametrize(
    "secret",
    [KEY, f"Bearer {TOKEN}", "basic dXNlcjpwYXNz", "xoxb-1-geheim", "xapp-1-geheim"],
)
def test_secrets_are_blotted_out(written: io.StringIO, secret: str) -> None:
    logging.getLogger("kgc").error("mit %s darin", secret)
    assert lines(written)[0]["message"] == "mit *** darin"


def test_text_says_the_same_on_one_line() -> None:
    stream = io.StringIO()
    logs.configure("text", "info", stream)
    logs.configure("text", "info", stream)  # once more changes nothing
    with logs.requested("abc"):
        logging.getLogger("kgc").info("eins\nzwei", extra={"facts": {"status": 200}})
    logging.getLogger("kgc").debug("nie")
    assert stream.getvalue() == "INFO kgc: [abc] eins zwei status=200\n"


def test_text_is_silent_while_all_is_well(site: Site) -> None:
    stream = io.StringIO()
    logs.configure("text", None, stream)
    client = TestClient(create_app(site.service, ServerOptions(TOKEN, UPLOAD_BYTES)))
    assert client.get("/").status_code == 200
    assert stream.getvalue() == ""
