"""The chat widget outside of HTTP: its built file, its lines for a page, what an operator sets."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from dataclasses import dataclass, field
from functools import cache
from html import escape
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from ingest.fetching.hostnames import canonical

FILE = "kgc-chat.js"
FOLDER = Path(__file__).parent / "web" / "static" / "widget"
"""Holds one folder for each version: ``v1.0.0/kgc-chat.js``."""
MOST_SUGGESTIONS = 6
LONGEST_SUGGESTION = 200

_EXACT = re.compile(r"v([0-9]{1,4})\.([0-9]{1,4})\.([0-9]{1,4})")
_MOVING = re.compile(r"v[0-9]{1,4}")
_PORTS = {"http": 80, "https": 443}
_ODD = re.compile(r"[\x00-\x20\x7f\\\"'<>]")


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses that the widget names beside its input, None where there is none."""

    privacy: str | None = None
    imprint: str | None = None
    accessibility: str | None = None


@dataclass(frozen=True, slots=True)
class WidgetOptions:
    """What the operator says about the widget.

    `origins` are the pages' origins as browsers write them (``https://www.example.org``);
    `suggestions`, where there are any, take the place of those from the index.
    """

    origins: tuple[str, ...] = ()
    links: Links = field(default_factory=Links)
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Built:
    """One version of the built widget; `packed` is `data` as gzip."""

    version: str
    data: bytes
    packed: bytes

    @property
    def integrity(self) -> str:
        """The hash that a page may pin the file to (subresource integrity)."""
        return "sha384-" + base64.b64encode(hashlib.sha384(self.data).digest()).decode("ascii")

    @property
    def tag(self) -> str:
        """What tells this content from any other, in letters and digits."""
        return hashlib.sha256(self.data).hexdigest()[:32]


def is_exact(name: str) -> bool:
    """Tell ``v1.0.0``, whose content never changes, from ``v1``, the newest of its kind."""
    return _EXACT.fullmatch(name) is not None


def built(name: str = "") -> Built | None:
    """Return a version of the widget: ``v1.0.0``, the newest of ``v1``, or the newest of all.

    Returns:
        None where there is no such version.
    """
    if is_exact(name):
        fits = [path for path in _files() if path.parent.name == name]
    elif not name or _MOVING.fullmatch(name):
        fits = [path for path in _files() if not name or path.parent.name.startswith(f"{name}.")]
    else:
        return None
    return _read(max(fits, key=_number)) if fits else None


def _files() -> list[Path]:
    return [path for path in FOLDER.glob(f"v*/{FILE}") if is_exact(path.parent.name)]


def _number(path: Path) -> tuple[int, ...]:
    found = _EXACT.fullmatch(path.parent.name)
    return tuple(map(int, found.groups())) if found else ()


@cache
def _read(path: Path) -> Built:
    data = path.read_bytes()
    return Built(path.parent.name.removeprefix("v"), data, gzip.compress(data, 9, mtime=0))


def path_of(version: str) -> str:
    """Return where a server serves a version of the widget: ``/widget/v1.0.0/kgc-chat.js``."""
    return f"/widget/v{version}/{FILE}"


def lines_for(host: str, widget: Built) -> str:
    """Return the HTML that puts `widget` from the server at `host` onto a page."""
    server = escape(host, quote=True)
    return (
        f'<script type="module" src="{server}{path_of(widget.version)}"\n'
        f'  integrity="{widget.integrity}" crossorigin="anonymous"\n'
        '  referrerpolicy="no-referrer"></script>\n'
        f'<kgc-chat endpoint="{server}"></kgc-chat>'
    )


def origin(value: str) -> str:
    """Return the origin of pages, ``https://www.example.org``, as browsers write it.

    Raises:
        ValueError: It is none; ``null``, ``*``, patterns and addresses with a path are none.
    """
    parts = _web_parts(value)
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ValueError(value)
    host = canonical(parts.hostname or "")
    shown = f"[{host}]" if ":" in host else host
    default = parts.port in (None, _PORTS[parts.scheme])
    return f"{parts.scheme}://{shown}" + ("" if default else f":{parts.port}")


def web_address(value: str) -> str:
    """Return an address of the web as it is.

    Raises:
        ValueError: It is no whole address with http or https.
    """
    _web_parts(value)
    return value


def _web_parts(value: str) -> SplitResult:
    parts = urlsplit(value)
    sound = parts.scheme in _PORTS and parts.hostname and parts.port != 0  # the port may raise
    if _ODD.search(value) or "@" in parts.netloc or not sound:
        raise ValueError(value)
    return parts


def entries(value: str, mark: str) -> tuple[str, ...]:
    """Return the entries of a list in a setting, set apart by `mark`, none twice."""
    found = (" ".join(entry.split()) for entry in value.split(mark))
    return tuple(dict.fromkeys(entry for entry in found if entry))
