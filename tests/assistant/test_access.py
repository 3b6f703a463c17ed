"""Who may do what: the table of the contract, and nothing internal without a key."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.assistant.conftest import TOKEN, Site
from tests.assistant.samples import QUESTION, SECRET, SECRET_QUESTION

Reading = Callable[[TestClient, str], Any]
READING: dict[str, Reading] = {
    "chat": lambda who, _: who.post("/v1/chat", json={"question": SECRET_QUESTION}),
    "stream": lambda who, _: who.post(
        "/v1/chat", json={"question": SECRET_QUESTION}, headers={"Accept": "text/event-stream"}
    ),
    "search": lambda who, _: who.get("/v1/search", params={"q": SECRET, "limit": 50}),
    "grouped search": lambda who, _: who.get(
        "/v1/search", params={"q": SECRET, "group": "document", "answer": "true"}
    ),
    "completions": lambda who, _: who.post(
        "/v1/chat/completions",
        json={"model": "x", "messages": [{"role": "user", "content": SECRET_QUESTION}]},
    ),
    "list": lambda who, _: who.get("/v1/documents"),
    "read": lambda who, name: who.get(f"/v1/documents/{name}"),
    "view": lambda who, name: who.get(f"/documents/{name}?start=0&end=10"),
    "context": lambda who, name: who.get(f"/v1/documents/{name}/context?start=0&end=40"),
    "original": lambda who, name: who.get(f"/documents/{name}/original"),
    "page": lambda who, _: who.get("/"),
    "page with a question": lambda who, _: who.post("/", data={"frage": "Wer ist es?"}),
}


@pytest.mark.parametrize("route", READING)
def test_internal_documents_do_not_exist_without_a_key(site: Site, route: str) -> None:
    seen = READING[route](site.public, site.secret)
    told = seen.text.replace(json.dumps(SECRET_QUESTION, ensure_ascii=False), "")
    told = told.replace(f'"query":"{SECRET}"', "")
    assert SECRET not in told
    assert "Musterfrau" not in told
    if route in ("read", "view", "context", "original"):
        unknown = READING[route](site.public, "unbekannt")
        assert seen.status_code == unknown.status_code == 404
        assert told.replace(site.secret, "unbekannt") == unknown.text
    else:
        assert site.secret not in told


@pytest.mark.parametrize("route", [name for name in READING if not name.startswith("page")])
def test_internal_documents_are_there_with_the_token(site: Site, route: str) -> None:
    seen = READING[route](site.insider, site.secret)
    assert seen.status_code == 200
    assert SECRET in seen.text


def test_facets_and_counts_leave_internal_documents_out(site: Site) -> None:
    query: dict[str, str | int] = {"q": "Gesundheitsamt Altdorf", "limit": 50}
    outside = site.public.get("/v1/search", params=query).json()
    inside = site.insider.get("/v1/search", params=query).json()
    assert inside["total"] == outside["total"] + 1
    assert site.public.get("/readyz").json()["documents"] == 7
    assert site.public.get("/v1/documents").json()["total"] == 7
    assert site.insider.get("/v1/documents").json()["total"] == 8


WRITING: dict[str, Reading] = {
    "upload": lambda who, _: who.post("/v1/documents", files={"file": ("neu.md", b"# N\n\nText")}),
    "large upload": lambda who, _: who.post(
        "/v1/documents", files={"file": ("neu.md", b"x" * 200_000)}
    ),
    "correct": lambda who, name: who.patch(f"/v1/documents/{name}", json={"title": "Anders"}),
    "remove": lambda who, name: who.delete(f"/v1/documents/{name}"),
}


@pytest.mark.parametrize("route", WRITING)
def test_nobody_writes_without_the_token(site: Site, route: str) -> None:
    before = site.service.documents(internal=True)
    strangers = [
        site.public,
        site.caller("127.0.0.1", "falsch"),
        site.caller("127.0.0.1", ""),
        site.caller("192.0.2.7", TOKEN),  # the token is for this machine
        site.caller("gibt-es-nicht", TOKEN),
    ]
    for who in strangers:
        refused = WRITING[route](who, site.secret)
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"] == "Bearer"
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.json()["type"] == "/problems/not_allowed"
    assert site.service.documents(internal=True) == before


@pytest.mark.parametrize("header", ["Bearer falsch", "Basic abc", TOKEN, "Bearer", "Bearer \xe4"])
def test_a_wrong_key_is_refused_and_not_taken_for_none(site: Site, header: str) -> None:
    headers = {b"Authorization": header.encode("latin-1")}
    for path in ("/v1/documents", f"/v1/search?q={SECRET}", "/"):
        seen = site.public.get(path, headers=headers)
        assert seen.status_code == 401
        assert TOKEN not in seen.text
    asked = site.public.post("/v1/chat", json={"question": QUESTION}, headers=headers)
    assert asked.status_code == 401


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1"])
def test_the_token_is_good_on_all_of_loopback(site: Site, host: str) -> None:
    assert site.caller(host, TOKEN).get("/v1/documents").json()["total"] == 8


def test_live_shows_who_answers_but_not_the_token(site: Site) -> None:
    told = site.public.get("/livez")
    assert told.json()["status"] == "ok"
    assert TOKEN not in told.text
    assert len(told.json()["instance"]) == 16
