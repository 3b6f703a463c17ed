"""Who asks through a proxy, and below which path: reading forwarding headers safely. Pure.

Only what a trusted proxy wrote counts. Each proxy adds at the right the address it was called from,
so the right-most one that is no trusted proxy is the client; all to its left may be made up.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

__all__ = ["Address", "Forwarding", "Network", "address_of", "client_of", "from_outside",
           "networks", "root_path", "scheme_of"]  # fmt: skip

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_ROOT = re.compile(r"(?:/[A-Za-z0-9._~-]+)+")
_SCHEMES = ("http", "https")
# RFC 7239: for=192.0.2.43, for="[2001:db8::1]:4711", proto=https; quoted pairs are not used.
_PAIR = re.compile(r"\s*([A-Za-z]+)\s*=\s*(\"[^\"]*\"|[^\s;,\"]*)\s*")
_PORT = re.compile(r"(?:\[(?P<six>[^\]]+)\]|(?P<four>[0-9.]+))(?::[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Forwarding:
    """The forwarding headers of a request, all lines of one header joined with commas."""

    x_for: str = ""
    x_proto: str = ""
    forwarded: str = ""


def networks(given: Iterable[str]) -> tuple[Network, ...]:
    """Read addresses and networks.

    Raises:
        ValueError: One of them is neither.
    """
    return tuple(ipaddress.ip_network(entry, strict=False) for entry in given)


def root_path(given: str) -> str:
    """Return a path with a slash before it and none behind, empty for the root.

    Raises:
        ValueError: It has other characters than letters, digits and ``._~-``, or a part of dots.
    """
    path = given.strip().rstrip("/")
    path = path if path.startswith("/") or not path else f"/{path}"
    if path and (not _ROOT.fullmatch(path) or {".", ".."} & set(path.split("/"))):
        raise ValueError(given)
    return path


def from_outside(link: str, base: str) -> str:
    """Return the whole address of a path that the server told.

    Args:
        link: A path, with the server's root path or without it.
        base: The server's address for browsers, which may end with its root path.
    """
    root = urlsplit(base).path.rstrip("/")
    below = link.removeprefix(root) if root and link.startswith(f"{root}/") else link
    return base.rstrip("/") + below


def address_of(text: str) -> Address | None:
    """Return the address in `text`, with or without a port, None where there is none.

    An IPv4 address inside an IPv6 one is that IPv4 address.
    """
    shape = _PORT.fullmatch(text.strip())
    plain = (shape["six"] or shape["four"]) if shape else text.strip()
    try:
        found = ipaddress.ip_address(plain.partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def client_of(peer: Address, told: Forwarding, trusted: Sequence[Network]) -> Address:
    """Return who asks, where `peer` is who holds the connection.

    Where both kinds of header name different clients, one of them may be the client's own: then
    neither counts.
    """
    chains = [chain for chain in (_split(told.x_for), _fors(told.forwarded)) if chain]
    found = {_walk(peer, chain, trusted) for chain in chains}
    return found.pop() if len(found) == 1 else peer


def scheme_of(peer: Address, told: Forwarding, trusted: Sequence[Network]) -> str | None:
    """Return how the client called the proxy, None where no trusted proxy said so."""
    if not _is_in(peer, trusted):
        return None
    named = {_split(told.x_proto)[-1:], _protos(told.forwarded)[-1:]} - {()}
    last = named.pop()[0].lower() if len(named) == 1 else ""
    return last if last in _SCHEMES else None


def _walk(peer: Address, chain: Sequence[str], trusted: Sequence[Network]) -> Address:
    """Go from the right as far as trusted proxies speak."""
    reached = peer
    for entry in reversed(chain):
        if not _is_in(reached, trusted):
            break
        told = address_of(entry)
        if told is None:  # "unknown" or a made-up name: the proxy that said so stands for it
            break
        reached = told
    return reached


def _is_in(address: Address, trusted: Sequence[Network]) -> bool:
    return any(address in network for network in trusted)


def _split(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _fors(forwarded: str) -> tuple[str, ...]:
    return _named(forwarded, "for")


def _protos(forwarded: str) -> tuple[str, ...]:
    return _named(forwarded, "proto")


def _named(forwarded: str, name: str) -> tuple[str, ...]:
    """Return the values of a parameter of RFC 7239 in order."""
    pairs = (
        _PAIR.fullmatch(pair) for element in forwarded.split(",") for pair in element.split(";")
    )
    return tuple(pair[2].strip('"') for pair in pairs if pair and pair[1].lower() == name)
