"""Which pages elsewhere may talk to this server, and about what (CORS). Plain ASGI.

Origins are compared as a whole; nothing is reflected, nothing is open to all, and no page may
send a key or cookies along. Everything but `PATHS` knows no other origin.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.web import problems
from assistant.web.caller import own_path

PATHS = re.compile(
    r"/v1/(?:chat|widget|feedback|search|suggest"
    r"|documents/[^/]+/context|conversations/[^/]+)"
)
METHODS = ("GET", "POST", "DELETE")
_REMEMBERED_SECONDS = 3_600
_REFUSED = "Von dieser Seite aus ist das nicht erlaubt (KGC_WIDGET_ORIGINS)."


class Origins:
    """ASGI middleware: the pages of `allowed` may use `PATHS`."""

    def __init__(self, app: ASGIApp, allowed: Sequence[str]) -> None:
        """Wrap `app`; `allowed` are origins as browsers write them."""
        self._app = app
        self._shared = _Shared(
            app,
            allow_origins=tuple(allowed),
            allow_methods=METHODS,
            allow_headers=("Content-Type",),
            expose_headers=("Retry-After",),
            max_age=_REMEMBERED_SECONDS,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a preflight request, name the allowed origin in what `app` answers."""
        shared = scope["type"] == "http" and PATHS.fullmatch(own_path(scope))
        await (self._shared if shared else self._app)(scope, receive, send)


class _Shared(CORSMiddleware):
    """Starlette's, with a problem document instead of its English words."""

    def preflight_response(self, request_headers: Headers) -> Response:
        """Say what is allowed."""
        answer = super().preflight_response(request_headers)
        if answer.status_code < 400:  # noqa: PLR2004  # RFC 9110: client error
            return Response(status_code=204, headers=_without_body(answer))
        return problems.problem(400, _REFUSED, "origin_refused", headers=_without_body(answer))


def _without_body(answer: Response) -> dict[str, str]:
    """Return the headers that do not speak of the body."""
    return {name: v for name, v in answer.headers.items() if not name.startswith("content-")}
