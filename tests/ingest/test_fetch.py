"""Fetching over real sockets: nothing forbidden is connected to, and nothing lasts for ever."""

from __future__ import annotations

import gzip
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import httpcore
import pytest

from ingest.errors import Reason, SourceError
from ingest.fetching.addresses import policy
from ingest.fetching.fetch import Fetcher
from ingest.fetching.fetched import Page, PageUnread
from tests.ingest.web import Answer, Listener, Web, certificate, listener

PUBLIC = "93.184.216.34"
PAGE = b"<html><body><p>Guten Tag</p></body></html>"


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as made:
        made.pages["/seite"] = Answer(PAGE, headers={"ETag": '"1"', "Last-Modified": "gestern"})
        yield made


@pytest.fixture(scope="module")
def caught() -> Iterator[Listener]:
    with listener() as made:
        yield made


class Network(httpcore.NetworkBackend):
    """Notes where connections would go; those to `PUBLIC` end at a port of this machine."""

    def __init__(self, port: int = 0) -> None:
        self.wanted: list[tuple[str, int]] = []
        self._port = port
        self._real = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        self.wanted.append((host, port))
        if host == PUBLIC:
            host, port = "127.0.0.1", self._port
        return self._real.connect_tcp(host, port, timeout, local_address, socket_options)


class Names:
    """A name server that gives its answers one after the other, the last one for ever."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, host: str, _: int) -> Sequence[str]:
        self.asked.append(host)
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


def inside(web: Web, **more: float) -> Fetcher:
    limit = int(more.pop("max_bytes", 100_000))
    return Fetcher(policy("", web.place), limit, **more)  # type: ignore[arg-type]  # seconds


def reason(fetcher: Fetcher, url: str) -> Reason:
    with pytest.raises(SourceError) as raised:
        fetcher.get(url)
    assert raised.value.message
    return raised.value.reason


LOOPBACK = [
    "127.0.0.1", "127.1", "127.0.1", "0177.0.0.1", "0x7f.0.0.1", "0x7f000001", "2130706433",
    "017700000001", "127.000.000.001", "127.0.0.1.", "0", "0.0.0.0", "127.127.127.127", "[::1]",
    "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]",
    "[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[2001:0:7f00:1::]",
    "[fe80::1%25lo]", "[fe80::1]", "[fc00::1]", "localhost", "LOCALHOST", "localhost.",
    "a.localhost", "localhost.localdomain", "drucker.local", "db.internal", "rechner",
    "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254", "224.0.0.1",
    "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "metadata.google.internal",
    "127。0。0。1", "１２７.0.0.1", "①②⑦.0.0.1", "ⓛocalhost", "loc%61lhost", "%31%32%37.0.0.1",
    "beispiel.de@127.0.0.1", "beispiel.de:80@127.0.0.1", "beispiel.de\\@127.0.0.1",
    "beispiel.de%00.127.0.0.1", "127.0.0.1\t", " 127.0.0.1", "127.0.0.1\r\nHost: x", "",
]  # fmt: skip


@pytest.mark.parametrize("host", LOOPBACK)
def test_no_spelling_of_an_inner_address_is_connected_to(caught: Listener, host: str) -> None:
    network = Network()
    fetcher = Fetcher(policy("*", ""), 1_000, network=network, seconds=2)
    for scheme in ("http", "https"):
        for url in (f"{scheme}://{host}:{caught.port}/", f"{scheme}://{host}/"):
            assert reason(fetcher, url) is Reason.BLOCKED_ADDRESS, url
    assert network.wanted == []
    assert caught.count == 0


@pytest.mark.parametrize(
    "url",
    [
        "ftp://beispiel.de/", "file:///etc/passwd", "gopher://127.0.0.1/", "dict://127.0.0.1/",
        "data:text/html,x", "javascript:alert(1)", "//beispiel.de/", "beispiel.de", "http:/x.de",
        "http:beispiel.de", "https://", "http://beispiel.de:22/", "http://beispiel.de:0/",
        "http://beispiel.de:99999/", "http://beispiel.de:80:80/", "https://a@beispiel.de/",
        "https://:b@beispiel.de/", "https://beispiel.de/" + "a" * 2_000, "unix:///run/x.sock",
        "http+unix://x/", "https://-a.de/", "https://a..de/", "https://xn--a.de/",
        f"https://{'a' * 64}.de/", "https://beispiel.de /", "https://beispiel.de\n/",
    ],
)  # fmt: skip
def test_nor_are_other_schemes_and_odd_addresses(url: str) -> None:
    network, names = Network(), Names([PUBLIC])
    fetcher = Fetcher(policy("*", ""), 1_000, resolve=names, network=network)
    assert reason(fetcher, url) is Reason.BLOCKED_ADDRESS
    assert (network.wanted, names.asked) == ([], [])


@pytest.mark.parametrize(
    "found",
    [
        ["127.0.0.1"], ["::1"], ["10.0.0.1"], ["169.254.169.254"], ["0.0.0.0"], ["fd00::1"],
        ["::ffff:127.0.0.1"], ["64:ff9b::7f00:1"], [PUBLIC, "127.0.0.1"], ["127.0.0.1", PUBLIC],
        ["fe80::1%lo"], ["100.100.100.200"], ["unsinn"],
    ],
)  # fmt: skip
def test_every_address_of_a_name_is_checked(caught: Listener, found: list[str]) -> None:
    network = Network(caught.port)
    fetcher = Fetcher(policy("*", ""), 1_000, resolve=Names(found), network=network)
    assert reason(fetcher, "http://beispiel.de/") is Reason.BLOCKED_ADDRESS
    assert network.wanted == []
    assert caught.count == 0


def test_a_name_is_resolved_once_and_the_connection_goes_there(web: Web) -> None:
    names, network = Names([PUBLIC], ["127.0.0.1"]), Network(web.port)
    fetcher = Fetcher(policy("beispiel.de", ""), 10_000, resolve=names, network=network)
    page = fetcher.get("http://beispiel.de/seite")
    assert page is not None
    assert page.data == PAGE
    assert names.asked == ["beispiel.de"]
    assert network.wanted == [(PUBLIC, 80)]
    assert web.asked[0][1]["host"] == "beispiel.de"
    with pytest.raises(SourceError) as raised:  # the second time the name leads inside
        fetcher.get("http://beispiel.de/seite")
    assert raised.value.reason is Reason.BLOCKED_ADDRESS
    assert network.wanted == [(PUBLIC, 80)]


def test_a_host_of_the_intranet_must_be_named_with_its_port(web: Web) -> None:
    assert inside(web).get(web.url("/seite")) is not None
    for url in (web.url("/seite").replace("127.0.0.1", "localhost"), "http://127.0.0.1/seite"):
        assert reason(inside(web), url) is Reason.BLOCKED_ADDRESS
    names = Names(["169.254.169.254"])
    fetcher = Fetcher(policy("", "wiki.intern"), 1_000, resolve=names)
    assert reason(fetcher, "http://wiki.intern/") is Reason.BLOCKED_ADDRESS


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1:1/", "http://localhost/", "http://[::1]/", "file:///etc/passwd",
        "//169.254.169.254/latest", "http://2130706433/", "https://andere.example/", "ftp://x.de/",
        "http://beispiel.de:22/", "http://a@beispiel.de/",
    ],
)  # fmt: skip
def test_each_redirect_is_checked(web: Web, location: str) -> None:
    web.pages["/um"] = Answer(status=302, headers={"Location": location})
    network = Network(web.port)
    fetcher = Fetcher(policy("beispiel.de", ""), 1_000, resolve=Names([PUBLIC]), network=network)
    assert reason(fetcher, "http://beispiel.de/um") is Reason.BLOCKED_ADDRESS
    assert network.wanted == [(PUBLIC, 80)]


def test_redirects_are_followed_up_to_a_number(web: Web) -> None:
    for number in range(9):
        web.pages[f"/{number}"] = Answer(status=301, headers={"Location": f"/{number + 1}"})
    web.pages["/5"] = Answer(PAGE)
    page = inside(web).get(web.url("/0"))
    assert page is not None
    assert page.url == web.url("/5")
    web.pages["/5"] = Answer(status=308, headers={"Location": "/6"})
    web.pages["/6"] = Answer(PAGE)
    assert reason(inside(web), web.url("/0")) is Reason.NOT_FOUND


def test_a_redirect_does_not_take_the_encryption_away(web: Web) -> None:
    fetcher = Fetcher(policy("*", ""), 1_000)
    wanted = fetcher._redirected
    from ingest.fetching.addresses import target  # noqa: PLC0415

    secure = target("https://beispiel.de/", fetcher.policy)
    assert wanted(secure, "/b").url == "https://beispiel.de/b"
    with pytest.raises(SourceError, match="https auf http"):
        wanted(secure, "http://beispiel.de/b")


def test_the_certificate_must_be_that_of_the_name(tmp_path: Path) -> None:
    with Web(certificate("beispiel.de", tmp_path)) as web:
        web.pages["/seite"] = Answer(PAGE)
        names, network = Names([PUBLIC]), Network(web.port)
        strict = Fetcher(policy("*", ""), 1_000, resolve=names, network=network)
        with pytest.raises(SourceError, match="Zertifikat"):
            strict.get("https://beispiel.de/seite")
        trusted = ssl.create_default_context(cafile=tmp_path / "cert.pem")
        fetcher = Fetcher(policy("*", ""), 1_000, resolve=names, network=network, tls=trusted)
        page = fetcher.get("https://beispiel.de/seite")
        assert page is not None
        assert page.data == PAGE
        with pytest.raises(SourceError, match="Zertifikat"):
            fetcher.get("https://andere.de/seite")
        assert web.paths() == ["/seite"]
        assert {host for host, _ in network.wanted} == {PUBLIC}


def test_unchanged_pages_cost_no_body(web: Web) -> None:
    fetcher = inside(web)
    page = fetcher.get(web.url("/seite"))
    assert isinstance(page, Page)
    assert page.validators == ('"1"', "gestern")
    assert fetcher.get(web.url("/seite"), page.validators) is None
    sent = web.asked[-1][1]
    assert (sent["if-none-match"], sent["if-modified-since"]) == ('"1"', "gestern")
    assert fetcher.get(web.url("/seite"), ('"2"', "")) is not None


@pytest.mark.parametrize("odd", ["a\tb\xe4", "x" * 5_000, "\x00", "ä"])
def test_a_validator_that_no_request_can_carry_is_left_out(web: Web, odd: str) -> None:
    fetcher = inside(web)
    assert isinstance(fetcher.get(web.url("/seite"), (odd, odd)), Page)
    sent = web.asked[-1][1]
    assert "if-none-match" not in sent
    assert "if-modified-since" not in sent


def test_nothing_of_the_environment_or_of_earlier_answers_is_sent(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    web.pages["/keks"] = Answer(PAGE, headers={"Set-Cookie": "a=b"})
    fetcher = inside(web)
    fetcher.get(web.url("/keks"))
    fetcher.get(web.url("/keks"))
    for _, sent, _ in web.asked:
        assert sent.keys() == {
            "host", "user-agent", "accept", "accept-encoding", "accept-language", "connection",
        }  # fmt: skip
        assert sent["user-agent"].startswith("kgc-assistant/")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 429, 500, 503, 204, 206, 304, 302])
def test_other_answers_are_no_pages(web: Web, status: int) -> None:
    web.pages["/x"] = Answer(PAGE, status=status)
    with pytest.raises(PageUnread) as raised:
        inside(web).get(web.url("/x"))
    assert raised.value.gone is (status in (404, 410))
    assert raised.value.reason is Reason.NOT_FOUND


@pytest.mark.parametrize(
    ("kind", "path", "good"),
    [
        ("text/html", "/a", True), ("TEXT/HTML; charset=x", "/a", True), ("", "/a", True),
        ("application/pdf", "/a", True), ("text/markdown", "/a", True), ("text/xml", "/a", True),
        ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "/a", True),
        ("application/octet-stream", "/a.pdf?x=1", True), ("application/octet-stream", "/a", False),
        ("image/png", "/a.pdf", False), ("application/json", "/a", False),
        ("text/javascript", "/a.html", False), ("video/mp4", "/a", False), ("Unsinn", "/a", False),
    ],
)  # fmt: skip
def test_types(web: Web, kind: str, path: str, good: bool) -> None:
    web.pages[path] = Answer(PAGE, type=kind)
    if good:
        assert inside(web).get(web.url(path)) is not None
    else:
        assert reason(inside(web), web.url(path)) is Reason.UNSUPPORTED


def test_large_pages_and_bombs_are_cut_off(web: Web) -> None:
    bomb = gzip.compress(b"a" * 50_000_000)
    web.pages["/groß"] = Answer(b"a" * 100_001)
    web.pages["/bombe"] = Answer(bomb, headers={"Content-Encoding": "gzip"})
    web.pages["/doppelt"] = Answer(gzip.compress(bomb), headers={"Content-Encoding": "gzip, gzip"})
    web.pages["/gerade"] = Answer(b"a" * 100_000)
    web.pages["/gepackt"] = Answer(gzip.compress(PAGE), headers={"Content-Encoding": "gzip"})
    web.pages["/halb"] = Answer(gzip.compress(PAGE)[:-9], headers={"Content-Encoding": "gzip"})
    web.pages["/falsch"] = Answer(PAGE, headers={"Content-Encoding": "gzip"})
    web.pages = {path.replace("ß", "%C3%9F"): made for path, made in web.pages.items()}
    assert reason(inside(web), web.url("/groß")) is Reason.TOO_LARGE
    assert reason(inside(web), web.url("/bombe")) is Reason.TOO_LARGE
    assert reason(inside(web), web.url("/doppelt")) is Reason.NOT_FOUND
    for path in ("/halb", "/falsch"):
        assert reason(inside(web), web.url(path)) is Reason.NOT_FOUND
    for path, length in (("/gerade", 100_000), ("/gepackt", len(PAGE))):
        page = inside(web).get(web.url(path))
        assert page is not None
        assert len(page.data) == length


def _endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b"a" * 10_000)
    except OSError:
        return


def _dripping_head(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    _drip(handler, b"X-A: b\r\n")


def _dripping_body(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    _drip(handler, b"a")


def _drip(handler: BaseHTTPRequestHandler, drop: bytes) -> None:
    try:
        for _ in range(200):
            handler.wfile.write(drop)
            handler.wfile.flush()
            time.sleep(0.05)
    except OSError:
        return


def _silent(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(2)


def _broken(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nkurz")


def _garbage(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"\x00\x01\x02\r\n\r\n")


@pytest.mark.parametrize(
    ("made", "wanted"),
    [
        (_dripping_head, Reason.TIMEOUT), (_dripping_body, Reason.TIMEOUT),
        (_silent, Reason.TIMEOUT), (_endless, Reason.TOO_LARGE), (_broken, Reason.NOT_FOUND),
        (_garbage, Reason.NOT_FOUND),
    ],
)  # fmt: skip
def test_bad_servers_end_in_time(
    web: Web, made: Callable[[BaseHTTPRequestHandler], None], wanted: Reason
) -> None:
    web.pages["/x"] = made
    begun = time.monotonic()
    assert reason(inside(web, seconds=0.5), web.url("/x")) is wanted
    assert time.monotonic() - begun < 1.5


def test_a_slow_name_server_ends_in_time() -> None:
    def slow(*_: object) -> list[str]:
        time.sleep(3)
        return [PUBLIC]

    fetcher = Fetcher(policy("*", ""), 1_000, resolve=slow, seconds=0.3)
    begun = time.monotonic()
    assert reason(fetcher, "http://beispiel.de/") is Reason.TIMEOUT
    assert time.monotonic() - begun < 1.5


def test_unknown_names_and_closed_ports() -> None:
    def unknown(*_: object) -> list[str]:
        raise OSError("unknown")

    fetcher = Fetcher(policy("*", "127.0.0.1:9"), 1_000, resolve=unknown)
    assert reason(fetcher, "http://beispiel.de/") is Reason.NOT_FOUND
    assert reason(Fetcher(fetcher.policy, 9), "http://127.0.0.1:9/") is Reason.NOT_FOUND


def test_a_pause_lies_between_two_requests_to_a_host(web: Web) -> None:
    fetcher = inside(web)
    begun = time.monotonic()
    for _ in range(3):
        fetcher.get(web.url("/seite"), pause=0.2)
    assert time.monotonic() - begun >= 0.4
