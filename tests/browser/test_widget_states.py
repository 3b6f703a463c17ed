"""Every state of the widget under every way to look at it: axe finds nothing, nothing overflows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.fake_site import FakeSite, Problem, streamed
from tests.browser.sample import without_answer
from tests.browser.talk import ask, button, first_suggestion, reply

pytestmark = pytest.mark.browser
AXE = Path(__file__).parents[2] / "assistant/web/widget/node_modules/axe-core/axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RELATED = [
    {"document_id": "netzwerke", "title": "Netzwerke", "link": "/documents/netzwerke"},
    {"document_id": None, "title": "Telefonseelsorge: 0800 111 0 111", "link": "tel:08001110111"},
]
VIOLATIONS = """async (tags) => {
    const { violations } = await axe.run(document,
        { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] });
    return violations.flatMap(({ id, nodes }) => nodes.map((node) =>
        `${id}: ${node.target.flat().join(" ")} ${node.failureSummary}`.slice(0, 400)));
}"""
OVERFLOWING = """() => {
    const root = document.querySelector("kgc-chat").shadowRoot;
    const boxes = [document.documentElement, ...root.querySelectorAll(".panel, .body, #quote")];
    return boxes.filter((box) => box.scrollWidth > box.clientWidth + 1)
        .map((box) => `${box.localName}.${box.className} ${box.scrollWidth}/${box.clientWidth}`);
}"""


class Visit:
    """A page with the element that is brought into a state."""

    def __init__(self, page: Page, fake: FakeSite, more: dict[str, str]) -> None:
        self.page, self.fake, self._more = page, fake, more

    def go(self, mode: str, **attributes: str) -> None:
        self.page.goto(self.fake.host(mode, **attributes, **self._more))

    def asked(self, question: str, mode: str = "inline", **attributes: str) -> None:
        self.go(mode, **attributes)
        ask(self.page, question)
        reply(self.page)


def closed(visit: Visit) -> None:
    visit.go("launcher")
    button(visit.page, "Fragen?").wait_for()


def empty(visit: Visit) -> None:
    visit.go("launcher", open="")
    first_suggestion(visit.page).wait_for()
    visit.page.locator(".filters summary").click()


def answer(visit: Visit) -> None:
    visit.asked("Was ist das?", "launcher", open="")
    expect(reply(visit.page).locator(".source")).to_have_count(2)


def quote(visit: Visit) -> None:
    visit.asked("Was ist das?", "launcher", open="")
    reply(visit.page).locator(".marker").first.click()
    expect(visit.page.locator("#quote blockquote")).to_contain_text("Wie ein Netzwerk beginnt")


def refusal(visit: Visit) -> None:
    script = streamed(without_answer("Nichts", "refusal", "Dazu steht nichts.", related=RELATED))
    visit.fake.on("Nichts", script)
    visit.asked("Nichts")


def hint(visit: Visit) -> None:
    visit.fake.on("Not", streamed(without_answer("Not", "hint", "Rufen Sie an.", related=RELATED)))
    visit.asked("Not")


def error(visit: Visit) -> None:
    visit.fake.on("Viel", Problem(429, "Zu viele Anfragen.", (("Retry-After", "9"),)))
    visit.asked("Viel")


def feedback(visit: Visit) -> None:
    visit.asked("Was ist das?")
    reply(visit.page).locator(".down").click()
    expect(visit.page.locator(".why")).to_be_visible()


STATES = [closed, empty, answer, quote, refusal, hint, error, feedback]
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced": {"forced_colors": "active"},
    "narrow": {"viewport": {"width": 320, "height": 640}},
    "large": {},
    "foreign": {"color_scheme": "dark", "viewport": {"width": 320, "height": 640}},  # a light page
    "still": {"reduced_motion": "reduce"},
}
PAGES = {"large": "gross", "foreign": "hell"}
SHORT = {
    ("closed", "light"),
    ("empty", "large"),
    ("empty", "dark"),
    ("answer", "light"),
    ("answer", "narrow"),
    ("answer", "large"),
    ("quote", "dark"),
    ("quote", "narrow"),
    ("refusal", "forced"),
    ("refusal", "foreign"),
    ("hint", "dark"),
    ("error", "still"),
    ("feedback", "light"),
}


CASES = [
    pytest.param(
        state,
        look,
        marks=() if (state.__name__, look) in SHORT else pytest.mark.long,
        id=f"{state.__name__}-{look}",
    )
    for state in STATES
    for look in LOOKS
]


@pytest.mark.parametrize(("state", "look"), CASES)
def test_state(browser: Browser, fake: FakeSite, state: Callable[[Visit], None], look: str) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is missing; `npm ci` in assistant/web/widget installs it")
    # The pages' own policy forbids axe, as it should.
    context = browser.new_context(locale="de-DE", bypass_csp=True, **LOOKS[look])
    try:
        page = context.new_page()
        state(Visit(page, fake, {"aussehen": PAGES.get(look, "")}))
        page.mouse.move(0, 0)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        assert page.evaluate(VIOLATIONS, TAGS) == []
        assert page.evaluate(OVERFLOWING) == []
        if look == "still":
            assert page.evaluate("document.getAnimations().length") == 0
    finally:
        context.close()
