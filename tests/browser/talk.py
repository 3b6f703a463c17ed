"""What a person does with the widget."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page, expect

QUESTION = "Was ist ein Präventionsnetzwerk?"


def field(page: Page) -> Locator:
    """Where the question is written."""
    return page.locator("#typed")


def ask(page: Page, question: str = QUESTION) -> None:
    field(page).fill(question)
    field(page).press("Enter")


def reply(page: Page, number: int = 0) -> Locator:
    """The answer with that number, once it is complete."""
    found = page.locator("article.answer").nth(number)
    found.wait_for()
    return found


def first_suggestion(page: Page) -> Locator:
    return page.locator(".chips .chip").first


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name)


def status(page: Page, text: str) -> None:
    """Wait until the widget says `text`."""
    expect(page.get_by_role("status")).to_have_text(text)


def focused(page: Page) -> str:
    """What has the focus: its id, else its classes; "body" where nothing has it."""
    found: Any = page.evaluate(
        """() => {
            const outer = document.activeElement;
            const at = outer?.shadowRoot?.activeElement ?? outer;
            return at === document.body ? "body" : at.id || String(at.className) || at.localName;
        }"""
    )
    return str(found)


def wait_for_focus(page: Page, selector: str) -> None:
    """Wait until what `selector` finds first has the focus."""
    expect(page.locator(selector).first).to_be_focused()


def wait_until(page: Page, script: str) -> None:
    """Wait until `script` is true; the pages' policy forbids the browser's own way."""
    for _ in range(100):
        if page.evaluate(script):
            return
        page.wait_for_timeout(50)
    raise AssertionError(script)


def listen(page: Page, *names: str) -> None:
    """Write down the events `names` of the element in `heard`."""
    page.evaluate(
        """(names) => {
            window.heard = [];
            for (const name of names)
                document.addEventListener(name, (event) => heard.push([name, event.detail]));
        }""",
        list(names),
    )


def heard(page: Page) -> list[Any]:
    found: list[Any] = page.evaluate("window.heard")
    return found
