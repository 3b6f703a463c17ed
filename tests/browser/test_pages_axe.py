"""The server's own pages, with and without JavaScript, under axe: nothing is found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.assistant.processes import Server
from tests.assistant.samples import FOREIGN_QUESTION, QUESTION
from tests.browser.needs import missing
from tests.browser.talk import ask, reply
from tests.browser.test_widget_states import AXE, TAGS, VIOLATIONS

pytestmark = [pytest.mark.browser, pytest.mark.slow]
EMERGENCY = "Ich will mich umbringen"
LOOKS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "narrow": {"viewport": {"width": 320, "height": 720}},
}


@pytest.fixture(params=LOOKS)
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A profile that lets axe in, which the pages' policy forbids."""
    if not AXE.exists():
        missing("axe-core is missing; `npm ci` in assistant/web/widget installs it")
    context = browser.new_context(locale="de-DE", bypass_csp=True, **LOOKS[request.param])
    context.set_default_timeout(20_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """An empty tab."""
    return context.new_page()


def found(page: Page) -> object:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    return page.evaluate(VIOLATIONS, TAGS)


def overflow(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    wider: int = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return wider


def test_the_start_page_before_and_after_questions(page: Page, server: Server) -> None:
    page.goto(server.url)
    expect(page.locator("kgc-chat .chip").first).to_be_visible()
    assert found(page) == []
    for number, question in enumerate((QUESTION, "Wer leitet die Kochgruppe in Neudorf?")):
        ask(page, question)
        expect(reply(page, number).locator(".source").first).to_be_visible()
    for number, question in enumerate((FOREIGN_QUESTION, EMERGENCY), start=2):
        ask(page, question)
        expect(reply(page, number)).to_be_visible()
    assert found(page) == []
    assert overflow(page) <= 0


def test_the_reading_view(page: Page, server: Server) -> None:
    with server.client() as client:
        documents = client.get("/v1/documents").json()["documents"]
        cited = client.post("/v1/chat", json={"question": QUESTION}).json()["citations"][0]["link"]
    for address in (cited, *(document["link"] for document in documents)):
        page.goto(server.url + address)
        assert found(page) == [], address
        assert overflow(page) <= 0
    page.goto(f"{server.url}/documents/gibt-es-nicht")
    assert found(page) == []


@pytest.fixture
def plain(context: BrowserContext, page: Page) -> Page:
    """A tab whose pages' own scripts do not come; axe needs the browser's."""
    context.route("**/*.js*", lambda route: route.abort())
    return page


@pytest.mark.parametrize("question", [QUESTION, FOREIGN_QUESTION, EMERGENCY])
def test_the_form_without_javascript(plain: Page, server: Server, question: str) -> None:
    plain.goto(f"{server.url}/?frage={quote(question)}")
    expect(plain.get_by_label("Ihre Frage", exact=True)).to_have_value(question)
    assert found(plain) == []
    plain.get_by_role("button", name="Frage senden").click()
    expect(plain.locator("article.reply")).to_be_visible()
    for details in plain.locator("article details").all():
        details.locator("summary").click()
    assert found(plain) == []
    assert overflow(plain) <= 0


def test_what_is_wrong_with_the_question(plain: Page, server: Server) -> None:
    plain.goto(server.url)
    plain.get_by_label("Ihre Frage", exact=True).fill("x" * 1_001)
    plain.get_by_role("button", name="Frage senden").click()
    expect(plain.locator("#fehler")).to_contain_text("1001 Zeichen")
    expect(plain.get_by_label("Ihre Frage", exact=True)).to_have_value("x" * 1_001)
    assert found(plain) == []
    assert overflow(plain) <= 0
