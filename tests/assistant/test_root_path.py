"""Below a path of a larger site: every link, file and form stays below it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.web.app import ServerOptions, create_app
from tests.assistant.conftest import TOKEN, UPLOAD_BYTES, Site
from tests.assistant.samples import QUESTION

ROOT = "/gesund/assistent"


class Stripping:
    """A proxy that cuts the path off, as nginx does with a slash behind ``proxy_pass``."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            assert scope["path"].startswith(ROOT)
            path = scope["path"].removeprefix(ROOT) or "/"
            scope = {**scope, "path": path, "raw_path": path.encode()}
        await self._app(scope, receive, send)


def proxied(kind: str, site: Site) -> ASGIApp:
    if kind == "mounted":
        inner = create_app(site.service, ServerOptions(TOKEN, UPLOAD_BYTES))
        return Starlette(routes=[Mount(ROOT, inner)])
    app: FastAPI = create_app(site.service, ServerOptions(TOKEN, UPLOAD_BYTES, root_path=ROOT))
    return Stripping(app) if kind == "stripping" else app


@pytest.fixture(params=["stripping", "passing", "mounted"])
def browser(request: pytest.FixtureRequest, site: Site) -> TestClient:
    """Somebody who sees the server below `ROOT`, in each way a proxy may bring it about."""
    return TestClient(proxied(request.param, site), base_url="https://www.kgc.example")


def links(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for name, value in node.items():
            if name == "link" and isinstance(value, str):
                yield value
            yield from links(value)
    elif isinstance(node, list):
        for value in node:
            yield from links(value)


def inner(addresses: list[str]) -> list[str]:
    """The addresses of this server, each of which must answer."""
    found = [one for one in addresses if one.startswith("/")]
    assert found
    return found


def test_json_links_lead_below_the_path(browser: TestClient, site: Site) -> None:
    name = site.id_of("netzwerk.md")
    answers = [
        browser.post(f"{ROOT}/v1/chat", json={"question": QUESTION}),
        browser.get(f"{ROOT}/v1/search", params={"q": "Netzwerk", "answer": "true"}),
        browser.get(f"{ROOT}/v1/documents"),
        browser.get(f"{ROOT}/v1/documents/{name}"),
    ]
    for answer in answers:
        for link in inner(list(links(answer.json()))):
            assert link.startswith(f"{ROOT}/documents/")
            assert browser.get(link).status_code == 200


def test_streamed_links_lead_below_the_path(browser: TestClient) -> None:
    headers = {"Accept": "text/event-stream"}
    told = browser.post(f"{ROOT}/v1/chat", json={"question": QUESTION}, headers=headers).text
    data = [json.loads(line[5:]) for line in told.splitlines() if line.startswith("data:")]
    found = inner(list(links(data)))
    assert len(found) >= 2
    assert all(link.startswith(f"{ROOT}/documents/") for link in found)


@pytest.mark.parametrize("page", ["/", "/documents/{name}?start=0&end=20", "answer", "missing"])
def test_pages_lead_below_the_path(browser: TestClient, site: Site, page: str) -> None:
    name = site.id_of("netzwerk.md")
    if page == "answer":
        seen = browser.post(f"{ROOT}/", data={"frage": QUESTION})
    elif page == "missing":
        seen = browser.get(f"{ROOT}/documents/weg", headers={"Accept": "text/html"})
        assert seen.status_code == 404
    else:
        seen = browser.get(f"{ROOT}{page.format(name=name)}")
    found = re.findall(r'(?:href|src|action|endpoint)="(/[^"]*)"', seen.text)
    assert found
    for address in dict.fromkeys(found):
        assert address == ROOT or address.startswith(f"{ROOT}/"), address
        if address != ROOT and "/#" not in address:
            assert browser.get(address).status_code == 200, address
    if page == "/":
        assert f'endpoint="{ROOT}"' in seen.text
        assert any("/widget/" in address for address in found)


def test_opensearch_openapi_and_the_openai_route_know_the_path(browser: TestClient) -> None:
    described = browser.get(f"{ROOT}/opensearch.xml").text
    templates = re.findall(r'template="([^"]+)"', described)
    assert len(templates) == 3
    assert all(one.startswith(f"https://www.kgc.example{ROOT}/") for one in templates)
    document = browser.get(f"{ROOT}/openapi.json").json()
    assert document["servers"] == [{"url": ROOT}]
    assert "/v1/chat" in document["paths"]
    asked = {"messages": [{"role": "user", "content": QUESTION}]}
    told = browser.post(f"{ROOT}/v1/chat/completions", json=asked).json()
    notes = told["choices"][0]["message"]["annotations"]
    assert notes[0]["url_citation"]["url"].startswith(f"https://www.kgc.example{ROOT}/documents/")


def test_limits_and_errors_know_the_path(browser: TestClient) -> None:
    assert browser.post(f"{ROOT}/v1/documents", content=b"x" * 100).status_code == 401
    assert browser.post(f"{ROOT}/v1/chat", content=b"x" * 70_000).status_code == 413
    failed = browser.post(f"{ROOT}/v1/chat/completions", json={"messages": []})
    assert "error" in failed.json()


def test_the_server_itself_needs_no_path(site: Site) -> None:
    app = create_app(site.service, ServerOptions(TOKEN, UPLOAD_BYTES, root_path=ROOT))
    here = TestClient(app, client=("127.0.0.1", 1))
    assert here.get("/livez").status_code == 200
    assert here.get("/v1/documents").json()["documents"][0]["link"].startswith(f"{ROOT}/")
    told = here.get("/metrics").text
    assert 'route="/v1/documents"' in told
    assert ROOT not in told
