"""The main journey in Chromium against the installed server with the real model."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.assistant.processes import Server
from tests.assistant.samples import FOREIGN_QUESTION, QUESTION
from tests.browser.talk import ask, reply
from tests.browser.trace import Trace

pytestmark = [pytest.mark.browser, pytest.mark.model]


def test_ask_look_at_the_source_and_be_refused(
    page: Page,
    trace: Trace,
    real: Server,  # the fixture of that name
) -> None:
    page.goto(real.url)
    ask(page, QUESTION)
    answer = reply(page)
    expect(answer).to_contain_text("im Jahr 2019 gegründet", timeout=20_000)
    with page.context.expect_page() as opened:
        answer.locator('a[href*="/documents/"]').first.click()
    source = opened.value
    expect(source.get_by_role("heading", level=1)).to_have_text("Bewegung im Quartier")
    expect(source.locator("mark").first).to_contain_text("im Jahr 2019 gegründet")
    expect(source.locator("mark").first).to_be_in_viewport()
    source.close()
    ask(page, FOREIGN_QUESTION)
    expect(reply(page, 1)).to_contain_text("Dazu steht nichts in den Quellen", timeout=20_000)
    assert trace.errors == []
    assert all(request.startswith((real.url, "data:")) for request in trace.requests)
