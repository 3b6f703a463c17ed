"""What a host page may do with the element: open it, move it, change its attributes."""

from __future__ import annotations

import threading

import pytest
from playwright.sync_api import Page, expect

from tests.browser.fake_site import FakeSite
from tests.browser.sample import widget_info
from tests.browser.talk import (
    QUESTION,
    ask,
    field,
    first_suggestion,
    focused,
    reply,
    wait_for_focus,
    wait_until,
)

pytestmark = pytest.mark.browser
MODAL = "document.querySelector('kgc-chat').shadowRoot.querySelector('dialog').matches(':modal')"
BESIDE = {"width": 1180, "height": 820}


def change(page: Page, script: str) -> None:
    """Run `script` with the element as `chat`."""
    page.evaluate(f"(() => {{ const chat = document.querySelector('kgc-chat'); {script} }})()")


@pytest.mark.parametrize("full", [{"width": 1000, "height": 480}, {"width": 400, "height": 800}])
def test_window_that_fills_the_screen_is_modal(
    page: Page, fake: FakeSite, full: dict[str, int]
) -> None:
    page.set_viewport_size(full)  # type: ignore[arg-type]  # it has both keys
    page.goto(fake.host("launcher"))
    page.locator("#launcher").click()
    wait_for_focus(page, "#typed")
    box = page.locator("#panel").bounding_box()
    assert box == {"x": 0, "y": 0, **full}
    assert page.evaluate(MODAL)
    field(page).fill("Halb getippt")
    for size, modal in ((BESIDE, False), (full, True)):
        page.set_viewport_size(size)  # type: ignore[arg-type]  # it has both keys
        wait_until(page, f"{MODAL} === {str(modal).lower()}")
        expect(page.locator("#panel")).to_be_visible()
        assert focused(page) == "typed"
    expect(field(page)).to_have_value("Halb getippt")
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    wait_for_focus(page, "#launcher")


@pytest.mark.parametrize("size", [BESIDE, {"width": 400, "height": 800}])
def test_window_that_the_page_opens_takes_no_focus(
    page: Page, fake: FakeSite, size: dict[str, int]
) -> None:
    page.set_viewport_size(size)  # type: ignore[arg-type]  # it has both keys
    page.goto(fake.host("launcher", open=""))
    first_suggestion(page).wait_for()
    assert focused(page) == "body"
    assert not page.evaluate(MODAL)
    field(page).focus()
    assert page.evaluate(MODAL) is (size is not BESIDE)
    assert focused(page) == "typed"
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    wait_for_focus(page, "#launcher")


def test_element_that_is_moved_keeps_its_keys(page: Page, fake: FakeSite) -> None:
    page.set_viewport_size({"width": 400, "height": 800})
    page.goto(fake.host("launcher"))
    page.locator("#launcher").click()
    ask(page)
    reply(page).locator(".marker").first.click()
    expect(page.locator("#quote")).to_be_visible()
    change(page, "document.querySelector('main').append(chat);")
    expect(page.locator("#quote")).to_be_hidden()
    assert page.evaluate(MODAL)
    field(page).focus()
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()


def test_another_server_means_nothing_of_the_old_one(page: Page, fake: FakeSite) -> None:
    page.goto(fake.url)
    page.locator(".filters summary").click()
    page.get_by_label("Bundesland").select_option("Bayern")
    ask(page)
    reply(page).get_by_role("button", name="Nein, nicht hilfreich").click()
    reply(page).locator(".marker").first.click()
    expect(page.locator("#quote")).to_be_visible()
    fake.widget = widget_info(suggestions=["Neu?"])
    change(page, f"chat.endpoint = '{fake.url}/';")
    expect(first_suggestion(page)).to_have_text("Neu?")
    expect(page.locator("article")).to_have_count(0)
    expect(page.locator("#quote")).to_be_hidden()
    ask(page)
    expect(reply(page).locator(".why")).to_have_count(0)
    assert "filters" not in fake.requests[-1]
    assert "conversation_id" not in fake.requests[-1]


def test_late_word_of_the_old_server_is_not_heard(page: Page, fake: FakeSite) -> None:
    fake.widget_waits = threading.Event()
    page.goto(fake.url)
    expect(field(page)).to_be_visible()
    page.wait_for_timeout(100)
    waiting, fake.widget_waits = fake.widget_waits, None
    fake.widget = widget_info(suggestions=["Neu?"])
    change(page, f"chat.endpoint = '{fake.url}/';")
    expect(first_suggestion(page)).to_have_text("Neu?")
    with page.expect_response("**/v1/widget"):
        waiting.set()
    page.wait_for_timeout(100)
    expect(first_suggestion(page)).to_have_text("Neu?")


def test_history_that_is_switched_on_brings_back_what_is_kept(page: Page, fake: FakeSite) -> None:
    page.goto(fake.host(history="session"))
    ask(page)
    reply(page)
    page.goto(fake.host())
    first_suggestion(page).wait_for()
    expect(page.locator("article")).to_have_count(0)
    change(page, "chat.history = 'session';")
    expect(page.locator(".question")).to_have_text(QUESTION)


def test_mode_may_change(page: Page, fake: FakeSite) -> None:
    page.goto(fake.host("inline", open=""))
    ask(page)
    reply(page)
    change(page, "chat.mode = 'launcher';")
    expect(page.locator("#panel")).to_be_visible()
    expect(page.locator("kgc-chat")).to_have_attribute("mode", "launcher")
    expect(page.locator("article.answer")).to_have_count(1)
    change(page, "chat.mode = 'inline';")
    expect(page.locator("#launcher")).to_have_count(0)
    expect(field(page)).to_be_visible()


def test_what_the_server_did_not_tell_is_asked_again(page: Page, fake: FakeSite) -> None:
    fake.widget_status = 503
    page.goto(fake.host("launcher"))
    launcher = page.locator("#launcher")
    launcher.click()
    expect(field(page)).to_be_visible()
    page.wait_for_timeout(100)
    assert fake.widget_asked == 1
    field(page).fill("Tippen fragt nicht")
    launcher.click()
    launcher.click()
    page.wait_for_timeout(100)
    assert fake.widget_asked == 2
    page.context.set_offline(True)
    page.context.set_offline(False)
    page.wait_for_timeout(100)
    assert fake.widget_asked == 3
    fake.widget_status = 200
    ask(page)
    reply(page)
    expect(page.locator(".filters")).to_be_visible()
