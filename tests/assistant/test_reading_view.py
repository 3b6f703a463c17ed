"""GET /documents/{id}: the document to read, with the cited passage marked."""

from __future__ import annotations

import html
import re

import pytest

from tests.assistant.conftest import Site

MARK = re.compile(r"<mark[^>]*>(.*?)</mark>", re.DOTALL)


def test_exactly_the_passage_is_marked(site: Site) -> None:
    name = site.id_of("netzwerk.md")
    text = site.public.get(f"/v1/documents/{name}").json()["text"]
    wanted = "Das Gesundheitsamt koordiniert das Netzwerk"
    start = text.index(wanted)
    view = site.public.get(f"/documents/{name}?start={start}&end={start + len(wanted)}")
    assert view.headers["content-type"] == "text/html; charset=utf-8"
    marked = "".join(html.unescape(found) for found in MARK.findall(view.text))
    assert marked == wanted
    assert 'id="zitat"' in view.text


@pytest.mark.parametrize(
    "query",
    [
        "", "?start=5", "?start=9&end=3", "?start=-1&end=5", "?start=0&end=99999999",
        "?start=x&end=y", "?start=%C2%B2&end=%C2%B3", "?start=&end=", "?start=1e3&end=2000",
    ],
)  # fmt: skip
def test_senseless_offsets_mark_nothing(site: Site, query: str) -> None:
    view = site.public.get(f"/documents/{site.id_of('netzwerk.md')}{query}")
    assert view.status_code == 200
    assert "<mark" not in view.text
    assert "Gesundheitsamt" in view.text


def test_endless_offsets_are_refused(site: Site) -> None:
    view = site.public.get(f"/documents/{site.id_of('netzwerk.md')}?start={'9' * 5_000}&end=9")
    assert view.status_code == 422


def test_nothing_of_a_document_becomes_markup(own_site: Site) -> None:
    hostile = '# <script>alert(1)</script>\n\n<img src=x onerror="alert(2)"> "><b>fett</b> Text.\n'
    files = {"file": ("<svg onload=alert(3)>.txt", hostile.encode())}
    sent = own_site.insider.post("/v1/documents", files=files).json()["documents"][0]
    own_site.insider.patch(
        f"/v1/documents/{sent['document_id']}",
        json={"title": "<script>alert(4)</script>", "organisation": "javascript:alert(5)"},
    )
    view = own_site.public.get(f"/documents/{sent['document_id']}?start=0&end=9").text
    assert "<script>alert" not in view
    assert "<img src=x" not in view
    assert "<svg onload" not in view
    assert "<b>" not in view
    assert 'href="javascript' not in view
    page = own_site.public.get("/").text
    assert "<script>alert" not in page


def test_page_answers_without_script(site: Site) -> None:
    page = site.public.post("/", data={"frage": "Seit wann gibt es das Netzwerk Bewegung?"})
    assert page.status_code == 200
    assert "im Jahr 2019 gegründet" in page.text
    hostile = site.public.post("/", data={"frage": "</textarea><script>alert(1)</script> Netz"})
    assert "<script>alert" not in hostile.text
    for odd in ("?", "   ", "a" * 3_000):
        assert site.public.get("/", params={"frage": odd}).status_code == 200
        assert site.public.post("/", data={"frage": odd}).status_code in (200, 422)


def test_an_old_link_shows_people_a_page_and_programs_a_problem(site: Site) -> None:
    gone = "/documents/gibt-es-nicht"
    page = site.public.get(gone, headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert "nicht im Index" in page.text
    problem = site.public.get(gone)
    assert problem.status_code == 404
    assert problem.headers["content-type"] == "application/problem+json"


MISREAD = (
    "Das Angebot ist fiir alle Biirger der Stadt. Wahrend der Woche kénnen sie den Saal nutzen, "
    "und die Kosten sind <b>nicht</b> gréBer als friiher.\n"
)


def test_misread_words_are_shown_as_read_or_put_right(own_site: Site) -> None:
    files = {"file": ("aushang.txt", MISREAD.encode())}
    own_site.insider.post("/v1/documents", files=files)
    name = own_site.id_of("aushang.txt")
    text = own_site.public.get(f"/v1/documents/{name}").json()["text"]
    end = text.index(" Wahrend")
    place = f"start=0&end={end}"

    read = own_site.public.get(f"/documents/{name}?{place}").text
    assert shown(read) == text[:end]
    assert 'title="Richtig wohl: für"' in read
    assert f'href="?display=repaired&amp;{place.replace("&", "&amp;")}#zitat"' in read

    right = own_site.public.get(f"/documents/{name}?display=repaired&{place}").text
    assert shown(right) == "Das Angebot ist für alle Bürger der Stadt."
    assert 'title="Im Original: fiir"' in right
    assert "größer als früher" in re.sub(r"<[^>]+>", "", right)
    assert f'href="?{place.replace("&", "&amp;")}#zitat"' in right
    assert "<b>" not in read + right


def test_a_text_that_was_read_right_has_nothing_to_choose(site: Site) -> None:
    name = site.id_of("netzwerk.md")
    plain = site.public.get(f"/documents/{name}").text
    assert "misread" not in plain
    assert site.public.get(f"/documents/{name}?display=repaired").text == plain


def shown(page: str) -> str:
    return "".join(re.sub(r"<[^>]+>", "", html.unescape(found)) for found in MARK.findall(page))
