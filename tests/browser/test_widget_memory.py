"""What the widget keeps of a conversation, for how long, and what a host page may do with it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.fake_site import FakeSite, streamed
from tests.browser.sample import without_answer
from tests.browser.talk import (
    QUESTION,
    ask,
    button,
    field,
    first_suggestion,
    focused,
    reply,
    status,
)

pytestmark = pytest.mark.browser


def test_clearing_forgets_here_and_on_the_server(page: Page, fake: FakeSite) -> None:
    page.goto(fake.host(history="session"))
    ask(page)
    reply(page)
    assert page.evaluate("sessionStorage.length") == 1
    button(page, "Verlauf löschen").click()
    expect(page.get_by_role("log").locator("article")).to_have_count(0)
    status(page, "Der Verlauf ist gelöscht.")
    expect(first_suggestion(page)).to_be_visible()
    assert focused(page) == "typed"
    assert page.evaluate("sessionStorage.length") == 0
    ask(page, "Neu")
    reply(page)
    assert fake.forgotten == ["c-1"]
    assert fake.requests == [{"question": QUESTION}, {"question": "Neu"}]


@pytest.mark.parametrize(("history", "kept"), [("session", 1), ("memory", 0)])
def test_only_the_tabs_memory_survives_a_reload(
    page: Page, fake: FakeSite, history: str, kept: int
) -> None:
    page.goto(fake.host(history=history))
    ask(page)
    reply(page)
    page.reload()
    expect(page.locator(".notice a").first).to_be_visible()
    expect(page.locator("article.answer")).to_have_count(kept)
    ask(page, "Weiter")
    expect(reply(page, kept).locator(".source")).to_have_count(2)
    assert ("conversation_id" in fake.requests[-1]) is bool(kept)


def test_without_an_id_the_last_twenty_messages_are_sent(page: Page, fake: FakeSite) -> None:
    page.goto(fake.url)
    for number in range(12):
        question = f"Frage {number}"
        answer = without_answer(question, "smalltalk", f"Antwort {number}")
        fake.on(question, streamed({**answer, "conversation_id": None}))
        ask(page, question)
        reply(page, number)
    history = fake.requests[-1]["history"]
    assert len(history) == 20
    assert history[0] == {"role": "user", "content": "Frage 1"}
    assert history[-1] == {"role": "assistant", "content": "Antwort 10"}
    assert all("conversation_id" not in request for request in fake.requests)


def test_a_host_page_can_open_and_ask(page: Page, fake: FakeSite) -> None:
    page.goto(fake.host("launcher"))
    page.evaluate(
        """() => {
            const chat = document.createElement("kgc-chat");
            document.querySelector("kgc-chat").replaceWith(chat);
            chat.ask("Vom Wirt");
        }"""
    )
    expect(reply(page).locator(".source")).to_have_count(2)
    assert fake.requests == [{"question": "Vom Wirt"}]
    expect(field(page)).to_be_visible()


def test_two_widgets_of_a_page_remember_apart(page: Page, fake: FakeSite) -> None:
    page.goto(fake.host(history="session", id="a"))
    ask(page)
    reply(page)
    page.goto(fake.host(history="session", id="b"))
    expect(first_suggestion(page)).to_be_visible()
    expect(page.locator("article")).to_have_count(0)
    page.goto(fake.host(history="session", id="a"))
    expect(reply(page)).to_be_visible()


@pytest.mark.parametrize(
    ("history", "product"), [("session", "KGC Assistant"), ("memory", "KGC-Assistent")]
)
def test_chosen_language_stays_as_long_as_the_conversation(
    page: Page, fake: FakeSite, history: str, product: str
) -> None:
    page.goto(fake.host(history=history))
    page.locator(".speech select").select_option("en")
    expect(page.locator("#title")).to_have_text("KGC Assistant")
    page.reload()
    expect(page.locator("#title")).to_have_text(product)
