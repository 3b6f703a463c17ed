"""A scripted OpenAI-compatible server on loopback, with the faults that real ones have."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HANG_SECONDS = 30.0


@dataclass
class Script:
    """What the server does with a request; `answer` gets the messages and returns the pieces.

    `fault` is one of the methods of `_Handler` below, "" for a proper stream.
    """

    answer: Callable[[list[dict[str, str]]], list[str]] = lambda _: []
    fault: str = ""
    pause: float = 0.0
    first: float = 0.0
    finish: str | None = "stop"
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    cut: threading.Event = field(default_factory=threading.Event)

    @property
    def prompt(self) -> str:
        """The last request's messages as one text."""
        return "\n".join(message["content"] for message in self.asked[-1]["messages"])


@dataclass
class ScriptedServer:
    """A running server and its script, which a test may change at any time."""

    url: str
    script: Script

    def says(self, *pieces: str, **more: Any) -> Script:
        """Let the server answer with `pieces`."""
        return self.does(lambda _: list(pieces), **more)

    def does(self, answer: Callable[[list[dict[str, str]]], list[str]], **more: Any) -> Script:
        """Let the server answer with what `answer` makes of the messages."""
        self.script.__dict__.update(Script(answer=answer, **more).__dict__)
        return self.script

    def fails(self, fault: str, *pieces: str, **more: Any) -> Script:
        """Let the server fail, after `pieces` where the fault has some."""
        return self.does(lambda _: list(pieces), fault=fault, **more)


@contextmanager
def scripted() -> Iterator[ScriptedServer]:
    """Run a server on a free port of loopback."""
    script = Script()

    class Handler(_Handler):
        pass

    Handler.script = script
    server = _Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield ScriptedServer(f"http://127.0.0.1:{server.server_address[1]}/v1", script)
    finally:
        server.stopped.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], handler: type[_Handler]) -> None:
        self.stopped = threading.Event()
        super().__init__(address, handler)

    def handle_error(self, *_: object) -> None:
        """Say nothing: clients are meant to hang up."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    script: Script

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        listed = {"object": "list", "data": [{"id": "skript", "object": "model"}]}
        self._whole(200, json.dumps(listed).encode())

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        script = self.script
        script.asked.append(body)
        script.headers.append(dict(self.headers))
        getattr(self, f"_{script.fault}" if script.fault else "_stream")(body["messages"])

    # What servers do.

    def _stream(self, messages: list[dict[str, str]]) -> None:
        self._begin()
        self._say(messages)
        self._event({"choices": [{"index": 0, "delta": {}, "finish_reason": self.script.finish}]})
        self._chunk(b"data: [DONE]\n\n")
        self._chunk(b"")

    def _error(self, _: object) -> None:
        self._whole(500, b'{"error":{"message":"kaputt"}}')

    def _busy(self, _: object) -> None:
        self._whole(429, b'{"error":{"message":"zu viel"}}', {"Retry-After": "2"})

    def _crowded(self, _: object) -> None:
        self._whole(429, b'{"error":{"message":"zu viel"}}')

    def _unknown(self, _: object) -> None:
        self._whole(404, b'{"error":{"message":"model not found"}}')

    def _forbidden(self, _: object) -> None:
        self._whole(401, b'{"error":{"message":"wrong key"}}')

    def _page(self, _: object) -> None:
        self._whole(200, b"<html><body>Bitte anmelden</body></html>", kind="text/html")

    def _garbage(self, _: object) -> None:
        self._begin()
        self._chunk(b"data: " + bytes(range(128, 256)) + b"\n\n")
        self._chunk(b"\x00\xff\xfe\n\n")
        self._chunk(b"")

    def _not_http(self, _: object) -> None:
        self.connection.sendall(b"\x16\x03\x01 nichts davon ist HTTP\r\n\r\n")
        self.close_connection = True

    def _bad_json(self, messages: list[dict[str, str]]) -> None:
        self._begin()
        self._say(messages)
        self._chunk(b'data: {"choices": [{"delta": {"content": \n\n')
        self._chunk(b"")

    def _wrong_shape(self, messages: list[dict[str, str]]) -> None:
        self._begin()
        self._say(messages)
        for odd in ({"choices": 7}, {"choices": [{"delta": {"content": {"a": 1}}}]}, [1, 2]):
            self._event(odd)
        self._chunk(b"")

    def _error_inside(self, messages: list[dict[str, str]]) -> None:
        self._begin()
        self._say(messages)
        self._event({"error": {"message": "CUDA out of memory", "code": 500}})
        self._chunk(b"")

    def _half(self, messages: list[dict[str, str]]) -> None:
        """Break off within the chunked body."""
        self._begin()
        self._say(messages)
        self._hang_up()

    def _early(self, messages: list[dict[str, str]]) -> None:
        """End the body properly, but without the end of the stream."""
        self._begin()
        self._say(messages)
        self._chunk(b"")

    def _unending(self, messages: list[dict[str, str]]) -> None:
        """Say everything again and again."""
        self._begin()
        while not self._stopped:
            self._say(messages)

    def _hanging(self, messages: list[dict[str, str]]) -> None:
        """Say something, then nothing more, and keep the connection."""
        self._begin()
        self._say(messages)
        self._wait(HANG_SECONDS)

    def _silent(self, _: object) -> None:
        """Take the request and answer nothing at all."""
        self._wait(HANG_SECONDS)

    def _vanish(self, _: object) -> None:
        self._hang_up()

    # How they do it.

    @property
    def _stopped(self) -> bool:
        server = self.server
        assert isinstance(server, _Server)
        return server.stopped.is_set()

    def _wait(self, seconds: float) -> None:
        """Wait; note when the client hangs up."""
        until = time.monotonic() + seconds
        self.connection.settimeout(0.02)
        while time.monotonic() < until and not self._stopped:
            try:
                if not self.connection.recv(1):
                    self.script.cut.set()
                    break
            except TimeoutError:
                continue
            except OSError:
                self.script.cut.set()
                break
        self.close_connection = True

    def _hang_up(self) -> None:
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True

    def _whole(
        self,
        status: int,
        body: bytes,
        more: dict[str, str] | None = None,
        kind: str = "application/json",
    ) -> None:
        self.send_response(status)
        headers = {"Content-Type": kind, "Content-Length": str(len(body)), **(more or {})}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _begin(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        if self.script.first:
            self._wait(self.script.first)

    def _say(self, messages: list[dict[str, str]]) -> None:
        for piece in self.script.answer(messages):
            self._event({"choices": [{"index": 0, "delta": {"content": piece}}]})
            if self.script.pause:
                self._wait(self.script.pause)

    def _event(self, data: Any) -> None:
        if isinstance(data, dict):
            data = {"id": "x", "object": "chat.completion.chunk", "model": "skript", **data}
        self._chunk(b"data: " + json.dumps(data).encode() + b"\n\n")

    def _chunk(self, data: bytes) -> None:
        try:
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
            self.wfile.flush()
        except OSError:
            self.script.cut.set()
            raise
