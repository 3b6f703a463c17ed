"""``/mcp``: who may ask there and how, before MCP's own rules begin. Plain ASGI."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import anyio
from anyio import to_thread
from anyio.abc import TaskGroup, TaskStatus
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.errors import NotAllowed
from assistant.web import problems
from assistant.web.access import access
from assistant.web.mcp_hosts import is_ours, may_ask

if TYPE_CHECKING:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

PATHS = ("/mcp", "/mcp/")
_FOREIGN = (
    "Unter diesem Namen kennt sich der Server nicht. Wer ihn betreibt, nennt seine Adresse in "
    "KGC_PUBLIC_URL."
)
_FOREIGN_PAGE = "Von dieser Seite aus ist das nicht erlaubt (KGC_WIDGET_ORIGINS)."


class McpRoute:
    """Answers MCP's requests; the SDK is loaded with the first of them.

    Each request is one of its own, answered with JSON: there are no sessions and no streams that
    a server would have to keep open, so that GET and DELETE are refused, as the protocol allows.
    """

    def __init__(self, names: Collection[str] | None, pages: Collection[str]) -> None:
        """Answer under `names` (None: under any), and the pages of the origins `pages`."""
        self._names = names
        self._pages = pages
        self._tasks: TaskGroup | None = None
        self._loading: anyio.Lock | None = None
        self._manager: StreamableHTTPSessionManager | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Answer requests inside this context."""
        self._loading = anyio.Lock()
        async with anyio.create_task_group() as tasks:
            self._tasks = tasks
            try:
                yield
            finally:
                self._tasks = self._manager = None
                tasks.cancel_scope.cancel()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        refusal = self._refusal(Request(scope))
        answer: ASGIApp = refusal or (await self._loaded()).handle_request
        await answer(scope, receive, send)

    def _refusal(self, request: Request) -> Response | None:
        """Return what is wrong with a request by its head alone."""
        if request.method != "POST":
            return problems.problem(405, headers={"Allow": "POST"})
        if self._names is not None:
            if not is_ours(request.headers.get("host", ""), self._names):
                return problems.problem(421, _FOREIGN, "foreign_host")
            if not may_ask(request.headers.get("origin"), self._names, self._pages):
                return problems.problem(403, _FOREIGN_PAGE, "origin_refused")
        if self._tasks is None:
            return problems.problem(503)
        try:
            access(request)
        except NotAllowed as refused:
            return problems.of(refused)
        return None

    async def _loaded(self) -> StreamableHTTPSessionManager:
        assert self._loading is not None
        assert self._tasks is not None
        async with self._loading:
            if self._manager is None:
                self._manager = await self._tasks.start(self._run)
            return self._manager

    async def _run(self, *, task_status: TaskStatus[StreamableHTTPSessionManager]) -> None:
        manager = await to_thread.run_sync(_built)
        async with manager.run():
            task_status.started(manager)
            await anyio.sleep_forever()


def _built() -> StreamableHTTPSessionManager:
    from assistant.web.mcp_server import session_manager  # noqa: PLC0415  # takes half a second

    return session_manager()
