"""Addresses of the web → bytes, within an operator's list of hosts.

httpcore, the engine below httpx, lets us open the connection ourselves: a name is resolved once,
all its addresses are checked, and the connection goes to one of exactly these. Certificate and
``Host`` stay those of the name. Nothing of the environment (proxies) and no cookie takes part.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from urllib.parse import urljoin

import httpcore

from ingest.errors import Reason, SourceError
from ingest.fetching.addresses import Policy, Target, admitted, host_of, target
from ingest.fetching.fetched import Page, PageUnread, check_type, refusal
from ingest.fetching.pinned import Clock, Pinned

SECONDS = 30.0
MOST_REDIRECTS = 5
AGENT = "kgc-assistant"
_NO_CONTENT = 304
_LONGEST_VALIDATOR = 1_000
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ACCEPT = "text/html,application/pdf,text/markdown,text/plain,application/xml;q=0.9,*/*;q=0.5"
_ZLIB_OR_GZIP = 47

Resolve = Callable[[str, int], Sequence[str]]


def resolve(host: str, port: int) -> list[str]:
    """Return the IP addresses that the system knows for a name.

    Raises:
        OSError: There are none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(slots=True)
class _Turn:
    """One host's turn: a lock for one request at a time, and when the last one ended."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    ended: float = 0.0


class Fetcher:
    """Fetches pages, one at a time from each host. Thread-safe."""

    def __init__(
        self,
        policy: Policy,
        max_bytes: int,
        *,
        resolve: Resolve = resolve,
        network: httpcore.NetworkBackend | None = None,
        seconds: float = SECONDS,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Keep the limits.

        Args:
            policy: Which hosts may be asked.
            max_bytes: The largest page, also after it is unpacked.
            resolve: Name and port to IP addresses.
            network: Opens the connections.
            seconds: The longest time for one page with its redirects.
            tls: Which certificates are trusted; by default those of the usual authorities.
        """
        self.policy = policy
        self.max_bytes = max_bytes
        self._seconds = seconds
        self._resolve = resolve
        self._network = network or httpcore.SyncBackend()
        self._given_tls = tls
        self._turns: dict[str, _Turn] = {}

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return self._given_tls or httpcore.default_ssl_context()

    def get(
        self, url: str, validators: tuple[str, str] = ("", ""), *, pause: float = 0.0
    ) -> Page | None:
        """Fetch a page, following redirects inside the policy.

        Args:
            url: Its address.
            validators: ETag and Last-Modified of what is known already, empty where unknown.
            pause: Seconds to leave between two requests to one host.

        Returns:
            The page, None where the server says that it is the one known already.

        Raises:
            SourceError: `PageUnread` where the server or the way to it is the cause.
        """
        wanted = target(url, self.policy)
        clock = Clock(0.0)
        for _ in range(MOST_REDIRECTS + 1):
            with self._turn(wanted, pause):
                # The time for waiting our turn does not count.
                clock.end = clock.end or time.monotonic() + self._seconds
                with _mapped():
                    found = self._exchange(wanted, validators, clock)
            if not isinstance(found, str):
                return found
            wanted = self._redirected(wanted, found)
        raise PageUnread(f"Der Server leitet öfter als {MOST_REDIRECTS}-mal um.")

    def _redirected(self, before: Target, location: str) -> Target:
        try:
            where = urljoin(before.url, location)
        except ValueError:
            where = location
        after = target(where, self.policy)
        if before.scheme == "https" and after.scheme != "https":
            detail = "Der Server leitet von https auf http um."
            raise SourceError(Reason.BLOCKED_ADDRESS, detail)
        return after

    @contextmanager
    def _turn(self, wanted: Target, pause: float) -> Iterator[None]:
        turn = self._turns.setdefault(host_of(wanted.url), _Turn())
        with turn.lock:
            time.sleep(max(0.0, turn.ended + pause - time.monotonic()))
            try:
                yield
            finally:
                turn.ended = time.monotonic()

    def _exchange(
        self, wanted: Target, validators: tuple[str, str], clock: Clock
    ) -> Page | str | None:
        """Send one request; returns the page, where it is instead, or None for no change."""
        network = Pinned(self._network, self._addresses(wanted, clock), clock)
        with (
            httpcore.ConnectionPool(self._tls_for(wanted), network_backend=network) as pool,
            pool.stream("GET", wanted.url, headers=_headers(wanted, validators)) as answer,
        ):
            told = _told(answer)
            if answer.status in _REDIRECTS and told.get("location"):
                return told["location"]
            if answer.status == _NO_CONTENT and any(validators):
                return None
            if answer.status != 200:  # noqa: PLR2004  # RFC 9110: OK
                raise refusal(answer.status)
            media_type = check_type(told.get("content-type", ""), wanted.path)
            data = self._body(answer, told)
        given = (_repeatable(told.get("etag", "")), _repeatable(told.get("last-modified", "")))
        return Page(wanted.url, data, media_type, given)

    def _tls_for(self, wanted: Target) -> ssl.SSLContext | None:
        return self._tls if wanted.scheme == "https" else None

    def _addresses(self, wanted: Target, clock: Clock) -> tuple[str, ...]:
        """Resolve the name within the time that is left; the system's resolver knows no limit."""
        found: list[str] = []
        failed: list[OSError | UnicodeError] = []

        def ask() -> None:
            try:
                found.extend(self._resolve(wanted.host, wanted.port))
            except (OSError, UnicodeError) as exc:
                failed.append(exc)

        asking = threading.Thread(target=ask, name="resolve", daemon=True)
        asking.start()
        asking.join(clock.left())
        if asking.is_alive():
            raise SourceError(Reason.TIMEOUT)
        if failed or not found:
            raise PageUnread("Der Name des Servers ist nicht bekannt.") from next(
                iter(failed), None
            )
        return admitted(found, wanted)

    def _body(self, answer: httpcore.Response, told: dict[str, str]) -> bytes:
        """Read the body, unpacked, never more than `max_bytes`."""
        length = told.get("content-length", "")
        if length.isascii() and length.isdigit() and int(length[:20]) > self.max_bytes:
            raise self._too_large()
        packing = told.get("content-encoding", "").strip().lower()
        if packing not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise PageUnread("Der Server schickt die Seite in einer unbekannten Verpackung.")
        unpack = None if packing in ("", "identity") else zlib.decompressobj(_ZLIB_OR_GZIP)
        data = bytearray()
        taken = 0
        for chunk in answer.iter_stream():
            taken += len(chunk)
            room = self.max_bytes + 1 - len(data)
            data += chunk if unpack is None else unpack.decompress(chunk, room)
            if max(taken, len(data)) > self.max_bytes:
                raise self._too_large()
        if unpack is not None and not unpack.eof:
            raise PageUnread("Die Übertragung brach ab.")
        return bytes(data)

    def _too_large(self) -> SourceError:
        detail = f"Erlaubt sind {self.max_bytes} Bytes (KGC_MAX_UPLOAD)."
        return SourceError(Reason.TOO_LARGE, detail)


@contextmanager
def _mapped() -> Iterator[None]:
    """Turn httpcore's errors into ours; they never hold an address of a page."""
    try:
        yield
    except httpcore.TimeoutException as exc:
        raise SourceError(Reason.TIMEOUT) from exc
    except httpcore.ConnectError as exc:
        cause = "Sein Zertifikat ist ungültig." if "CERTIFICATE" in str(exc).upper() else ""
        raise PageUnread(f"Der Server lässt sich nicht erreichen. {cause}".strip()) from exc
    except (httpcore.NetworkError, httpcore.ProtocolError, zlib.error, ssl.SSLError) as exc:
        raise PageUnread("Die Übertragung brach ab.") from exc


def _headers(wanted: Target, validators: tuple[str, str]) -> list[tuple[str, str]]:
    shown = host_of(wanted.url).split("//", 1)[1]
    headers = [
        ("Host", shown),
        ("User-Agent", f"{AGENT}/{_version()}"),
        ("Accept", _ACCEPT),
        ("Accept-Encoding", "gzip, identity"),
        ("Accept-Language", "de, en;q=0.7"),
        ("Connection", "close"),
    ]
    names = ("If-None-Match", "If-Modified-Since")
    held = zip(names, map(_repeatable, validators), strict=True)
    return headers + [(name, value) for name, value in held if value]


def _repeatable(validator: str) -> str:
    """Return a validator that may be sent back, "" for one that would break the request."""
    plain = validator.isascii() and validator.isprintable()
    return validator if plain and len(validator) <= _LONGEST_VALIDATOR else ""


def _version() -> str:
    try:
        return version(AGENT)
    except PackageNotFoundError:  # used as plain source files
        return "0"


def _told(answer: httpcore.Response) -> dict[str, str]:
    """Return the answer's headers, names in lower case; of a repeated one the first."""
    told: dict[str, str] = {}
    for name, value in answer.headers:
        told.setdefault(name.decode("latin-1").lower(), value.decode("latin-1"))
    return told
