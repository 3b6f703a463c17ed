"""Texts that want to be scripts, and pages that are in the way: neither gets through."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from string import punctuation
from typing import Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.host_pages import POLICY
from tests.browser.payloads import PAYLOADS
from tests.browser.trap import Stage, Trap

pytestmark = pytest.mark.browser
PERIOD = 3  # links of a site

DRIVE = (Path(__file__).parent / "ask_hostile.js").read_text(encoding="utf-8")
VISIT = (Path(__file__).parent / "visit_hostile.js").read_text(encoding="utf-8")


@pytest.fixture
def trap(context: BrowserContext) -> Trap:
    trap = Trap()
    trap.watch(context)
    return trap


@pytest.fixture
def page(trap: Trap, context: BrowserContext) -> Page:
    """A tab in the trap."""
    return context.new_page()


def hostile(payload: str) -> dict[str, Any]:
    """An answer that is `payload` wherever a document or a model has its say."""
    source = {
        "id": 1, "document_id": payload, "chunk_id": payload, "title": payload, "section": payload,
        "reference": payload, "page": None, "slide": None, "organisation": payload,
        "date": payload, "url": payload, "source": payload, "quote": payload,
        "display": f"{payload} ausgebessert", "start": 0, "end": 5, "link": payload,
    }  # fmt: skip
    plain = "".join(f"\\{c}" if c in punctuation else c for c in flat(payload))
    prose = f"{plain} [1]\n\n{payload}\n\n- {payload} [1]\n\n**{payload}**\n\n{plain}"
    return {
        "question": payload, "answer": prose, "kind": "answer", "abstained": False,
        "confidence": 0.8, "language": payload, "mode": payload,
        "sentences": [
            {"text": payload, "citations": [1], "supported": True, "lead": payload},
            {"text": payload, "citations": [], "supported": False},
        ],
        "citations": [source, {**source, "id": payload}],
        "related": [
            {"document_id": None, "title": payload, "link": payload},
            {"document_id": payload, "title": payload, "link": "/documents/x"},
        ],
        "follow_ups": [payload], "conversation_id": payload, "seconds": 0.1,
    }  # fmt: skip


def flat(text: str) -> str:
    return " ".join(text.split())


class Fiend:
    """First refuses every question in hostile words, then answers in them."""

    def __init__(self) -> None:
        self._refused: set[str] = set()

    def answers(self, question: str) -> Iterable[tuple[str, object]] | str:
        if question not in self._refused:
            self._refused.add(question)
            return question
        answer = hostile(question)
        return [
            ("status", {"stage": question}), (question.partition("\n")[0].strip() or "x", {}),
            ("citation", answer["citations"][0]), ("token", {"text": question}),
            ("sentence", answer["sentences"][0]), ("token", {"text": f"**{question}"}),
            ("replace", {"answer": question}), ("done", answer),
        ]  # fmt: skip

    def context(self, path: str) -> object:
        """Whatever surrounds a quote, of the document that `path` names."""
        name = unquote(path.rpartition("/v1/documents/")[2].removesuffix("/context"))
        return {"before": f"davor {name} ", "quote": name, "after": f" danach {name}"}


def site(path: str) -> object:
    """What the server of `path` says of itself."""
    number = path.removeprefix("/seite").partition("/")[0]
    texts = SITES[int(number)] if number.isdigit() else PAYLOADS[:PERIOD]
    values = [{"value": text, "count": 1} for text in texts]
    return {
        "version": "1.0.0", "documents": 3, "suggestions": texts, "longest": 1_000,
        "filters": {name: [*values, *values] for name in ("region", "type", "year")},
        "links": dict(zip(("privacy", "imprint", "accessibility"), texts, strict=False)),
    }  # fmt: skip


SITES = [list(PAYLOADS[at : at + PERIOD]) for at in range(0, len(PAYLOADS), PERIOD)]


@pytest.mark.parametrize("policy", [POLICY, ""], ids=["strict", "no-policy"])
def test_no_text_of_an_answer_becomes_a_script(page: Page, trap: Trap, policy: str) -> None:
    assert len(set(PAYLOADS)) >= 100
    fiend = Fiend()
    stage = Stage(fiend.answers, site, fiend.context, policy=policy)
    stage.open(page)
    page.locator("#typed").wait_for()
    seen = page.evaluate(DRIVE, list(PAYLOADS))
    assert seen["faults"] == []
    assert seen["drafts"] > 0
    assert [body["question"] for body in stage.asked[1::2]] == list(PAYLOADS)
    assert trap.empty(page)
    with page.expect_popup() as opened:
        page.locator("#print").click()
    assert flat(PAYLOADS[-1]) in flat(opened.value.locator("body").inner_text())
    assert trap.empty(opened.value)


@pytest.mark.parametrize("policy", [POLICY, ""], ids=["strict", "no-policy"])
def test_nothing_the_server_says_of_itself_becomes_a_script(
    page: Page, trap: Trap, policy: str
) -> None:
    Stage(Fiend().answers, site, policy=policy).open(page)
    page.locator("#typed").wait_for()
    assert page.evaluate(VISIT, SITES) == []
    assert trap.empty(page)


def test_the_trap_snaps(page: Page, trap: Trap) -> None:
    """The payloads are real: put into a page without care, they run and ask for others."""
    Stage(Fiend().answers, site, policy="", body="<main></main>").open(page)
    page.evaluate(
        """(payloads) => {
            const main = document.querySelector("main");
            const places = payloads.map(() => document.createElement("div"));
            main.append(...places); // some payloads take `document.createElement` away
            for (const [number, payload] of payloads.entries()) places[number].innerHTML = payload;
        }""",
        [text for text in PAYLOADS if "http-equiv" not in text and "submit" not in text],
    )
    page.wait_for_timeout(500)
    assert page.evaluate("window.__pwned") >= 15
    assert len(set(trap.foreign)) >= 8
    with pytest.raises(AssertionError):
        trap.empty(page)
