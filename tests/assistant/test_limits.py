"""Bodies that are too large are refused, declared or not; headers stand on every response."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.assistant.conftest import UPLOAD_BYTES, Site
from tests.assistant.samples import QUESTION

JSON = {"Content-Type": "application/json"}


def chunks(size: int) -> Iterator[bytes]:
    """Send without saying how much it will be."""
    yield b'{"question": "'
    for _ in range(size // 1_000):
        yield b"a" * 1_000
    yield b'"}'


def test_declared_size_over_the_limit(site: Site) -> None:
    body = json.dumps({"question": QUESTION, "more": "x" * 64_000}).encode()
    refused = site.public.post("/v1/chat", content=body, headers=JSON)
    assert refused.status_code == 413
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["type"] == "/problems/too_large"
    assert "64 kB" in refused.json()["detail"]
    assert refused.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("size", [65_000, 3_000_000])
def test_undeclared_size_over_the_limit(site: Site, size: int) -> None:
    refused = site.public.post("/v1/chat", content=chunks(size), headers=JSON)
    assert refused.status_code == 413
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["detail"] == "Die Anfrage ist größer als 64 kB."


def test_size_at_the_limit_is_read(site: Site) -> None:
    body = json.dumps({"question": QUESTION, "more": ""}).encode()
    body = body[:-2] + b"x" * (64_000 - len(body)) + body[-2:]
    assert len(body) == 64_000
    assert site.public.post("/v1/chat", content=body, headers=JSON).status_code == 200


@pytest.mark.parametrize("path", ["/v1/search?q=Netz", "/", "/v1/documents/x"])
def test_other_routes_have_the_small_limit(site: Site, path: str) -> None:
    refused = site.public.request("GET", path, content=b"x" * 64_001)
    assert refused.status_code == 413


def test_upload_has_its_own_limit(own_site: Site) -> None:
    def upload(size: int) -> int:
        file = {"file": ("lang.md", b"# Lang\n\n" + b"Wort " * (size // 5))}
        return own_site.insider.post("/v1/documents", files=file).status_code

    assert upload(100_000) == 201
    assert upload(UPLOAD_BYTES + 1_000) == 413  # refused after reading
    assert upload(UPLOAD_BYTES + 20_000) == 413  # refused by its declared size


def test_refused_upload_tells_the_limit(site: Site) -> None:
    file = {"file": ("lang.md", b"x" * (UPLOAD_BYTES + 1))}
    refused = site.insider.post("/v1/documents", files=file).json()
    assert refused["reason"] == "too_large"
    assert "KGC_MAX_UPLOAD" in refused["detail"]


@pytest.mark.parametrize(
    "path", ["/", "/livez", "/static/page.js", "/openapi.json", "/v1/search?q=Netz", "/fehlt"]
)
def test_every_response_carries_the_protective_headers(site: Site, path: str) -> None:
    headers = site.public.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("path", ["/", "/livez", "/readyz", "/static/page.js"])
def test_head_is_answered_like_get(site: Site, path: str) -> None:
    head, get = site.public.head(path), site.public.get(path)
    assert head.status_code == get.status_code == 200
    assert head.headers["content-type"] == get.headers["content-type"]
