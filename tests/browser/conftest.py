"""A browser and the site it looks at.

Tests that take `site` need only a base URL and hold for the real server too; tests that take
`fake` steer the answers and stay with the fake.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.assistant.processes import Machine, Server
from tests.assistant.samples import write
from tests.browser.fake_site import FakeSite, serving
from tests.browser.needs import missing
from tests.browser.trace import Trace

CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture
def fake() -> Iterator[FakeSite]:
    """A running fake server of its own for each test."""
    with serving() as fake:
        yield fake


@pytest.fixture
def site(fake: FakeSite) -> str:
    """The base URL under test."""
    return fake.url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, one for all tests."""
    if not CHROMIUM.exists():
        missing(f"{CHROMIUM} is missing; `make system` installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh German profile."""
    context = browser.new_context(locale="de-DE", viewport={"width": 1180, "height": 820})
    context.set_default_timeout(8_000)
    yield context
    context.close()


@pytest.fixture
def trace() -> Trace:
    """Fills while `page` runs."""
    return Trace()


@pytest.fixture
def page(context: BrowserContext, trace: Trace) -> Page:
    """An empty tab that writes down what it does."""

    def watch(page: Page) -> None:
        page.on("request", lambda request: trace.requests.append(request.url))
        page.on("pageerror", lambda error: trace.errors.append(str(error)))
        page.on(
            "console",
            lambda line: trace.errors.append(line.text) if line.type == "error" else None,
        )

    context.on("page", watch)
    return context.new_page()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real server process on the sample documents; the model is the offline fake."""
    folder = tmp_path_factory.mktemp("echt")
    machine = Machine(folder / "daten")
    ran = machine.run("ingest", write(folder / "texte"), "--json")
    assert ran.code == 0, ran.out
    with machine.serving() as server:
        yield server
