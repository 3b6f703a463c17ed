"""The chat page in Chromium; tests with `site` hold for every server."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.fake_site import FakeSite, Step, streamed
from tests.browser.sample import DEFINITION, done, first_citation, without_answer
from tests.browser.talk import QUESTION, ask, first_suggestion, reply
from tests.browser.trace import Trace

pytestmark = pytest.mark.browser


def test_first_view_says_ki_system_and_has_landmarks(page: Page, site: str) -> None:
    page.goto(site)
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.get_by_role("complementary")).to_contain_text("KI-System")
    for role in ("banner", "main", "log", "status"):
        assert page.get_by_role(role).count() == 1
    assert page.get_by_role("heading", level=1).count() == 1
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Zur Frage springen")).to_be_focused()


def test_answer_leads_from_marker_to_source_to_passage(page: Page, site: str) -> None:
    page.goto(site)
    first_suggestion(page).click()
    answer = reply(page)
    marker = answer.get_by_role("button", name=re.compile("^Quelle 1")).first
    expect(marker).to_have_text("[1]")
    marker.focus()
    page.keyboard.press("Enter")
    source = answer.locator("[data-source='1']")
    quote = source.locator("blockquote")
    expect(quote).to_be_visible()
    expect(source.locator("summary")).to_be_focused()
    page.keyboard.press("Escape")
    expect(quote).to_be_hidden()
    expect(marker).to_be_focused()

    page.keyboard.press("Enter")
    wording = quote.inner_text()
    with page.context.expect_page() as opened:
        source.get_by_role("link", name="Stelle im Dokument öffnen").click()
    reading = opened.value
    mark = reading.locator("#zitat")
    expect(mark).to_be_in_viewport()
    marked = " ".join(reading.locator("mark").all_text_contents())
    assert "".join(marked.split()) == "".join(wording.split())
    assert reading.evaluate("window.opener") is None


def test_no_cookie_no_storage_no_third_party_no_console_error(
    page: Page, site: str, trace: Trace
) -> None:
    page.goto(site)
    first_suggestion(page).click()
    reply(page)
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert {urlsplit(url).netloc for url in trace.requests} == {urlsplit(site).netloc}
    assert trace.errors == []


def test_inline_code_is_refused(page: Page, site: str) -> None:
    page.goto(site)
    page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.pwned = true";
            document.body.append(script);
        }"""
    )
    assert page.evaluate("window.pwned") is None


def test_no_sideways_scrolling_at_320_pixels(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(site)
    first_suggestion(page).click()
    marker = reply(page).locator(".marker").first
    marker.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.goto(reply(page).locator(".source-links a").first.get_attribute("href") or "")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_long_words_do_not_widen_the_page(page: Page, fake: FakeSite) -> None:
    word = "Gesundheitsförderungsstrategie" * 10
    wide = first_citation(title=word, organisation=word, quote=word, display=word + "!")
    related = [{"document_id": "n", "title": word, "link": "/documents/netzwerke"}]
    answer = done(word, answer=f"{word} [1]", citations=[wide], follow_ups=[word], related=related)
    fake.on(word, [Step("done", answer)])
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(fake.url)
    ask(page, word)
    reply(page).locator(".marker").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_targets_are_at_least_44_pixels(page: Page, site: str) -> None:
    page.goto(site)
    small = """() => [...document.querySelectorAll("button, a[href], summary")]
        .filter((node) => node.checkVisibility() && !node.matches(".marker, .skip"))
        .map((node) => [node.outerHTML.slice(0, 60), node.getBoundingClientRect()])
        .filter(([, box]) => box.height < 44 || box.width < 44)
        .map(([html, box]) => `${html} ${box.width}x${box.height}`)"""
    assert page.evaluate(small) == []
    first_suggestion(page).click()
    reply(page)
    assert page.evaluate(small) == []


def test_works_without_javascript(context: BrowserContext, site: str) -> None:
    plain = context.browser.new_context(java_script_enabled=False)  # type: ignore[union-attr]  # the fixture launched it
    page = plain.new_page()
    page.goto(site)
    page.get_by_label("Ihre Frage", exact=True).fill(QUESTION)
    page.get_by_role("button", name="Frage senden").click()
    expect(page).to_have_url(re.compile(r"\?frage="))
    answer = page.locator(".reply")
    answer.get_by_role("link", name="Quelle 1", exact=True).first.click()
    expect(answer.locator("blockquote").first).to_be_visible()
    plain.close()


def test_limit_of_the_question_is_shown_and_kept(page: Page, fake: FakeSite) -> None:
    page.goto(fake.url)
    field = page.get_by_label("Ihre Frage", exact=True)
    send = page.get_by_role("button", name="Frage senden")
    expect(send).to_be_disabled()
    field.fill("ä" * 700)
    expect(page.locator("#zaehler")).to_be_hidden()
    field.fill("😀" * 1_000)
    expect(page.locator("#zaehler")).to_have_text("1000 von 1000 Zeichen")
    expect(send).to_be_enabled()
    field.fill("ä" * 1_001)
    expect(page.locator("#zaehler")).to_contain_text("bitte kürzen")
    expect(send).to_be_disabled()
    page.keyboard.press("Enter")
    assert fake.requests == []
    assert len(field.input_value()) == 1_001


def test_shift_enter_breaks_the_line(page: Page, fake: FakeSite) -> None:
    page.goto(fake.url)
    page.get_by_label("Ihre Frage", exact=True).focus()
    page.keyboard.type("eins")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("zwei")
    page.keyboard.press("Enter")
    reply(page)
    assert [request["question"] for request in fake.requests] == ["eins\nzwei"]


def test_conversation_goes_on_by_id_and_starts_afresh(page: Page, fake: FakeSite) -> None:
    page.goto(fake.url)
    ask(page, QUESTION)
    reply(page).get_by_role("button", name="Wer koordiniert ein Netzwerk?").click()
    reply(page, 1)
    page.get_by_role("link", name="Neue Unterhaltung").click()
    expect(page.locator("#verlauf > *")).to_have_count(0)
    expect(first_suggestion(page)).to_be_visible()
    expect(page.get_by_label("Ihre Frage", exact=True)).to_be_focused()
    ask(page, "Neu")
    reply(page)
    assert fake.requests == [
        {"question": QUESTION},
        {"question": "Wer koordiniert ein Netzwerk?", "conversation_id": "c-1"},
        {"question": "Neu"},
    ]


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


def test_served_answer_is_continued(page: Page, fake: FakeSite) -> None:
    page.goto(f"{fake.url}/?frage=Was%3F")
    reply(page).get_by_role("link", name="Quelle 2", exact=True).click()
    expect(reply(page).locator("blockquote").nth(1)).to_be_visible()
    ask(page, "Weiter")
    reply(page, 1)
    assert fake.requests == [{"question": "Weiter", "conversation_id": "c-1"}]


def test_answer_can_be_copied_with_its_sources(page: Page, fake: FakeSite) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(fake.url)
    ask(page, QUESTION)
    reply(page).get_by_role("button", name="Antwort mit Quellen kopieren").click()
    expect(page.get_by_role("status")).to_have_text("Antwort mit Quellen kopiert.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"{DEFINITION} [1]\n\n")
    assert "Seite 1" in copied
    assert f"{fake.url}/documents/netzwerke?start=" in copied
