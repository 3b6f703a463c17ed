"""The start page gives way to the chat, and comes back where the chat does not come."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.assistant.processes import Server
from tests.assistant.samples import QUESTION
from tests.browser.talk import field, reply
from tests.browser.trace import Trace

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FOUNDED = "im Jahr 2019 gegründet"
SOON = 1_000
"""Milliseconds; the style sheet alone would take 1,500."""


def test_a_visitor_without_javascript_gets_an_answer_by_one_click(
    browser: Browser, server: Server
) -> None:
    context = browser.new_context(java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto(f"{server.url}/?frage={quote(QUESTION)}")
        expect(page.locator("article.reply")).to_have_count(0)
        page.get_by_role("button", name="Frage senden").click()
        expect(page).to_have_url(f"{server.url}/#chat")
        expect(page.locator("article.reply")).to_contain_text(FOUNDED)
        page.locator("summary").first.click()
        expect(page.locator("blockquote").first).to_contain_text(FOUNDED)
    finally:
        context.close()


def test_a_question_in_the_address_is_asked_once(page: Page, trace: Trace, server: Server) -> None:
    page.goto(f"{server.url}/?frage={quote(QUESTION)}")
    expect(reply(page)).to_contain_text(FOUNDED)
    expect(page).to_have_url(f"{server.url}/")
    page.reload()
    expect(reply(page)).to_contain_text(FOUNDED)
    page.wait_for_timeout(300)
    assert [url for url in trace.requests if url.endswith("/v1/chat")] == [f"{server.url}/v1/chat"]
    assert trace.errors == []


@pytest.mark.parametrize("failure", ["none", "broken"])
def test_the_form_is_there_at_once_when_the_chat_fails(
    page: Page, server: Server, failure: str
) -> None:
    def served(route: Route) -> None:
        if failure == "none":
            route.abort()
        else:
            route.fulfill(body="throw new Error('broken')", content_type="text/javascript")

    page.route("**/kgc-chat.js*", served)
    page.goto(server.url)
    form = page.get_by_label("Ihre Frage", exact=True)
    expect(form).to_be_visible(timeout=SOON)
    form.fill(QUESTION)
    page.get_by_role("button", name="Frage senden").click()
    expect(page.locator("article.reply")).to_contain_text(FOUNDED)
    expect(page.locator("kgc-chat")).to_have_count(0)


def test_a_late_chat_takes_over_what_was_typed(page: Page, server: Server) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/kgc-chat.js*", hold)
    page.goto(server.url, wait_until="commit")
    form = page.locator("#frage")
    expect(form).to_be_visible(timeout=4_000)
    form.fill("Seit wann gibt es")
    held[0].continue_()
    expect(field(page)).to_have_value("Seit wann gibt es")
    expect(field(page)).to_be_focused()
    expect(page.locator("#frage")).to_have_count(0)
