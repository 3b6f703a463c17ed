"""Host names and IP addresses of the web in one form, and which of them are public. Pure."""

from __future__ import annotations

import ipaddress
import re

import idna

_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_LONGEST = 253
_LOCAL_NAMES = frozenset(
    {"localhost", "local", "internal", "intranet", "lan", "home", "corp", "localdomain", "arpa"}
)
_INTRANET = tuple(
    ipaddress.ip_network(block)
    for block in (
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "fc00::/7", "::1/128",
    )
)  # fmt: skip
# Beyond what `is_global` of every supported Python leaves out.
_SPECIAL = tuple(
    ipaddress.ip_network(block)
    for block in (
        "0.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "192.0.0.0/24", "192.0.2.0/24",
        "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.175.48.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
    )
)  # fmt: skip
_UNICAST = ipaddress.IPv6Network("2000::/3")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def canonical(name: str) -> str:
    """Return a host name in ASCII, or an IP address in its one canonical form.

    Raises:
        ValueError: It is neither, or an IP address in another form (decimal, octal, hexadecimal).
    """
    if ":" in name:
        return str(ipaddress.IPv6Address(name)) if "%" not in name else _refuse(name)
    # Strict IDNA: no letters that only look alike, no full-width forms, no other full stops.
    name = ".".join(_label(label) for label in name.lower().split(".")).removesuffix(".")
    labels = name.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return name if str(ipaddress.IPv4Address(name)) == name else _refuse(name)
    if len(name) > _LONGEST or not all(map(_LABEL.fullmatch, labels)):
        raise ValueError(name)
    return name


def is_ip(host: str) -> bool:
    """Tell an IP address from a name; `host` is canonical."""
    return ":" in host or host.rsplit(".", 1)[-1].isdigit()


def is_local(host: str) -> bool:
    """Tell whether a canonical host belongs to this machine or to an intranet by its spelling."""
    if is_ip(host):
        return not may_connect(host, private=False)
    return "." not in host or host.rsplit(".", 1)[-1] in _LOCAL_NAMES


def may_connect(text: str, *, private: bool) -> bool:
    """Tell whether the IP address `text` is public or, where `private`, of an intranet."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if private and any(address in block for block in _INTRANET if block.version == address.version):
        return True
    return _is_public(address)


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and (
        address.scope_id is not None or address not in _UNICAST
    ):
        return False  # mapped, NAT64, unique local, link-local, multicast, loopback
    blocked = any(address in block for block in _SPECIAL if block.version == address.version)
    return address.is_global and not blocked


def _label(label: str) -> str:
    """Return one part of a host name in ASCII.

    Raises:
        ValueError: It is no part of a name; `idna` takes some foreign letters for full stops.
    """
    if label.startswith("xn--"):
        idna.ulabel(label)  # refuses what only looks like an encoded name
    if label.isascii():
        return label
    made = idna.alabel(label).decode("ascii")
    return made if "." not in made else _refuse(label)


def _refuse(name: str) -> str:
    raise ValueError(name)
