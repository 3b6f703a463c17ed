"""Which addresses may be fetched: everything that is spelled oddly or leads inside is refused."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import Reason, SourceError
from ingest.fetching.addresses import Policy, admitted, identity, looks_like_address, policy, target
from ingest.fetching.hostnames import may_connect

EVERYTHING = policy("*", "")
LISTED = policy("beispiel.de, .kommune.de, *.land.de, bücher.de", "127.0.0.1:8080, wiki.intern")


def refused(url: str, allowed: Policy) -> str:
    with pytest.raises(SourceError) as caught:
        target(url, allowed)
    assert caught.value.reason is Reason.BLOCKED_ADDRESS
    return caught.value.message


@pytest.mark.parametrize(
    ("url", "host", "port", "private"),
    [
        ("https://beispiel.de", "beispiel.de", 443, False),
        ("http://BEISPIEL.de.:80/a?b=c#d", "beispiel.de", 80, False),
        ("https://www.kommune.de/", "www.kommune.de", 443, False),
        ("https://a.b.land.de/", "a.b.land.de", 443, False),
        ("https://Bücher.de/", "xn--bcher-kva.de", 443, False),
        ("https://xn--bcher-kva.de/", "xn--bcher-kva.de", 443, False),
        ("http://127.0.0.1:8080/x", "127.0.0.1", 8080, True),
        ("http://wiki.intern/x", "wiki.intern", 80, True),
        ("https://wiki.intern/x", "wiki.intern", 443, True),
    ],
)
def test_listed_hosts(url: str, host: str, port: int, private: bool) -> None:
    found = target(url, LISTED)
    assert (found.host, found.port, found.private) == (host, port, private)


@pytest.mark.parametrize(
    "url",
    [
        "https://kommune.de/",  # the list says: below it
        "https://www.beispiel.de/", "https://beispiel.de.boese.example/",
        "https://boesebeispiel.de/", "https://xbücher.de/", "http://127.0.0.1:8081/",
        "http://127.0.0.1/", "http://wiki.intern:8000/", "https://93.184.216.34/",
    ],
)  # fmt: skip
def test_others_are_refused_with_the_name_of_the_setting(url: str) -> None:
    assert "KGC_FETCH" in refused(url, LISTED)


def test_nothing_is_fetched_unless_asked() -> None:
    for url in ("https://beispiel.de/", "http://localhost/", "http://93.184.216.34/"):
        assert "KGC_FETCH" in refused(url, policy("", ""))
        assert "KGC_FETCH" in refused(url, Policy())


@pytest.mark.parametrize("port", [1, 22, 8080, 65_535])
def test_public_hosts_have_the_two_ports_of_the_web(port: int) -> None:
    assert "80 und 443" in refused(f"https://beispiel.de:{port}/", LISTED)


@pytest.mark.parametrize("setting", ["a b", "exa_mple/x", "http://x.de", "a@b", "0x7f.1", "[::1"])
def test_wrong_lists_are_refused(setting: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        policy(setting, "")
    with pytest.raises(ValueError, match=r".*"):
        policy("", setting)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        (
            "HTTPS://Beispiel.DE:443/a/?utm_source=x&b=1&UTM_medium=y#f",
            "https://beispiel.de/a/?b=1",
        ),
        ("http://beispiel.de", "http://beispiel.de/"),
        ("http://beispiel.de:8080", "http://beispiel.de:8080/"),
        ("https://beispiel.de/ä ö".replace(" ", "%20"), "https://beispiel.de/%C3%A4%20%C3%B6"),
        ("https://beispiel.de/?q=", "https://beispiel.de/?q="),
        ("https://[2A00:1450:0:0::1]/", "https://[2a00:1450::1]/"),
    ],
)
def test_a_page_has_one_name(url: str, name: str) -> None:
    assert identity(url) == name
    assert identity(name) == name


@given(st.text(max_size=60))
def test_no_text_breaks_it_and_names_stay(text: str) -> None:
    for url in (text, f"http://{text}", f"https://beispiel.de/{text}"):
        looks_like_address(url)
        try:
            name = identity(url)
            found = target(url, EVERYTHING)
        except SourceError:
            continue
        assert identity(name) == name == found.url
        assert name.isascii()


@given(st.ip_addresses())
def test_only_addresses_of_the_internet_are_public(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    if may_connect(str(address), private=False):
        assert address.is_global
        odd = (address.is_private, address.is_multicast, address.is_reserved)
        inner = (address.is_link_local, address.is_loopback, address.is_unspecified)
        assert not any((*odd, *inner))


@pytest.mark.parametrize(
    ("text", "public", "private"),
    [
        ("93.184.216.34", True, True), ("2606:2800:220:1::1", True, True),
        ("10.1.2.3", False, True), ("172.31.0.1", False, True), ("192.168.0.1", False, True),
        ("127.8.8.8", False, True), ("::1", False, True), ("fd00::1", False, True),
        ("169.254.169.254", False, False), ("fe80::1", False, False),
        ("fe80::1%eth0", False, False),
        ("100.64.0.1", False, False), ("0.0.0.0", False, False), ("::", False, False),
        ("224.0.0.1", False, False), ("ff02::1", False, False), ("255.255.255.255", False, False),
        ("::ffff:10.0.0.1", False, False), ("::127.0.0.1", False, False),
        ("64:ff9b::7f00:1", False, False), ("64:ff9b:1::1", False, False),
        ("2002:7f00:1::", False, False), ("2001:0:7f00:1::", False, False),
        ("192.0.0.170", False, False), ("198.18.0.1", False, False), ("fec0::1", False, False),
        ("unsinn", False, False), ("", False, False),
    ],
)  # fmt: skip
def test_ip_addresses(text: str, public: bool, private: bool) -> None:
    assert may_connect(text, private=False) is public
    assert may_connect(text, private=True) is private


def test_one_bad_address_spoils_a_name() -> None:
    wanted = target("https://beispiel.de/", LISTED)
    assert admitted(["93.184.216.34"], wanted) == ("93.184.216.34",)
    with pytest.raises(SourceError) as caught:
        admitted(["93.184.216.34", "10.0.0.1"], wanted)
    assert caught.value.reason is Reason.BLOCKED_ADDRESS


@pytest.mark.parametrize(
    ("path", "plain"),
    [("/a/../b", "/b"), ("/a/./b/", "/a/b/"), ("/../../x", "/x"), ("/a/b/..", "/a/"),
     ("/a//b", "/a//b"), ("", "/"), ("/..", "/"), ("/a/b/../../verboten/z", "/verboten/z")],
)  # fmt: skip
def test_steps_in_a_path_make_no_other_page(path: str, plain: str) -> None:
    assert identity(f"https://beispiel.de{path}") == f"https://beispiel.de{plain}"
    assert target(f"https://beispiel.de{path}", policy("*", "")).url.endswith(f".de{plain}")
