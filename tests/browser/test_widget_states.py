"""Every state of the widget under every way to look at it: axe finds nothing, nothing overflows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.fake_site import FakeSite, streamed, too_many
from tests.browser.needs import missing
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
    visit.fake.on("Nichts", streamed(without_answer("Nichts", "refusal", "Nein.", related=RELATED)))
    visit.asked("Was ist das?", "launcher", open="")
    for number, question in enumerate(("Und das?", "Nichts")):
        ask(visit.page, question)
        reply(visit.page, number + 1)
    expect(visit.page.locator(".sources")).to_have_count(2)


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
    visit.fake.on("Viel", too_many(9))
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


@contextmanager
def axed(browser: Browser, **look: Any) -> Iterator[Page]:
    """A page that axe may look at: the pages' own policy forbids it, as it should."""
    if not AXE.exists():
        missing("axe-core is missing; `npm ci` in assistant/web/widget installs it")
    context = browser.new_context(locale="de-DE", bypass_csp=True, **look)
    context.set_default_timeout(8_000)
    yield context.new_page()
    context.close()


def violations(page: Page) -> list[str]:
    page.mouse.move(0, 0)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(VIOLATIONS, TAGS)
    return found


@pytest.mark.parametrize(("state", "look"), CASES)
def test_state(browser: Browser, fake: FakeSite, state: Callable[[Visit], None], look: str) -> None:
    with axed(browser, **LOOKS[look]) as page:
        state(Visit(page, fake, {"aussehen": PAGES.get(look, "")}))
        assert violations(page) == []
        assert page.evaluate(OVERFLOWING) == []
        if look == "still":
            assert page.evaluate("document.getAnimations().length") == 0


def test_pages_around_the_widget(browser: Browser, fake: FakeSite) -> None:
    with axed(browser) as page:
        page.goto(f"{fake.url}/start")
        first_suggestion(page).wait_for()
        assert violations(page) == []
        for number, question in enumerate(("Was ist das?", "Und das?")):
            ask(page, question)
            reply(page, number)
        assert violations(page) == []
        page.goto(f"{fake.url}/documents/netzwerke?start=39&end=116#zitat")
        assert violations(page) == []


def test_start_page_as_without_javascript(browser: Browser, fake: FakeSite) -> None:
    with axed(browser) as page:
        page.route("**/*.js", lambda route: route.abort())
        for question in ("", "?frage=Was+ist+das%3F"):
            page.goto(f"{fake.url}/start{question}")
            page.get_by_role("button", name="Frage senden").wait_for()
            assert violations(page) == []
