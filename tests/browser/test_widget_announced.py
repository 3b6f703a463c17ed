"""The widget without a screen, and for large fingers: what is announced, its tree, its targets."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.fake_site import FakeSite, half_answered, streamed, too_many
from tests.browser.sample import DEFINITION, without_answer
from tests.browser.talk import QUESTION, ask, button, first_suggestion, reply, status, wait_until

pytestmark = pytest.mark.browser
GOLDEN = Path(__file__).parent / "golden"
PHONE = {"document_id": None, "title": "112", "link": "tel:112"}
# What a screen reader is told: changes in live parts, but for those that are switched off.
WATCH = """() => {
    const root = document.querySelector("kgc-chat").shadowRoot;
    window.told = { log: [], status: [] };
    const live = (node) => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement)
        ?.closest("[aria-live], [role=status]");
    const watch = (name, part) => new MutationObserver((changes) => {
        for (const { type, target, addedNodes } of changes) {
            if (live(target)?.ariaLive === "off") continue;
            if (type === "characterData") told[name].push(target.data);
            for (const node of addedNodes)
                if (node.nodeType !== Node.COMMENT_NODE && node.textContent.trim() !== "")
                    told[name].push(node.className ?? node.data);
        }
    }).observe(part, { childList: true, subtree: true, characterData: true });
    watch("log", root.querySelector("[role=log]"));
    watch("status", root.querySelector("[role=status]"));
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


def told(page: Page, where: str) -> list[str]:
    """What `where` has told since the last look."""
    found: list[str] = page.evaluate("(where) => told[where].splice(0)", where)
    return [text for text in found if text]


def test_everything_is_said_once(page: Page, fake: FakeSite) -> None:
    go_on = half_answered(fake, QUESTION)
    page.goto(fake.url)
    first_suggestion(page).wait_for()
    page.evaluate(WATCH)
    log = page.get_by_role("log")
    expect(log).to_have_attribute("aria-busy", "false")
    ask(page)
    expect(page.locator("#draft")).to_contain_text(DEFINITION)
    expect(log).to_have_attribute("aria-busy", "true")
    assert told(page, "log") == []
    go_on.set()
    reply(page)
    expect(log).to_have_attribute("aria-busy", "false")
    ask(page, "Weiter")
    reply(page, 1)
    assert told(page, "log") == ["message question", "message answer answer"] * 2
    status(page, "Antwort vollständig, 2 Quellen.")
    searched = "Die Dokumente werden durchsucht …"
    assert told(page, "status") == [searched, "Antwort vollständig, 2 Quellen."] * 2
    _vote_and_switch(page)
    assert told(page, "log") == []
    assert told(page, "status") == []
    expect(page.locator("article .marker").first).to_have_attribute(
        "aria-label", "Source 1: Netzwerke für ein gesundes Aufwachsen, page 1"
    )
    ask(page, "Noch etwas")
    reply(page, 2)
    assert told(page, "log") == ["message question", "message answer answer"]


def _vote_and_switch(page: Page) -> None:
    """Say yes, open the form of a no, turn to English: all of it is shown, none of it is news."""
    reply(page).get_by_role("button", name="Ja, hilfreich").click()
    expect(page.locator(".thanks")).to_be_focused()
    reply(page, 1).get_by_role("button", name="Nein, nicht hilfreich").click()
    expect(page.locator(".why")).to_be_visible()
    page.locator(".speech select").select_option("en")
    expect(page.locator(".thanks")).to_have_text("Thank you for the feedback.")


def test_status_is_there_before_its_first_text_and_says_the_same_twice(
    page: Page, fake: FakeSite
) -> None:
    fake.vote_status = 500
    page.goto(fake.url)
    first_suggestion(page).wait_for()
    shown = "getComputedStyle(document.querySelector('kgc-chat').shadowRoot"
    assert page.evaluate(f"{shown}.querySelector('#status')).display") != "none"
    keys, box = page.locator("#keys").bounding_box(), page.locator(".below").bounding_box()
    assert keys is not None
    assert box is not None
    assert keys["x"] - box["x"] < 24
    ask(page)
    up = reply(page).get_by_role("button", name="Ja, hilfreich")
    status(page, "Antwort vollständig, 2 Quellen.")
    page.evaluate(WATCH)
    for _ in range(2):
        up.click()
        wait_until(page, "told.status.filter(Boolean).length > 0")
        assert told(page, "status") == ["Die Rückmeldung konnte nicht gesendet werden."]


def test_targets_are_at_least_44_pixels(page: Page, fake: FakeSite) -> None:
    fake.on("Not", streamed(without_answer("Not", "hint", "Rufen Sie an.", related=[PHONE])))
    fake.on("Viel", too_many(9))
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
