"""Where a request comes from: the client behind trusted proxies, the path it knows us by, its key.

`Callers` is the outermost layer. What it finds out stands in the ASGI scope, where the standard has
a place for it: ``client``, ``scheme``, and ``root_path`` with the whole ``path`` behind it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.proxies import Forwarding, Network, address_of, client_of, scheme_of

__all__ = ["Callers", "is_direct", "own_path", "root_of", "rooted", "shown_key"]

_DIRECT = "kgc.direct"
# A proxy that says nothing of itself in any of these cannot be told from a program on this machine.
_PROXIED = {"forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto",
            "x-real-ip"}  # fmt: skip


class Callers:
    """ASGI middleware that must stand outside all others."""

    def __init__(self, app: ASGIApp, trusted: Sequence[Network], root_path: str) -> None:
        """Believe proxies in `trusted`; `root_path` is where they show this server ("" for /)."""
        self._app = app
        self._trusted = trusted
        self._root = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its true client, scheme and path."""
        if scope["type"] == "http":
            scope = self._placed({**scope})
            self._known(scope)
        await self._app(scope, receive, send)

    def _placed(self, scope: Scope) -> Scope:
        """Let the path begin with the root path, whether the proxy has cut it off or not."""
        root = scope.get("root_path", "").rstrip("/") or self._root
        if not root:
            return scope
        path = scope["path"]
        scope["root_path"] = root
        if path == root:
            scope["path"] = f"{root}/"
        elif not path.startswith(f"{root}/"):
            scope["path"] = root + path
        return scope

    def _known(self, scope: Scope) -> None:
        """Put the true client and scheme into `scope`."""
        headers = Headers(scope=scope)
        host, port = scope.get("client") or ("", 0)
        peer = address_of(host)
        direct = peer is not None and peer.is_loopback and _PROXIED.isdisjoint(headers.keys())
        scope[_DIRECT] = direct
        if peer is None or not self._trusted:
            return
        told = Forwarding(
            ",".join(headers.getlist("x-forwarded-for")),
            ",".join(headers.getlist("x-forwarded-proto")),
            ",".join(headers.getlist("forwarded")),
        )
        client = client_of(peer, told, self._trusted)
        if client != peer:
            scope["client"] = (str(client), port)
        scheme = scheme_of(peer, told, self._trusted)
        if scheme is not None:
            scope["scheme"] = scheme


def is_direct(request: Request) -> bool:
    """Tell whether a program on this machine asks, and not somebody else through a proxy."""
    return bool(request.scope.get(_DIRECT, False))


def own_path(scope: Scope) -> str:
    """Return the path as our routes name it, without the root path."""
    path: str = scope["path"]
    root: str = scope.get("root_path", "")
    return path[len(root) :] if root and path.startswith(f"{root}/") else path


def root_of(request: Request) -> str:
    """Return the path below which the client sees this server, empty for the root."""
    found: str = request.scope.get("root_path", "")
    return found


def rooted(found: Any, root: str) -> Any:  # noqa: ANN401  # JSON
    """Return JSON whose links into this server begin with the root path."""
    if not root:
        return found
    if isinstance(found, dict):
        return {name: _link(name, value, root) for name, value in found.items()}
    if isinstance(found, list):
        return [rooted(one, root) for one in found]
    return found


def _link(name: str, value: Any, root: str) -> Any:  # noqa: ANN401  # JSON
    if name == "link" and isinstance(value, str):
        return root + value if value.startswith("/") else value
    return rooted(value, root)


def shown_key(request: Request) -> str | None:
    """Return the key that a request shows, None where it shows none.

    ``X-API-Key`` goes first: a proxy may use ``Authorization`` for its own purposes. Another scheme
    than Bearer is a key that opens nothing.
    """
    given = request.headers.get("x-api-key")
    if given is not None:
        return given.strip()
    header = request.headers.get("authorization", "")
    if not header:
        return None
    scheme, _, key = header.partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""
