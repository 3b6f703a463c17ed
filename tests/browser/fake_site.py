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
from urllib.parse import parse_qs, urlencode, urlsplit

from assistant.web.pages import (
    CONTENT_SECURITY_POLICY,
    STATIC_FOLDER,
    DocumentView,
    Tried,
    render_chat,
    render_document,
    render_message,
)
from tests.browser.host_pages import POLICY, STYLE, host_page
from tests.browser.sample import VIEW, done, widget_info

WIDGET = max((STATIC_FOLDER / "widget").glob("v*/kgc-chat.js"))
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
    votes: list[dict[str, Any]] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    widget: dict[str, Any] = field(default_factory=widget_info)
    widget_status: int = 200
    widget_waits: threading.Event | None = None
    widget_asked: int = 0
    vote_status: int = 201
    context_status: int = 200
    context_waits: threading.Event | None = None

    def on(self, question: str, *scripts: Script) -> None:
        """Answer `question` with `scripts`, one each time it is asked."""
        self.scripts[question] = list(scripts)

    def script(self, question: str) -> Script:
        waiting = self.scripts.get(question)
        return waiting.pop(0) if waiting else streamed(done(question))

    def host(self, mode: str = "inline", **attributes: str) -> str:
        """The address of a page with the element, which has `attributes`."""
        return f"{self.url}/host?{urlencode({'mode': mode, **attributes})}"


def too_many(seconds: int) -> Problem:
    """What the real server says to one who asks too often."""
    detail = f"Zu viele Anfragen. Bitte in {seconds} Sekunden noch einmal versuchen."
    return Problem(429, detail, (("Retry-After", str(seconds)),))


def half_answered(fake: FakeSite, question: str) -> threading.Event:
    """Let the answer to `question` stop before its second sentence until the event is set."""
    go_on = threading.Event()
    script = streamed(done(question))
    half = next(n for n, step in enumerate(script) if step.name == "sentence") + 1
    fake.on(question, [*script[:half], Step(wait=go_on), *script[half:]])
    return go_on


class Handler(BaseHTTPRequestHandler):
    """Serves the pages, and answers of the `fake` that a subclass is given."""

    fake: FakeSite

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 — its base's name
        """Keep the test output quiet."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {
            key: values[0] for key, values in parse_qs(parts.query, keep_blank_values=True).items()
        }
        if parts.path in ("/", "/host"):
            self._host({"mode": "inline", "endpoint": "/", **query})
        elif parts.path == "/host.css":
            self._send(200, "text/css", STYLE.encode())
        elif parts.path.startswith("/widget/"):
            self._send(200, "text/javascript", WIDGET.read_bytes())
        elif parts.path == "/v1/widget":
            self._known()
        elif parts.path == "/v1/documents/netzwerke/context":
            self._context(int(query["start"]), int(query["end"]))
        elif parts.path.startswith("/static/"):
            self._file(STATIC_FOLDER / Path(parts.path).name)
        else:
            self._reading(parts.path, query)

    def _reading(self, path: str, query: dict[str, str]) -> None:
        """The product's own pages."""
        if path == "/start":
            self._page(200, _start(query.get("frage", "")))
        elif path == "/documents/netzwerke":
            self._page(200, render_document(_view(query)))
        else:
            self._page(404, render_message("Nicht gefunden", "Diese Seite gibt es nicht."))

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/v1/feedback":
            self.fake.votes.append(body)
            self._json(self.fake.vote_status, {"id": "v-1"})
            return
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

    def do_DELETE(self) -> None:
        self.fake.forgotten.append(self.path.removeprefix("/v1/conversations/"))
        self._send(204, "application/json", b"")

    def _host(self, query: dict[str, str]) -> None:
        language, look = query.pop("seite", "de"), query.pop("aussehen", "")
        html = host_page(query, language=language, look=look)
        self._send(200, "text/html; charset=utf-8", html.encode(), policy=POLICY)

    def _known(self) -> None:
        self.fake.widget_asked += 1
        status, content, waits = self.fake.widget_status, self.fake.widget, self.fake.widget_waits
        if waits is not None:
            waits.wait(20)
        self._json(status, content)

    def _context(self, start: int, end: int) -> None:
        if self.fake.context_waits is not None:
            self.fake.context_waits.wait(20)
        text = VIEW.text
        around = {
            "before": text[text.rfind("\n", 0, max(0, start - 2)) + 1 : start],
            "quote": text[start:end],
            "after": text[end : text.find("\n\n", end + 2)],
        }
        self._json(self.fake.context_status, around)

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

    def _json(self, status: int, content: object) -> None:
        self._send(status, "application/json", json.dumps(content).encode())

    def _send(
        self,
        status: int,
        content_type: str,
        body: bytes,
        headers: tuple[tuple[str, str], ...] = (),
        policy: str = CONTENT_SECURITY_POLICY,
    ) -> None:
        self.send_response(status)
        security = ("Content-Security-Policy", policy)
        for name, value in (("Content-Type", content_type), security, *headers):
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _start(question: str) -> str:
    """The start page, with `question` as without JavaScript: answered on the page."""
    return render_chat(
        suggestions=["Was ist ein Präventionsnetzwerk?"],
        documents=3,
        tried=Tried(question, done(question)) if question else None,
        widget="/widget/v1/kgc-chat.js",
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
