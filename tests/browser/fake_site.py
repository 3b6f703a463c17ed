"""A small server with the real pages and scripted answers."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from assistant.web.pages import (
    CONTENT_SECURITY_POLICY,
    STATIC_FOLDER,
    DocumentView,
    render_chat,
    render_document,
    render_message,
)
from tests.browser.sample import VIEW, done

TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@dataclass(frozen=True)
class Step:
    """One thing the fake does while answering: an event, raw bytes, waiting, or hanging up."""

    name: str = ""
    data: object = None
    raw: bytes = b""
    wait: threading.Event | None = None

    def bytes(self) -> bytes:
        if not self.name:
            return self.raw
        return f"event: {self.name}\ndata: {json.dumps(self.data)}\n\n".encode()


@dataclass(frozen=True)
class Problem:
    """An answer with an error status instead of a stream."""

    status: int
    detail: str
    headers: tuple[tuple[str, str], ...] = ()


Script = Sequence[Step] | Problem


def streamed(answer: dict[str, Any]) -> list[Step]:
    """The events of an answer in the contract's order."""
    steps = [Step("status", {"stage": "search"}), Step(raw=b": noch da\n\n")]
    for number, sentence in enumerate(answer["sentences"]):
        steps.append(Step("citation", answer["citations"][number]))
        steps.extend(Step("token", {"text": word + " "}) for word in sentence["text"].split())
        steps.append(Step("sentence", sentence))
    return [*steps, Step("done", answer)]


@dataclass
class FakeSite:
    """The fake server: `scripts` by question, every other question gets two sources."""

    url: str = ""
    scripts: dict[str, list[Script]] = field(default_factory=dict)
    requests: list[dict[str, Any]] = field(default_factory=list)
    documents: int = 1234

    def on(self, question: str, *scripts: Script) -> None:
        """Answer `question` with `scripts`, one each time it is asked."""
        self.scripts[question] = list(scripts)

    def script(self, question: str) -> Script:
        waiting = self.scripts.get(question)
        return waiting.pop(0) if waiting else streamed(done(question))


class Handler(BaseHTTPRequestHandler):
    """Serves the pages, and answers of the `fake` that a subclass is given."""

    fake: FakeSite

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 — its base's name
        """Keep the test output quiet."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        if parts.path == "/":
            self._page(200, _chat_page(self.fake, query.get("frage", "")))
        elif parts.path.startswith("/static/"):
            self._file(STATIC_FOLDER / Path(parts.path).name)
        elif parts.path == "/documents/netzwerke":
            self._page(200, render_document(_view(query)))
        elif parts.path == "/opensearch.xml":
            self._send(200, "application/opensearchdescription+xml", b"<x/>")
        else:
            self._page(404, render_message("Nicht gefunden", "Diese Seite gibt es nicht."))

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.fake.requests.append(body)
        script = self.fake.script(body["question"])
        if isinstance(script, Problem):
            content = {"type": "about:blank", "status": script.status, "detail": script.detail}
            payload = json.dumps(content).encode()
            self._send(script.status, "application/problem+json", payload, script.headers)
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self._stream(script)

    def _stream(self, script: Sequence[Step]) -> None:
        try:
            for step in script:
                if step.wait is not None:
                    step.wait.wait(20)
                self.wfile.write(step.bytes())
                self.wfile.flush()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the reader stopped the answer

    def _file(self, path: Path) -> None:
        if path.is_file():
            self._send(200, TYPES[path.suffix], path.read_bytes())
        else:
            self._send(404, "text/plain", b"")

    def _page(self, status: int, html: str) -> None:
        self._send(status, "text/html; charset=utf-8", html.encode())

    def _send(
        self,
        status: int,
        content_type: str,
        body: bytes,
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        self.send_response(status)
        security = ("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        for name, value in (("Content-Type", content_type), security, *headers):
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _chat_page(fake: FakeSite, question: str) -> str:
    return render_chat(
        suggestions=(
            "Was ist ein Präventionsnetzwerk?",
            "Wie beginnt ein Netzwerk in einer Kommune?",
            "Welche Rolle hat das Gesundheitsamt?",
            "Wie werden Netzwerke finanziert?",
        ),
        documents=fake.documents,
        answer=done(question) if question else None,
        question=question,
    )


def _view(query: dict[str, str]) -> DocumentView:
    try:
        return replace(VIEW, highlight=(int(query["start"]), int(query["end"])))
    except (KeyError, ValueError):
        return VIEW


@contextmanager
def serving() -> Iterator[FakeSite]:
    """Run a fake server on a free port of this machine."""
    fake = FakeSite()
    handler = type("FakeHandler", (Handler,), {"fake": fake})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    fake.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
