"""A client that asks too often is told when to come back; others are not held up."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from assistant.settings import Settings
from assistant.web.app import ServerOptions, create_app
from assistant.web.rate import CLIENTS, Bucket
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


def test_one_ipv6_client_has_many_addresses(limited: Site) -> None:
    codes = [
        TestClient(limited.app, client=(f"2001:db8::{number:x}", 1)).get("/").status_code
        for number in range(1, 5)
    ]
    assert codes == [200, 200, 200, 429]


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
