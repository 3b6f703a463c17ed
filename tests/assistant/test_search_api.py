"""GET /v1/search as the contract describes it."""

from __future__ import annotations

from typing import Any

import pytest

from retrieval.records import FACETS
from tests.assistant.conftest import Site

HIT = {
    "chunk_id", "document_id", "title", "section", "page", "slide", "text", "score", "highlights",
    "source", "url", "type", "region", "date", "organisation", "language", "link",
}  # fmt: skip


def search(site: Site, **query: Any) -> dict[str, Any]:
    response = site.public.get("/v1/search", params=query)
    assert response.status_code == 200, response.text
    result: dict[str, Any] = response.json()
    return result


def test_result_has_the_contracts_shape(site: Site) -> None:
    result = search(site, q="Spaziergänge für ältere Menschen")
    assert result.keys() == {"query", "total", "hits", "facets", "seconds"}
    assert result["query"] == "Spaziergänge für ältere Menschen"
    assert result["facets"].keys() == set(FACETS)
    assert result["total"] >= len(result["hits"]) > 0
    assert result["hits"][0]["source"] == "netzwerk.md"
    scores = [hit["score"] for hit in result["hits"]]
    assert scores == sorted(scores, reverse=True)
    for hit in result["hits"]:
        assert hit.keys() >= HIT
        assert 0 <= hit["score"] <= 1
        for start, end in hit["highlights"]:
            assert 0 <= start < end <= len(hit["text"])
    start, end = result["hits"][0]["highlights"][0]
    assert result["hits"][0]["text"][start:end].lower() in "spaziergänge für ältere menschen"


def test_link_opens_the_passage_in_the_reading_view(site: Site) -> None:
    for hit in search(site, q="Mittagstisch in der Nachbarschaft", limit=3)["hits"]:
        view = site.public.get(hit["link"])
        assert view.status_code == 200
        assert "<mark" in view.text
        text = site.public.get(f"/v1/documents/{hit['document_id']}").json()["text"]
        assert hit["text"] in text


def test_limit_and_offset_page_through_the_same_ranking(site: Site) -> None:
    whole = search(site, q="Gesundheit im Quartier", limit=6)
    pages = [
        search(site, q="Gesundheit im Quartier", limit=2, offset=offset)["hits"]
        for offset in (0, 2, 4)
    ]
    shown = [hit["chunk_id"] for page in pages for hit in page]
    assert shown == [hit["chunk_id"] for hit in whole["hits"]]
    assert search(site, q="Gesundheit im Quartier", offset=1_000)["hits"] == []


def test_a_facet_filters_and_counts_what_is_left(site: Site) -> None:
    everything = search(site, q="garden community Familien", limit=50)
    english = search(site, q="garden community Familien", limit=50, language="en")
    assert {hit["language"] for hit in english["hits"]} == {"en"}
    assert english["facets"]["language"] == [{"value": "en", "count": english["total"]}]
    counted = {entry["value"]: entry["count"] for entry in everything["facets"]["language"]}
    assert counted["en"] == english["total"] < everything["total"]


@pytest.mark.parametrize(
    "query",
    [
        {}, {"q": ""}, {"q": "   "}, {"q": "?!"}, {"q": "a" * 1_001}, {"q": "Netz", "limit": 0},
        {"q": "Netz", "limit": 51}, {"q": "Netz", "limit": "viele"}, {"q": "Netz", "offset": -1},
    ],
)  # fmt: skip
def test_senseless_queries_are_refused(site: Site, query: dict[str, Any]) -> None:
    response = site.public.get("/v1/search", params=query)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"


def test_words_that_stand_nowhere_are_no_error(site: Site) -> None:
    for words in ("Xylqwrt", "\U0001f600 Netz", "\x00 Netz", "' OR 1=1 --", '"Netz* NEAR(', "%a"):
        assert 0 <= search(site, q=words)["total"] <= 200


def test_a_wrong_choice_is_told_by_its_name_once(site: Site) -> None:
    for name in ("sort", "group"):
        refused = site.public.get("/v1/search", params={"q": "Netz", name: "neu"})
        assert refused.status_code == 422
        assert refused.json()["detail"] == f"„{name}“ ist nicht bekannt."
