"""``python -m tests.browser.screenshots``: the pictures of the README, from the real server.

It indexes the starter corpus into a folder that is gone afterwards and writes PNG files into
``docs/images/``, none larger than `MOST_BYTES`.
"""

from __future__ import annotations

import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.assistant.processes import KGC, ROOT, Machine
from tests.browser.conftest import CHROMIUM

IMAGES = ROOT / "docs" / "images"
MOST_BYTES = 150_000
QUESTION = "Wer finanziert Bewegungsangebote im Quartier?"
WIDE = {"width": 1080, "height": 720}
SMALL = {"width": 390, "height": 844}
PORTAL = """<!doctype html><html lang="de"><head><meta charset="utf-8">
<title>Gesund in Musterstadt</title>
<link rel="stylesheet" href="/style.css">
<script type="module" src="{server}/widget/v1/kgc-chat.js"></script></head>
<body><header>Stadt Musterstadt</header><main><h1>Gesund in Musterstadt</h1>
<p>Im Quartier Nordstadt treffen sich Bewohnerinnen und Bewohner, Vereine und Ämter, um das Leben
im Stadtteil gesünder zu machen. Hier finden Sie Termine, Ansprechpersonen und Hinweise zur
Förderung.</p><h2>Termine</h2><ul><li>Stadtteilspaziergang, jeden Dienstag um 10 Uhr</li>
<li>Kochgruppe im Nachbarschaftshaus, mittwochs</li><li>Runder Tisch Gesundheit, 3. Dezember</li>
</ul></main><kgc-chat endpoint="{server}"></kgc-chat></body></html>"""
STYLE = """body { margin: 0; font: 1.05rem/1.6 Georgia, "Liberation Serif", serif; color: #222 }
header { padding: 1.2rem 3rem; background: #1d3557; color: #fff; font-weight: bold }
main { max-width: 38rem; padding: 2rem 3rem }"""


@contextmanager
def portal(pages: dict[str, tuple[str, str]]) -> Iterator[str]:
    """Serve `pages` (path → media type, content) from another origin than the product's."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 — its base's name
            """Keep the terminal quiet."""

        def do_GET(self) -> None:
            kind, content = pages.get(self.path, ("text/plain", ""))
            self.send_response(200 if content else 404)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.end_headers()
            self.wfile.write(content.encode())

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def asked(page: Page) -> None:
    """Ask and wait for the answer."""
    page.get_by_label("Ihre Frage", exact=True).fill(QUESTION)
    page.keyboard.press("Enter")
    page.locator("kgc-chat .sources").first.wait_for(timeout=60_000)
    page.wait_for_timeout(300)


def quoted(page: Page) -> None:
    """Open the quote of the first source."""
    page.locator("kgc-chat .marker").first.click()
    page.locator("kgc-chat .quote mark").wait_for()
    page.locator("kgc-chat .quote .small").wait_for(state="detached")


def pictures(browser: Browser, server: str, elsewhere: str) -> Iterator[tuple[str, Page]]:
    """Yield each picture's name with the page as it should be taken."""

    def opened(address: str, size: Any = WIDE, **more: Any) -> Page:
        page = browser.new_context(locale="de-DE", viewport=size, **more).new_page()
        page.goto(address)
        return page

    start = opened(server)
    start.locator("kgc-chat .chip").first.wait_for()
    yield "start", start
    asked(start)
    start.locator("kgc-chat .question").scroll_into_view_if_needed()
    quoted(start)
    yield "answer", start
    link = start.locator('kgc-chat .quote a[href*="/documents/"]').get_attribute("href")
    assert link is not None
    reading = opened(link, {"width": 1140, "height": 560})
    yield "reading", reading
    foreign = opened(elsewhere)
    foreign.get_by_role("button", name="Fragen?").click()
    asked(foreign)
    yield "launcher", foreign
    dark = opened(server, SMALL, color_scheme="dark")
    asked(dark)
    quoted(dark)
    yield "mobile-dark", dark


def main() -> int:
    """Take all pictures; returns the exit code."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    pages: dict[str, tuple[str, str]] = {"/style.css": ("text/css", STYLE)}
    with tempfile.TemporaryDirectory(prefix="kgc-") as folder, portal(pages) as elsewhere:
        machine = Machine(Path(folder) / "daten", KGC, (("KGC_WIDGET_ORIGINS", elsewhere),))
        with (
            machine.serving("--ingest", str(ROOT / "corpus" / "documents")) as server,
            sync_playwright() as playwright,
        ):
            pages["/"] = ("text/html", PORTAL.format(server=server.url))
            browser = playwright.chromium.launch(
                executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
            )
            large = []
            for name, page in pictures(browser, server.url, elsewhere):
                path = IMAGES / f"{name}.png"
                page.screenshot(path=path)
                sys.stdout.write(f"{path.relative_to(ROOT)} {path.stat().st_size:,} bytes\n")
                large += [name] if path.stat().st_size > MOST_BYTES else []
            browser.close()
    if large:
        sys.stderr.write(f"Larger than {MOST_BYTES:,} bytes: {', '.join(large)}\n")
    return 1 if large else 0


if __name__ == "__main__":
    sys.exit(main())
