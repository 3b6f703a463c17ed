"""A conversation outside the widget: on the clipboard, on paper."""

from __future__ import annotations

import re
import threading

import pytest
from playwright.sync_api import Page, expect

from tests.browser.fake_site import FakeSite, Step, streamed
from tests.browser.sample import COORDINATION, DEFINITION, done, first_citation, without_answer
from tests.browser.talk import (
    QUESTION,
    ask,
    button,
    reply,
    status,
)
from tests.browser.trace import Trace

pytestmark = pytest.mark.browser


def test_copy_takes_the_sources_along(page: Page, fake: FakeSite) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(fake.url)
    ask(page)
    button(page, "Antwort mit Quellen kopieren").click()
    status(page, "Antwort mit Quellen kopiert.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"{DEFINITION} [1]\n\n{COORDINATION} [2]\n\nQuellen:\n[1] ")
    assert f"5. Oktober 2023, Seite 1: „{DEFINITION}“" in copied
    assert f"{fake.url}/documents/netzwerke?start=" in copied


def test_print_view_is_a_page_of_its_own(page: Page, fake: FakeSite, trace: Trace) -> None:
    never = threading.Event()
    sentences = [{"text": "Erfunden.", "citations": [], "supported": False}]
    english = first_citation(language="en", title="Networks")
    answer = done(QUESTION, sentences=sentences, citations=[english], mode="generated")
    related = [
        {"document_id": None, "title": "Telefonseelsorge", "link": "tel:08001110111"},
        {"document_id": "n", "title": "Netzwerke", "link": "/documents/netzwerke"},
    ]
    hint = without_answer("Not", "hint", "Rufen Sie an.", related=related)
    fake.on(QUESTION, [Step("done", answer)])
    fake.on("Not", streamed(hint))
    fake.on("Halt", [*streamed(done("Halt"))[:-1], Step(wait=never)])
    page.goto(fake.host(lang="en"))
    for number, question in enumerate((QUESTION, "Not")):
        ask(page, question)
        reply(page, number)
    ask(page, "Halt")
    expect(page.locator("#draft")).to_contain_text(COORDINATION)
    button(page, "Stop answer").click()
    reply(page, 2)
    with page.context.expect_page() as opened:
        button(page, "Print view").click()
    paper = opened.value
    expect(paper.get_by_role("heading", level=1)).to_have_text("KGC Assistant")
    expect(paper.get_by_role("heading", level=2)).to_have_text([QUESTION, "Not", "Halt"])
    body = paper.locator("body")
    for text in (
        "You are talking to an AI system.",
        "personal health information",
        "Printed on ",
        "AI answer · worded by a language model",
        "Important notice",
        "Answer stopped",
        "Not confirmed by the sources:Erfunden.",
        "Telefonseelsorge 08001110111",
        f"Netzwerke {fake.url}/documents/netzwerke",
    ):
        expect(body).to_contain_text(text)
    expect(paper.locator("ol").first.locator("li")).to_have_text(
        re.compile(r"^\[1\] Networks, .*page 1: “Ein")
    )
    expect(paper.locator("ol span[lang=en]").first).to_have_text("Networks")
    expect(paper.locator("p[lang=de]").first).to_contain_text(DEFINITION)
    expect(paper.locator("ol").last.locator("li")).to_have_count(2)  # of the stopped answer
    assert trace.errors == []
    never.set()


def test_stopped_answer_can_be_copied(page: Page, fake: FakeSite) -> None:
    never = threading.Event()
    fake.on(QUESTION, [*streamed(done(QUESTION))[:-1], Step(wait=never)])
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(fake.host(lang="en"))
    ask(page)
    expect(page.locator("#draft")).to_contain_text(COORDINATION)
    button(page, "Stop answer").click()
    button(page, "Copy answer with sources").click()
    status(page, "Answer copied with its sources.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert f"“{COORDINATION}”" in copied
    never.set()
