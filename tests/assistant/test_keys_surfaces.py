"""``kgc keys`` and ``/v1/keys``: with a server and without one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.keystore import FILE, KeyRing, Wish
from assistant.scopes import SCOPES, Scope
from assistant.web.app import ServerOptions, create_app
from tests.assistant import samples
from tests.assistant.conftest import TOKEN, UPLOAD_BYTES, Kgc, Site
from tests.assistant.processes import Machine
from tests.assistant.test_problems import problem

SHOWN = {"id", "name", "scopes", "created", "expires", "expired", "per_minute", "last_used"}


def test_without_a_server(kgc: Kgc, tmp_path: Path) -> None:
    assert kgc("keys", "list", "--json").json == {"keys": [], "total": 0}
    made = kgc("keys", "create", "--scope", "search,chat", "--scope", "internal", "--name",
               "Portal", "--days", "30", "--per-minute", "5", "--json")  # fmt: skip
    assert made.code == 0
    assert made.json.keys() == SHOWN | {"key"}
    assert made.json["scopes"] == ["search", "chat", "internal"]
    assert (made.json["name"], made.json["per_minute"]) == ("Portal", 5)
    ends = datetime.fromisoformat(made.json["expires"]) - datetime.now(UTC)
    assert timedelta(days=29, hours=23) < ends <= timedelta(days=30)
    listed = kgc("keys", "list", "--json")
    assert [key.keys() for key in listed.json["keys"]] == [SHOWN]
    assert made.json["key"] not in listed.out + kgc("keys", "list").out
    assert made.json["key"].encode() not in (tmp_path / "daten" / FILE).read_bytes()
    name = made.json["id"]
    assert kgc("keys", "revoke", name, "--json").json == {"revoked": 1, "id": name}
    again = kgc("keys", "revoke", name, "--json")
    assert (again.code, again.json["error"]["type"]) == (1, "key_unknown")
    assert kgc("keys", "list", "--json").json["total"] == 0


def test_a_person_sees_the_key_alone_on_standard_output(kgc: Kgc) -> None:
    made = kgc("keys", "create", "--scope", "chat")
    assert made.out.startswith("kgc_")
    assert len(made.out.splitlines()) == 1
    assert "nicht noch einmal" in made.err
    assert made.out.strip() not in made.err
    assert "(chat; nie benutzt)" in kgc("keys", "list").out


@pytest.mark.parametrize("words", ["--scope lesen", "--scope ,", "--scope chat --name \x1b[1m",
                                   "--scope chat --days 0"])  # fmt: skip
def test_senseless_wishes(kgc: Kgc, words: str) -> None:
    ran = kgc("keys", "create", *words.split(" "))
    assert ran.code == 2
    assert ran.out == ""


@pytest.mark.slow  # starts processes
def test_with_a_running_server(tmp_path: Path) -> None:
    machine = Machine(tmp_path / "daten")
    texts, inside = samples.write(tmp_path / "t"), samples.write_internal(tmp_path / "i")
    assert machine.run("ingest", texts / "netzwerk.md").code == 0
    assert machine.run("ingest", inside, "--internal").code == 0
    before = machine.run("keys", "create", "--scope", "search", "--json").json
    with machine.serving() as server, server.client() as public:

        def total(key: str) -> Any:
            told = public.get("/v1/documents", headers={"Authorization": f"Bearer {key}"}).json()
            return told.get("total", told.get("status"))

        made = machine.run("keys", "create", "--scope", "internal", "--json").json
        assert (total(before["key"]), total(made["key"])) == (1, 2)
        assert machine.run("keys", "revoke", made["id"]).code == 0
        assert total(made["key"]) == 401
        refused = machine.run("keys", "revoke", made["id"], "--json")
        assert refused.json["error"]["type"] == "key_unknown"
        assert machine.run("keys", "revoke", "../x", "--json").code == 1
        used = machine.run("keys", "list", "--json").json["keys"]
        assert [key["id"] for key in used] == [before["id"]]
        assert used[0]["last_used"] == datetime.now(UTC).date().isoformat()
        server.process.kill()
        server.process.wait()
    with machine.serving() as server, server.client() as public:
        assert total(before["key"]) == 1
        assert total(made["key"]) == 401


@pytest.fixture
def ring(tmp_path: Path) -> Any:
    made = KeyRing(tmp_path)
    yield made
    made.close()


def test_over_http(site: Site, ring: KeyRing) -> None:
    admin = ring.create(Wish(frozenset({Scope.ADMIN})))["key"]
    app = create_app(site.service, ServerOptions(TOKEN, UPLOAD_BYTES, keys=ring))
    client = TestClient(app, headers={"X-API-Key": admin})
    made = client.post("/v1/keys", json={"scopes": ["search"], "name": " Portal ", "days": 1})
    assert made.status_code == 200
    assert made.headers["cache-control"] == "no-store"
    assert made.json()["name"] == "Portal"
    listed = client.get("/v1/keys").json()
    assert listed["total"] == 2
    assert made.json()["key"] not in str(listed)
    gone = client.delete(f"/v1/keys/{made.json()['id']}")
    assert gone.json()["id"] == made.json()["id"]
    problem(client.delete(f"/v1/keys/{made.json()['id']}"), 404)
    senseless: list[dict[str, Any]] = [{}, {"scopes": []}, {"scopes": ["root"]},
                 {"scopes": ["chat"], "days": 0},
                 {"scopes": ["chat"], "name": "x" * 61}, {"scopes": ["chat"], "mehr": 1},
                 {"scopes": ["chat"], "name": "\u202e"}]  # fmt: skip
    for body in senseless:
        problem(client.post("/v1/keys", json=body), 422)
    assert client.get("/v1/keys").json()["total"] == 1


def test_a_server_without_keys_says_so(site: Site) -> None:
    problem(site.insider.get("/v1/keys"), 503)


def test_a_key_that_writes_keeps_away_from_what_it_does_not_see(
    own_site: Site, ring: KeyRing
) -> None:

    name = own_site.secret
    app = create_app(own_site.service, ServerOptions(TOKEN, UPLOAD_BYTES, keys=ring))
    outside = ring.create(Wish(frozenset({Scope.INGEST})))["key"]
    writer = TestClient(app, headers={"X-API-Key": outside})
    before = own_site.service.documents(internal=True)
    for method, change in (("PATCH", {"visibility": "public"}), ("DELETE", None)):
        refused = writer.request(method, f"/v1/documents/{name}", json=change)
        assert problem(refused, 404)["type"] == "/problems/document_unknown"
    same = {"file": ("vermerk.md", b"# Neu\n\nText")}
    assert writer.post("/v1/documents", files=same).status_code == 403
    new = {"file": ("neu.md", b"# Neu\n\nText")}
    assert writer.post("/v1/documents", files=new, data={"internal": "true"}).status_code == 403
    pages: list[dict[str, Any]] = [{"url": "https://a.example/", "internal": True},
                 {"url": "https://a.example/sitemap.xml", "sitemap": True},
                 {"url": "https://a.example/", "prune": True}]  # fmt: skip
    for fetched in pages:
        assert writer.post("/v1/documents", json=fetched).status_code == 403
    assert own_site.service.documents(internal=True) == before
    assert writer.post("/v1/documents", files=new).status_code == 201
    both = ring.create(Wish(frozenset({Scope.INGEST, Scope.INTERNAL})))["key"]
    insider = TestClient(app, headers={"X-API-Key": both})
    assert insider.post("/v1/documents", files=same).status_code == 200
    assert insider.delete(f"/v1/documents/{name}").status_code == 200


def test_what_a_key_opens_is_kept_by_no_cache(site: Site, ring: KeyRing) -> None:
    key = ring.create(Wish(frozenset(SCOPES)))["key"]
    app = create_app(site.service, ServerOptions(TOKEN, UPLOAD_BYTES, keys=ring))
    for path in ("/v1/search?q=Netzwerk", "/v1/suggest?q=Netz", "/v1/documents",
                 f"/documents/{site.secret}", f"/documents/{site.secret}/original",
                 f"/v1/documents/{site.secret}"):  # fmt: skip
        for headers in ({"X-API-Key": key}, {"Authorization": f"Bearer {key}"}):
            answer = TestClient(app).get(path, headers=headers)
            assert answer.status_code == 200
            assert "no-store" in answer.headers["cache-control"], path
    shared = TestClient(app).get("/v1/search?q=Netzwerk")
    assert shared.headers["cache-control"] == "public, max-age=60"
    assert {"Authorization", "X-API-Key"} <= set(shared.headers["vary"].split(", "))
