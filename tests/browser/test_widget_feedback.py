"""What a reader says of an answer."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.fake_site import FakeSite
from tests.browser.talk import (
    QUESTION,
    ask,
    button,
    focused,
    heard,
    listen,
    reply,
    status,
    wait_for_focus,
)

pytestmark = pytest.mark.browser


def test_feedback_reaches_the_server(page: Page, fake: FakeSite) -> None:
    page.goto(fake.url)
    listen(page, "kgc-feedback")
    ask(page)
    reply(page).get_by_role("button", name="Nein, nicht hilfreich").click()
    page.get_by_label("veraltet").check()
    page.get_by_label("Anmerkung").fill("  Stand 2015  ")
    assert fake.votes == []
    button(page, "Rückmeldung senden").click()
    wait_for_focus(page, ".thanks")
    expect(page.locator(".thanks")).to_have_text("Danke für die Rückmeldung.")
    status(page, "")  # the focus says it already
    expected: dict[str, Any] = {
        "vote": "down",
        "question": QUESTION,
        "reason": "outdated",
        "comment": "Stand 2015",
        "conversation_id": "c-1",
    }
    assert fake.votes == [expected]
    assert heard(page) == [["kgc-feedback", {"vote": "down", "reason": "outdated"}]]


def test_feedback_that_fails_can_be_sent_again(page: Page, fake: FakeSite) -> None:
    fake.vote_status = 500
    page.goto(fake.url)
    ask(page)
    up = reply(page).get_by_role("button", name="Ja, hilfreich")
    up.click()
    status(page, "Die Rückmeldung konnte nicht gesendet werden.")
    assert focused(page) == "tool up"
    expect(up).to_have_attribute("aria-pressed", "false")
    fake.vote_status = 201
    up.click()
    wait_for_focus(page, ".thanks")
    assert [vote["vote"] for vote in fake.votes] == ["up", "up"]
