"""What a person does on the chat page."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

QUESTION = "Was ist ein Präventionsnetzwerk?"


def ask(page: Page, question: str) -> None:
    page.get_by_label("Ihre Frage", exact=True).fill(question)
    page.keyboard.press("Enter")


def reply(page: Page, number: int = 0) -> Locator:
    found = page.locator("#verlauf .reply").nth(number)
    found.wait_for()
    return found


def first_suggestion(page: Page) -> Locator:
    return page.locator(".suggestions button").first
