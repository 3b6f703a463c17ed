"""What is in sight: the focus, a quote beside its marker, an answer that grows."""

from __future__ import annotations

import threading

import pytest
from playwright.sync_api import Page, expect

from tests.browser.fake_site import FakeSite, Step, streamed
from tests.browser.sample import DEFINITION, done
from tests.browser.talk import QUESTION, ask, first_suggestion, focused, reply, wait_until

pytestmark = pytest.mark.browser
COVERED = """() => {
    const root = document.querySelector("kgc-chat").shadowRoot;
    const at = root.activeElement;
    const foot = root.querySelector("#composer");
    if (!at || foot.contains(at)) return false;
    const [inner, outer] = [at.getBoundingClientRect(), foot.getBoundingClientRect()];
    return inner.bottom > outer.top && inner.top < outer.bottom;
}"""
LONG = "\n\n".join(
    f"Absatz {n}: Ein Netzwerk braucht Zeit und Geld. [{1 + n % 2}]" for n in range(40)
)


def test_focus_is_never_behind_the_input(page: Page, fake: FakeSite) -> None:
    fake.on(QUESTION, [Step("done", done(QUESTION, answer=LONG))])
    page.goto(fake.url)
    first_suggestion(page).wait_for()
    ask(page)
    reply(page)
    page.evaluate("scrollTo(0, 0)")
    page.locator("#davor").focus()
    for _ in range(60):
        page.keyboard.press("Tab")
        assert not page.evaluate(COVERED), focused(page)
        if focused(page) == "danach":
            break
    assert focused(page) == "danach"


def test_click_elsewhere_closes_the_quote_and_moves_nothing(page: Page, fake: FakeSite) -> None:
    fake.on(QUESTION, [Step("done", done(QUESTION, answer=LONG))])
    page.goto(fake.url)
    ask(page)
    reply(page).locator(".marker").first.click()
    expect(page.locator("#quote")).to_be_visible()
    page.mouse.wheel(0, 900)
    wait_until(page, "scrollY > 500")
    page.wait_for_timeout(100)
    before = page.evaluate("scrollY")
    page.mouse.click(5, 400)
    expect(page.locator("#quote")).to_be_hidden()
    page.wait_for_timeout(100)
    assert page.evaluate("scrollY") == before
    assert focused(page) == "body"


def test_quote_follows_its_marker(page: Page, fake: FakeSite) -> None:
    fake.on(QUESTION, [Step("done", done(QUESTION, answer=LONG))])
    page.goto(fake.url)
    ask(page)
    marker = reply(page).locator(".marker").first
    marker.evaluate("(node) => node.scrollIntoView({ block: 'center' })")
    marker.click()
    expect(page.locator("#quote blockquote")).to_contain_text("Wie ein Netzwerk beginnt")
    for move in ("scroll", "resize"):
        if move == "scroll":
            page.evaluate("scrollBy(0, 60)")
        else:
            page.set_viewport_size({"width": 1080, "height": 820})
        page.wait_for_timeout(100)
        at, box = marker.bounding_box(), page.locator("#quote").bounding_box()
        assert at is not None
        assert box is not None
        assert abs(box["y"] - at["y"] - at["height"] - 8) < 2
        assert abs(box["x"] - at["x"]) < 2


@pytest.mark.parametrize("gesture", ["key", "selection"])
def test_answer_is_not_followed_against_the_reader(
    page: Page, fake: FakeSite, gesture: str
) -> None:
    go_on = threading.Event()
    script = [Step("token", {"text": f"Absatz {n}. " + DEFINITION + "\n\n"}) for n in range(60)]
    steps = [*script[:6], Step(wait=go_on), *script[6:], streamed(done(QUESTION, answer=LONG))[-1]]
    fake.on(QUESTION, steps)
    page.goto(fake.url)
    ask(page)
    expect(page.locator("#draft")).to_contain_text("Absatz 5.")
    page.wait_for_timeout(100)
    if gesture == "key":
        page.locator("#davor").focus(timeout=1_000)
        page.keyboard.press("PageUp")
    else:
        page.evaluate(
            """() => {
                const root = document.querySelector("kgc-chat").shadowRoot;
                getSelection().selectAllChildren(root.querySelector("#draft p"));
            }"""
        )
    page.wait_for_timeout(200)
    before = page.evaluate("scrollY")
    go_on.set()
    reply(page)
    page.wait_for_timeout(100)
    assert page.evaluate("scrollY") == before
