"""A page of somebody with the widget, and a trap that snaps when a text becomes a script."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Dialog, Page, Route

from assistant.web.pages import STATIC_FOLDER
from tests.browser.host_pages import POLICY
from tests.browser.payloads import MARK

WIDGET = max((STATIC_FOLDER / "widget").glob("v*/kgc-chat.js"))
ORIGIN = "http://widget.test"
WATCH = f"""
// A window that opens may run this twice.
let sprung = 0;
if (!Object.hasOwn(window, "{MARK}"))
    Object.defineProperty(window, "{MARK}", {{ get: () => sprung, set: () => {{ sprung += 1; }} }});
"""
HOST = """<!doctype html><html lang="de"><head><meta charset="utf-8"><title>Seite</title>
{head}<script type="module" src="/kgc-chat.js"></script></head><body>{body}</body></html>"""
INLINE = '<h1>Seite</h1><kgc-chat endpoint="/" mode="inline" lang="de"></kgc-chat>'

Answers = Callable[[str], Iterable[tuple[str, object]] | str]


@dataclass
class Trap:
    """What happened that must not: dialogs, requests to others, errors; and pages that opened."""

    own: str = ORIGIN
    dialogs: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        """Look at every page of `context`, those that open later included."""
        context.add_init_script(WATCH)
        context.on("page", self._look)

    def _look(self, page: Page) -> None:
        page.on("dialog", self._refuse)
        page.on("request", lambda request: self._requested(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on(
            "console", lambda line: self.errors.append(line.text) if line.type == "error" else None
        )

    def _refuse(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def _requested(self, url: str) -> None:
        place = urlsplit(url)
        if f"{place.scheme}://{place.netloc}" != self.own and url != "about:blank":
            self.foreign.append(url)

    def empty(self, page: Page) -> bool:
        """Whether nothing has snapped; says what did."""
        page.wait_for_timeout(100)
        sprung = [frame.evaluate(f"window.{MARK}") for frame in page.frames]
        errors = [text for text in self.errors if "Failed to load resource" not in text]
        found = (sprung, self.dialogs, self.foreign, errors)
        assert found == ([0], [], [], []), found
        return True


@dataclass
class Stage:
    """Serves `body` with the widget at `ORIGIN`, without any server; foreign requests fail."""

    answers: Answers
    site: Callable[[str], object] = lambda _: None
    context: Callable[[str], object] = lambda _: None
    body: str = INLINE
    head: str = ""
    policy: str = POLICY
    asked: list[dict[str, Any]] = field(default_factory=list)

    def open(self, page: Page) -> None:
        page.route("**/*", self._served)
        page.goto(f"{ORIGIN}/")

    def _served(self, route: Route) -> None:
        place = urlsplit(route.request.url)
        if f"{place.scheme}://{place.netloc}" != ORIGIN:
            route.abort()
        elif place.path == "/":
            headers = {"Content-Security-Policy": self.policy} if self.policy else {}
            html = HOST.format(head=self.head, body=self.body)
            route.fulfill(body=html, content_type="text/html; charset=utf-8", headers=headers)
        elif place.path == "/kgc-chat.js":
            route.fulfill(path=WIDGET, content_type="text/javascript")
        elif place.path.endswith("/v1/chat"):
            self._chat(route)
        elif place.path.endswith("/v1/widget"):
            route.fulfill(json=self.site(place.path))
        elif place.path.endswith("/context"):
            route.fulfill(json=self.context(place.path))
        else:
            route.fulfill(status=404, json={})

    def _chat(self, route: Route) -> None:
        body: Any = route.request.post_data_json
        self.asked.append(body)
        said = self.answers(body["question"])
        if isinstance(said, str):
            route.fulfill(status=422, json={"status": 422, "detail": said})
            return
        events = "".join(f"event: {name}\ndata: {json.dumps(data)}\n\n" for name, data in said)
        route.fulfill(body=events, content_type="text/event-stream")
