"""A client that asks too often is told when to come back; others are not held up."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from assistant.keystore import KeyRing, Wish
from assistant.scopes import Scope
from assistant.service import Service
from assistant.settings import Settings
from assistant.web.app import ServerOptions, create_app
from assistant.web.rate import CLIENTS, Bucket, Pseudonyms, RateLimit
from tests.assistant.conftest import TOKEN, UPLOAD_BYTES, Site


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@given(st.lists(st.floats(0, 30), max_size=60), st.integers(1, 20))
def test_never_more_than_allowed_in_any_time(pauses: list[float], per_minute: int) -> None:
    clock = Clock()
    bucket = Bucket(per_minute, clock)
    passed = []
    for pause in pauses:
        clock.now += pause
        if bucket.wait("a") == 0:
            passed.append(clock.now)
    for place, begun in enumerate(passed):
        for count, ended in enumerate(passed[place:], start=1):
            assert count <= per_minute + (ended - begun) * per_minute / 60 + 1e-6


@given(st.integers(1, 100), st.floats(0.01, 5))
def test_who_waits_as_told_is_let_in(per_minute: int, more: float) -> None:
    clock = Clock()
    bucket = Bucket(per_minute, clock)
    while not (seconds := bucket.wait("a")):
        pass
    assert 0 < seconds <= 60 / per_minute
    clock.now += seconds + 1e-6
    assert bucket.wait("a") == 0


def test_memory_is_bounded() -> None:
    bucket = Bucket(1, Clock())
    for number in range(CLIENTS + 1):
        assert bucket.wait(str(number)) == 0
    assert bucket.wait("0") == 0  # forgotten
    assert bucket.wait(str(CLIENTS)) > 0


@pytest.fixture
def limited(site: Site) -> Site:
    return Site(create_app(site.service, ServerOptions(TOKEN, UPLOAD_BYTES, 3)), site.service)


def test_too_many_requests(limited: Site) -> None:
    codes = [limited.public.get("/v1/search?q=Netz").status_code for _ in range(4)]
    assert codes == [200, 200, 200, 429]
    refused = limited.public.post("/v1/chat", json={"question": "Danke"})
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 20
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.headers["x-content-type-options"] == "nosniff"
    for path in ("/livez", "/readyz", "/static/page.js", "/widget/v1/kgc-chat.js"):
        assert limited.public.get(path).status_code == 200
    other = TestClient(limited.app, client=("192.0.2.8", 1))
    assert other.get("/v1/search?q=Netz").status_code == 200


def test_the_token_has_no_limit_and_guessing_it_has(limited: Site) -> None:
    for _ in range(6):
        assert limited.insider.get("/v1/documents").status_code == 200
    guesser = limited.caller("192.0.2.9", "falsch")
    assert [guesser.get("/v1/documents").status_code for _ in range(4)] == [401, 401, 401, 429]


def keyed(site: Site, tmp_path: Path) -> tuple[Site, KeyRing]:
    ring = KeyRing(tmp_path)
    return Site(create_app(site.service, ServerOptions(TOKEN, UPLOAD_BYTES, 3, keys=ring)),
                site.service), ring  # fmt: skip


def test_every_key_has_a_bucket_of_its_own(site: Site, tmp_path: Path) -> None:
    limited, ring = keyed(site, tmp_path)

    def codes(key: str | None, times: int, path: str = "/v1/models") -> list[int]:
        headers = {"X-API-Key": key} if key else {}
        client = TestClient(limited.app, client=("192.0.2.7", 1), headers=headers)
        return [client.get(path).status_code for _ in range(times)]

    search = frozenset({Scope.SEARCH})
    usual, other = (ring.create(Wish(search))["key"] for _ in range(2))
    few = ring.create(Wish(search, per_minute=1))["key"]
    many = ring.create(Wish(search, per_minute=0))["key"]
    assert codes(usual, 4) == codes(other, 4) == codes(None, 4) == [200, 200, 200, 429]
    assert codes(few, 2) == [200, 429]
    assert codes(many, 20) == [200] * 20
    typed = "/v1/suggest?q=Netz"
    assert codes(usual, 31, typed) == codes(None, 31, typed) == [200] * 30 + [429]
    assert codes(few, 11, typed) == [200] * 10 + [429]
    revoked = ring.create(Wish(search))
    ring.revoke(revoked["id"])
    assert codes(revoked["key"], 1) == [429]  # it is no key, and this client has asked enough
    ring.close()


def test_no_limit_but_a_keys_own(site: Site, tmp_path: Path) -> None:
    ring = KeyRing(tmp_path)
    few = ring.create(Wish(frozenset({Scope.SEARCH}), per_minute=2))["key"]
    app = create_app(site.service, ServerOptions(TOKEN, UPLOAD_BYTES, 0, keys=ring))
    with_key = TestClient(app, headers={"X-API-Key": few})
    assert [with_key.get("/v1/models").status_code for _ in range(3)] == [200, 200, 429]
    assert [TestClient(app).get("/v1/models").status_code for _ in range(9)] == [200] * 9
    ring.close()


def test_addresses_are_not_kept_and_their_names_last_a_day() -> None:
    clock = Clock()
    names = Pseudonyms(clock)
    first = names.of("198.51.100.7")
    assert names.of("198.51.100.7") == first != names.of("198.51.100.8")
    assert names.of("2001:db8::1") == names.of("2001:db8::2") != names.of("2001:db8:0:1::1")
    assert Pseudonyms(clock).of("198.51.100.7") != first
    clock.now += 86_399
    assert names.of("198.51.100.7") == first
    clock.now += 1
    assert names.of("198.51.100.7") != first

    async def nothing(*_: object) -> None: ...

    limit = RateLimit(nothing, 3, clock)
    scope = {"type": "http", "path": "/", "headers": [], "client": ("198.51.100.7", 1),
             "app": create_app(Service.__new__(Service), ServerOptions(TOKEN, 1))}  # fmt: skip
    assert limit._wait(scope) == 0
    assert "198.51" not in str([vars(bucket) for bucket in limit._clients.values()])
    assert all(bucket._held == {} for bucket in limit._keys.values())


def test_one_ipv6_client_has_many_addresses(limited: Site) -> None:
    codes = [
        TestClient(limited.app, client=(f"2001:db8::{number:x}", 1)).get("/").status_code
        for number in range(1, 5)
    ]
    assert codes == [200, 200, 200, 429]


def test_ipv4_clients_of_an_ipv6_socket_are_not_one(limited: Site) -> None:
    codes = [
        TestClient(limited.app, client=(host, 1)).get("/").status_code
        for host in [f"::ffff:192.0.2.{number}" for number in range(1, 6)] + ["192.0.2.1"] * 3
    ]
    assert codes == [200] * 7 + [429]


@pytest.mark.parametrize(
    ("given_limit", "host", "limit"),
    [
        (None, "127.0.0.1", 0), (None, "localhost", 0), (None, "::1", 0), (None, "0.0.0.0", 60),
        (None, "::", 60), (None, "kgc.example", 60), (0, "0.0.0.0", 0), (7, "127.0.0.1", 7),
    ],
)  # fmt: skip
def test_limit_is_off_on_loopback_only(given_limit: int | None, host: str, limit: int) -> None:
    settings = Settings().model_copy(update={"rate_limit": given_limit})
    assert settings.requests_per_minute(host) == limit


def test_who_sent_the_form_of_a_page_is_told_on_a_page(limited: Site) -> None:
    page = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    long = limited.public.post("/", data={"frage": "a" * 70_000}, headers=page)
    codes = [limited.public.get("/v1/models").status_code for _ in range(2)]
    refused = limited.public.post("/", data={"frage": "Wer hilft?"}, headers=page)
    program = limited.public.post("/v1/chat", json={"question": "Wer hilft?"}, headers=page)
    assert codes == [200, 200]
    assert [told.status_code for told in (long, refused, program)] == [413, 429, 429]
    assert "Die Anfrage ist größer als 64 kB." in long.text
    assert "Zu viele Anfragen." in refused.text
    assert int(refused.headers["retry-after"]) > 0
    for told in (long, refused):
        assert told.headers["content-type"].startswith("text/html")
        assert "default-src 'none'" in told.headers["content-security-policy"]
    assert program.headers["content-type"] == "application/problem+json"
