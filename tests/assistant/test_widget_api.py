"""What the chat widget on pages elsewhere needs: its file, its facts, its context, its origin."""

from __future__ import annotations

import base64
import gzip
import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from assistant import widget
from assistant.errors import SettingsInvalid
from assistant.settings import load
from assistant.surroundings import FARTHEST, surroundings
from assistant.web.app import ServerOptions, create_app
from assistant.web.widget_info import choices
from assistant.widget import FILE, Links, WidgetOptions, built, origin
from ingest.document import Metadata
from retrieval.records import DocumentRecord, Visibility
from tests.assistant.conftest import TOKEN, UPLOAD_BYTES, Kgc, Site
from tests.assistant.processes import Machine
from tests.assistant.samples import QUESTION, SECRET

PAGE = "https://a.example"
OPTIONS = WidgetOptions(
    (PAGE, "http://localhost:5173"),
    Links("https://a.example/datenschutz", None, "https://a.example/barrierefreiheit"),
)
OPEN = "access-control-allow-origin"
LISTED = [
    ("POST", "/v1/chat"), ("GET", "/v1/widget"), ("POST", "/v1/feedback"), ("GET", "/v1/search"),
    ("GET", "/v1/suggest"), ("DELETE", "/v1/conversations/x"), ("GET", "/v1/documents/x/context"),
]  # fmt: skip
UNLISTED = [
    ("GET", "/v1/gaps"), ("DELETE", "/v1/gaps"), ("POST", "/v1/documents"),
    ("GET", "/v1/documents"),
    ("GET", "/v1/documents/x"), ("DELETE", "/v1/documents/x"), ("PATCH", "/v1/documents/x"),
    ("POST", "/v1/documents/places"), ("GET", "/documents/x"), ("GET", "/documents/x/original"),
    ("GET", "/"), ("GET", "/livez"), ("GET", "/readyz"), ("GET", "/openapi.json"),
    ("GET", "/v1/chat/"), ("GET", "/v1/documents/x/y/context"), ("GET", "/static/icon.svg"),
]  # fmt: skip
STRANGERS = [
    "null", "https://b.example", "https://a.example.evil", "https://evil.a.example",
    "http://a.example", "https://a.example:8443", "https://a.example:443", "https://a.example/",
    "https://A.example", "https://a.example,https://b.example", "https://a.exampl", "*", "",
    "https://evil/https://a.example",
]  # fmt: skip


def site_with(site: Site, options: WidgetOptions, per_minute: int = 0) -> Site:
    made = ServerOptions(TOKEN, UPLOAD_BYTES, per_minute, options)
    return Site(create_app(site.service, made), site.service)


@pytest.fixture(scope="module")
def shared(site: Site) -> Site:
    return site_with(site, OPTIONS)


def preflight(caller: TestClient, path: str, page: str, method: str, headers: str = "") -> Any:
    asked = {"Origin": page, "Access-Control-Request-Method": method}
    if headers:
        asked["Access-Control-Request-Headers"] = headers
    return caller.options(path, headers=asked)


# ---- the file ------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Several versions in place of the packaged one, and what is none."""
    for name in ("v1.0.0", "v1.2.0", "v1.10.1", "v2.0.0", "v10.0.0", "v1.99", "vx", "v1.11.0-rc"):
        (tmp_path / name).mkdir()
        (tmp_path / name / FILE).write_text(f"// {name} ä " + "x" * 999, encoding="utf-8")
    (tmp_path / "v1.20.0").mkdir()  # built, but without a file
    monkeypatch.setattr(widget, "FOLDER", tmp_path)
    return tmp_path


def test_the_packaged_widget_is_served_as_it_is(site: Site) -> None:
    newest = built()
    assert newest is not None
    held = (widget.FOLDER / f"v{newest.version}" / FILE).read_bytes()
    for name in (f"v{newest.version}", f"v{newest.version.partition('.')[0]}"):
        for accepted in ("gzip, deflate, br", "identity"):
            got = site.public.get(f"/widget/{name}/{FILE}", headers={"Accept-Encoding": accepted})
            assert got.status_code == 200
            assert got.content == held
    assert site.public.get(f"/static/widget/v{newest.version}/{FILE}").content == held


@pytest.mark.parametrize(
    ("name", "cached"),
    [("v1", "public, max-age=3600"), ("v1.0.0", "public, max-age=31536000, immutable")],
)
def test_headers_of_the_file(site: Site, files: Path, name: str, cached: str) -> None:
    got = site.public.get(f"/widget/{name}/{FILE}", headers={"Origin": "https://any.example"})
    shown = got.headers
    assert got.status_code == 200
    assert shown["content-type"] == "text/javascript; charset=utf-8"
    assert shown["cache-control"] == cached
    assert shown[OPEN] == "*"
    assert "access-control-allow-credentials" not in shown
    assert shown["cross-origin-resource-policy"] == "cross-origin"
    assert shown["x-content-type-options"] == "nosniff"
    assert shown["vary"] == "Accept-Encoding"
    assert "set-cookie" not in shown


def test_the_moving_address_is_the_newest_of_its_kind(site: Site, files: Path) -> None:
    def version(name: str) -> str:
        return site.public.get(f"/widget/{name}/{FILE}").text.split()[1]

    told = {name: version(name) for name in ("v1", "v2", "v10", "v1.0.0", "v1.2.0")}
    assert told == {
        "v1": "v1.10.1", "v2": "v2.0.0", "v10": "v10.0.0", "v1.0.0": "v1.0.0", "v1.2.0": "v1.2.0",
    }  # fmt: skip
    assert site.public.get("/v1/widget").json()["version"] == "10.0.0"


@pytest.mark.parametrize(
    "path",
    [
        f"v3/{FILE}", f"v1.0.1/{FILE}", f"v1.20.0/{FILE}", f"vx/{FILE}", f"1.0.0/{FILE}",
        f"v1.99/{FILE}", f"v1.11.0-rc/{FILE}", f"%2e%2e/{FILE}", f"v*/{FILE}", f"V1/{FILE}",
        f"v¹/{FILE}", "v1/other.js", "v1/", f"v1.0.0%2f..%2fv2.0.0/{FILE}",
    ],
)  # fmt: skip
def test_other_addresses_are_unknown(site: Site, files: Path, path: str) -> None:
    got = site.public.get(f"/widget/{path}")
    assert got.status_code == 404
    assert got.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        ("gzip", True), ("gzip, deflate, br, zstd", True), ("br;q=1.0, gzip;q=0.5", True),
        ("GZIP", True), ("gzip;q=0", False), ("gzip;q=x", False), ("identity", False), ("", False),
        ("xgzip", False),
    ],
)  # fmt: skip
def test_packed_for_who_accepts_it(site: Site, files: Path, accepted: str, packed: bool) -> None:
    with site.public.stream(
        "GET", f"/widget/v1/{FILE}", headers={"Accept-Encoding": accepted}
    ) as got:
        raw = b"".join(got.iter_raw())
    assert got.headers.get("content-encoding") == ("gzip" if packed else None)
    assert int(got.headers["content-length"]) == len(raw)
    plain = (files / "v1.10.1" / FILE).read_bytes()
    assert (gzip.decompress(raw) if packed else raw) == plain
    assert not packed or len(raw) < len(plain) / 4


def test_who_has_it_gets_no_second_copy(site: Site, files: Path) -> None:
    path = f"/widget/v1/{FILE}"
    tags = set()
    for accepted in ("gzip", "identity"):
        asked = {"Accept-Encoding": accepted}
        tag = site.public.get(path, headers=asked).headers["etag"]
        tags.add(tag)
        for held in (tag, f"W/{tag}", f'"x", {tag}', "*"):
            got = site.public.get(path, headers=asked | {"If-None-Match": held})
            assert (got.status_code, got.content) == (304, b"")
            assert got.headers["etag"] == tag
            assert got.headers[OPEN] == "*"
            assert got.headers["cache-control"] == "public, max-age=3600"
            assert got.headers["vary"] == "Accept-Encoding"
        for held in ('"x"', tag.strip('"')):
            got = site.public.get(path, headers=asked | {"If-None-Match": held})
            assert got.status_code == 200
    assert len(tags) == 2  # packed and plain are different bytes
    other = site.public.get(f"/widget/v1.0.0/{FILE}", headers={"Accept-Encoding": "gzip"})
    assert other.headers["etag"] not in tags


def test_head_says_the_same(site: Site, files: Path) -> None:
    got, head = (ask(f"/widget/v1/{FILE}") for ask in (site.public.get, site.public.head))
    assert head.status_code == 200
    names = {"x-request-id"}  # one each
    assert head.headers.keys() == got.headers.keys() > names
    assert all(head.headers[name] == got.headers[name] for name in got.headers.keys() - names)


def test_without_a_built_file_the_rest_works(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(widget, "FOLDER", tmp_path / "fehlt")
    assert site.public.get(f"/widget/v1/{FILE}").status_code == 404
    assert site.public.get("/v1/widget").json()["version"] is None


# ---- GET /v1/widget ------------------------------------------------------------------------


def test_facts_for_the_widget(shared: Site) -> None:
    got = shared.public.get("/v1/widget")
    assert got.status_code == 200
    assert got.headers["cache-control"] == "public, max-age=60"
    held = got.json()
    assert held.keys() == {"version", "documents", "suggestions", "filters", "links", "longest"}
    assert held["documents"] == shared.public.get("/readyz").json()["documents"]
    assert held["longest"] == 1_000
    assert held["links"] == {
        "privacy": "https://a.example/datenschutz",
        "imprint": None,
        "accessibility": "https://a.example/barrierefreiheit",
    }
    assert held["filters"].keys() == {"region", "type", "year"}
    assert held["suggestions"]
    newest = built()
    assert newest is not None
    assert held["version"] == newest.version


def test_filters_are_those_of_the_public_documents(shared: Site) -> None:
    told = shared.public.get("/v1/widget").json()["filters"]
    public = shared.public.get("/v1/documents").json()["documents"]
    for name in ("region", "type"):
        values = [entry[name] for entry in public if entry[name]]
        assert told[name] == [
            {"value": value, "count": values.count(value)} for value in sorted(set(values))
        ]
    assert any(told.values())
    for name, values in told.items():
        for entry in values:
            query = {"q": "Gesundheit", name: entry["value"]}
            assert shared.public.get("/v1/search", params=query).status_code == 200


def test_not_even_the_key_shows_internal_documents(own_site: Site) -> None:
    own_site.service.correct(own_site.secret, {"region": "Saarland", "date": "1999-01-02"})
    with_key = own_site.insider.get("/v1/widget")
    assert with_key.json() == own_site.public.get("/v1/widget").json()
    for word in (SECRET, "Saarland", "1999"):
        assert word not in with_key.text
    own_site.service.correct(own_site.secret, {"visibility": "public"})
    told = own_site.public.get("/v1/widget").json()
    assert told["documents"] == with_key.json()["documents"] + 1
    assert {"value": "Saarland", "count": 1} in told["filters"]["region"]
    assert {"value": "1999", "count": 1} in told["filters"]["year"]


def test_choices_have_an_order() -> None:
    blank = DocumentRecord("d", "s", "o", "h", 1, Visibility.PUBLIC, Metadata(), None, None, 1)
    facts = [
        Metadata(region="Sachsen", date="2019"),
        Metadata(region="Bayern", date="2023-10"),
        Metadata(region="Sachsen", type="Bericht"),
    ]
    assert choices([replace(blank, metadata=fact) for fact in facts]) == {
        "region": [{"value": "Bayern", "count": 1}, {"value": "Sachsen", "count": 2}],
        "type": [{"value": "Bericht", "count": 1}],
        "year": [{"value": "2023", "count": 1}, {"value": "2019", "count": 1}],
    }


def test_suggestions_from_the_setting_come_first(site: Site) -> None:
    own = site_with(site, WidgetOptions(suggestions=("Wer hilft?", "Was kostet es?")))
    assert own.public.get("/v1/widget").json()["suggestions"] == ["Wer hilft?", "Was kostet es?"]
    assert site.public.get("/v1/widget").json()["suggestions"] != ["Wer hilft?", "Was kostet es?"]


# ---- GET /v1/documents/{id}/context --------------------------------------------------------


def test_context_of_a_citation(site: Site) -> None:
    answer = site.public.post("/v1/chat", json={"question": QUESTION}).json()
    for cited in answer["citations"]:
        name, span = cited["document_id"], {"start": cited["start"], "end": cited["end"]}
        got = site.public.get(f"/v1/documents/{name}/context", params=span)
        assert got.status_code == 200
        assert got.headers["cache-control"] == "no-store"
        told = got.json()
        assert told.keys() == {"before", "quote", "after"}
        assert told["quote"] == cited["quote"]
        text = site.public.get(f"/v1/documents/{name}").json()["text"]
        assert told["before"] + told["quote"] + told["after"] in text


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("-1", "5", "start"), ("5", "5", "start"), ("9", "2", "start"), ("0", "0", "end"),
        ("0", "LEN+1", "end"), ("LEN", "LEN+1", "end"), ("0", "9" * 30, "end"),
        ("x", "5", "ganze Zahl"), ("", "5", "ganze Zahl"), ("1.5", "5", "ganze Zahl"),
        (None, "5", "„start“ fehlt"), ("0", None, "„end“ fehlt"), (None, None, "fehlt"),
        ("9" * 5_000, "5", "start"),
    ],
)  # fmt: skip
def test_wrong_offsets(site: Site, start: str | None, end: str | None, words: str) -> None:
    name = site.id_of("netzwerk.md")
    length = len(site.public.get(f"/v1/documents/{name}").json()["text"])
    known = {"LEN": str(length), "LEN+1": str(length + 1)}
    span = {"start": start, "end": end}
    query = {key: known.get(value, value) for key, value in span.items() if value is not None}
    got = site.public.get(f"/v1/documents/{name}/context", params=query)
    assert got.status_code == 422
    assert got.headers["content-type"] == "application/problem+json"
    assert words in got.json()["detail"]


def test_offsets_at_the_borders(site: Site) -> None:
    name = site.id_of("netzwerk.md")
    text = site.public.get(f"/v1/documents/{name}").json()["text"]
    for start, end in ((0, len(text)), (0, 1), (len(text) - 1, len(text))):
        got = site.public.get(f"/v1/documents/{name}/context?start={start}&end={end}").json()
        assert got["quote"] == text[start:end]
        assert got["before"] == "" or start > 0
        assert got["after"] == "" or end < len(text)


def test_offsets_count_code_points_and_a_stretch_has_a_limit(own_site: Site) -> None:
    text = "# Titel\n\n" + "Das 😀 lacht über 𝒜 und Ä. " * 400
    report = own_site.insider.post(
        "/v1/documents", files={"file": ("lang.md", text.encode(), "text/markdown")}
    ).json()
    name = report["documents"][0]["document_id"]
    held = own_site.public.get(f"/v1/documents/{name}").json()["text"]
    at = held.index("😀", 5_000)
    path = f"/v1/documents/{name}/context"
    got = own_site.public.get(f"{path}?start={at}&end={at + 1}").json()
    assert got["quote"] == "😀"
    assert got["before"].endswith("Das ")
    assert got["before"].startswith("Das")
    assert got["after"].startswith(" lacht")
    assert got["after"].endswith("Ä.")
    assert own_site.public.get(f"{path}?start=1000&end=5000").status_code == 200
    refused = own_site.public.get(f"{path}?start=1000&end=5001")
    assert refused.status_code == 422
    assert "5000" in refused.json()["detail"]


def test_internal_documents_have_no_context_without_the_key(site: Site) -> None:
    def path(name: str, end: int = 5) -> str:
        return f"/v1/documents/{name}/context?start=0&end={end}"

    for end in (5, 999_999):
        seen = site.public.get(path(site.secret, end), headers={"Origin": PAGE})
        unknown = site.public.get(path("unbekannt", end), headers={"Origin": PAGE})
        assert seen.status_code == unknown.status_code == 404
        assert seen.text.replace(site.secret, "unbekannt") == unknown.text
    assert site.insider.get(path(site.secret)).status_code == 200
    assert site.caller("192.0.2.7", "falsch").get(path(site.secret)).status_code == 401


SENTENCE = "Der Verein lädt jede Woche alle Nachbarn zum Frühstück ein. "


def test_surroundings_end_with_a_sentence() -> None:
    text = SENTENCE * 20
    start = 10 * len(SENTENCE)
    before, after = surroundings(text, start, start + len(SENTENCE) - 1)
    assert before == SENTENCE * 5
    assert after == " " + (SENTENCE * 5).rstrip()
    before, after = surroundings(text, start + 4, start + 9)
    assert before == SENTENCE * 4 + "Der "
    assert after == SENTENCE[9:] + (SENTENCE * 4).rstrip()
    lines = "Ein Punkt einer Liste ohne Satzzeichen am Ende\n" * 20
    before, after = surroundings(lines, 470, 516)
    assert before == lines[470 - 6 * 47 : 470]
    assert after == lines[516 : 516 + 6 * 47]


def test_surroundings_end_with_a_word_where_sentences_are_long() -> None:
    text = "Wörter " * 200
    before, after = surroundings(text, 700, 706)
    assert before.startswith("Wörter ")
    assert before.endswith("Wörter ")
    assert after.startswith(" Wörter")
    assert after.endswith("Wörter")
    assert 290 <= len(before) <= FARTHEST
    assert 290 <= len(after) <= FARTHEST


def test_surroundings_cut_nothing_that_is_short() -> None:
    assert surroundings("Titel\n\nEin Satz. Noch einer.\n", 7, 16) == ("Titel\n\n", " Noch einer.")
    assert surroundings("x" * 2_000, 1_000, 1_001) == ("x" * FARTHEST, "x" * FARTHEST)


@given(
    st.text(alphabet=st.sampled_from("aB1ä😀.!? \n-„“"), max_size=1_500),
    st.integers(0, 1_500),
    st.integers(1, 400),
)
def test_surroundings_are_the_text_itself(text: str, start: int, length: int) -> None:
    start = min(start, len(text))
    end = min(len(text), start + length)
    before, after = surroundings(text, start, end)
    assert max(len(before), len(after)) <= FARTHEST
    assert text[:start].endswith(before)
    assert text[end:].startswith(after)
    assert before == before.lstrip()
    assert after == after.rstrip()
    # A border is one of the text, of white space, or of a word that is longer than the window.
    lead = text[: start - len(before)]
    assert not before or not lead or lead[-1].isspace() or " " not in before or len(before) > 250


# ---- origins -------------------------------------------------------------------------------


@pytest.mark.parametrize(("method", "path"), LISTED)
@pytest.mark.parametrize("page", OPTIONS.origins)
def test_a_listed_page_may_read(shared: Site, method: str, path: str, page: str) -> None:
    got = shared.public.request(method, path, headers={"Origin": page}, json={})
    assert got.headers[OPEN] == page
    assert "Origin" in got.headers["vary"]
    assert got.headers["access-control-expose-headers"] == "Retry-After"
    assert "access-control-allow-credentials" not in got.headers
    asked = preflight(shared.public, path, page, method, "content-type")
    assert asked.status_code == 204
    assert asked.content == b""
    assert asked.headers[OPEN] == page
    assert "Origin" in asked.headers["vary"]
    assert asked.headers["access-control-allow-methods"] == "GET, POST, DELETE"
    assert "Content-Type" in asked.headers["access-control-allow-headers"]
    assert "authorization" not in asked.headers["access-control-allow-headers"].lower()
    assert "access-control-allow-credentials" not in asked.headers
    assert asked.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in asked.headers["content-security-policy"]


@pytest.mark.parametrize("page", STRANGERS)
def test_no_other_page_may_read(shared: Site, page: str) -> None:
    for method, path in LISTED:
        got = shared.public.request(method, path, headers={"Origin": page}, json={})
        assert OPEN not in got.headers
        assert "Origin" in got.headers["vary"]
        asked = preflight(shared.public, path, page, method, "content-type")
        assert asked.status_code == 400
        assert asked.headers["content-type"] == "application/problem+json"
        assert OPEN not in asked.headers
        assert asked.json()["status"] == 400
        assert int(asked.headers["content-length"]) == len(asked.content)


@pytest.mark.parametrize(("method", "path"), UNLISTED)
def test_the_rest_knows_no_other_origin(shared: Site, method: str, path: str) -> None:
    for caller in (shared.public, shared.insider):
        got = caller.request(method, path, headers={"Origin": PAGE})
        asked = preflight(caller, path, PAGE, method, "content-type")
        for answer in (got, asked):
            assert not [name for name in answer.headers if name.startswith("access-control-")]
        assert asked.status_code >= 400


@pytest.mark.parametrize(
    ("method", "headers"),
    [("PUT", ""), ("PATCH", ""), ("POST", "authorization"), ("POST", "content-type, x-other")],
)
def test_methods_and_headers_beyond_the_widgets_need(
    shared: Site, method: str, headers: str
) -> None:
    assert preflight(shared.public, "/v1/chat", PAGE, method, headers).status_code == 400


def test_caches_are_told_without_an_origin_too(shared: Site, site: Site) -> None:
    for made in (shared, site):
        got = made.public.get("/v1/widget")
        assert OPEN not in got.headers
        assert "Origin" in got.headers["vary"]


def test_by_default_no_page_elsewhere_may_read(site: Site) -> None:
    for page in (PAGE, "null", "http://testserver"):
        got = site.public.post("/v1/chat", json={"question": "Danke!"}, headers={"Origin": page})
        assert got.status_code == 200  # its own chat page sends an origin too
        assert OPEN not in got.headers
        assert preflight(site.public, "/v1/chat", page, "POST").status_code == 400


def test_a_stream_can_be_read(shared: Site) -> None:
    wanted = {"Origin": PAGE, "Accept": "text/event-stream"}
    got = shared.public.post("/v1/chat", json={"question": QUESTION}, headers=wanted)
    assert got.headers["content-type"].startswith("text/event-stream")
    assert got.headers[OPEN] == PAGE
    assert "event: done" in got.text


def test_errors_can_be_read(shared: Site, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {"Origin": PAGE}
    big = b'{"question": "' + b"x" * 70_000 + b'"}'
    assert shared.public.post("/v1/chat", content=big, headers=asked).headers[OPEN] == PAGE
    limited = site_with(site, OPTIONS, per_minute=1)
    assert limited.public.get("/v1/widget", headers=asked).status_code == 200
    for _ in range(3):
        # Asking whether one may ask costs nothing.
        assert preflight(limited.public, "/v1/chat", PAGE, "POST").status_code == 204
    refused = limited.public.get("/v1/widget", headers=asked)
    assert refused.status_code == 429
    assert refused.headers[OPEN] == PAGE
    assert refused.headers["retry-after"]

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("innen")

    monkeypatch.setattr(shared.service, "search", broken)
    failed = shared.public.get("/v1/search?q=Netz", headers=asked)
    assert failed.status_code == 500
    assert failed.headers[OPEN] == PAGE
    assert failed.headers["x-content-type-options"] == "nosniff"


def test_pages_of_this_server_allow_no_strings_as_scripts(site: Site) -> None:
    policy = site.public.get("/").headers["content-security-policy"]
    assert "require-trusted-types-for 'script'" in policy
    assert "default-src 'none'" in policy


# ---- settings ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_", "read"),
    [
        ("https://www.example.org", "https://www.example.org"),
        ("https://www.example.org/", "https://www.example.org"),
        ("HTTPS://WWW.Example.ORG:443", "https://www.example.org"),
        ("http://localhost:80", "http://localhost"),
        ("http://localhost:5173", "http://localhost:5173"),
        ("https://münchen.de", "https://xn--mnchen-3ya.de"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_origins_are_read_as_browsers_write_them(given_: str, read: str) -> None:
    assert origin(given_) == read


@pytest.mark.parametrize(
    "value",
    [
        "*", "null", "example.org", "https://", "https://*.example.org", "https://a.example/pfad",
        "https://a.example?x", "https://a.example#x", "https://u:p@a.example", "ftp://a.example",
        "https://a.example:0", "https://a.example:99999", "file:///tmp", "https://a b.example",
        "https://a.example\\@b.example", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_what_is_no_origin_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("KGC_WIDGET_ORIGINS", f"https://a.example,{value}")
    with pytest.raises(SettingsInvalid, match="KGC_WIDGET_ORIGINS"):
        load()


def test_settings_of_the_widget(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)  # away from a developer's .env
    for name in ("WIDGET_ORIGINS", "LINK_IMPRINT", "SUGGESTIONS"):
        monkeypatch.delenv(f"KGC_{name}", raising=False)
    assert load().widget == WidgetOptions()
    monkeypatch.setenv("KGC_WIDGET_ORIGINS", " https://a.example , http://b.example:81/,")
    monkeypatch.setenv("KGC_LINK_PRIVACY", "https://a.example/datenschutz?x=1#y")
    monkeypatch.setenv("KGC_LINK_ACCESSIBILITY", " ")
    monkeypatch.setenv("KGC_SUGGESTIONS", "Wer hilft? | Was\n kostet es?||Wer hilft?")
    assert load().widget == WidgetOptions(
        ("https://a.example", "http://b.example:81"),
        Links(privacy="https://a.example/datenschutz?x=1#y"),
        ("Wer hilft?", "Was kostet es?"),
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KGC_LINK_PRIVACY", "javascript:alert(1)"), ("KGC_LINK_PRIVACY", "/datenschutz"),
        ("KGC_LINK_IMPRINT", "//a.example"), ("KGC_LINK_IMPRINT", "https://a.example/\"x"),
        ("KGC_LINK_ACCESSIBILITY", "a.example"), ("KGC_LINK_ACCESSIBILITY", "mailto:a@b.example"),
        ("KGC_SUGGESTIONS", "a|b|c|d|e|f|g"), ("KGC_SUGGESTIONS", "x" * 201),
    ],
)  # fmt: skip
def test_wrong_settings_are_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsInvalid, match=name):
        load()


@pytest.mark.slow
def test_a_server_has_its_settings(tmp_path: Path) -> None:
    told = {
        "KGC_WIDGET_ORIGINS": PAGE,
        "KGC_SUGGESTIONS": "Wer hilft?",
        "KGC_LINK_IMPRINT": "https://a.example/impressum",
    }
    machine = Machine(tmp_path / "daten", more=tuple(told.items()))
    with machine.serving() as server, server.client() as public:
        got = public.get("/v1/widget", headers={"Origin": PAGE})
        assert got.headers[OPEN] == PAGE
        assert got.json()["suggestions"] == ["Wer hilft?"]
        assert got.json()["links"]["imprint"] == "https://a.example/impressum"
        assert got.json()["documents"] == 0
        path = f"/widget/v{got.json()['version']}/{FILE}"
        assert public.get(path).headers["content-encoding"] == "gzip"
        assert public.head(path).status_code == 200


# ---- kgc widget ----------------------------------------------------------------------------


def test_the_command_prints_the_hash_of_the_file(kgc: Kgc) -> None:
    newest = built()
    assert newest is not None
    data = (widget.FOLDER / f"v{newest.version}" / FILE).read_bytes()
    wanted = "sha384-" + base64.b64encode(hashlib.sha384(data).digest()).decode()
    told = kgc("widget", "--host", "https://kgc.example/", "--json").json
    url = f"https://kgc.example/widget/v{newest.version}/{FILE}"
    html = (
        f'<script type="module" src="{url}"\n'
        f'  integrity="{wanted}" crossorigin="anonymous"\n'
        '  referrerpolicy="no-referrer"></script>\n'
        '<kgc-chat endpoint="https://kgc.example"></kgc-chat>'
    )
    assert told == {"version": newest.version, "url": url, "integrity": wanted, "html": html}
    plain = kgc("widget", "--host", "https://kgc.example")
    assert (plain.code, plain.out) == (0, html + "\n")
    assert "KGC_WIDGET_ORIGINS" in plain.err


def test_the_address_of_the_command_is_the_servers(kgc: Kgc, site: Site) -> None:
    told = kgc("widget", "--host", "http://testserver", "--json").json
    got = site.public.get(told["url"])
    assert "immutable" in got.headers["cache-control"]
    digest = base64.b64encode(hashlib.sha384(got.content).digest()).decode()
    assert told["integrity"] == f"sha384-{digest}"


def test_without_a_host_its_place_is_named(kgc: Kgc) -> None:
    ran = kgc("widget")
    assert ran.code == 0
    assert 'endpoint="https://HOST"' in ran.out
    assert "--host" in ran.err


@pytest.mark.parametrize(
    "host", ["kgc.example", "javascript:alert(1)", 'https://a"><script>', "https://a?x=1", ""]
)
def test_a_host_that_is_none(kgc: Kgc, host: str) -> None:
    ran = kgc("widget", "--host", host, "--json")
    assert ran.code == 2
    assert ran.json["error"]["type"] == "usage"


def test_without_a_built_file_the_command_says_so(
    kgc: Kgc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(widget, "FOLDER", tmp_path / "fehlt")
    ran = kgc("widget")
    assert (ran.code, ran.out) == (1, "")
    assert "fehlt" in ran.err
