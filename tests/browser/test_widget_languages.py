"""Every text of the widget changes with its language."""

from __future__ import annotations

import json
import re
import threading
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.fake_site import FakeSite, Step, streamed, too_many
from tests.browser.sample import DEFINITION, done, first_citation, without_answer
from tests.browser.talk import QUESTION, ask, reply

pytestmark = pytest.mark.browser
WORDS = Path(__file__).parents[2] / "assistant" / "web" / "widget" / "src" / "words"
SERVERS = ["Zu viele Anfragen. Bitte in {n} Sekunden noch einmal versuchen."]
RELATED = [{"document_id": "netzwerke", "title": "N", "link": "/documents/netzwerke"}]

# What is not the widget's own: answers, questions, titles, values of filters, names of languages.
TEXTS = """() => {
    const root = document.querySelector("kgc-chat").shadowRoot;
    const foreign = ".prose, .name, .facts, .question p, blockquote, .chip, option:not([value='']),"
        + ".unsupported ul, .related li bdi, style, .speech option, .what .number";
    const found = [];
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode())
        if (!walker.currentNode.parentElement.closest(foreign)) found.push(walker.currentNode.data);
    for (const node of root.querySelectorAll("*:not(.marker)"))
        for (const name of ["aria-label", "title", "placeholder"])
            if (node.hasAttribute(name)) found.push(node.getAttribute(name));
    return found.map((text) => text.trim()).filter((text) => /\\p{L}/u.test(text));
}"""


def words(language: str) -> dict[str, str]:
    loaded: dict[str, str] = json.loads((WORDS / f"{language}.json").read_text(encoding="utf-8"))
    return loaded


def strangers(page: Page, language: str) -> list[str]:
    """The texts of the widget that are none of `language`."""
    everything = [*words(language).values(), *(SERVERS if language == "de" else ())]
    known = [re.sub(r"\\{\w+\\}", ".+?", re.escape(text)) for text in everything]
    one = "|".join(sorted(known, key=len, reverse=True))
    pattern = re.compile(rf"(?:{one})\.?(?: (?:{one}))?", re.S)
    return [text for text in page.evaluate(TEXTS) if not pattern.fullmatch(text)]


def speak(page: Page, language: str) -> None:
    page.locator(".speech select").select_option(language)
    tag = {"leicht": "de-simple"}.get(language, language)
    expect(page.locator(".root")).to_have_attribute("lang", tag)


@pytest.mark.parametrize("mode", ["inline", "launcher"])
def test_switch_changes_every_text(page: Page, fake: FakeSite, mode: str) -> None:
    never = threading.Event()
    fake.on("Nichts", streamed(without_answer("Nichts", "refusal", "Nein.", related=RELATED)))
    fake.on("Not", streamed(without_answer("Not", "hint", "Rufen Sie an.", related=RELATED)))
    fake.on("Viel", too_many(12))
    fake.on("Lang", [Step(wait=never)])
    sentences = [{"text": "Erfunden.", "citations": [], "supported": False}]
    fake.on("Frei", [Step("done", done("Frei", sentences=sentences, mode="generated"))])
    page.goto(fake.host(mode, open=""))
    expect(page.locator(".notice a").first).to_be_visible()
    _check_all(page)
    for number, question in enumerate((QUESTION, "Nichts", "Not", "Viel", "Frei")):
        ask(page, question)
        reply(page, number)
    reply(page).get_by_role("button", name="Nein").click()
    page.locator(".filters summary").click()
    page.locator(".facets select").first.select_option("Bayern")
    page.locator("#typed").fill("x" * 900)
    _check_all(page)
    page.locator("#typed").fill("Lang")
    page.locator("#typed").press("Enter")
    _check_all(page)
    page.locator("#stop").click()
    reply(page, 5).wait_for()
    reply(page).locator(".marker").first.click()
    expect(page.locator("#quote blockquote")).to_be_visible()
    _check_all(page)
    never.set()


def _check_all(page: Page) -> None:
    for language in ("en", "leicht", "de"):
        speak(page, language)
        assert strangers(page, language) == []


def test_places_and_dates_follow_the_language(page: Page, fake: FakeSite) -> None:
    page.goto(fake.host(lang="en"))
    ask(page)
    facts = reply(page).locator(".source .facts").first
    expect(facts.locator("bdi")).to_have_text(["Stadt Musterhausen", "October 5, 2023", "page 1"])
    expect(reply(page).locator(".marker").first).to_have_attribute(
        "aria-label", re.compile("^Source 1: .*, page 1$")
    )
    expect(reply(page).locator(".prose")).to_have_attribute("lang", "de")


def test_simple_language_is_asked_for(page: Page, fake: FakeSite) -> None:
    page.goto(fake.host(lang="de-simple"))
    ask(page)
    expect(reply(page)).to_contain_text("Hier steht das")
    assert fake.requests == [{"question": QUESTION, "style": "simple"}]


@pytest.mark.parametrize(
    ("attributes", "product"),
    [
        ({}, "KGC-Assistent"),
        ({"seite": "en-GB"}, "KGC Assistant"),
        ({"seite": "en", "lang": "de"}, "KGC-Assistent"),
        ({"seite": "fr"}, "KGC-Assistent"),
    ],
)
def test_page_and_element_choose_the_language(
    page: Page, fake: FakeSite, attributes: dict[str, str], product: str
) -> None:
    page.goto(fake.host(**attributes))
    expect(page.locator("#title")).to_have_text(product)


def test_host_may_change_the_language(page: Page, fake: FakeSite) -> None:
    page.goto(fake.url)
    for language, product in (("en", "KGC Assistant"), ("de", "KGC-Assistent")):
        page.evaluate("(tag) => { document.querySelector('kgc-chat').lang = tag; }", language)
        expect(page.locator("#title")).to_have_text(product)
        expect(page.locator(".speech select")).to_have_value(language)


def test_parts_say_which_language_they_are_in(page: Page, fake: FakeSite) -> None:
    never = threading.Event()
    english = "Networks need a coordinator."
    citations = [
        first_citation(language="en", title="Networks", quote=english),
        {**first_citation(language="de"), "id": 2},
    ]
    answer = done(
        QUESTION,
        answer=f"In einer englischsprachigen Quelle steht: {english} [1]\n\n{DEFINITION} [2]",
        sentences=[
            {"text": english, "citations": [1], "supported": True},
            {"text": DEFINITION, "citations": [2], "supported": True},
        ],
        citations=citations,
        related=[{"document_id": "n", "title": "N", "link": "/documents/n", "language": "en"}],
    )
    fake.on(QUESTION, [Step("done", answer)])
    fake.on(
        "Weiter",
        [
            *streamed(done("Weiter", citations=[first_citation(language="de")] * 2))[:-1],
            Step(wait=never),
        ],
    )
    fake.widget["suggestions"] = ["What is a prevention network?", "Wer hilft?"]
    page.goto(fake.host(lang="en"))
    expect(page.locator(".chip").first).to_have_attribute("lang", "en")
    expect(page.locator(".chip").last).to_have_attribute("lang", "de")
    expect(page.locator(".facets option[value=Bayern]")).to_have_attribute("lang", "de")
    ask(page)
    prose = reply(page).locator(".prose")
    expect(prose).to_have_attribute("lang", "de")
    expect(prose.locator("span[lang]")).to_have_text([english])
    expect(prose.locator("span[lang]")).to_have_attribute("lang", "en")
    expect(reply(page).locator(".source .name").first).to_have_attribute("lang", "en")
    expect(reply(page).locator(".related bdi")).to_have_attribute("lang", "en")
    reply(page).locator(".marker").first.click()
    expect(page.locator("#quote blockquote")).to_have_attribute("lang", "en")
    expect(page.locator("#quote .name")).to_have_attribute("lang", "en")
    page.keyboard.press("Escape")
    ask(page, "Weiter")
    expect(page.locator("#draft .prose")).to_have_attribute("lang", "de")
    never.set()


def test_headings_have_their_place_in_the_page(page: Page, fake: FakeSite) -> None:
    page.goto(fake.host(**{"heading-level": "3"}))
    ask(page)
    reply(page)
    levels = {
        name: page.get_by_role("heading", name=name, exact=True).get_attribute("aria-level")
        for name in ("KGC-Assistent", QUESTION, "Quellen")
    }
    assert levels == {"KGC-Assistent": "3", QUESTION: "4", "Quellen": "5"}
    expect(page.locator(".tag").first).not_to_have_role("heading")


def test_conversation_and_log_have_names_of_their_own(page: Page, fake: FakeSite) -> None:
    page.goto(fake.host("launcher", open=""))
    expect(page.get_by_role("log", name="Fragen und Antworten")).to_have_count(1)
    expect(page.get_by_role("region", name="Unterhaltung")).to_have_count(1)


def test_simple_language_says_what_it_is(page: Page, fake: FakeSite) -> None:
    page.goto(fake.host(lang="de-simple"))
    expect(page.locator(".notice")).to_contain_text("Die Antworten sind oft schwer zu lesen.")
    page.locator("#typed").fill("x" * 1_001)
    expect(page.locator("#count")).to_have_text(
        "Ihre Frage ist zu lang. Bitte schreiben Sie weniger."
    )
