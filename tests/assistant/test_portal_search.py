"""GET /v1/search as a portal uses it: by document, by date, with an answer, kept for a minute."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.backend import Sought as Wanted
from assistant.searching import found
from assistant.service import Service
from ingest.document import Metadata
from ingest.process.sandbox import Sandbox
from retrieval.arrangement import FURTHER
from tests.assistant import samples
from tests.assistant.conftest import Kgc, Site
from tests.fakes import entry, long_text
from tests.places import Disk, Place

WORDS = "Bewegung im Quartier"


def search(site: Site, **query: Any) -> dict[str, Any]:
    response = site.public.get("/v1/search", params=query)
    assert response.status_code == 200, response.text
    result: dict[str, Any] = response.json()
    return result


# ---------------------------------------------------------------- one hit per document


def test_each_document_is_listed_once_with_its_best_passages(site: Site) -> None:
    passages = search(site, q="Gesundheit", limit=50)
    documents = search(site, q="Gesundheit", limit=50, group="document")
    names = [hit["document_id"] for hit in documents["hits"]]
    assert len(names) == len(set(names)) == documents["total"]
    assert set(names) == {hit["document_id"] for hit in passages["hits"]}
    assert documents["total"] < passages["total"]
    assert documents["facets"] == passages["facets"]
    held = {hit["chunk_id"]: hit for hit in passages["hits"]}
    for hit in documents["hits"]:
        shown = [{k: v for k, v in hit.items() if k != "passages"}, *hit["passages"]]
        assert {passage["document_id"] for passage in shown} == {hit["document_id"]}
        own = [h["chunk_id"] for h in held.values() if h["document_id"] == hit["document_id"]]
        assert len(shown) == min(len(own), 1 + FURTHER)
        assert [p["chunk_id"] for p in shown] == own[: len(shown)]
        assert shown[0]["score"] == held[hit["chunk_id"]]["score"]
        assert all("passages" not in passage for passage in shown)


def test_without_group_hits_have_no_passages(site: Site) -> None:
    for empty in ({}, {"group": "", "sort": ""}):
        result = search(site, q=WORDS, **empty)
        assert all("passages" not in hit for hit in result["hits"])
        assert "answer" not in result


# ---------------------------------------------------------------- paging


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory, parser: Sandbox) -> Iterator[Service]:
    library = Place(tmp_path_factory.mktemp("bestand"), Disk()).open()
    for number in range(24):
        date = None if number % 5 == 0 else f"20{10 + number % 7}-0{1 + number % 3}"
        facts = Metadata(language="de", date=date)
        paragraphs = long_text(f"Bewegung {number}", 1 + 2 * (number % 4))
        library.put(entry(f"{number}.txt", *paragraphs, facts=facts, internal=number % 11 == 3))
    for number in range(3):
        library.put(entry(f"zwilling{number}.txt", *long_text("Bewegung", 3)))
    yield Service(library, parser)
    library.close()


@settings(max_examples=40, deadline=None)
@given(
    query=st.sampled_from([WORDS, "Bewegung 7", "Kommune berichtet", "Xylqwrt"]),
    group=st.sampled_from([None, "document"]),
    sort=st.sampled_from(["relevance", "date"]),
    size=st.integers(1, 50),
)
def test_pages_neither_repeat_nor_skip(
    stocked: Service, query: str, group: Any, sort: Any, size: int
) -> None:
    def page(limit: int, offset: int) -> dict[str, Any]:
        wanted = Wanted(query, limit, offset, group=group, sort=sort)
        return found(wanted, stocked.library, None, internal=False)

    first = page(1_000, 0)
    whole = [hit["chunk_id"] for hit in first["hits"]]
    pages = [page(size, offset) for offset in range(0, len(whole) + 1, size)]
    assert [hit["chunk_id"] for one in pages for hit in one["hits"]] == whole
    assert len(whole) == len(set(whole)) <= first["total"]
    assert {(one["total"], str(one["facets"])) for one in pages} == {
        (first["total"], str(first["facets"]))
    }
    if group:
        names = [hit["document_id"] for hit in first["hits"]]
        assert len(names) == len(set(names))
    dates = [hit["date"] or "" for hit in first["hits"]]
    if sort == "date":
        assert dates == sorted(dates, reverse=True)


def test_by_date_leaves_out_what_is_hardly_relevant(stocked: Service) -> None:
    def total(sort: Any, **more: Any) -> int:
        wanted = Wanted("Bewegung 7", 50, sort=sort, **more)
        result = found(wanted, stocked.library, None, internal=False)
        counted = {entry["value"]: entry["count"] for entry in result["facets"]["year"]}
        for value, count in counted.items():
            again = Wanted("Bewegung 7", 50, sort=sort, filters={"year": value})
            assert found(again, stocked.library, None, internal=False)["total"] == count
        return int(result["total"])

    assert 0 < total("date") < total("relevance")


# ---------------------------------------------------------------- a short answer


def test_an_answer_stands_above_the_hits(site: Site) -> None:
    result = search(site, q=samples.QUESTION, answer="true")
    asked = site.public.post("/v1/chat", json={"question": samples.QUESTION}).json()
    assert result["answer"].keys() == asked.keys()
    for name in asked.keys() - {"conversation_id", "seconds"}:
        assert result["answer"][name] == asked[name]
    assert result["answer"]["conversation_id"] is None
    assert result["answer"]["citations"]
    assert result["hits"] == search(site, q=samples.QUESTION)["hits"]


def test_without_an_answer_there_is_null(site: Site) -> None:
    for words in (samples.FOREIGN_QUESTION, samples.SECRET_QUESTION):
        result = search(site, q=words, answer="true")
        assert result["answer"] is None


def test_an_answer_belongs_to_the_first_page(site: Site) -> None:
    query: dict[str, Any] = {"q": samples.QUESTION, "answer": "true", "offset": 1}
    response = site.public.get("/v1/search", params=query)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert "offset=0" in response.json()["detail"]


# ---------------------------------------------------------------- what may be kept


def test_a_known_tag_is_answered_without_searching(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = site.public.get("/v1/search", params={"q": WORDS})
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "public, max-age=60"
    assert {"Authorization", "Origin"} <= set(first.headers["vary"].split(", "))
    monkeypatch.setattr(Service, "search", None)
    for held in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        again = site.public.get("/v1/search", params={"q": WORDS}, headers={"If-None-Match": held})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
        assert again.headers["cache-control"] == "public, max-age=60"
    one = {"q": WORDS, "limit": "1"}
    other = site.public.get("/v1/search", params=one, headers={"If-None-Match": tag})
    assert other.status_code == 500  # it would have searched


def test_the_tag_depends_on_every_parameter_and_on_who_asks(site: Site) -> None:
    queries: list[dict[str, Any]] = [
        {}, {"limit": 9}, {"offset": 1}, {"group": "document"}, {"sort": "date"},
        {"answer": "true"}, {"language": "de"}, {"language": "en"}, {"q": "Netz"},
    ]  # fmt: skip
    tags = [
        client.get("/v1/search", params={"q": WORDS} | query).headers["etag"]
        for client in (site.public, site.insider)
        for query in queries
    ]
    assert len(set(tags)) == len(tags)


def test_the_tag_changes_with_the_index(own_site: Site) -> None:
    def tag() -> str:
        return str(own_site.public.get("/v1/search", params={"q": WORDS}).headers["etag"])

    seen = [tag()]
    assert tag() == seen[0]
    name = own_site.id_of("garden.md")
    own_site.insider.patch(f"/v1/documents/{name}", json={"title": "Gärten"})
    seen.append(tag())
    own_site.insider.patch(f"/v1/documents/{name}", json={"visibility": "internal"})
    seen.append(tag())
    own_site.insider.post(
        "/v1/documents", files={"file": ("neu.md", b"# Neu\n\nBewegung tut gut.")}
    )
    seen.append(tag())
    own_site.insider.delete(f"/v1/documents/{name}")
    seen.append(tag())
    assert len(set(seen)) == 5


def test_what_a_key_opens_is_kept_by_nobody(site: Site) -> None:
    response = site.insider.get("/v1/search", params={"q": samples.SECRET})
    assert response.headers["cache-control"] == "private, no-store"
    assert samples.SECRET in response.text
    refused = site.caller("192.0.2.1", "falsch").get("/v1/search", params={"q": WORDS})
    assert refused.status_code == 401
    assert "etag" not in refused.headers


def test_senseless_queries_are_refused_even_with_a_tag(site: Site) -> None:
    senseless: list[dict[str, Any]] = [
        {"q": "?!"}, {"q": WORDS, "group": "section"}, {"q": WORDS, "sort": "title"},
        {"q": WORDS, "answer": "vielleicht"},
    ]  # fmt: skip
    for query in senseless:
        held = {"If-None-Match": "*"}
        assert site.public.get("/v1/search", params=query, headers=held).status_code == 422


# ---------------------------------------------------------------- internal documents


@pytest.mark.parametrize("group", ["", "document"])
@pytest.mark.parametrize("sort", ["relevance", "date"])
def test_internal_documents_are_for_insiders(site: Site, group: str, sort: str) -> None:
    query = {"q": samples.SECRET_QUESTION, "group": group, "sort": sort, "answer": "true"}
    public = site.public.get("/v1/search", params=query)
    assert public.status_code == 200
    result = public.json()
    result["query"] = ""
    assert samples.SECRET not in str(result)
    assert site.secret not in str(result)
    insider = site.insider.get("/v1/search", params=query).json()
    assert insider["hits"][0]["document_id"] == site.secret
    assert samples.SECRET in insider["answer"]["answer"]


# ---------------------------------------------------------------- the guide for portals


def test_the_guide_names_every_parameter_and_only_fields_that_there_are(site: Site) -> None:
    guide = Path("docs/portalsuche.md").read_text(encoding="utf-8")
    openapi = site.public.get("/openapi.json").json()
    declared = [p["name"] for p in openapi["paths"]["/v1/search"]["get"]["parameters"]]
    assert len(declared) == len(set(declared))
    table = guide.split("|---|---|---|", 1)[1].split("\n\n", 1)[0]
    named = {
        name
        for row in table.strip().splitlines()
        for name in re.findall("`([a-z_]+)`", row.split("|")[1])
    }
    assert named == set(declared)
    example = json.loads(guide.split("```json", 1)[1].split("```", 1)[0])
    shown = search(site, q="Gesundheit", group="document")
    assert example.keys() == shown.keys()
    hit = next(hit for hit in shown["hits"] if hit["passages"])
    assert example["hits"][0].keys() <= hit.keys()
    assert example["hits"][0]["passages"][0].keys() <= hit["passages"][0].keys()
    assert example["facets"].keys() <= shown["facets"].keys()


# ---------------------------------------------------------------- the command


def test_the_command_groups_and_sorts(kgc: Kgc, tmp_path: Path) -> None:
    kgc("ingest", samples.write(tmp_path / "texte"))
    found = kgc("search", "Gesundheit", "--group", "document", "--sort", "date", "--json").json
    names = [hit["document_id"] for hit in found["hits"]]
    assert len(names) == len(set(names)) > 0
    assert all("passages" in hit for hit in found["hits"])
    assert kgc("search", "Gesundheit", "--group", "document").code == 0
    assert kgc("search", "Gesundheit", "--sort", "titel").code == 2
