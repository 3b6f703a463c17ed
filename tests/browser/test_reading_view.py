"""The reading view in Chromium."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.fake_site import FakeSite
from tests.browser.sample import VIEW
from tests.browser.trace import Trace

pytestmark = pytest.mark.browser


def test_copied_text_is_the_documents_text(page: Page, fake: FakeSite) -> None:
    page.goto(f"{fake.url}/documents/netzwerke?start=60&end=420#zitat")
    selected = page.evaluate(
        """() => {
            getSelection().selectAllChildren(document.getElementById("text"));
            return getSelection().toString();
        }"""
    )
    # browsers copy one line break after a heading where the text has an empty line
    assert re.sub(r"\n+", "\n", selected).strip() == re.sub(r"\n+", "\n", VIEW.text)
    assert VIEW.text.split("\n\n")[-1] in selected


def test_reading_view_needs_no_javascript_and_scrolls_to_pages(
    context: BrowserContext, fake: FakeSite
) -> None:
    plain = context.browser.new_context(java_script_enabled=False)  # type: ignore[union-attr]  # the fixture launched it
    page = plain.new_page()
    page.goto(f"{fake.url}/documents/netzwerke#seite-2")
    expect(page.locator("#seite-2")).to_be_in_viewport()
    expect(page.locator("mark")).to_have_count(0)
    plain.close()


def test_reading_view_ignores_bad_offsets(page: Page, fake: FakeSite, trace: Trace) -> None:
    for query in ("start=-5&end=2", "start=5&end=999999", "start=x&end=y", "start=9&end=3"):
        response = page.goto(f"{fake.url}/documents/netzwerke?{query}#zitat")
        assert response is not None
        assert response.status == 200
        expect(page.locator("mark")).to_have_count(0)
    assert trace.errors == []


def test_reading_view_needs_no_sideways_scrolling(page: Page, fake: FakeSite) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{fake.url}/documents/netzwerke?start=60&end=420#zitat")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_contrast_is_at_least_4_5(page: Page, fake: FakeSite, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # the two literals above
    page.goto(f"{fake.url}/documents/netzwerke?start=60&end=420#zitat")
    assert page.evaluate(CONTRAST) == []


# WCAG 2.2 relative luminance and contrast ratio; backgrounds here are plain colours
CONTRAST = """() => {
    const parse = (text) => text.match(/[\\d.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
        .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const ground = (node) => {
        for (let at = node; at; at = at.parentElement) {
            const color = parse(getComputedStyle(at).backgroundColor);
            if (color.length === 3 || color[3] === 1) return color;
        }
        return [255, 255, 255];
    };
    const bad = [];
    for (const node of document.querySelectorAll("body *")) {
        const own = [...node.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
        if (!own || !node.checkVisibility() || node.closest(".unseen, :disabled")) continue;
        const [a, b] = [parse(getComputedStyle(node).color), ground(node)].map(light);
        const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        if (ratio < 4.5) bad.push(`${ratio.toFixed(2)} ${node.className} ${node.textContent.trim().slice(0, 30)}`);
    }
    return bad;
}"""  # noqa: E501 — one expression a line
