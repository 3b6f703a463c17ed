"""The journey in Chromium against the installed server with the real model."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.assistant.processes import Server
from tests.assistant.samples import FOREIGN_QUESTION, QUESTION
from tests.browser.host_pages import POLICY, STYLE, host_page
from tests.browser.talk import ask, button, field, reply, wait_for_focus
from tests.browser.trace import Trace

pytestmark = [pytest.mark.browser, pytest.mark.model]
FOUNDED = "im Jahr 2019 gegründet"
SECONDS = 20_000


def embed(page: Page, real: Server) -> None:
    """Let the server have a page with a launcher, under the strict policy."""
    html = host_page({"mode": "launcher", "endpoint": "/"})
    page.route(
        f"{real.url}/wirt",
        lambda route: route.fulfill(
            body=html, content_type="text/html", headers={"Content-Security-Policy": POLICY}
        ),
    )
    page.route(
        f"{real.url}/host.css", lambda route: route.fulfill(body=STYLE, content_type="text/css")
    )
    page.goto(f"{real.url}/wirt")


def test_ask_look_at_the_source_and_be_refused(
    page: Page,
    trace: Trace,
    real: Server,  # the fixture of that name
) -> None:
    embed(page, real)
    button(page, "Fragen?").click()
    expect(page.locator(".chip").first).to_be_visible()
    ask(page, QUESTION)
    answer = reply(page)
    expect(answer).to_contain_text(FOUNDED, timeout=SECONDS)
    answer.locator(".marker").first.click()
    expect(page.locator("#quote mark")).to_contain_text(FOUNDED)
    expect(page.locator("#quote blockquote")).to_contain_text("Das Gesundheitsamt koordiniert")
    page.keyboard.press("Escape")
    wait_for_focus(page, "article .marker")
    with page.context.expect_page() as opened:
        answer.get_by_role("link", name="Stelle im Dokument öffnen").first.click()
    source = opened.value
    expect(source.get_by_role("heading", level=1)).to_have_text("Bewegung im Quartier")
    expect(source.locator("mark").first).to_contain_text(FOUNDED)
    expect(source.locator("mark").first).to_be_in_viewport()
    source.close()
    ask(page, FOREIGN_QUESTION)
    expect(reply(page, 1)).to_contain_text("Dazu steht nichts in den Quellen", timeout=SECONDS)
    reply(page, 1).get_by_role("button", name="Nein, nicht hilfreich").click()
    page.get_by_label("fehlt in den Quellen").check()
    button(page, "Rückmeldung senden").click()
    expect(page.locator(".thanks")).to_have_text("Danke für die Rückmeldung.")
    with page.expect_response(lambda response: "/v1/conversations/" in response.url) as forgotten:
        button(page, "Verlauf löschen").click()
    assert forgotten.value.ok
    assert page.context.cookies() == []
    assert trace.errors == []
    assert all(request.startswith((real.url, "data:")) for request in trace.requests)


def test_filters_of_the_real_stock_narrow_the_answer(page: Page, real: Server) -> None:
    page.goto(real.url)
    page.locator(".filters summary").click()
    choice = page.locator(".facets select").first
    value = choice.locator("option").nth(1).get_attribute("value")
    assert value
    choice.select_option(value)
    with page.expect_request("**/v1/chat") as asked:
        ask(page, QUESTION)
    body = asked.value.post_data_json
    assert body is not None
    assert value in body["filters"].values()
    expect(page.locator("article.answer")).to_have_count(1, timeout=SECONDS)


def test_start_page_holds_the_chat(page: Page, trace: Trace, real: Server) -> None:
    page.goto(real.url)
    expect(page.locator("kgc-chat .notice").first).to_contain_text("KI-System")
    ask(page, QUESTION)
    expect(reply(page)).to_contain_text(FOUNDED, timeout=SECONDS)
    page.reload()
    expect(reply(page)).to_contain_text(FOUNDED)
    expect(field(page)).to_have_value("")
    assert page.context.cookies() == []
    assert trace.errors == []


def test_start_page_works_without_javascript(context: BrowserContext, real: Server) -> None:
    plain = context.browser.new_context(java_script_enabled=False)  # type: ignore[union-attr]  # the fixture launched it
    page = plain.new_page()
    page.goto(real.url)
    page.get_by_label("Ihre Frage", exact=True).fill(QUESTION)
    page.get_by_role("button", name="Frage senden").click()
    expect(page).to_have_url(f"{real.url}/#chat")
    expect(page.locator("main")).to_contain_text(FOUNDED)
    plain.close()
