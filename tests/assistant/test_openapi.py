"""GET /openapi.json describes the routes that there are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute

from assistant.web.app import PARTS
from tests.assistant.conftest import Site


@pytest.fixture
def document(site: Site) -> dict[str, Any]:
    response = site.public.get("/openapi.json")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("application/json")
    found: dict[str, Any] = response.json()
    return found


def values(node: object, name: str) -> Iterator[Any]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == name:
                yield value
            yield from values(value, name)
    elif isinstance(node, list):
        for value in node:
            yield from values(value, name)


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield path, method.upper(), operation


def test_every_route_is_declared(document: dict[str, Any]) -> None:
    built = {
        (route.path, method)
        for part in PARTS
        for route in part.router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
    assert {(path, method) for path, method, _ in operations(document)} == built
    assert ("/v1/chat", "POST") in built


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    references = list(values(document, "$ref"))
    assert references
    for reference in references:
        assert reference.startswith("#/components/schemas/")
        assert reference.rsplit("/", 1)[-1] in document["components"]["schemas"]


def test_document_is_well_formed(document: dict[str, Any]) -> None:
    assert re.fullmatch(r"3\.1\.\d+", document["openapi"])
    assert document["info"]["title"] == "kgc-assistant"
    assert document["info"]["version"]
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names))
    for path, _, operation in operations(document):
        assert operation["summary"]
        assert "200" in operation["responses"]
        given = {p["name"] for p in operation.get("parameters", ()) if p["in"] == "path"}
        assert given == set(re.findall(r"{(\w+)}", path))


def test_errors_are_declared_as_problem_documents(document: dict[str, Any]) -> None:
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    page = {"text/html": {"schema": {"type": "string"}}}
    pages = {("/", "POST", "422"), ("/documents/{document_id}", "GET", "404")}
    for path, method, operation in operations(document):
        for code, response in operation["responses"].items():
            if int(code) >= 400:
                also = page if (path, method, code) in pages else {}
                assert response["content"] == problem | also
    needed = document["components"]["schemas"]["Problem"]["required"]
    assert set(needed) == {"type", "title", "status", "detail"}


def test_what_takes_a_key_says_so(document: dict[str, Any]) -> None:
    assert document["components"]["securitySchemes"].keys() == {"bearer", "key"}
    keys: list[dict[str, list[str]]] = [{"bearer": []}, {"key": []}]
    paths = document["paths"]
    assert paths["/v1/documents"]["post"]["security"] == keys
    assert paths["/v1/gaps"]["get"]["security"] == keys
    assert paths["/v1/search"]["get"]["security"] == [{}, *keys]
    assert "security" not in paths["/livez"]["get"]


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/", "GET, HEAD, POST"),
        ("/v1/documents", "GET, HEAD, POST"),
        ("/v1/documents/places", "POST"),
        ("/v1/documents/x", "DELETE, GET, HEAD, PATCH"),
        ("/v1/gaps", "DELETE, GET, HEAD"),
        ("/v1/chat", "POST"),
        ("/static/page.js", "GET, HEAD"),
    ],
)
def test_a_refused_method_names_all_that_there_are(site: Site, path: str, allowed: str) -> None:
    refused = site.public.put(path)
    assert (refused.status_code, refused.headers["allow"]) == (405, allowed)


def test_the_chats_stream_is_declared(document: dict[str, Any]) -> None:
    content = document["paths"]["/v1/chat"]["post"]["responses"]["200"]["content"]
    assert content.keys() == {"application/json", "text/event-stream"}
