"""Which names lead to /mcp, and which pages may."""

from __future__ import annotations

import pytest

from assistant.settings import Settings
from assistant.web.mcp_hosts import is_ours, may_ask

NAMES = ("chat.example.org", "intern:8443")


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST:1", "127.0.0.1:8000", "[::1]:8000", "[::1]", "10.1.2.3",
     "192.0.2.7:80", "chat.example.org", "Chat.Example.org:443", "intern:8443"],
)  # fmt: skip
def test_ours(host: str) -> None:
    assert is_ours(host, NAMES)
    assert may_ask(f"https://{host}", NAMES, ())


@pytest.mark.parametrize(
    "host",
    ["", ":80", "evil.example", "evil.example:8000", "localhost.evil.example",
     "chat.example.org.evil", "127.0.0.1.evil.example", "intern", "intern:1",
     "a@localhost", "127.0.0.1:8000:9", "127.1", "0x7f.1", "::1%evil.example",
     "x" * 400],
)  # fmt: skip
def test_foreign(host: str) -> None:
    assert not is_ours(host, NAMES)
    assert not may_ask(f"https://{host}", NAMES, ())


@pytest.mark.parametrize(
    "origin", ["null", "", "file://localhost", "https://", "http://[", "localhost"]
)
def test_what_is_no_page_of_ours(origin: str) -> None:
    assert not may_ask(origin, NAMES, ())


def test_other_pages_are_named_as_a_whole() -> None:
    pages = ("https://www.example.org",)
    assert may_ask(None, (), pages)
    assert may_ask("https://www.example.org", (), pages)
    assert not may_ask("http://www.example.org", (), pages)
    assert not may_ask("https://www.example.org:444", (), pages)


def test_a_server_for_this_machine_alone_goes_by_no_other_name() -> None:
    for host in ("127.0.0.1", "localhost", "::1"):
        assert Settings(public_url="").public_hosts(host) == ()
    assert Settings(public_url="").public_hosts("0.0.0.0") is None
    for host in ("127.0.0.1", "0.0.0.0"):
        named = Settings(public_url="https://Chat.Example.org/assistent")
        assert named.public_hosts(host) == ("chat.example.org",)
