"""Behind a proxy: whose word counts about the client, and where the server is seen."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from assistant.proxies import (
    Forwarding,
    address_of,
    client_of,
    from_outside,
    networks,
    root_path,
    scheme_of,
)
from assistant.web.app import ServerOptions, create_app
from assistant.web.caller import Callers, is_direct
from tests.assistant.conftest import TOKEN, UPLOAD_BYTES, Site

TRUSTED = networks(["10.0.0.0/8", "127.0.0.1", "fd00::/8"])
PEER = ipaddress.ip_address("10.0.0.1")


@pytest.mark.parametrize(
    ("told", "client"),
    [
        (Forwarding(), "10.0.0.1"),
        (Forwarding(x_for="198.51.100.7"), "198.51.100.7"),
        (Forwarding(x_for="1.2.3.4, 198.51.100.7"), "198.51.100.7"),
        (Forwarding(x_for="1.2.3.4, 198.51.100.7, 10.2.3.4"), "198.51.100.7"),
        (Forwarding(x_for="1.2.3.4,10.0.0.2 , 10.0.0.3"), "1.2.3.4"),
        (Forwarding(x_for="198.51.100.7:4711"), "198.51.100.7"),
        (Forwarding(x_for="[2001:db8::7]:4711, fd00::1"), "2001:db8::7"),
        (Forwarding(x_for="::ffff:198.51.100.7"), "198.51.100.7"),
        (Forwarding(x_for="unknown"), "10.0.0.1"),
        (Forwarding(x_for="1.2.3.4, unknown, 10.0.0.2"), "10.0.0.2"),
        (Forwarding(x_for="1.2.3.4, <script>"), "10.0.0.1"),
        (Forwarding(x_for=",,"), "10.0.0.1"),
        (Forwarding(x_for="10.0.0.9"), "10.0.0.9"),
        (Forwarding(forwarded="for=198.51.100.7;proto=https;by=10.0.0.1"), "198.51.100.7"),
        (Forwarding(forwarded='For="[2001:db8::7]:4711", for=10.0.0.2'), "2001:db8::7"),
        (Forwarding(forwarded="for=_hidden"), "10.0.0.1"),
        (Forwarding(x_for="198.51.100.7", forwarded="for=198.51.100.7"), "198.51.100.7"),
        # One of the two is the client's own work: neither counts.
        (Forwarding(x_for="198.51.100.7", forwarded="for=1.2.3.4"), "10.0.0.1"),
    ],
)
def test_the_right_most_stranger_is_the_client(told: Forwarding, client: str) -> None:
    assert str(client_of(PEER, told, TRUSTED)) == client


@given(st.text(), st.text(), st.sampled_from(["198.51.100.7", "2001:db8::7", "192.168.1.1"]))
def test_a_stranger_cannot_be_somebody_else(x_for: str, forwarded: str, peer: str) -> None:
    told = Forwarding(x_for=x_for, x_proto="https", forwarded=forwarded)
    stranger = ipaddress.ip_address(peer)
    assert client_of(stranger, told, TRUSTED) == stranger
    assert scheme_of(stranger, told, TRUSTED) is None


@given(st.lists(st.ip_addresses().map(str)), st.ip_addresses(v=4, network="198.51.100.0/24"))
def test_what_a_client_sends_along_changes_nothing(made_up: list[str], client: Any) -> None:
    told = Forwarding(x_for=",".join([*made_up, str(client), "10.9.9.9"]))
    assert client_of(PEER, told, TRUSTED) == client


@pytest.mark.parametrize(
    ("told", "scheme"),
    [
        (Forwarding(), None),
        (Forwarding(x_proto="https"), "https"),
        (Forwarding(x_proto="HTTP"), "http"),
        (Forwarding(x_proto="javascript"), None),
        (Forwarding(x_proto="http, https"), "https"),
        (Forwarding(forwarded="for=1.2.3.4;proto=https"), "https"),
        (Forwarding(x_proto="http", forwarded="proto=https"), None),
    ],
)
def test_scheme(told: Forwarding, scheme: str | None) -> None:
    assert scheme_of(PEER, told, TRUSTED) == scheme


@given(st.text())
def test_no_text_breaks_the_reading_of_addresses(text: str) -> None:
    address_of(text)
    client_of(PEER, Forwarding(text, text, text), TRUSTED)


@pytest.mark.parametrize(
    ("given_path", "path"),
    [("", ""), ("/", ""), ("assistent", "/assistent"), ("/a/b/", "/a/b"), (" /x ", "/x")],
)
def test_root_path(given_path: str, path: str) -> None:
    assert root_path(given_path) == path


@pytest.mark.parametrize("given_path", ["//x", "/a//b", "/a b", "/..", "/a/../b", '/"', "/?x"])
def test_root_paths_that_are_none(given_path: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # its words are nobody's
        root_path(given_path)


@pytest.mark.parametrize(
    ("link", "base", "whole"),
    [
        ("/documents/a", "https://kgc.example", "https://kgc.example/documents/a"),
        ("/documents/a", "https://kgc.example/x/", "https://kgc.example/x/documents/a"),
        ("/x/documents/a", "https://kgc.example/x", "https://kgc.example/x/documents/a"),
        ("/xy/a", "https://kgc.example/x", "https://kgc.example/x/xy/a"),
    ],
)
def test_links_from_outside(link: str, base: str, whole: str) -> None:
    assert from_outside(link, base) == whole


def echo(trusted: str, **client: Any) -> TestClient:
    """An application that tells what it knows of its caller."""

    async def told(request: Request) -> JSONResponse:
        host = request.client.host if request.client else ""
        return JSONResponse([host, request.url.scheme, is_direct(request)])

    app = Starlette(routes=[Route("/", told)])
    chosen = networks([part for part in trusted.split(",") if part])
    return TestClient(Callers(app, chosen, ""), **client)


def test_nobody_is_believed_by_default() -> None:
    local = echo("", client=("127.0.0.1", 1))
    forged = {"X-Forwarded-For": "1.2.3.4", "X-Forwarded-Proto": "https"}
    assert local.get("/").json() == ["127.0.0.1", "http", True]
    assert local.get("/", headers=forged).json() == ["127.0.0.1", "http", False]
    assert echo("", client=("192.0.2.7", 1)).get("/").json() == ["192.0.2.7", "http", False]


@pytest.mark.parametrize(
    "header",
    ["Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP"],
)
def test_what_comes_through_a_proxy_is_never_from_here(header: str) -> None:
    for trusted in ("", "127.0.0.1"):
        local = echo(trusted, client=("127.0.0.1", 1))
        assert local.get("/").json()[2] is True
        assert local.get("/", headers={header: "127.0.0.1"}).json()[2] is False


def test_a_trusted_proxy_is_believed() -> None:
    local = echo("127.0.0.1", client=("127.0.0.1", 1))
    headers = [("X-Forwarded-For", "6.6.6.6"), ("X-Forwarded-For", "1.2.3.4")]
    told = local.get("/", headers=[*headers, ("X-Forwarded-Proto", "https")])
    assert told.json() == ["1.2.3.4", "https", False]
    mapped = echo("127.0.0.1", client=("::ffff:127.0.0.1", 1))
    assert mapped.get("/", headers={"X-Forwarded-For": "1.2.3.4"}).json()[0] == "1.2.3.4"
    assert echo("127.0.0.1", client=("testclient", 1)).get("/").json()[0] == "testclient"


def test_clients_behind_a_proxy_have_limits_of_their_own(site: Site) -> None:
    options = ServerOptions(TOKEN, UPLOAD_BYTES, 2, proxies=networks(["127.0.0.1"]))
    proxy = TestClient(create_app(site.service, options), client=("127.0.0.1", 1))

    def asked(client: str, made_up: str) -> int:
        headers = {"X-Forwarded-For": f"{made_up}, {client}"}
        return proxy.get("/v1/models", headers=headers).status_code

    assert [asked("198.51.100.7", f"6.6.6.{n}") for n in range(3)] == [200, 200, 429]
    assert asked("198.51.100.8", "198.51.100.7") == 200
    assert proxy.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 403
    assert proxy.get("/metrics").status_code == 200
