"""Documents full of scripts through the real ingest and the real server into the browser."""

from __future__ import annotations

import html
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import docx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.assistant.processes import Machine, Server
from tests.browser.host_pages import POLICY, host_page
from tests.browser.payloads import PAYLOADS
from tests.browser.trap import WIDGET, Trap

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ONE_LINE = [text for text in PAYLOADS if text.isprintable()]
IMAGE = "<img src=x onerror=window.__pwned=1>"
SCRIPT = "<script>window.__pwned=1<&#47;script>"
QUESTION = "Seit wann gibt es das Netzwerk Bewegung in Altdorf?"
FACT = f"Das Netzwerk Bewegung {IMAGE} in Altdorf wurde im Jahr 2019 gegründet {SCRIPT}."


def write(folder: Path) -> Path:
    """Write documents whose titles, headings, texts and names hold payloads."""
    folder.mkdir()
    made = docx.Document()
    made.core_properties.title = f"Netzwerk {IMAGE}"
    made.core_properties.author = f'Amt "{IMAGE}'
    for number, text in enumerate(ONE_LINE):
        made.add_heading(f"Teil {number} {text}", level=1 + number % 3)
        made.add_paragraph(f"Im Angebot {number} der Stadt Neudorf steht {text} seit 2020.")
    made.save(str(folder / f"{IMAGE}.docx"))
    title = html.escape(f"</title>{SCRIPT}{IMAGE}")
    parts = "".join(f"<h2>{html.escape(t)}</h2><p>{html.escape(t)}</p>" for t in ONE_LINE)
    page = f"<!doctype html><html lang=de><title>{title}</title><h1>{title}</h1>{parts}"
    (folder / '"onmouseover="window.__pwned=1.html').write_text(page, encoding="utf-8")
    lines = "\n\n".join([f"# Bewegung {IMAGE}", f"## {IMAGE}", f"`{IMAGE}`", *PAYLOADS])
    (folder / "a'b<svg onload=window.__pwned=1>.md").write_text(lines, encoding="utf-8")
    (folder / f"[x](javascript:window.__pwned=1) {IMAGE}.txt").write_text(
        f"Bewegung {IMAGE}\n\n{FACT}\n\n" + "\n\n".join(PAYLOADS), encoding="utf-8"
    )
    return folder


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("boese")
    machine = Machine(folder / "daten")
    ran = machine.run("ingest", write(folder / "texte"), "--json")
    assert ran.code == 0, ran.out
    with machine.serving() as server:
        yield server


@pytest.fixture
def trap(context: BrowserContext, server: Server) -> Trap:
    trap = Trap(own=server.url)
    trap.watch(context)
    return trap


@pytest.fixture
def page(trap: Trap, context: BrowserContext) -> Page:
    """A tab in the trap."""
    return context.new_page()


def embedded(page: Page, server: Server, policy: str) -> None:
    headers = {"Content-Security-Policy": policy} if policy else {}
    body = host_page({"endpoint": "/", "mode": "inline"})
    served = {"body": body, "content_type": "text/html; charset=utf-8", "headers": headers}
    page.route("**/fremde-seite", lambda route: route.fulfill(**served))
    page.route("**/host.css", lambda route: route.fulfill(body="", content_type="text/css"))
    page.route(
        "**/kgc-chat.js", lambda route: route.fulfill(path=WIDGET, content_type="text/javascript")
    )
    page.goto(f"{server.url}/fremde-seite")


@pytest.mark.parametrize("policy", [POLICY, ""], ids=["strict", "no-policy"])
def test_an_answer_from_hostile_documents_is_text(
    page: Page, server: Server, trap: Trap, policy: str
) -> None:
    embedded(page, server, policy)
    page.locator("#typed").fill(QUESTION)
    page.keyboard.press("Enter")
    answer = page.locator("article.answer")
    expect(answer.locator(".prose")).to_contain_text(IMAGE, timeout=20_000)
    expect(answer.locator(".prose")).to_contain_text("2019")
    answer.locator(".marker").first.click()
    expect(page.locator("#quote mark")).to_contain_text(IMAGE)
    expect(page.locator("#quote blockquote + .small")).to_have_count(0)
    with page.expect_popup() as opened:
        page.locator("#quote a").click()
    expect(opened.value.locator("mark").first).to_contain_text("2019")
    assert trap.empty(opened.value)
    assert trap.empty(page)


def test_the_servers_own_pages_show_hostile_documents_as_text(
    page: Page, server: Server, trap: Trap
) -> None:
    with server.client() as client:
        documents = client.get("/v1/documents").json()["documents"]
    assert len(documents) == 4
    for document in documents:
        page.goto(f"{server.url}/documents/{document['document_id']}")
        expect(page.locator("body")).to_contain_text("__pwned=1")
        assert trap.empty(page)
    for address in (
        "/", f"/?frage={quote(QUESTION)}", f"/?frage={quote(IMAGE + SCRIPT)}",
        f"/documents/{quote(IMAGE, safe='')}", f"/v1/search?q={quote('Netzwerk ' + IMAGE)}",
        f"/v1/documents/{documents[0]['document_id']}", f"/{quote(IMAGE)}", "/v1/widget",
    ):  # fmt: skip
        page.goto(server.url + address)
        assert trap.empty(page), address
    page.route("**/kgc-chat.js*", lambda route: route.abort())
    for question in (QUESTION, IMAGE + SCRIPT):
        page.goto(f"{server.url}/?frage={quote(question)}")
        page.get_by_role("button", name="Frage senden").click()
        expect(page.locator("article.reply")).to_be_visible()
        assert trap.empty(page), question


def test_a_hostile_question_to_the_real_server_is_text(
    page: Page, server: Server, trap: Trap
) -> None:
    embedded(page, server, POLICY)
    for number, text in enumerate((IMAGE, f"{IMAGE} Was steht in Neudorf {SCRIPT}?")):
        page.locator("#typed").fill(text)
        page.keyboard.press("Enter")
        expect(page.locator("article.answer, article.error")).to_have_count(number + 1)
        expect(page.locator(".question p").nth(number)).to_have_text(text)
    assert trap.empty(page)
