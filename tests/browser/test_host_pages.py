"""Pages that are in the widget's way: their style sheets, their names, their habits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.sample import DEFINITION, done
from tests.browser.talk import QUESTION, ask, reply
from tests.browser.trap import INLINE, Stage, Trap

pytestmark = pytest.mark.browser

SITE = {
    "version": "1.0.0", "documents": 3, "suggestions": [QUESTION], "longest": 1_000,
    "filters": {}, "links": {"privacy": "https://example.org/", "imprint": None},
}  # fmt: skip
BOTH = (
    '<main><div><p>Ein Absatz.</p><kgc-chat id="unten" endpoint="/" lang="de" mode="inline">'
    '</kgc-chat></div></main><kgc-chat id="ecke" endpoint="/" lang="de"></kgc-chat>'
)
PARTS = {
    "#ecke": ("#launcher", ".launcher-text", "#launcher .icon"),
    "#unten": (".root", "#title", ".notice p", ".notice a", ".chip", ".field", "#typed", "#send"),
}
SEEN = """([parts, names]) => Object.entries(parts).flatMap(([host, inner]) => inner.map((one) => {
    const node = document.querySelector(host).shadowRoot.querySelector(one);
    const style = getComputedStyle(node);
    const { width, height } = node.getBoundingClientRect();
    const shown = names.map((name) => [name, style.getPropertyValue(name)]);
    return [host + one, Object.fromEntries(shown), [width, height]];
}))"""
NAMES = (
    "color", "background-color", "font-size", "font-weight", "line-height", "letter-spacing",
    "text-transform", "text-indent", "white-space", "text-align", "visibility", "display",
    "pointer-events", "opacity", "border-top-width", "border-top-color", "cursor", "user-select",
)  # fmt: skip
SHEETS = {
    "all unset": "* { all: unset !important }",
    "no buttons": "button, input, textarea, form, dialog, section { display: none !important }",
    "nothing to click": "* { pointer-events: none !important; visibility: hidden }",
    "nothing to see": "html * { visibility: hidden !important; user-select: none !important }",
    "tiny body": "body { font-size: 2px; line-height: 0; letter-spacing: 9px; cursor: none; "
    "text-transform: uppercase; text-indent: -999px; white-space: nowrap; text-align: center }",
    "positioned": "div, section, p, button { position: absolute }",
    "red": "* { color: red !important; border: 9px solid red !important; "
    "font-family: fantasy !important; text-transform: uppercase !important }",
    "small root": "html { font-size: 62.5% }",
}


@pytest.fixture
def trap(context: BrowserContext) -> Trap:
    trap = Trap()
    trap.watch(context)
    return trap


@pytest.fixture
def page(trap: Trap, context: BrowserContext) -> Iterator[Page]:
    """A tab in the trap."""
    page = context.new_page()
    yield page
    assert trap.empty(page)


def opened(page: Page, *, head: str = "", body: str = BOTH) -> None:
    answer = done(QUESTION)
    events = [("citation", answer["citations"][0]), ("done", answer)]
    around = {"before": "Davor. ", "quote": DEFINITION, "after": " Danach."}
    Stage(lambda _: events, lambda _: SITE, lambda _: around, body, head, policy="").open(page)
    page.locator("#typed").wait_for(state="attached")
    page.locator(".chip").wait_for(state="attached")


def looks(page: Page) -> dict[str, Any]:
    seen: list[Any] = page.evaluate(SEEN, [PARTS, NAMES])
    return {where: (style, size) for where, style, size in seen}


@pytest.mark.parametrize("name", SHEETS)
def test_a_hostile_style_sheet_stays_outside(page: Page, name: str) -> None:
    opened(page)
    plain = looks(page)
    page.unroute_all()
    opened(page, head=f"<style>{SHEETS[name]}</style>")
    hostile = looks(page)
    for where, (style, size) in plain.items():
        assert hostile[where][0] == style, where
        if "#ecke" in where:
            assert hostile[where][1] == pytest.approx(size, abs=1), where
    launcher = page.locator("#launcher")
    expect(launcher).to_be_in_viewport(ratio=1)
    box = launcher.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 44
    ask_below(page)
    launcher.click()
    expect(page.locator("#ecke #panel")).to_be_in_viewport(ratio=0.9)
    expect(page.locator("#ecke #typed")).to_be_focused()


def ask_below(page: Page) -> None:
    """Ask the widget in the page with the mouse and the keyboard."""
    below = page.locator("#unten")
    below.locator("#typed").click()
    page.keyboard.type(QUESTION)
    below.locator("#send").click()
    expect(below.locator("article.answer .prose")).to_contain_text(DEFINITION)
    below.locator(".marker").first.click()
    expect(below.locator("#quote mark")).to_have_text(DEFINITION)
    page.keyboard.press("Escape")


POLLUTED = """<script>
Object.assign(Object.prototype, { polluted: "x", ALLOWED_TAGS: ["img", "script"],
    ADD_ATTR: ["onerror"], ADD_TAGS: ["script"], RETURN_DOM: true, extend() {} });
Array.prototype.remove = function () {};
String.prototype.startsWithCapital = function () {};
</script>"""
CLOBBERED = (
    '<form name="getElementById"></form><img name="querySelector"><img name="activeElement">'
    '<form id="kgc-chat" name="body"><input name="parentNode"></form><a id="launcher">x</a>'
    '<embed name="cookie"><a id="customElement"></a><a id="trustedTypes"></a>'
)
OLD_HABITS = """<script>
window.$ = window.define = window.module = window.exports = window.process = undefined;
window.name = "KgcChat";
window.lit = window.DOMPurify = "anders";
const plain = Element.prototype.remove;
Element.prototype.remove = function () { return plain.call(this); };
</script>"""


@pytest.mark.parametrize(
    ("head", "body"),
    [
        pytest.param(POLLUTED, INLINE, id="polluted prototypes"),
        pytest.param("", CLOBBERED + INLINE, id="clobbered names"),
        pytest.param("", INLINE.replace("<h1>", '<img name="baseURI"><h1>'), id="clobbered base"),
        pytest.param(OLD_HABITS, INLINE, id="taken globals"),
    ],
)
def test_the_names_of_a_page_do_not_break_the_widget(page: Page, head: str, body: str) -> None:
    opened(page, head=head, body=body)
    ask(page)
    answer = reply(page)
    expect(answer.locator(".prose")).to_contain_text(DEFINITION)
    expect(answer.locator(".source")).to_have_count(2)
    answer.locator(".marker").first.click()
    expect(page.locator("#quote mark")).to_have_text(DEFINITION)
    expect(page.locator("#quote blockquote")).to_contain_text("Davor.")
    page.keyboard.press("Escape")
    expect(page.locator("#quote")).to_be_hidden()
    page.locator("#clear").click()
    expect(page.locator("article")).to_have_count(0)


KEPT = """async () => ({
    cookie: document.cookie,
    local: Object.keys(localStorage),
    session: Object.keys(sessionStorage),
    databases: (await indexedDB.databases()).length,
    workers: (await navigator.serviceWorker?.getRegistrations() ?? []).length,
})"""


@pytest.mark.parametrize(("history", "kept"), [("memory", []), ("session", ["kgc-chat:/"])])
def test_nothing_is_kept_but_what_the_page_asks_for(
    page: Page, history: str, kept: list[str]
) -> None:
    opened(page, body=INLINE.replace("<kgc-chat", f'<kgc-chat history="{history}"'))
    nothing = {"cookie": "", "local": [], "session": [], "databases": 0, "workers": 0}
    assert page.evaluate(KEPT) == nothing
    ask(page)
    reply(page)
    assert page.evaluate(KEPT) == {**nothing, "session": kept}
    assert page.context.cookies() == []
    page.locator("#clear").click()
    assert page.evaluate(KEPT) == nothing
