"""Which address of the web may be fetched, and under which name its page is known. Pure.

Two gates: the host must be on a list that the operator wrote, and every IP address that its name
stands for must be one of the public Internet, or, for hosts on the list of the intranet, a private
one. Whatever is spelled in a way that programs read differently is refused.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

from ingest.errors import Reason, SourceError
from ingest.fetching.hostnames import canonical, is_ip, is_local, may_connect

LONGEST = 2_000
PORTS = {"http": 80, "https": 443}
_ADDRESS = re.compile(r"https?:/|[a-z][a-z0-9+.-]+://", re.IGNORECASE)
_ODD = re.compile(r"[\x00-\x20\x7f\\]")
_ESCAPES = "%!$&'()*+,;=:@/~-._"  # what may stand in a path as it is


@dataclass(frozen=True, slots=True)
class Policy:
    """Which hosts may be asked.

    `hosts` are names, ``.example.org`` for everything below one, ``*`` for every public host;
    `private` are (host, port) that may also have private addresses, port None for 80 and 443.
    """

    hosts: tuple[str, ...] = ()
    private: frozenset[tuple[str, int | None]] = frozenset()


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes: `host` in ASCII, `path` with the query. `private`: see `Policy`."""

    scheme: str
    host: str
    port: int
    path: str
    private: bool

    @property
    def url(self) -> str:
        """The whole address."""
        return f"{self.scheme}://{_authority(self.scheme, self.host, self.port)}{self.path}"


def policy(hosts: str, private: str) -> Policy:
    """Read the two settings, lists set apart by commas.

    Raises:
        ValueError: An entry is no host name.
    """
    named = tuple(_pattern(entry) for entry in _entries(hosts))
    return Policy(named, frozenset(_place(entry) for entry in _entries(private)))


def looks_like_address(text: str) -> bool:
    """Tell an address (``https://…``, also with a scheme we do not fetch) from a path."""
    return _ADDRESS.match(text) is not None


def target(url: str, allowed: Policy) -> Target:
    """Return where to send a request for `url`.

    Raises:
        SourceError: BLOCKED_ADDRESS, with the cure.
    """
    parts, host, port = _parts(url)
    path = _path(parts)
    number = PORTS[parts.scheme] if port is None else port
    if (host, number) in allowed.private or (
        number in PORTS.values() and (host, None) in allowed.private
    ):
        return Target(parts.scheme, host, number, path, private=True)
    if is_local(host):
        raise _blocked(
            "Der Name gehört zu einem internen Netz. Soll er abgerufen werden, muss er in "
            "KGC_FETCH_PRIVATE_HOSTS stehen."
        )
    if not any(_fits(pattern, host) for pattern in allowed.hosts):
        raise _blocked(_not_listed(host))
    if number not in PORTS.values():
        raise _blocked(
            f"Port {number} ist nicht erlaubt, nur 80 und 443. Ein Server im eigenen Netz kann mit "
            "seinem Port in KGC_FETCH_PRIVATE_HOSTS stehen."
        )
    return Target(parts.scheme, host, number, path, private=False)


def admitted(found: Sequence[str], wanted: Target) -> tuple[str, ...]:
    """Return the IP addresses of `wanted`'s host, all of which may be connected to.

    Args:
        found: What the name stands for, each as text.
        wanted: The target of the request.

    Raises:
        SourceError: BLOCKED_ADDRESS where a single one may not be.
    """
    for text in found:
        if not may_connect(text, private=wanted.private):
            raise _blocked("Der Name führt zu einer internen oder reservierten IP-Adresse.")
    return tuple(found)


def identity(url: str) -> str:
    """Return the name under which a page is known.

    Scheme and host are in lower case, the host in ASCII; fragment, default port and parameters
    that only count visitors (``utm_…``) are left out.

    Raises:
        SourceError: BLOCKED_ADDRESS, it is no address that could be fetched.
    """
    parts, host, port = _parts(url)
    authority = _authority(parts.scheme, host, port)
    return urlunsplit((parts.scheme, authority, _path(parts, query=False), _query(parts), ""))


def origin(name: str) -> str:
    """Return the id of the place that `identity` names."""
    return hashlib.sha256(name.encode()).hexdigest()


def host_of(url: str) -> str:
    """Return scheme, host and port of an `identity` or `Target.url`: ``https://example.org``."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _entries(text: str) -> Iterable[str]:
    return (entry.strip().lower() for entry in text.split(",") if entry.strip())


def _pattern(entry: str) -> str:
    if entry == "*":
        return entry
    below = entry.startswith(("*.", "."))
    name = canonical(entry.removeprefix("*").removeprefix(".") if below else entry)
    return f".{name}" if below else name


def _place(entry: str) -> tuple[str, int | None]:
    parts = urlsplit(f"//{entry}")
    if parts.path or parts.query or parts.fragment or "@" in parts.netloc or not parts.hostname:
        raise ValueError(entry)
    return canonical(parts.hostname), parts.port


def _fits(pattern: str, host: str) -> bool:
    if pattern == "*":
        return not is_ip(host)
    return host.endswith(pattern) if pattern.startswith(".") else host == pattern


def _parts(url: str) -> tuple[SplitResult, str, int | None]:
    """Return the parts of an address, its host in ASCII and its port (None: the scheme's).

    The standard library takes out tabs and line ends silently, so they are refused before.
    """
    if len(url) > LONGEST:
        raise _blocked(f"Sie hat {len(url)} Zeichen, erlaubt sind {LONGEST}.")
    if _ODD.search(url):
        raise _blocked(
            "Sie enthält Leerzeichen, Steuerzeichen oder einen umgekehrten Schrägstrich."
        )
    try:
        parts = urlsplit(url)
        scheme, port = parts.scheme.lower(), parts.port
        if scheme not in PORTS:
            raise _blocked("Abgerufen werden nur Adressen mit https:// oder http://.")
        if "@" in parts.netloc:
            raise _blocked("Sie enthält einen Benutzernamen.")
        host = canonical(parts.hostname or "")
    except ValueError as exc:
        raise _blocked("Sie ist ungültig geschrieben.") from exc
    if parts.netloc.startswith("[") != (":" in host):
        raise _blocked("Sie ist ungültig geschrieben.")
    return parts._replace(scheme=scheme), host, None if port == PORTS[scheme] else port


def _path(parts: SplitResult, *, query: bool = True) -> str:
    path = quote(_without_steps(parts.path) or "/", safe=_ESCAPES, errors="replace")
    asked = _query(parts) if query else ""
    return f"{path}?{asked}" if asked else path


def _without_steps(path: str) -> str:
    """Take "." and ".." out of a path (RFC 3986, section 5.2.4): they name one page twice."""
    kept: list[str] = []
    for part in path.split("/"):
        if part == "..":
            kept = kept[: max(1, len(kept) - 1)]  # the first one is empty: the path's slash
        elif part != ".":
            kept.append(part)
    closing = "/" if path.endswith(("/.", "/..")) else ""
    return "/".join(kept) + closing


def _query(parts: SplitResult) -> str:
    """Return the query without parameters that count visitors; the rest as it was written."""
    kept = [part for part in parts.query.split("&") if part and not part.lower().startswith("utm_")]
    return quote("&".join(kept), safe=_ESCAPES + "?", errors="replace")


def _authority(scheme: str, host: str, port: int | None) -> str:
    shown = f"[{host}]" if ":" in host else host
    return shown if port in (None, PORTS[scheme]) else f"{shown}:{port}"


def _not_listed(host: str) -> str:
    return (
        f"Der Server „{host}“ steht nicht in KGC_FETCH_HOSTS. Entweder dort eintragen oder die "
        "Seite als Datei speichern und diese einlesen."
    )


def _blocked(detail: str) -> SourceError:
    return SourceError(Reason.BLOCKED_ADDRESS, detail)
