"""How answers arrive, look and fail on the chat page."""

from __future__ import annotations

import json
import threading

import pytest
from playwright.sync_api import Page, expect

from tests.browser.fake_site import FakeSite, Problem, Step, streamed
from tests.browser.sample import DEFINITION, done, first_citation, without_answer
from tests.browser.talk import QUESTION, ask, reply
from tests.browser.trace import Trace

pytestmark = pytest.mark.browser


def test_answer_streams_outside_the_log_and_enters_it_once(page: Page, fake: FakeSite) -> None:
    go_on = threading.Event()
    script = streamed(done(QUESTION))
    fake.on(QUESTION, [*script[:-6], Step(wait=go_on), *script[-6:]])
    page.goto(fake.url)
    page.evaluate(
        """() => {
            window.additions = [];
            new MutationObserver((changes) => {
                for (const change of changes)
                    for (const node of change.addedNodes) window.additions.push(node.className);
            }).observe(document.getElementById("verlauf"), { childList: true, subtree: true });
        }"""
    )
    ask(page, QUESTION)
    draft = page.locator("#entwurf")
    expect(draft).to_contain_text(DEFINITION)
    expect(page.get_by_role("log")).to_have_attribute("aria-busy", "true")
    expect(page.get_by_role("button", name="Antwort anhalten")).to_be_visible()
    assert page.locator("#verlauf .reply").count() == 0
    expect(page.get_by_label("Ihre Frage", exact=True)).to_be_focused()
    go_on.set()
    expect(reply(page)).to_contain_text("wörtliche Auszüge aus den Quellen")
    expect(draft).to_be_hidden()
    expect(page.get_by_role("log")).to_have_attribute("aria-busy", "false")
    expect(page.get_by_role("status")).to_have_text("Antwort vollständig, 2 Quellen.")
    assert page.evaluate("window.additions") == ["message question", "message reply answer"]


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
    ask(page, QUESTION)
    expect(page.locator("#entwurf strong")).to_have_text("fett")
    expect(page.locator("#entwurf")).not_to_contain_text("Verworfen")
    go_on.set()
    expect(reply(page).locator(".prose")).to_have_text(f"{DEFINITION} [1]")


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
    ask(page, QUESTION)
    draft = page.locator("#entwurf")
    expect(draft.locator("li")).to_have_text(["eins_zwei [1]", "drei", "vier"])
    expect(draft.locator("p")).to_have_text("Es gilt **§ 20** [3]: [1]")
    assert draft.locator("p .marker").count() == 1
    never.set()


def test_parser_is_indifferent_to_how_the_stream_is_cut(page: Page, fake: FakeSite) -> None:
    page.goto(fake.url)
    cut = """async (ends) => {
        const { EventStreamParser } = await import("/static/stream.js");
        const stream = ["\\uFEFF: hallo", "event: token", 'data: {"text":', 'data: "äß😀"}',
            "id: 7", "", "data:x", "data", "", "event: leer", "", "event: done", "data: {}", "",
            "data: offen"].join(ends);
        const read = (pieces) => {
            const parser = new EventStreamParser();
            return JSON.stringify(pieces.flatMap((piece) => parser.push(piece)));
        };
        const results = new Set([read([stream]), read([...stream])]);
        for (let i = 1; i < stream.length; i++)
            results.add(read([stream.slice(0, i), "", stream.slice(i)]));
        return [...results];
    }"""
    expected = [
        {"event": "token", "data": '{"text":\n"äß😀"}'},
        {"event": "message", "data": "x\n"},
        {"event": "done", "data": "{}"},
    ]
    for ends in ("\n", "\r\n", "\r"):
        assert [json.loads(result) for result in page.evaluate(cut, ends)] == [expected]


def test_characters_cut_in_the_middle_arrive_whole(page: Page, fake: FakeSite) -> None:
    answer = done(QUESTION, answer="Größe 😀 [1]")
    whole = b"data: " + json.dumps(answer, ensure_ascii=False).encode() + b"\n\n"
    pieces = [Step(raw=b"event: done\r\n")]
    pieces.extend(Step(raw=whole[i : i + 1]) for i in range(len(whole)))
    fake.on(QUESTION, pieces)
    page.goto(fake.url)
    ask(page, QUESTION)
    expect(reply(page).locator(".prose")).to_have_text("Größe 😀 [1]")


def test_lists_are_lists_and_unsupported_sentences_are_named(page: Page, fake: FakeSite) -> None:
    sentences = [
        {"text": "Belegt.", "citations": [1], "supported": True},
        {"text": "Erfunden.", "citations": [], "supported": False},
    ]
    answer = done(
        QUESTION,
        answer="Es gibt:\n\n- Belegt. [1]\n- Erfunden. [99]",
        sentences=sentences,
        mode="generated",
    )
    fake.on(QUESTION, [Step("done", answer)])
    page.goto(fake.url)
    ask(page, QUESTION)
    expect(reply(page).locator(".prose li")).to_have_text(["Belegt. [1]", "Erfunden. [99]"])
    assert reply(page).locator(".prose .marker").count() == 1
    expect(reply(page).locator(".unsupported li")).to_have_text(["Erfunden."])
    expect(reply(page)).to_contain_text("von einem Sprachmodell")


@pytest.mark.parametrize(
    ("kind", "label"),
    [
        ("refusal", "Keine Antwort in den Dokumenten"),
        ("hint", "Wichtiger Hinweis"),
        ("smalltalk", "KI-System"),
    ],
)
def test_other_kinds_look_different(page: Page, fake: FakeSite, kind: str, label: str) -> None:
    related = [
        {"document_id": "netzwerke", "title": "Netzwerke", "link": "/documents/netzwerke"},
        {"document_id": "x", "title": "Böse", "link": "javascript:alert(1)"},
    ]
    answer = without_answer(QUESTION, kind, "Satz ohne Quelle. [1]", related=related)
    fake.on(QUESTION, streamed(answer))
    page.goto(fake.url)
    ask(page, QUESTION)
    expect(reply(page).locator(".tag")).to_have_text(label)
    assert reply(page).locator(".marker, .source").count() == 0
    expect(reply(page).locator(".related a")).to_have_text(["Netzwerke"])


def test_hostile_answer_stays_text(page: Page, fake: FakeSite, trace: Trace) -> None:
    attack = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>**<b>x</b>**'
    hostile = first_citation(
        title=attack, quote=attack, organisation=attack, link="data:text/html,x"
    )
    answer = done(attack, answer=attack + " [1]", citations=[hostile], follow_ups=[attack])
    fake.on(attack, [Step("citation", hostile), Step("done", answer)])
    page.goto(fake.url)
    ask(page, attack)
    expect(reply(page).locator(".prose")).to_contain_text("<script>")
    reply(page).locator(".marker").click()
    assert page.evaluate("window.pwned") is None
    assert reply(page).locator("img, script, b, .source-links").count() == 0
    assert trace.errors == []


def test_error_shows_detail_keeps_the_text_and_can_be_retried(page: Page, fake: FakeSite) -> None:
    problem = Problem(429, "Gerade kommen zu viele Anfragen.", (("Retry-After", "12"),))
    fake.on(QUESTION, problem, [Step("error", {"status": 500, "detail": "Index fehlt."})])
    page.goto(fake.url)
    ask(page, QUESTION)
    expect(reply(page)).to_contain_text("Gerade kommen zu viele Anfragen. Bitte in 12 Sekunden")
    expect(page.get_by_label("Ihre Frage", exact=True)).to_have_value(QUESTION)
    page.get_by_role("button", name="Erneut versuchen").click()
    expect(reply(page)).to_contain_text("Index fehlt.")
    page.get_by_role("button", name="Erneut versuchen").click()
    expect(reply(page).locator(".source")).to_have_count(2)
    expect(page.locator(".question")).to_have_count(1)
    expect(page.get_by_label("Ihre Frage", exact=True)).to_have_value("")


def test_stream_that_breaks_off_is_an_error(page: Page, fake: FakeSite) -> None:
    fake.on(QUESTION, streamed(done(QUESTION))[:-1], [Step(raw=b"data: {\n\n")])
    page.goto(fake.url)
    ask(page, QUESTION)
    expect(reply(page)).to_contain_text("Die Verbindung ist abgebrochen")
    page.get_by_role("button", name="Erneut versuchen").click()
    expect(reply(page)).to_contain_text("unlesbare Antwort")


def test_stop_keeps_what_has_come_and_ends_the_request(page: Page, fake: FakeSite) -> None:
    never = threading.Event()
    fake.on(QUESTION, [*streamed(done(QUESTION))[:-1], Step(wait=never)])
    page.goto(fake.url)
    ask(page, QUESTION)
    expect(page.locator("#entwurf")).to_contain_text(DEFINITION)
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="Antwort anhalten").click()
    expect(reply(page)).to_contain_text("Antwort angehalten")
    expect(reply(page)).to_contain_text(DEFINITION)
    expect(page.get_by_role("button", name="Frage senden")).to_be_visible()
    never.set()


def test_offline_is_said_and_nothing_is_lost(page: Page, fake: FakeSite) -> None:
    page.goto(fake.url)
    page.context.set_offline(True)
    expect(page.locator("#offline")).to_be_visible()
    ask(page, QUESTION)
    expect(reply(page)).to_contain_text("nicht erreichbar")
    expect(page.get_by_label("Ihre Frage", exact=True)).to_have_value(QUESTION)
    page.context.set_offline(False)
    expect(page.locator("#offline")).to_be_hidden()
    page.get_by_role("button", name="Erneut versuchen").click()
    expect(reply(page).locator(".source")).to_have_count(2)
