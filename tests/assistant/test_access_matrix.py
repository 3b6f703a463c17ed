"""Every route × every kind of key × public and internal documents, from one table.

A route without a line in the table fails the test, and so does a line without a route.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.routing import Mount, Route

from assistant.keystore import KeyRing, Wish
from assistant.scopes import SCOPES, Need, Scope, opens
from assistant.service import Service
from assistant.web.access import CHATTING, READING, SEARCHING
from assistant.web.app import PARTS, ServerOptions, create_app
from tests.assistant.access_table import BODIES, ELSEWHERE, LINES, OPTIONAL, Caller, Line
from tests.assistant.conftest import TOKEN, UPLOAD_BYTES, Site
from tests.assistant.samples import SECRET, SECRET_QUESTION


class Clock:
    """Time that only goes when it is told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 5, 4, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeyRing]:
    made = KeyRing(tmp_path_factory.mktemp("schluessel"), Clock())
    yield made
    made.close()


@pytest.fixture(scope="module")
def callers(ring: KeyRing) -> list[Caller]:
    def bearer(key: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {key}"}

    everything = frozenset(SCOPES)
    short = ring.create(Wish(everything, days=1))["key"]
    clock = ring._now
    assert isinstance(clock, Clock)
    clock.now += timedelta(days=1)
    gone = ring.create(Wish(everything))
    ring.revoke(gone["id"])
    good = ring.create(Wish(everything))["key"]
    wrong = good[:-1] + ("a" if good[-1] != "a" else "b")
    found = [
        Caller("no key", {}, frozenset()),
        Caller("no key, here", {}, frozenset(), here=True),
        Caller("wrong", bearer("falsch"), None),
        Caller("wrong by one letter", bearer(wrong), None),
        Caller("revoked", bearer(gone["key"]), None),
        Caller("expired", bearer(short), None),
        Caller("another scheme", {"Authorization": f"Basic {good}"}, None),
        Caller("all", bearer(good), everything),
        Caller("all, as X-API-Key", {"X-API-Key": good}, everything),
        Caller("all, for the public", {**bearer(good), "KGC-Audience": "public"}, everything),
        Caller("token, here", bearer(TOKEN), everything, here=True),
        Caller("token, from elsewhere", bearer(TOKEN), None),
        Caller("token, through a proxy", {**bearer(TOKEN), "X-Forwarded-For": "127.0.0.1"}, None),
    ]
    for scope in SCOPES:
        key = ring.create(Wish(frozenset({scope})))["key"]
        found.append(Caller(scope, bearer(key), frozenset({scope})))
        if scope is not Scope.INTERNAL:
            both = frozenset({scope, Scope.INTERNAL})
            key = ring.create(Wish(both))["key"]
            found.append(Caller(f"{scope} and internal", {"X-API-Key": key}, both))
    return found


def application(site: Site, ring: KeyRing, *, required: bool) -> FastAPI:
    needs = frozenset(Need) if required else frozenset()
    return create_app(site.service, ServerOptions(TOKEN, UPLOAD_BYTES, keys=ring, needs_key=needs))


def routes(app: FastAPI) -> set[str]:
    """Every route as the table names it."""
    found: set[str] = set()
    known = [*app.routes, *(route for part in PARTS for route in part.router.routes)]
    for route in known:
        if isinstance(route, Mount):
            found.add(f"GET {route.path}")
        elif isinstance(route, Route):
            methods = {*(route.methods or {"ANY"})} - {"HEAD"}
            found.update(f"{method} {route.path}" for method in methods)
    return found


def test_every_route_has_a_line_and_every_line_a_route(site: Site, ring: KeyRing) -> None:
    named = {line.route for line in LINES}
    built = routes(application(site, ring, required=False))
    assert built - named == set(), "a new route needs a line in the table"
    assert named - built - OPTIONAL == set()
    assert len(named) == len(LINES)


def harmless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what is allowed to change something change nothing."""
    report = {"added": 0, "updated": 0, "unchanged": 1, "removed": 0, "failed": [],
              "documents": [], "vanished": [], "seconds": 0.0}  # fmt: skip
    monkeypatch.setattr(Service, "take_in", lambda *_, **__: dict(report))
    reading = Service.documents
    for name in ("correct", "remove"):
        monkeypatch.setattr(
            Service,
            name,
            lambda self, which, *_: next(
                one for one in reading(self, internal=True) if one["document_id"] == which
            ),
        )


@pytest.mark.parametrize("required", [False, True], ids=["open", "keys required"])
@pytest.mark.parametrize(
    "line", [line for line in LINES if line.opens != ELSEWHERE], ids=lambda line: line.route
)
def test_who_may_do_what(
    site: Site,
    ring: KeyRing,
    callers: list[Caller],
    line: Line,
    required: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    harmless(monkeypatch)
    app = application(site, ring, required=required)
    for who in callers:
        client = TestClient(app, client=("127.0.0.1" if _here(who) else "192.0.2.7", 1))
        for name in ("netzwerk.md", "vermerk.md"):
            path = line.path.format(
                document_id=site.id_of(name),
                conversation_id="x",
                key_id="gibtesni",
                version="v1",
                name="kgc-assistant",
            )
            path = "/static/page.js" if path == "/static" else path
            body = BODIES.get(line.route, {})
            answer = client.request(line.method, path, headers=who.headers, **body)
            expected = line.status(who, required=required)
            _check(line, who, name, expected, answer)


def _here(who: Caller) -> bool:
    return who.here or "X-Forwarded-For" in who.headers


def _check(line: Line, who: Caller, name: str, expected: int | None, answer: Any) -> None:
    told = f"{line.route} by {who.name}, {name}: {answer.status_code} {answer.text[:200]}"
    inside = name == "vermerk.md" and "{document_id}" in line.path
    if expected is not None:
        assert answer.status_code == expected, told
        assert answer.headers["content-type"] == "application/problem+json", told
        assert (answer.headers.get("www-authenticate") == "Bearer") == (expected == 401), told
        assert SECRET not in answer.text, told
        return
    if (inside and not who.sees_internal) or "{key_id}" in line.path:
        assert answer.status_code == 404, told
    else:
        assert answer.status_code in (200, 304), told
    shown = answer.text.replace(SECRET_QUESTION, "").replace(f'"query":"{SECRET}"', "")
    if line.shows == "internal" and who.sees_internal and (inside or "{" not in line.path):
        assert SECRET in shown or "Musterfrau" in shown, told
    elif not who.sees_internal or line.shows == "never":
        assert SECRET not in shown, told
        assert "Musterfrau" not in shown, told


@pytest.mark.parametrize("place", ["q", "key", "api_key", "access_token", "token"])
def test_a_key_in_the_address_is_none(site: Site, ring: KeyRing, place: str) -> None:
    key = ring.create(Wish(frozenset(SCOPES)))["key"]
    app = application(site, ring, required=False)
    told = TestClient(app).get("/v1/documents", params={place: key}).json()
    assert told["total"] == 7


# What MCP's tools open with, as in the table above.
TOOLS = {
    "search": (SEARCHING, {"query": SECRET}),
    "ask": (CHATTING, {"question": SECRET_QUESTION}),
    "read_document": (READING, {"document_id": ""}),
}


@pytest.mark.parametrize("required", [False, True], ids=["open", "keys required"])
def test_mcps_tools_follow_the_same_rules(
    site: Site, ring: KeyRing, callers: list[Caller], required: bool
) -> None:
    app = application(site, ring, required=required)
    needs = frozenset(Need) if required else frozenset()
    with TestClient(app, client=("127.0.0.1", 1), base_url="http://127.0.0.1") as client:
        for who in callers:
            if not _here(who) and who.name == "token, from elsewhere":
                continue  # there is one client for all here
            for name, (right, arguments) in TOOLS.items():
                given = {key: value or site.secret for key, value in arguments.items()}
                answer = _called(client, who, name, given)
                told = f"{name} by {who.name}: {answer.text[:300]}"
                shown = answer.text.replace(SECRET_QUESTION, "").replace(f'"query":"{SECRET}"', "")
                if who.scopes is None:
                    assert answer.status_code == 401, told
                    continue
                assert answer.status_code == 200, told
                opened = opens(right, {Scope(scope) for scope in who.scopes}, needs)
                if opened and who.sees_internal:
                    assert "Musterfrau" in shown, told
                else:
                    assert "Musterfrau" not in shown, told
                refusal = 401 if not who.scopes else 403
                assert (f'"status":{refusal}' in shown.replace(" ", "")) == (not opened), told


def _called(client: TestClient, who: Caller, tool: str, arguments: dict[str, str]) -> Any:
    call = {"name": tool, "arguments": arguments}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
    accept = {"Accept": "application/json, text/event-stream"}
    return client.post("/mcp", json=body, headers={**who.headers, **accept})
