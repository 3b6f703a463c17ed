"""What the chat widget costs: ``python -m eval.bench_widget``.

The size of the one file it is, the time until an open widget is painted on a processor slowed down
four times, and what the server adds to 200 answers at once (`eval.pressure`). Exit code 4 where a
figure is beyond its bar.
"""

from __future__ import annotations

import argparse
import gzip
import json
import statistics
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from assistant.web.pages import STATIC_FOLDER
from eval import pressure
from eval.report import table

CHROMIUM = Path("/usr/bin/chromium")
PAGE = (
    '<!doctype html><html lang="de"><meta charset="utf-8"><title>Seite</title>'
    '<script type="module" src="/kgc-chat.js"></script><h1>Seite</h1>'
    '<kgc-chat endpoint="/" mode="inline"></kgc-chat>'
)
SITE = {
    "version": "", "documents": 3, "longest": 1_000, "filters": {}, "links": {},
    "suggestions": ["Was ist eine KGC?", "Wer fördert Bewegung im Quartier?"],
}  # fmt: skip
SLOWED = 4
RUNS = 5
STREAMS = 200
PAUSE_SECONDS = 2.0
EXIT_MISSED = 4
_MS = 1_000
# From the start of the page's own work until the first frame with the open widget is painted: what
# a frame's callback sees is painted right after it, and a timer set there runs after that.
_PAINTED = """new Promise((tell) => {
    const look = () => {
        const field = document.querySelector("kgc-chat")?.shadowRoot?.querySelector("#typed");
        if (!field?.getBoundingClientRect().height) return requestAnimationFrame(look);
        setTimeout(() => tell(performance.now()), 0);
    };
    requestAnimationFrame(look);
})"""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with what it may be at most."""

    name: str
    value: float
    most: float
    unit: str

    @property
    def cells(self) -> tuple[str, str, str]:
        """The figure as a row of the table."""
        return self.name, f"{self.value:.1f} {self.unit}", f"≤ {self.most:g} {self.unit}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; returns 4 where a bar is missed."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench_widget", description=__doc__)
    parser.add_argument("--streams", type=int, default=STREAMS, metavar="N")
    parser.add_argument("--runs", type=int, default=RUNS, metavar="N")
    given = parser.parse_args(arguments)
    built = newest()
    figures = [size(built), *paints(built, given.runs), *pressures(given.streams)]
    sys.stdout.write(table(("figure", "measured", "bar"), [one.cells for one in figures]) + "\n")
    return EXIT_MISSED if any(one.value > one.most for one in figures) else 0


def newest() -> Path:
    """Return the built widget with the highest version."""
    found = (STATIC_FOLDER / "widget").glob("v*/kgc-chat.js")
    return max(found, key=lambda path: [int(part) for part in path.parent.name[1:].split(".")])


def size(built: Path) -> Figure:
    """Weigh the file as it goes over the wire."""
    packed = gzip.compress(built.read_bytes(), compresslevel=9)
    return Figure("size, gzip", len(packed) / _MS, 40, "kB")


def paints(built: Path, runs: int) -> Iterator[Figure]:
    """Load a page with an open widget `runs` times; nothing where there is no Chromium."""
    if not CHROMIUM.exists():
        sys.stderr.write(f"{CHROMIUM} is missing: no figure for the first paint\n")
        return
    with _browser() as browser, _served(built) as url:
        _painted(browser, url)  # the browser's own first page
        seconds = [_painted(browser, url) for _ in range(runs)]
    name = f"first paint, processor {SLOWED}x slowed, median of {runs}"
    yield Figure(name, statistics.median(seconds), 300, "ms")


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


def _painted(browser: Browser, url: str) -> float:
    """Return the milliseconds from the navigation's start until the open widget is painted."""
    context = browser.new_context(locale="de-DE", viewport={"width": 1180, "height": 820})
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
    page.goto(url, wait_until="commit")
    milliseconds = page.evaluate(_PAINTED)
    context.close()
    return float(milliseconds)


@contextmanager
def _served(built: Path) -> Iterator[str]:
    """Serve the page and the widget over HTTP; the browser's own routing would cost more."""
    parts = {
        "/": (PAGE.encode(), "text/html; charset=utf-8"),
        "/kgc-chat.js": (built.read_bytes(), "text/javascript"),
    }
    site = (json.dumps(SITE).encode(), "application/json")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body, kind = parts.get(self.path, site)
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()


def pressures(streams: int) -> Iterator[Figure]:
    """Ask many questions at once, each of which takes two seconds of work."""
    with pressure.serving(PAUSE_SECONDS) as url:
        pressure.press(url, 1)
        pressed = pressure.press(url, streams)
    lost = streams - pressed.complete
    yield Figure(f"streams of {streams} that did not complete", lost, 0, "")
    yield Figure("own overhead to the first event, p95", _MS * pressed.first_p95(), 500, "ms")
    yield Figure("/livez meanwhile, slowest", _MS * pressed.slowest_alive(), 1_000, "ms")


if __name__ == "__main__":
    sys.exit(main())
