"""The widget without a mouse: keys, and where the focus is."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.fake_site import FakeSite, Problem, Step, half_answered, streamed
from tests.browser.sample import DEFINITION, done
from tests.browser.talk import (
    QUESTION,
    ask,
    button,
    field,
    first_suggestion,
    focused,
    reply,
    status,
    wait_for_focus,
)

pytestmark = pytest.mark.browser

# Frames in which nothing had the focus; what is gone must hand it on before the next one.
WATCH_FOCUS = """() => {
    window.lost = 0;
    const look = () => {
        if (document.activeElement === document.body) window.lost += 1;
        requestAnimationFrame(look);
    };
    look();
}"""


def tabbed(page: Page, times: int) -> list[str]:
    """What has the focus after each press of the tabulator."""
    found = []
    for _ in range(times):
        page.keyboard.press("Tab")
        found.append(focused(page))
    return found


def test_tab_order_of_an_inline_widget(page: Page, fake: FakeSite) -> None:
    page.goto(fake.url)
    first_suggestion(page).wait_for()
    order = ["davor", "select", "a", "a", "chip", "chip", "summary", "typed", "send", "danach"]
    assert tabbed(page, len(order)) == order


def test_tab_order_of_a_window(page: Page, fake: FakeSite) -> None:
    page.goto(fake.host("launcher"))
    assert tabbed(page, 2) == ["davor", "launcher"]
    page.keyboard.press("Enter")
    first_suggestion(page).wait_for()
    wait_for_focus(page, "#typed")
    assert tabbed(page, 2) == ["send", "danach"]
    page.locator("#launcher").focus()
    order = ["select", "close", "body", "a", "a", "chip", "chip", "summary", "typed", "send"]
    found = tabbed(page, len(order))
    assert [name or "select" for name in found] == order


def test_small_window_keeps_the_focus_inside(page: Page, fake: FakeSite) -> None:
    page.set_viewport_size({"width": 360, "height": 720})
    page.goto(fake.host("launcher"))
    page.locator("#launcher").focus()
    page.keyboard.press("Enter")
    first_suggestion(page).wait_for()
    assert not {"davor", "danach", "launcher"} & set(tabbed(page, 14))
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    wait_for_focus(page, "#launcher")


def test_escape_closes_the_quote_first_then_the_window(page: Page, fake: FakeSite) -> None:
    page.goto(fake.host("launcher"))
    page.locator("#launcher").focus()
    page.keyboard.press("Space")
    wait_for_focus(page, "#typed")
    ask(page)
    reply(page).locator(".marker").first.focus()
    page.keyboard.press("Enter")
    wait_for_focus(page, "#quote")
    page.keyboard.press("Escape")
    expect(page.locator("#quote")).to_be_hidden()
    wait_for_focus(page, "article .marker")
    expect(page.locator("#panel")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    wait_for_focus(page, "#launcher")


def test_window_closed_under_an_open_quote_still_closes_by_escape(
    page: Page, fake: FakeSite
) -> None:
    page.goto(fake.host("launcher", open=""))
    ask(page)
    reply(page).locator(".marker").first.click()
    expect(page.locator("#quote")).to_be_visible()
    page.evaluate("document.querySelector('kgc-chat').hide()")
    expect(page.locator("#panel")).to_be_hidden()
    page.locator("#launcher").click()
    wait_for_focus(page, "#typed")
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()


def test_enter_sends_and_shift_enter_breaks_the_line(page: Page, fake: FakeSite) -> None:
    page.goto(fake.url)
    field(page).focus()
    page.keyboard.type("eins")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("zwei")
    page.keyboard.press("Enter")
    reply(page)
    assert [request["question"] for request in fake.requests] == ["eins\nzwei"]
    assert focused(page) == "typed"


def by_enter(page: Page) -> None:
    field(page).fill(QUESTION)
    page.keyboard.press("Enter")


def by_button(page: Page) -> None:
    field(page).fill(QUESTION)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")


def by_suggestion(page: Page) -> None:
    first_suggestion(page).focus()
    page.keyboard.press("Enter")


@pytest.mark.parametrize("send", [by_enter, by_button, by_suggestion])
@pytest.mark.parametrize("stopped", [True, False])
def test_focus_is_never_lost(
    page: Page, fake: FakeSite, send: Callable[[Page], None], stopped: bool
) -> None:
    go_on = half_answered(fake, QUESTION)
    page.goto(fake.url)
    field(page).focus()
    page.evaluate(WATCH_FOCUS)
    send(page)
    expect(page.locator("#draft")).to_contain_text(DEFINITION)
    wait_for_focus(page, "#typed" if send is by_enter else "#stop")
    if stopped:
        page.locator("#stop").focus()
        page.keyboard.press("Enter")
    go_on.set()
    reply(page)
    wait_for_focus(page, "#typed")
    page.locator("#clear").focus()
    page.keyboard.press("Enter")
    status(page, "Der Verlauf ist gelöscht.")
    wait_for_focus(page, "#typed")
    assert page.evaluate("window.lost") == 0


def test_marker_keeps_the_focus_while_the_answer_grows(page: Page, fake: FakeSite) -> None:
    more = threading.Event()
    go_on = threading.Event()
    script = streamed(done(QUESTION))
    half = next(n for n, step in enumerate(script) if step.name == "sentence") + 1
    steps = [*script[:half], Step(wait=more), *script[half : half + 3], Step(wait=go_on)]
    fake.on(QUESTION, [*steps, *script[half + 3 :]])
    page.goto(fake.url)
    ask(page)
    page.locator("#draft .marker").focus()
    page.evaluate(WATCH_FOCUS)
    more.set()
    expect(page.locator("#draft")).to_contain_text("Ohne feste")
    wait_for_focus(page, "#draft .marker")
    go_on.set()
    reply(page)
    wait_for_focus(page, "article .marker")
    assert page.evaluate("window.lost") == 0


def test_feedback_and_retry_by_keyboard(page: Page, fake: FakeSite) -> None:
    fake.on(QUESTION, Problem(503, "Noch nicht bereit."))
    page.goto(fake.url)
    ask(page)
    reply(page)
    page.evaluate(WATCH_FOCUS)
    button(page, "Erneut versuchen").focus()
    page.keyboard.press("Enter")
    expect(reply(page).locator(".source")).to_have_count(2)
    wait_for_focus(page, "#typed")
    reply(page).locator(".down").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("Da fehlt ein Jahr.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    wait_for_focus(page, ".thanks")
    assert page.evaluate("window.lost") == 0
    assert fake.votes[0]["reason"] == "incomplete"
    assert fake.votes[0]["comment"] == "Da fehlt ein Jahr."


def test_no_focus_is_stolen_from_elsewhere(page: Page, fake: FakeSite) -> None:
    page.goto(fake.url)
    ask(page, "Erste Frage")
    reply(page)
    for place in ("#danach", "article .source a"):
        go_on = half_answered(fake, QUESTION)
        ask(page)
        expect(page.locator("#draft")).to_contain_text(DEFINITION)
        page.locator(place).first.focus()
        go_on.set()
        expect(page.locator("#draft")).to_have_count(0)
        expect(page.locator(place).first).to_be_focused()
