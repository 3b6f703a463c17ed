"""The kinds of answers, how they fail, and what is said of them."""

from __future__ import annotations

import json
import threading

import pytest
from playwright.sync_api import Page, expect

from tests.browser.fake_site import FakeSite, Step, streamed, too_many
from tests.browser.sample import DEFINITION, done, first_citation, without_answer
from tests.browser.talk import (
    QUESTION,
    ask,
    button,
    field,
    first_suggestion,
    heard,
    listen,
    reply,
    status,
)

pytestmark = pytest.mark.browser
RELATED = [
    {"document_id": "netzwerke", "title": "Netzwerke", "link": "/documents/netzwerke"},
    {"document_id": "x", "title": "Böse", "link": "javascript:alert(1)"},
    {"document_id": None, "title": "0800 111 0 111", "link": "tel:08001110111"},
]


@pytest.mark.parametrize(
    ("kind", "label", "heading", "said"),
    [
        (
            "refusal",
            "Keine Antwort in den Dokumenten",
            "Das kommt Ihrer Frage am nächsten",
            "Keine Antwort gefunden.",
        ),
        ("hint", "Wichtiger Hinweis", "Hier bekommen Sie Hilfe", "Antwort vollständig."),
        ("smalltalk", "KI-System", "Verwandte Dokumente", "Antwort vollständig."),
    ],
)
def test_other_kinds_look_different(
    page: Page, fake: FakeSite, kind: str, label: str, heading: str, said: str
) -> None:
    fake.on(QUESTION, streamed(without_answer(QUESTION, kind, "Ohne Quelle. [1]", related=RELATED)))
    page.goto(fake.url)
    ask(page)
    answer = reply(page)
    expect(answer.locator(".tag")).to_have_text(label)
    status(page, said)
    assert answer.locator(".marker, .source").count() == 0
    expect(answer.locator(".related h4")).to_have_text(heading)
    expect(answer.locator(".related bdi")).to_have_text(["Netzwerke", "0800 111 0 111"])
    phone = answer.locator('a[href^="tel:"]')
    expect(phone).to_have_attribute("href", "tel:08001110111")
    assert phone.get_attribute("target") is None
    assert answer.locator(".feedback").count() == (1 if kind == "refusal" else 0)


def test_lists_are_lists_and_unsupported_sentences_are_named(page: Page, fake: FakeSite) -> None:
    sentences = [
        {"text": "Belegt.", "citations": [1], "supported": True},
        {"text": "Erfunden.", "citations": [], "supported": False},
    ]
    text = "Es gibt:\n\n- Belegt. [1]\n- Erfunden. [99]"
    answer = done(QUESTION, answer=text, sentences=sentences, mode="generated")
    fake.on(QUESTION, [Step("done", answer)])
    page.goto(fake.url)
    ask(page)
    expect(reply(page).locator(".prose li")).to_have_text(["Belegt. 1", "Erfunden. [99]"])
    assert reply(page).locator(".prose .marker").count() == 1
    expect(reply(page).locator(".unsupported li")).to_have_text(["Erfunden."])
    expect(reply(page).locator(".unsupported")).to_contain_text("nicht bestätigt")
    expect(reply(page)).to_contain_text("von einem Sprachmodell")


def test_characters_cut_in_the_middle_arrive_whole(page: Page, fake: FakeSite) -> None:
    answer = done(QUESTION, answer="Größe 😀 [1]")
    whole = b"data: " + json.dumps(answer, ensure_ascii=False).encode() + b"\n\n"
    pieces = [Step(raw=b"event: done\r\n")]
    pieces.extend(Step(raw=whole[i : i + 1]) for i in range(len(whole)))
    fake.on(QUESTION, pieces)
    page.goto(fake.url)
    ask(page)
    expect(reply(page).locator(".prose")).to_have_text("Größe 😀 1")


def test_error_says_why_keeps_the_text_and_can_be_retried(page: Page, fake: FakeSite) -> None:
    fake.on(QUESTION, too_many(12), [Step("error", {"status": 500, "detail": "Index fehlt."})])
    page.goto(fake.url)
    listen(page, "kgc-error")
    ask(page)
    said = "Zu viele Anfragen. Bitte in 12 Sekunden noch einmal versuchen."
    expect(reply(page).locator("p:not(.tag)")).to_have_text(said)
    expect(field(page)).to_have_value(QUESTION)
    button(page, "Erneut versuchen").click()
    expect(reply(page)).to_contain_text("Index fehlt.")
    expect(field(page)).to_have_value(QUESTION)
    button(page, "Erneut versuchen").click()
    expect(reply(page).locator(".source")).to_have_count(2)
    expect(page.locator(".question")).to_have_count(1)
    expect(field(page)).to_have_value("")
    assert heard(page) == [["kgc-error", {"fault": "busy"}], ["kgc-error", {"fault": "server"}]]


def test_error_does_not_overwrite_what_is_typed_meanwhile(page: Page, fake: FakeSite) -> None:
    go_on = threading.Event()
    fake.on(QUESTION, [Step(wait=go_on), Step("error", {"status": 500, "detail": "Kaputt."})])
    page.goto(fake.url)
    ask(page)
    expect(button(page, "Antwort anhalten")).to_be_visible()
    ask(page, "Und dann?")
    status(page, "Bitte warten Sie, bis die Antwort fertig ist, oder halten Sie sie an.")
    go_on.set()
    expect(reply(page)).to_contain_text("Kaputt.")
    expect(field(page)).to_have_value("Und dann?")


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        (streamed(done(QUESTION))[:-1], "Die Verbindung ist abgebrochen"),
        ([Step(raw=b"data: {\n\n")], "war nicht lesbar"),
        ([Step("done", {"answer": "halb"})], "war nicht lesbar"),
    ],
)
def test_what_is_not_a_whole_answer_is_an_error(
    page: Page, fake: FakeSite, steps: list[Step], said: str
) -> None:
    fake.on(QUESTION, steps)
    page.goto(fake.url)
    ask(page)
    expect(reply(page)).to_contain_text(said)
    expect(field(page)).to_have_value(QUESTION)


def test_stop_keeps_what_has_come_and_ends_the_request(page: Page, fake: FakeSite) -> None:
    never = threading.Event()
    fake.on(QUESTION, [*streamed(done(QUESTION))[:-1], Step(wait=never)])
    page.goto(fake.url)
    ask(page)
    expect(page.locator("#draft")).to_contain_text(DEFINITION)
    with page.expect_event("requestfailed"):
        button(page, "Antwort anhalten").click()
    expect(reply(page)).to_contain_text("Antwort angehalten")
    expect(reply(page)).to_contain_text(DEFINITION)
    expect(reply(page).locator(".source")).to_have_count(2)
    expect(button(page, "Frage senden")).to_be_visible()
    never.set()


def test_stop_before_the_first_sentence(page: Page, fake: FakeSite) -> None:
    never = threading.Event()
    fake.on(QUESTION, [Step(wait=never)])
    page.goto(fake.url)
    ask(page)
    button(page, "Antwort anhalten").click()
    expect(reply(page)).to_contain_text("Es war noch kein Satz fertig.")
    never.set()


def test_offline_is_said_and_nothing_is_lost(page: Page, fake: FakeSite) -> None:
    page.goto(fake.url)
    page.context.set_offline(True)
    expect(page.locator(".offline")).to_contain_text("Keine Internetverbindung")
    ask(page)
    expect(reply(page)).to_contain_text("nicht erreichbar")
    expect(field(page)).to_have_value(QUESTION)
    page.context.set_offline(False)
    expect(page.locator(".offline")).to_have_count(0)
    status(page, "Die Internetverbindung ist wieder da.")
    button(page, "Erneut versuchen").click()
    expect(reply(page).locator(".source")).to_have_count(2)


def test_slow_server_is_said_and_a_silent_one_given_up(page: Page, fake: FakeSite) -> None:
    never = threading.Event()
    fake.on(QUESTION, [Step("status", {"stage": "search"}), Step(wait=never)])
    page.clock.install()
    page.goto(fake.url)
    ask(page)
    status(page, "Die Dokumente werden durchsucht …")
    page.clock.fast_forward(8_500)
    status(page, "Das dauert länger als sonst. Sie können warten oder anhalten.")
    page.clock.fast_forward(50_000)
    expect(reply(page)).to_contain_text("Der Server antwortet nicht mehr.")
    never.set()


def test_limit_of_the_question_is_shown_and_kept(page: Page, fake: FakeSite) -> None:
    page.goto(fake.url)
    send, count = button(page, "Frage senden"), page.locator("#count")
    expect(send).to_be_disabled()
    field(page).fill("ä" * 700)
    expect(count).to_be_empty()
    field(page).fill("😀" * 1_000)
    expect(count).to_have_text("1000 von 1000 Zeichen")
    expect(send).to_be_enabled()
    field(page).fill("ä" * 1_001)
    expect(count).to_contain_text("bitte kürzen")
    expect(send).to_be_disabled()
    field(page).press("Enter")
    status(page, "1001 von 1000 Zeichen – bitte kürzen")
    expect(field(page)).to_have_attribute("aria-invalid", "true")
    assert fake.requests == []
    assert len(field(page).input_value()) == 1_001


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
    expect(page.locator("#quote")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "There are too many requests at the moment. Please try again in 12 seconds."),
        (
            "de-simple",
            "Gerade fragen sehr viele Menschen. "
            "Warten Sie 12 Sekunden. Versuchen Sie es dann noch einmal.",
        ),
    ],
)
def test_the_servers_german_is_for_german_readers(
    page: Page, fake: FakeSite, language: str, said: str
) -> None:
    fake.on(QUESTION, too_many(12))
    page.goto(fake.host(lang=language))
    ask(page)
    expect(reply(page).locator("p:not(.tag)")).to_have_text(said)


def test_a_page_cannot_ask_nothing_or_too_much(page: Page, fake: FakeSite) -> None:
    page.goto(fake.url)
    first_suggestion(page).wait_for()
    page.evaluate("document.querySelector('kgc-chat').ask('   ')")
    page.evaluate("document.querySelector('kgc-chat').ask('x'.repeat(1001))")
    status(page, "1001 von 1000 Zeichen – bitte kürzen")
    expect(field(page)).to_have_value("x" * 1_001)
    assert fake.requests == []


def test_refusal_under_filters_offers_to_ask_without_them(page: Page, fake: FakeSite) -> None:
    refusal = without_answer(QUESTION, "refusal", "Dazu steht nichts.")
    fake.on(QUESTION, streamed(refusal), streamed(refusal))
    page.goto(fake.url)
    page.locator(".filters summary").click()
    page.get_by_label("Bundesland").select_option("Bayern")
    ask(page)
    button(page, "Ohne Eingrenzung fragen").click()
    expect(reply(page, 1)).to_contain_text("Dazu steht nichts.")
    expect(button(page, "Ohne Eingrenzung fragen")).to_have_count(1)
    expect(page.get_by_label("Bundesland")).to_have_value("")
    assert fake.requests[0]["filters"] == {"region": "Bayern"}
    assert "filters" not in fake.requests[1]


def test_slow_is_not_said_once_words_have_come(page: Page, fake: FakeSite) -> None:
    never = threading.Event()
    fake.on(QUESTION, [Step("token", {"text": "Ein "}), Step(wait=never)])
    page.clock.install()
    page.goto(fake.url)
    ask(page)
    expect(page.locator("#draft")).to_contain_text("Ein")
    page.clock.fast_forward(8_500)
    expect(page.get_by_role("status")).not_to_contain_text("länger als sonst")
    never.set()
