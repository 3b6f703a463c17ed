"""Heads that never end, bodies that stand still, requests for sockets: a server bears them."""

from __future__ import annotations

import io
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn

from assistant import logs
from assistant.web import limits, serve
from assistant.web.app import ServerOptions
from tests.assistant.conftest import TOKEN, UPLOAD_BYTES, Site

POST = (
    b"POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Accept: application/json\r\nContent-Length: 99\r\n\r\n{"
)
UPGRADE = (
    b"GET /v1/search?q=Geheimwort HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
    b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\n\r\n"
)


@pytest.fixture
def port(site: Site) -> Iterator[int]:
    """A server as `kgc serve` runs it."""
    server = uvicorn.Server(serve.configured(site.service, ServerOptions(TOKEN, UPLOAD_BYTES)))
    sockets = serve.listen("127.0.0.1", 0)
    thread = threading.Thread(target=server.run, args=([sockets.public],))
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield sockets.public.getsockname()[1]
    server.should_exit = True
    thread.join()


def answered(port: int, *parts: bytes) -> bytes:
    """Send until the server has enough; returns the beginning of its answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as made:
        try:
            for part in parts:
                made.sendall(part)
        except OSError:
            pass
        try:
            return made.recv(200)
        except ConnectionError:
            return b"broken off"


@pytest.mark.parametrize(
    "parts",
    [
        (b"GET /livez HTTP/1.1\r\n", *[b"X-A: " + b"a" * 8_000 + b"\r\n"] * 1_000),
        (b"GET /livez HTTP/1.1\r\nX-A: ", *[b"a" * 8_000] * 1_000),
        (b"GET /", *[b"a" * 8_000] * 1_000),
    ],
    ids=["headers", "one header", "address"],
)
def test_a_head_without_end_is_broken_off(port: int, parts: tuple[bytes, ...]) -> None:
    told = answered(port, *parts)
    assert told.startswith(b"HTTP/1.1 400") or told in (b"", b"broken off")
    assert answered(port, b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n").startswith(b"HTTP/1.1 200")


def test_a_usual_head_and_large_bodies_after_it_are_read(port: int) -> None:
    long = b"X-A: " + b"a" * (serve.LONGEST_HEAD // 2) + b"\r\n\r\n"
    assert answered(port, b"GET /livez HTTP/1.1\r\nHost: x\r\n" + long).startswith(b"HTTP/1.1 200")
    head = b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 400000\r\n\r\n"
    assert answered(port, head, *[b"a" * 4_000] * 100).startswith(b"HTTP/1.1 4")


@pytest.mark.parametrize("path", [b"/v1/chat", b"/v1/chat/completions", b"/mcp", b"/v1/documents"])
def test_a_body_that_stands_still_is_not_waited_for(
    port: int, path: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "BODY_SECONDS", 0.2)
    monkeypatch.setattr(limits, "_DRAIN_SECONDS", 0.2)
    status = {b"/v1/documents": b"401"}.get(path, b"408")
    assert answered(port, POST % path).startswith(b"HTTP/1.1 " + status)


def test_a_request_for_a_socket_leaves_no_trace(port: int) -> None:
    written = io.StringIO()
    logs.configure("json", "info", written)
    answered(port, UPGRADE)
    assert "127.0.0.1" not in written.getvalue()
    assert "Geheimwort" not in written.getvalue()
