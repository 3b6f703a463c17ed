"""The FastAPI application: routes, errors as problem documents, headers, size limits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from importlib.metadata import version

from anyio import to_thread
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from assistant.service import Service
from assistant.web import (
    chat,
    completions,
    context,
    documents,
    feedback,
    metrics,
    opensearch,
    problems,
    schema,
    search,
    site,
    suggest,
    widget_files,
    widget_info,
)
from assistant.web.completions_errors import ErrorMember
from assistant.web.guard import Guard
from assistant.web.limits import BodyLimit
from assistant.web.metrics import Metered, Metrics, Templates
from assistant.web.origins import Origins
from assistant.web.pages import STATIC_FOLDER
from assistant.web.rate import RateLimit
from assistant.web.statics import Statics
from assistant.widget import WidgetOptions

PARTS = (
    chat,
    completions,
    context,
    documents,
    feedback,
    metrics,
    opensearch,
    search,
    site,
    suggest,
    widget_files,
    widget_info,
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
    app.state.service = service
    app.state.token = options.token
    app.state.max_upload_bytes = options.max_upload_bytes
    app.state.widget = options.widget
    app.state.metrics = Metrics()
    problems.install(app)
    for part in PARTS:
        app.include_router(part.router)
    app.mount("/static", Statics(directory=STATIC_FOLDER), name="static")
    app.add_middleware(BodyLimit, upload=options.max_upload_bytes + _FORM_MARGIN)
    app.add_middleware(RateLimit, per_minute=options.requests_per_minute)
    # The last one added is the outermost. Errors become answers inside `Origins`, so that pages
    # elsewhere may read them; what it answers itself gets its headers outside.
    app.add_middleware(Guard)
    app.add_middleware(ErrorMember)
    app.add_middleware(Origins, allowed=options.widget.origins)
    app.add_middleware(Guard)
    templates = Templates(app, [part.router for part in PARTS], mounts=["/static"])
    app.add_middleware(Metered, metrics=app.state.metrics, templates=templates)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]  # FastAPI's documented hook
    return app


@asynccontextmanager
async def _lifespan(_: FastAPI) -> AsyncIterator[None]:
    # The default of 40 threads would each keep memory of the model's for themselves.
    to_thread.current_default_thread_limiter().total_tokens = WORKERS
    yield


def _openapi(app: FastAPI) -> dict[str, object]:
    if app.openapi_schema is None:
        made = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        made["components"]["schemas"]["Problem"] = schema.Problem.model_json_schema()
        app.openapi_schema = made
    return app.openapi_schema
