"""Below a path of a larger site, everything a visitor touches stays below it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.assistant.processes import Machine
from tests.assistant.samples import QUESTION, write
from tests.browser.talk import ask, reply
from tests.browser.trace import Trace

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ROOT = "/gesund/assistent"
FOUNDED = "im Jahr 2019 gegründet"


def test_a_visitor_asks_and_reads_below_the_path(page: Page, trace: Trace, tmp_path: Path) -> None:
    machine = Machine(tmp_path / "daten", more=(("KGC_ROOT_PATH", ROOT),))
    assert machine.run("ingest", write(tmp_path / "texte")).code == 0
    with machine.serving() as server:
        page.goto(f"{server.url}{ROOT}/")
        ask(page, QUESTION)
        expect(reply(page)).to_contain_text(FOUNDED)
        reply(page).locator(".marker").first.click()
        link = page.locator(f"kgc-chat a[href*='{ROOT}/documents/']").first
        with page.context.expect_page() as opened:
            link.click()
        reading = opened.value
        expect(reading.locator("#zitat")).to_contain_text(FOUNDED)
        reading.get_by_role("link", name="Zum Chat").first.click()
        expect(reading).to_have_url(f"{server.url}{ROOT}/#chat")
        strays = [url for url in trace.requests if not url.startswith(f"{server.url}{ROOT}/")]
    assert strays == []
    assert trace.errors == []
