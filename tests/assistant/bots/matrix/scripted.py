"""A server of the contract that answers as it is told, on loopback."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from assistant.bots.server import Place

Json = dict[str, Any]
Answer = Callable[[str], Json]


@dataclass
class Scripted:
    """What it was asked, in order, and how it answers; `seconds` an answer takes to stream."""

    answer: Answer
    seconds: float = 0.0
    asked: list[Json] = field(default_factory=list)
    audiences: list[str] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    votes: list[Json] = field(default_factory=list)
    place: Place = field(default_factory=lambda: Place("", ""))


class _Handler(BaseHTTPRequestHandler):
    """Answers from `book`."""

    book: Scripted

    def log_message(self, *_: Any) -> None: ...

    def _send(self, told: Json) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(told).encode())

    def do_POST(self) -> None:
        body = dict(json.loads(self.rfile.read(int(self.headers["Content-Length"] or 0))))
        if self.path == "/v1/feedback":
            self.book.votes.append(body)
            self._send({"stored": False})
            return
        self.book.asked.append(body)
        self.book.audiences.append(self.headers.get("KGC-Audience", ""))
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        with suppress(ConnectionError):  # the bot may not want to know any more
            for part in range(int(self.book.seconds * 10)):
                self._event("token", {"text": f"Teil {part}. "})
                time.sleep(0.1)
            self._event("done", self.book.answer(body["question"]))

    def _event(self, name: str, data: Json) -> None:
        self.wfile.write(f"event: {name}\ndata: {json.dumps(data)}\n\n".encode())
        self.wfile.flush()

    def do_DELETE(self) -> None:
        self.book.forgotten.append(self.path.rpartition("/")[2])
        self._send({"ended": True})


@contextmanager
def scripted(answer: Answer, seconds: float = 0.0) -> Iterator[Scripted]:
    """Serve until the end."""
    book = Scripted(answer, seconds)
    handler = type("Handler", (_Handler,), {"book": book})
    made = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    book.place = Place(f"http://127.0.0.1:{made.server_address[1]}", "schluessel")
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield book
    finally:
        made.shutdown()
        made.server_close()
        thread.join()
