"""A visitor's journey through the widget, from the first look to the cleared history."""

from __future__ import annotations

import threading
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.fake_site import FakeSite, Step, half_answered, streamed
from tests.browser.sample import COORDINATION, DEFINITION, done, first_citation
from tests.browser.talk import (
    QUESTION,
    ask,
    button,
    first_suggestion,
    heard,
    listen,
    reply,
    status,
    wait_for_focus,
)
from tests.browser.trace import Trace

pytestmark = pytest.mark.browser
FOLLOW_UP = "Wer koordiniert ein Netzwerk?"


def test_the_whole_journey_leaves_no_trace(page: Page, fake: FakeSite, trace: Trace) -> None:
    page.goto(fake.host("launcher"))
    listen(page, "kgc-open", "kgc-answer", "kgc-feedback", "kgc-close")
    button(page, "Fragen?").click()
    expect(page.locator(".notice")).to_contain_text("Sie sprechen mit einem KI-System.")
    first_suggestion(page).click()
    reply(page).locator(".marker").first.click()
    expect(page.locator("#quote mark")).to_have_text(DEFINITION)
    page.keyboard.press("Escape")
    expect(page.locator("#quote")).to_be_hidden()
    button(page, FOLLOW_UP).click()
    expect(reply(page, 1).locator(".source")).to_have_count(2)
    reply(page, 1).get_by_role("button", name="Ja, hilfreich").click()
    expect(page.locator(".thanks")).to_have_text("Danke für die Rückmeldung.")
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    answered = {"kind": "answer", "mode": "extractive", "citations": 2, "conversation_id": "c-1"}
    assert heard(page) == [
        ["kgc-open", {}],
        ["kgc-answer", answered],
        ["kgc-answer", answered],
        ["kgc-feedback", {"vote": "up"}],
        ["kgc-close", {}],
    ]
    assert fake.requests == [
        {"question": QUESTION},
        {"question": FOLLOW_UP, "conversation_id": "c-1"},
    ]
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert {urlsplit(url).netloc for url in trace.requests} == {urlsplit(fake.url).netloc}
    assert trace.errors == []


def test_closed_launcher_asks_the_server_nothing(page: Page, fake: FakeSite, trace: Trace) -> None:
    page.goto(fake.host("launcher"))
    expect(button(page, "Fragen?")).to_be_visible()
    assert not any(urlsplit(url).path.startswith("/v1/") for url in trace.requests)


def test_notice_stands_before_the_first_message_with_its_links(page: Page, fake: FakeSite) -> None:
    fake.widget["links"]["accessibility"] = "javascript:alert(1)"
    page.goto(fake.url)
    notice = page.locator(".notice")
    expect(notice).to_contain_text("Bitte geben Sie keine persönlichen Gesundheitsdaten ein.")
    expect(notice.get_by_role("link")).to_have_text(
        ["Datenschutz (neuer Tab)", "Impressum (neuer Tab)"]
    )
    ask(page)
    first = "document.querySelector('kgc-chat').shadowRoot.querySelector('%s')"
    reply(page)
    order = f"{first % '.notice'}.compareDocumentPosition({first % '.question'})"
    assert page.evaluate(order) == 4  # DOCUMENT_POSITION_FOLLOWING


def test_without_documents_it_says_so(page: Page, fake: FakeSite) -> None:
    fake.widget["documents"] = 0
    page.goto(fake.url)
    expect(page.locator(".empty")).to_contain_text("noch keine Dokumente eingelesen")
    expect(page.locator(".chip")).to_have_count(0)


def test_sentences_appear_one_by_one(page: Page, fake: FakeSite) -> None:
    go_on = half_answered(fake, QUESTION)
    page.goto(fake.url)
    ask(page)
    draft = page.locator("#draft")
    expect(draft).to_contain_text(DEFINITION)
    expect(draft).not_to_contain_text(COORDINATION)
    draft.locator(".marker").click()
    expect(page.locator("#quote mark")).to_have_text(DEFINITION)
    go_on.set()
    expect(reply(page)).to_contain_text("wörtliche Auszüge aus den Quellen")
    expect(draft).to_have_count(0)
    status(page, "Antwort vollständig, 2 Quellen.")
    expect(page.locator("#quote")).to_be_visible()
    page.keyboard.press("Escape")
    wait_for_focus(page, "article .marker")


def test_done_overrules_tokens_and_replace(page: Page, fake: FakeSite) -> None:
    go_on = threading.Event()
    answer = done(QUESTION, answer=f"{DEFINITION} [1]", citations=[first_citation()])
    steps = [
        Step("token", {"text": "Verworfen."}),
        Step("replace", {"answer": "Ersatz **fett**."}),
        Step(wait=go_on),
        Step("done", answer),
    ]
    fake.on(QUESTION, steps)
    page.goto(fake.url)
    ask(page)
    expect(page.locator("#draft strong")).to_have_text("fett")
    expect(page.locator("#draft")).not_to_contain_text("Verworfen")
    go_on.set()
    expect(reply(page).locator(".prose")).to_have_text(f"{DEFINITION} 1")


def test_draft_shows_items_and_the_sources_own_signs(page: Page, fake: FakeSite) -> None:
    never = threading.Event()
    sentences = [
        {"text": "Es gilt **§ 20** [3]:", "citations": [1], "supported": True},
        {"text": "eins_zwei", "citations": [1], "item": True, "lead": "", "supported": True},
        {"text": "drei", "citations": [], "item": True, "lead": "", "supported": True},
    ]
    steps = [Step("citation", first_citation()), Step("citation", first_citation(id=3))]
    steps += [Step("token", {"text": "Es gilt"}), *(Step("sentence", s) for s in sentences)]
    fake.on(QUESTION, [*steps, Step("token", {"text": "\n- vier"}), Step(wait=never)])
    page.goto(fake.url)
    ask(page)
    draft = page.locator("#draft")
    expect(draft.locator("li")).to_have_text(["eins_zwei 1", "drei", "vier"])
    expect(draft.locator(".prose > p")).to_have_text("Es gilt **§ 20** [3]: 1")
    assert draft.locator("p .marker").count() == 1
    never.set()


def test_marker_opens_the_quote_in_its_surroundings(page: Page, fake: FakeSite) -> None:
    fake.context_waits = threading.Event()
    page.goto(fake.url)
    ask(page)
    marker = reply(page).locator(".marker").nth(1)
    expect(marker).to_have_attribute(
        "aria-label", "Quelle 2: Netzwerke für ein gesundes Aufwachsen, Seite 2"
    )
    marker.click()
    quote = page.get_by_role("dialog", name="Zitat aus Quelle 2")
    expect(quote.locator("blockquote")).to_have_text(COORDINATION)
    expect(quote).to_contain_text("wird geladen")
    wait_for_focus(page, "#quote")
    fake.context_waits.set()
    expect(quote.locator("blockquote")).to_contain_text(f"Kontakt: Rathaus\n\n{COORDINATION}")
    expect(quote.locator("mark")).to_have_text(COORDINATION)
    expect(quote).not_to_contain_text("wird geladen")
    expect(quote).to_contain_text("Stadt Musterhausen")
    expect(quote).to_contain_text("5. Oktober 2023")
    page.keyboard.press("Escape")
    expect(quote).to_be_hidden()
    expect(marker).to_be_focused()


def test_quote_does_without_surroundings_that_cannot_be_had(page: Page, fake: FakeSite) -> None:
    fake.context_status = 404
    display = DEFINITION.replace("Ämter", "ÄMTER")
    fake.on(QUESTION, streamed(done(QUESTION, citations=[first_citation(display=display)] * 2)))
    page.goto(fake.url)
    ask(page)
    reply(page).locator(".source").first.get_by_role("button", name="Zitat zeigen").click()
    quote = page.locator("#quote")
    expect(quote.locator("mark")).to_have_text(display)
    expect(quote).to_contain_text("kann gerade nicht geladen werden")
    expect(quote).to_contain_text(f"Im Dokument steht: „{DEFINITION}“")
    quote.get_by_role("button", name="Zitat schließen").click()
    expect(quote).to_be_hidden()
    wait_for_focus(page, ".source .link")


def test_source_link_leads_to_the_passage(page: Page, fake: FakeSite) -> None:
    page.goto(fake.url)
    ask(page)
    with page.context.expect_page() as opened:
        reply(page).get_by_role("link", name="Stelle im Dokument öffnen (Quelle 1").click()
    reading = opened.value
    expect(reading.locator("#zitat")).to_be_in_viewport()
    expect(reading.locator("mark")).to_have_text(DEFINITION)
    assert reading.evaluate("window.opener") is None
    assert reading.evaluate("document.referrer") == ""


def test_filters_narrow_the_request(page: Page, fake: FakeSite) -> None:
    page.goto(fake.url)
    page.get_by_text("Eingrenzen", exact=True).click()
    page.get_by_label("Bundesland").select_option("Bayern")
    page.get_by_label("Jahr").select_option("2023")
    expect(page.get_by_label("Art", exact=True)).to_have_count(0)  # there is but one
    expect(page.get_by_text("Eingrenzen (2 gewählt)")).to_be_visible()
    ask(page)
    reply(page)
    page.get_by_label("Jahr").select_option("")
    ask(page, "Weiter")
    reply(page, 1)
    filters = [request["filters"] for request in fake.requests]
    assert filters == [{"region": "Bayern", "year": "2023"}, {"region": "Bayern"}]


def test_links_tell_nobody_where_they_were_clicked(page: Page, fake: FakeSite) -> None:
    related = [{"document_id": "n", "title": "N", "link": "/documents/netzwerke"}]
    fake.on(QUESTION, streamed(done(QUESTION, related=related)))
    page.goto(fake.url)
    ask(page)
    reply(page).locator(".marker").first.click()
    expect(page.locator("#quote a")).to_be_visible()
    found = page.locator("kgc-chat a")
    assert found.count() == 6
    rels = found.evaluate_all("(links) => [...new Set(links.map((link) => link.rel))]")
    assert rels == ["noopener noreferrer"]
