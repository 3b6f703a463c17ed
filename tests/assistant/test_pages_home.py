"""The start page around the chat: what it counts, what it says, what it leaves out."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest

from assistant.web.home import Count, Holdings, Measured, MeasuredSet, holdings, measured
from assistant.web.pages import Told, render_chat
from ingest.document import Metadata
from retrieval.build import raw_record
from retrieval.records import DocumentRecord
from tests.assistant.conftest import Site
from tests.assistant.test_pages import HOSTILE, Outline
from tests.fakes import entry

RATES = MeasuredSet("Startbestand", 55, 30, 3.3, 34.5, 100.0, 49.1, None)


def record(name: str, **facts: str) -> DocumentRecord:
    return raw_record(name, 1, entry(f"{name}.txt", "Text.", facts=Metadata(**facts)))  # type: ignore[arg-type]  # texts only


def page(told: Told | None = None, documents: int = 3) -> str:
    return render_chat(suggestions=("Was ist A?",), documents=documents, told=told, widget="/w.js")


def test_documents_are_counted_by_what_they_show() -> None:
    found = holdings(
        [
            record("a", type="Bericht", region="Hessen", date="2021-03"),
            record("b", type="Bericht", date="2023-10-05"),
            record("c", type="Flyer"),
        ]
    )
    assert found.documents == 3
    assert found.newest == "2023-10-05"
    kinds, regions, years = found.facets
    assert (kinds.label, kinds.counts) == ("Art", (Count("Bericht", 2, 100), Count("Flyer", 1, 50)))
    assert (regions.counts, regions.without) == ((Count("Hessen", 1, 100),), 2)
    assert [count.value for count in years.counts] == ["2023", "2021"]


def test_many_values_are_cut_and_said_to_be_cut() -> None:
    found = holdings([record(str(n), region=f"Land {n:02}") for n in range(9)])
    (regions,) = found.facets
    assert (len(regions.counts), regions.more, found.newest) == (6, 3, None)
    assert "Dazu 3 weitere Werte." in page(Told(found))


def test_the_page_says_how_often_it_is_wrong() -> None:
    html = page(Told(measured=Measured("2026-11-22", 85, (RATES,))))
    assert "22. November 2026 mit 85 Fragen" in html
    cells = re.findall(r"<td>(.*?)</td>", html)
    assert cells == ["55", "30", "3\N{NO-BREAK SPACE}%", "35\N{NO-BREAK SPACE}%",
                     "49\N{NO-BREAK SPACE}%", "–", "100\N{NO-BREAK SPACE}%"]  # fmt: skip


def test_without_figures_nothing_is_said_of_them(tmp_path: Path) -> None:
    assert measured(tmp_path / "fehlt.json") is None
    empty = tmp_path / "leer.json"
    empty.write_text(json.dumps({"date": "2026", "questions": 0, "sets": []}), encoding="utf-8")
    assert measured(empty) is None
    for told in (None, Told(holdings([]))):
        html = page(told, documents=0)
        assert 'id="genauigkeit"' not in html
        assert 'id="bestand"' not in html
        assert 'href="#genauigkeit"' not in html
        assert 'href="#bestand"' not in html


def test_headings_landmarks_and_targets_of_links() -> None:
    found = holdings([record("a", type="Bericht", region="Hessen", date="2021")])
    html = page(Told(found, Measured("2026-11-22", 85, (RATES,))))
    outline = Outline(html)
    tags = [tag for tag, _ in outline.tags]
    levels = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert {tags.count(name) for name in ("main", "header", "footer")} == {1}
    assert len(set(outline.ids())) == len(outline.ids())
    inside = [link[1:] for link in outline.links() if link.startswith("#")]
    assert set(inside) <= set(outline.ids())
    assert {"chat", "bestand", "antworten", "genauigkeit", "grenzen"} <= set(inside)
    assert "Artikel 50" in html


def test_only_web_addresses_become_links_of_the_foot() -> None:
    links = {
        "privacy": "https://example.org/datenschutz",
        "imprint": "javascript:alert(1)",
        "accessibility": None,
    }
    foot = page(Told(links=links)).split("<footer")[1]
    assert '<a href="https://example.org/datenschutz">Datenschutz</a>' in foot
    assert "Impressum" not in foot
    assert "Barrierefreiheit" not in foot
    assert "Rechtliches" not in page().split("<footer")[1]


def test_hostile_facts_stay_text() -> None:
    found = holdings([record("a", type=HOSTILE, region=HOSTILE)])
    html = page(Told(found, Measured(HOSTILE, 1, (MeasuredSet(HOSTILE, 1, 1, *[0.0] * 5),))))
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    Outline(html)


def test_form_and_answer_stand_inside_the_element_for_who_has_no_javascript() -> None:
    element = page().split("<kgc-chat")[1].split("</kgc-chat>")[0]
    assert 'mode="inline"' in element
    assert '<textarea id="frage" name="frage"' in element
    assert 'value="Was ist A?"' in element
    assert 'action="/#chat" method="post"' in element
    assert "KI-System" in element


@pytest.mark.parametrize("caller", ["public", "insider"])
def test_the_page_counts_public_documents_only(site: Site, caller: str) -> None:
    shown = site.service.library.documents(internal=False)
    assert len(shown) < len(site.service.library.documents(internal=True))
    html = getattr(site, caller).get("/").text
    assert f"antwortet aus {len(shown)} Dokumenten" in html
    assert isinstance(holdings(shown), Holdings)
