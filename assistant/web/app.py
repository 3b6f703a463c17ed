"""The FastAPI application: routes, errors as problem documents, headers, size limits."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from importlib.metadata import version

from anyio import to_thread
from fastapi import FastAPI
from starlette.routing import Route

from assistant.bots.hooks import Hook
from assistant.keystore import KeyRing
from assistant.proxies import Network
from assistant.scopes import Need
from assistant.service import Service
from assistant.web import (
    chat,
    completions,
    context,
    docs_page,
    documents,
    feedback,
    hooks,
    keys_routes,
    metrics,
    openapi,
    opensearch,
    problems,
    search,
    site,
    suggest,
    widget_files,
    widget_info,
    writing,
)
from assistant.web.caller import Callers
from assistant.web.completions_errors import ErrorMember
from assistant.web.guard import Guard
from assistant.web.kept import Kept
from assistant.web.limits import BodyLimit
from assistant.web.mcp_route import PATHS as MCP_PATHS
from assistant.web.mcp_route import McpRoute
from assistant.web.metrics import Metered, Metrics, Templates
from assistant.web.origins import Origins
from assistant.web.overload import Overload
from assistant.web.pages import STATIC_FOLDER
from assistant.web.rate import RateLimit
from assistant.web.request_log import RequestLog
from assistant.web.statics import Statics
from assistant.widget import WidgetOptions

PARTS = (
    chat,
    completions,
    context,
    docs_page,
    documents,
    feedback,
    keys_routes,
    metrics,
    opensearch,
    search,
    site,
    suggest,
    widget_files,
    widget_info,
    writing,
)
WORKERS = 8
# Form fields and boundaries around an uploaded file.
_FORM_MARGIN = 10_000


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """What the application needs to know besides the service."""

    token: str
    max_upload_bytes: int
    requests_per_minute: int = 0
    widget: WidgetOptions = field(default_factory=WidgetOptions)
    public_hosts: tuple[str, ...] | None = ()
    keys: KeyRing | None = None
    needs_key: frozenset[Need] = frozenset()
    proxies: tuple[Network, ...] = ()
    root_path: str = ""
    most_waiting: int = 500
    hooks: Mapping[str, Hook] = field(default_factory=dict)


def create_app(service: Service, options: ServerOptions) -> FastAPI:
    """Build the application around `service`."""
    app = FastAPI(
        title="kgc-assistant",
        version=version("kgc-assistant"),
        description="Antworten mit Belegen aus den Dokumenten des Kooperationsverbunds.",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan,
        responses=problems.DECLARED,
    )
    _hold(app, service, options)
    problems.install(app)
    _route(app, options)
    _wrap(app, options)
    routers = [part.router for part in PARTS]
    app.openapi = lambda: openapi.document(app, routers)  # type: ignore[method-assign]  # its hook
    return app


def _hold(app: FastAPI, service: Service, options: ServerOptions) -> None:
    """Keep what the routes ask for."""
    app.state.service = service
    app.state.token = options.token
    app.state.max_upload_bytes = options.max_upload_bytes
    app.state.keys = options.keys
    app.state.needs_key = options.needs_key
    app.state.widget = options.widget
    app.state.metrics = Metrics()
    app.state.kept = Kept()
    app.state.mcp = McpRoute(options.public_hosts, options.widget.origins)


def _route(app: FastAPI, options: ServerOptions) -> None:
    """Say what answers where."""
    for part in PARTS:
        app.include_router(part.router)
    for path in MCP_PATHS:
        app.router.routes.append(Route(path, app.state.mcp))
    app.router.routes.extend(hooks.routes(options.hooks))
    app.mount("/static", Statics(directory=STATIC_FOLDER), name="static")


def _wrap(app: FastAPI, options: ServerOptions) -> None:
    """Put around the routes what every request passes."""
    app.add_middleware(BodyLimit, upload=options.max_upload_bytes + _FORM_MARGIN)
    app.add_middleware(Overload, most_waiting=options.most_waiting)
    app.add_middleware(RateLimit, per_minute=options.requests_per_minute)
    # The last one added is the outermost. Errors become answers inside `Origins`, so that pages
    # elsewhere may read them; what it answers itself gets its headers outside.
    app.add_middleware(Guard)
    app.add_middleware(ErrorMember)
    app.add_middleware(Origins, allowed=options.widget.origins)
    app.add_middleware(Guard)
    templates = Templates(app, [part.router for part in PARTS], mounts=["/static"])
    app.add_middleware(Metered, metrics=app.state.metrics, templates=templates)
    app.add_middleware(RequestLog, templates=templates)
    app.add_middleware(Callers, trusted=options.proxies, root_path=options.root_path)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    # The default of 40 threads would each keep memory of the model's for themselves.
    to_thread.current_default_thread_limiter().total_tokens = WORKERS
    async with app.state.mcp.running():
        yield
