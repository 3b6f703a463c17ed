"""/docs in Chromium: the description of the interface, without anybody else being asked."""

from __future__ import annotations

import re
from hashlib import sha256
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from assistant.web.pages import STATIC_FOLDER
from tests.assistant.processes import Server
from tests.browser.trace import Trace

FILES = STATIC_FOLDER / "docs"


@pytest.mark.browser
@pytest.mark.slow
def test_an_operation_can_be_tried_out_and_nobody_else_is_asked(
    context: BrowserContext, page: Page, trace: Trace, server: Server
) -> None:
    context.add_init_script(
        "window.broken = [];"
        "addEventListener('securitypolicyviolation', e => broken.push(e.blockedURI + e.sourceFile +"
        " e.violatedDirective));"
    )
    opened = page.goto(f"{server.url}/docs")
    assert opened is not None
    policy = opened.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    expect(page.get_by_role("heading", name="kgc-assistant")).to_be_visible()
    search = page.locator("#operations-default-search_v1_search_get")
    search.get_by_role("button").first.click()
    search.get_by_role("button", name="Try it out").click()
    search.get_by_placeholder("q", exact=True).fill("Netzwerk")
    search.get_by_role("button", name="Execute").click()
    live = search.locator(".live-responses-table")
    expect(live).to_contain_text("200")
    expect(live).to_contain_text("Bewegung im Quartier")
    expect(page.get_by_role("button", name="Authorize")).to_be_visible()
    asked = {f"{place.scheme}://{place.netloc}" for place in map(urlsplit, trace.requests)}
    assert asked - {"data://"} == {server.url}
    assert trace.errors == []
    assert page.evaluate("broken") == []


def test_the_files_are_those_of_the_package() -> None:
    table = dict(
        re.findall(r"\| `([^`]+)` \| `([0-9a-f]{64})` \|", (FILES / "ORIGIN.md").read_text())
    )
    assert len(table) == 5
    for name, hashed in table.items():
        assert sha256((FILES / name).read_bytes()).hexdigest() == hashed, name
    assert {path.name for path in FILES.iterdir()} == {*table, "ORIGIN.md", "start.js"}
