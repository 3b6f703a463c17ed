"""The start page over HTTP: its form without JavaScript, its files, what browsers keep of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from assistant.question import LONGEST
from assistant.service import Service
from assistant.web.app import ServerOptions, create_app
from assistant.widget import FILE, built
from tests.assistant.conftest import TOKEN, UPLOAD_BYTES, Site
from tests.assistant.samples import FOREIGN_QUESTION, QUESTION, SECRET, SECRET_QUESTION
from tests.assistant.test_pages import HOSTILE, Outline

FACT = "im Jahr 2019 gegründet"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The questions that the service is given."""
    questions: list[str] = []
    stream = Service.stream

    def counted(self: Service, given: object, **more: bool) -> object:
        questions.append(given.question)  # type: ignore[attr-defined]  # an `Asked`
        return stream(self, given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Service, "stream", counted)
    return questions


def test_the_form_is_answered(site: Site, asked: list[str]) -> None:
    got = site.public.post("/", data={"frage": f"  {QUESTION}\r\n"})
    assert got.status_code == 200
    assert got.headers["content-type"] == "text/html; charset=utf-8"
    assert got.headers["cache-control"] == "no-store"
    assert "form-action 'self'" in got.headers["content-security-policy"]
    assert FACT in got.text
    assert "<script" not in got.text
    assert asked == [QUESTION]
    Outline(got.text)


def test_a_refusal_on_the_page_says_what_is_near_and_who_helps(site: Site) -> None:
    html = site.public.post("/", data={"frage": FOREIGN_QUESTION}).text
    assert "Keine Antwort in den Dokumenten" in html
    assert "Hier bekommen Sie Hilfe" in html
    assert "https://www.gesundheitliche-chancengleichheit.de" in Outline(html).links()


def test_a_link_with_a_question_is_no_question_yet(site: Site, asked: list[str]) -> None:
    html = site.public.get("/", params={"frage": QUESTION}).text
    assert f">\n{QUESTION}</textarea>" in html
    assert FACT not in html
    assert asked == []
    assert 'method="post"' in html
    assert 'method="get"' not in html


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("x" * (LONGEST + 1), f"Die Frage hat {LONGEST + 1} Zeichen, erlaubt sind {LONGEST}."),
        ("", "Die Frage ist leer."),
        (" \r\n?! ", "Die Frage ist leer."),
    ],
)
def test_what_cannot_be_asked_is_said_on_the_page(
    site: Site, asked: list[str], typed: str, said: str
) -> None:
    got = site.public.post("/", data={"frage": typed})
    assert got.status_code == 422
    assert said in got.text
    assert f">\n{typed.strip()}</textarea>" in got.text
    assert asked == []


def test_a_form_without_its_field_or_of_another_kind_is_an_empty_question(site: Site) -> None:
    kinds: list[dict[str, Any]] = [
        {"data": {"x": "1"}},
        {"json": {"frage": QUESTION}},
        {"content": b"frage=%ff%00"},
    ]
    for given in kinds:
        got = site.public.post("/", **given)
        assert got.status_code == 422
        assert "<textarea" in got.text


def test_a_question_in_the_form_stays_text(site: Site) -> None:
    for got in (
        site.public.post("/", data={"frage": HOSTILE}),
        site.public.get("/", params={"frage": HOSTILE}),
    ):
        assert got.status_code == 200
        assert "<script>alert" not in got.text
        assert "<img src=x" not in got.text
        Outline(got.text)


def test_the_form_shows_nothing_internal(site: Site) -> None:
    html = site.public.post("/", data={"frage": SECRET_QUESTION}).text
    assert html.count(SECRET) == html.count(SECRET_QUESTION)


def test_the_form_is_limited_in_size_and_number(site: Site) -> None:
    assert site.public.post("/", data={"frage": "x" * 70_000}).status_code == 413
    app = create_app(site.service, ServerOptions(TOKEN, UPLOAD_BYTES, requests_per_minute=1))
    limited = replace(site, app=app)
    codes = [limited.public.post("/", data={"frage": "Danke"}).status_code for _ in range(2)]
    assert codes == [200, 429]


def test_the_page_names_the_content_of_its_widget(site: Site) -> None:
    newest = built()
    assert newest is not None
    tags = Outline(site.public.get("/").text).tags
    sources = [a["src"] or "" for tag, a in tags if tag == "script"]
    assert sources == [
        f"/widget/v{newest.version}/{FILE}?{newest.tag[:12]}",
        "/static/page.js",
    ]
    assert site.public.get(sources[0]).content == newest.data


def test_files_of_the_pages_are_asked_about_each_time(site: Site) -> None:
    got = site.public.get("/static/page.js")
    assert got.headers["cache-control"] == "no-cache"
    held = {"If-None-Match": got.headers["etag"]}
    again = site.public.get("/static/page.js", headers=held)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["cache-control"] == "no-cache"
    assert site.public.get("/static/fehlt.js").status_code == 404
