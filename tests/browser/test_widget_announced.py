"""The widget without a screen, and for large fingers: what is announced, its tree, its targets."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.fake_site import FakeSite, Problem, half_answered, streamed
from tests.browser.sample import DEFINITION, without_answer
from tests.browser.talk import QUESTION, ask, button, first_suggestion, reply, status

pytestmark = pytest.mark.browser
GOLDEN = Path(__file__).parent / "golden"
PHONE = {"document_id": None, "title": "112", "link": "tel:112"}
WATCH_LOG = """() => {
    const log = document.querySelector("kgc-chat").shadowRoot.querySelector("[role=log]");
    window.added = [];
    new MutationObserver((changes) => {
        for (const change of changes)
            for (const node of change.addedNodes)
                if (node.nodeType === Node.ELEMENT_NODE) added.push(node.className);
    }).observe(log, { childList: true, subtree: true });
}"""
SMALL = """() => {
    const root = document.querySelector("kgc-chat").shadowRoot;
    const area = (node) => {
        const boxes = [node, ...(node.labels ?? [])].map((one) => one.getBoundingClientRect());
        const edge = getComputedStyle(node, "::after");
        const more = (side) => (node.matches(".marker") ? -parseFloat(edge[side]) : 0);
        const span = (from, to) => Math.max(...boxes.map((box) => box[to]))
            - Math.min(...boxes.map((box) => box[from]));
        return [span("left", "right") + more("left") + more("right"),
            span("top", "bottom") + more("top") + more("bottom")];
    };
    return [...root.querySelectorAll("button, a[href], summary, select, input, textarea")]
        .filter((node) => node.checkVisibility())
        .map((node) => [node.outerHTML.slice(0, 80), ...area(node).map(Math.round)])
        .filter(([, width, height]) => width < 44 || height < 44);
}"""


def test_log_gets_each_answer_once(page: Page, fake: FakeSite) -> None:
    go_on = half_answered(fake, QUESTION)
    page.goto(fake.url)
    page.evaluate(WATCH_LOG)
    log = page.get_by_role("log")
    expect(log).to_have_attribute("aria-busy", "false")
    ask(page)
    expect(page.locator("#draft")).to_contain_text(DEFINITION)
    expect(log).to_have_attribute("aria-busy", "true")
    assert page.evaluate("added") == []
    go_on.set()
    reply(page)
    expect(log).to_have_attribute("aria-busy", "false")
    ask(page, "Weiter")
    reply(page, 1)
    once = ["message question", "message answer answer"]
    assert page.evaluate("added") == once * 2


def test_targets_are_at_least_44_pixels(page: Page, fake: FakeSite) -> None:
    fake.on("Not", streamed(without_answer("Not", "hint", "Rufen Sie an.", related=[PHONE])))
    fake.on("Viel", Problem(429, "Zu viel."))
    page.goto(fake.host("launcher"))
    assert page.evaluate(SMALL) == []
    page.locator("#launcher").click()
    first_suggestion(page).wait_for()
    page.locator(".filters summary").click()
    assert page.evaluate(SMALL) == []
    for number, question in enumerate((QUESTION, "Not", "Viel")):
        ask(page, question)
        reply(page, number)
    reply(page).locator(".down").click()
    reply(page).locator(".marker").first.click()
    expect(page.locator("#quote")).to_be_visible()
    assert page.evaluate(SMALL) == []


def closed(page: Page, fake: FakeSite) -> None:
    page.goto(fake.host("launcher"))
    button(page, "Fragen?").wait_for()


def opened(page: Page, fake: FakeSite) -> None:
    page.goto(fake.host("launcher", open=""))
    first_suggestion(page).wait_for()


def answered(page: Page, fake: FakeSite) -> None:
    opened(page, fake)
    ask(page)
    status(page, "Antwort vollständig, 2 Quellen.")


def quoted(page: Page, fake: FakeSite) -> None:
    page.goto(fake.url)
    ask(page)
    reply(page).locator(".marker").first.click()
    expect(page.locator("#quote blockquote")).to_contain_text("Präventionsnetzwerk")
    expect(page.locator("#quote")).not_to_contain_text("wird geladen")


@pytest.mark.parametrize("state", [closed, opened, answered, quoted])
def test_accessibility_tree(
    page: Page, fake: FakeSite, state: Callable[[Page, FakeSite], None]
) -> None:
    """The trees are written anew with KGC_GOLDEN=1; look at the difference."""
    state(page, fake)
    tree = page.locator("kgc-chat").aria_snapshot().replace(fake.url, "") + "\n"
    golden = GOLDEN / f"{state.__name__}.txt"
    if os.environ.get("KGC_GOLDEN"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(tree, encoding="utf-8")
    assert tree == golden.read_text(encoding="utf-8")
