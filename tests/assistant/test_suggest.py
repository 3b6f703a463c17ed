"""GET /v1/suggest and GET /opensearch.xml: completions, from public documents alone."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient

from assistant import suggesting
from assistant.suggesting import LONGEST, Offered, offered, phrases
from ingest.document import Metadata
from retrieval.build import raw_record
from retrieval.records import DocumentText
from retrieval.suggest import Phrase, Suggester
from tests.assistant.conftest import Site
from tests.assistant.samples import SECRET
from tests.fakes import entry

OPENSEARCH = {"o": "http://a9.com/-/spec/opensearch/1.1/"}
FORM = "application/x-suggestions+json"


def suggestions(client: TestClient, q: str, **more: Any) -> list[dict[str, str]]:
    response = client.get("/v1/suggest", params={"q": q} | more)
    assert response.status_code == 200, response.text
    found: list[dict[str, str]] = response.json()["suggestions"]
    return found


def texts(client: TestClient, q: str, **more: Any) -> list[str]:
    return [suggestion["text"] for suggestion in suggestions(client, q, **more)]


# ---------------------------------------------------------------- the route


def test_titles_lead_to_their_documents(site: Site) -> None:
    (first, *_) = suggestions(site.public, "Koch")
    assert first == {"text": "Kochen im Stadtteil", "document_id": site.id_of("kochen.html")}
    assert "Kochen im Stadtteil" in texts(site.public, "stadtteil")


def test_headings_are_offered(site: Site) -> None:
    assert "Entstehung" in texts(site.public, "entst")


@pytest.mark.parametrize(
    "typed", ["Ruheraeume", "ruheräu", "RUHERAUM", "Ruherume", "Kochn", "Comunity"]
)
def test_spelling_is_forgiven(site: Site, typed: str) -> None:
    assert texts(site.public, typed)


def test_no_phrase_comes_twice(site: Site) -> None:
    for typed in "abdegkms":
        found = texts(site.public, typed, limit=20)
        assert len(found) == len({text.casefold() for text in found}) <= 20


@pytest.mark.parametrize("typed", ["Xylqwrt", "?", " ", "\x00", "%", "\U0001f600", "a" * 100])
def test_nothing_is_an_empty_list(site: Site, typed: str) -> None:
    assert suggestions(site.public, typed) == []


@pytest.mark.parametrize(
    "query",
    [{}, {"q": ""}, {"q": "a" * 101}, {"q": "a", "limit": 0}, {"q": "a", "limit": 21},
     {"q": "a", "format": "xml"}],
)  # fmt: skip
def test_senseless_queries_are_refused(site: Site, query: dict[str, Any]) -> None:
    response = site.public.get("/v1/suggest", params=query)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("typed", [SECRET, SECRET[:5], "Vermerk", "Musterfrau", "z", "v", "m"])
def test_internal_documents_are_suggested_to_nobody(site: Site, typed: str) -> None:
    for client in (site.public, site.insider):
        found = client.get("/v1/suggest", params={"q": typed, "limit": 20}).json()
        assert SECRET not in str(found)
        assert "Vermerk" not in str(found)
        assert "Musterfrau" not in str(found)
        assert site.secret not in str(found)


def test_suggestions_follow_the_documents(own_site: Site) -> None:
    def shown() -> list[str]:
        return texts(own_site.public, "gard")

    name = own_site.id_of("garden.md")
    assert "Community gardens" in shown()
    own_site.insider.patch(f"/v1/documents/{name}", json={"title": "Garden paths"})
    assert "Garden paths" in shown()
    own_site.insider.patch(f"/v1/documents/{name}", json={"visibility": "internal"})
    assert shown() == []
    own_site.insider.patch(f"/v1/documents/{name}", json={"visibility": "public"})
    assert shown()
    own_site.insider.delete(f"/v1/documents/{name}")
    assert shown() == []


def test_it_is_built_once_for_each_state_of_the_index(
    own_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[int] = []
    read: list[str] = []

    def counted(given: list[Phrase]) -> Suggester:
        built.append(len(given))
        return Suggester(given)

    def counted_offer(record: Any, text: DocumentText) -> Offered:
        read.append(record.source)
        return offered(record, text)

    monkeypatch.setattr(suggesting, "Suggester", counted)
    monkeypatch.setattr(suggesting, "offered", counted_offer)
    for typed in ("b", "be", "bew"):
        texts(own_site.public, typed)
    assert len(built) == 1
    assert sorted(read) == ["garden.md", "netzwerk.md"]
    name = own_site.id_of("garden.md")
    own_site.insider.patch(f"/v1/documents/{name}", json={"title": "Garten"})
    texts(own_site.public, "g")
    assert len(built) == 2
    assert sorted(read) == ["garden.md", "garden.md", "netzwerk.md"]


def test_browsers_get_their_form(site: Site) -> None:
    for response in (
        site.public.get("/v1/suggest", params={"q": "Koch"}, headers={"Accept": FORM}),
        site.public.get("/v1/suggest", params={"q": "Koch", "format": "opensearch"}),
    ):
        assert response.headers["content-type"] == FORM
        typed, found = response.json()
        assert (typed, found) == ("Koch", texts(site.public, "Koch"))
        assert response.headers["cache-control"] == "public, max-age=60"
        assert "Accept" in response.headers["vary"]


# ---------------------------------------------------------------- the description


def templates(response: Any) -> dict[str, str]:
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/opensearchdescription+xml"
    root = ElementTree.fromstring(response.text)
    name = root.find("o:ShortName", OPENSEARCH)
    assert name is not None
    assert len(name.text or "") <= 16
    urls = root.findall("o:Url", OPENSEARCH)
    return {url.attrib["type"]: url.attrib["template"] for url in urls}


def test_the_description_names_this_server(site: Site) -> None:
    response = site.public.get("/opensearch.xml", headers={"Host": "suche.example.de:8443"})
    found = templates(response)
    base = "http://suche.example.de:8443"
    assert found["text/html"] == f"{base}/?frage={{searchTerms}}"
    assert found[FORM] == f"{base}/v1/suggest?q={{searchTerms}}&format=opensearch"
    assert response.headers["cache-control"].startswith("private")
    template = found[FORM].removeprefix(base).replace("{searchTerms}", "Koch")
    assert site.public.get(template).json()[1] == texts(site.public, "Koch")
    page = site.public.get("/").text
    assert '<link rel="search" type="application/opensearchdescription+xml"' in page
    assert 'href="/opensearch.xml"' in page


@pytest.mark.parametrize(
    "host",
    ['"/><script>', "a b", "evil.example/path?x=", "user@evil.example", "a&b", "-", "a" * 400, ""],
)
def test_a_forged_host_does_not_count(site: Site, host: str) -> None:
    found = templates(site.public.get("/opensearch.xml", headers={"Host": host}))
    assert found["text/html"].startswith("http://testserver")


def test_addresses_of_the_newer_protocol_are_kept(site: Site) -> None:
    found = templates(site.public.get("/opensearch.xml", headers={"Host": "[::1]:8000"}))
    assert found["text/html"] == "http://[::1]:8000/?frage={searchTerms}"


# ---------------------------------------------------------------- what is offered


def offer(name: str, *paragraphs: str, **facts: Any) -> Offered:
    made = entry(f"{name}.txt", *paragraphs, facts=Metadata(**{"language": "de"} | facts))
    held = made.document
    text = DocumentText(held.text, held.pages, held.headings)
    return offered(raw_record(name, 1, made), text)


def test_headings_lose_their_numbers_and_long_ones_are_none() -> None:
    made = offer("a", "# 2.3  Ziele", "# 1. Anlass", "# 10 Kriterien", "# 7", "# " + "lang " * 30)
    assert made.headings == ("Ziele", "Anlass", "10 Kriterien")
    assert all(len(heading) <= LONGEST for heading in made.headings)


def test_terms_are_nouns_in_german_and_words_in_english() -> None:
    german = offer("a", "Die Kita fördert gesunde Kinder. Gesunde Kinder gesunde KGC und wir.")
    assert german.terms == {"Kita": 1, "Kinder": 2, "KGC": 1}
    english = offer("b", "Volunteers and other volunteers grow vegetables.", language="en")
    assert "vegetables" in english.terms
    assert "and" not in english.terms


def test_titles_come_first_the_newest_before_others_then_terms_then_headings() -> None:
    made = phrases(
        [
            Offered("alt", "Altes", "2019", ("Gemeinsam",), {"Kita": 2}),
            Offered("neu", "Neues", "2024-05", ("Allein", "Gemeinsam"), {"KITA": 1, "Selten": 2}),
            Offered("ohne", "", "", (), {}),
        ]
    )
    assert made == [
        Phrase("Neues", "neu"),
        Phrase("Altes", "alt"),
        Phrase("Kita"),
        Phrase("Gemeinsam"),
        Phrase("Allein", "neu"),
    ]


def test_a_title_of_two_documents_leads_to_neither() -> None:
    made = phrases([Offered(name, "Straße", "", (), {}) for name in ("a", "b")])
    assert Suggester(made).suggest("strasse", 5) == [Phrase("Straße")]
