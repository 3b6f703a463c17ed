"""GET /metrics in Prometheus' form: counts and durations, no question, no address.

Each application has its own registry. All label values are from lists that are known beforehand:
routes are templates, and what no route knows is `UNKNOWN`.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Sequence

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import Response
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.answer import Kind
from assistant.service import Service
from assistant.web import problems
from assistant.web.caller import is_direct, own_path

UNKNOWN = "other"
_TOO_MANY = 429
_STREAM = b"text/event-stream"
_REQUEST_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_ANSWER_SECONDS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 2.0, 5.0, 10.0, 20.0, 60.0)
_MODES = ("extractive", "generated")
_VOTES = ("up", "down")
# The surface of a route by how its template begins; the first that fits wins.
_SURFACES = (
    ("/v1/chat/completions", "openai"),
    ("/v1/models", "openai"),
    ("/v1/widget", "widget"),
    ("/widget/", "widget"),
    ("/v1/", "api"),
    ("/mcp", "mcp"),
    ("/slack/", "slack"),
    ("/openapi.json", "operations"),
    ("/livez", "operations"),
    ("/readyz", "operations"),
    ("/metrics", "operations"),
    ("/", "pages"),
)

router = APIRouter()


class Metrics:
    """The counters of one application. Thread-safe."""

    def __init__(self) -> None:
        """Start at zero."""
        own = CollectorRegistry()
        self._registry = own
        self._requests = Counter(
            "kgc_requests", "Answered HTTP requests", ("surface", "route", "status"), registry=own
        )
        self._seconds = Histogram(
            "kgc_request_seconds",
            "Seconds until the end of a response",
            ("route",),
            buckets=_REQUEST_SECONDS,
            registry=own,
        )
        self._answers = Counter(
            "kgc_answers", "Answers by what they are", ("kind", "mode"), registry=own
        )
        self._answer_seconds = Histogram(
            "kgc_answer_seconds", "Seconds an answer took", buckets=_ANSWER_SECONDS, registry=own
        )
        self._votes = Counter("kgc_feedback", "Votes on answers", ("vote",), registry=own)
        self._limited = Counter("kgc_rate_limited", "Requests refused with 429", registry=own)
        self._streams = Gauge("kgc_streams_open", "Event streams under way", registry=own)
        self._documents = Gauge("kgc_index_documents", "Indexed documents", registry=own)
        self._passages = Gauge("kgc_index_passages", "Indexed passages", registry=own)
        for kind in Kind:
            for mode in _MODES if kind is Kind.ANSWER else _MODES[:1]:
                self._answers.labels(kind.value, mode)
        for vote in _VOTES:
            self._votes.labels(vote)

    def served(self, route: str, status: int, seconds: float) -> None:
        """Count a response on the template `route`."""
        self._requests.labels(_surface(route), route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)
        if status == _TOO_MANY:
            self._limited.inc()

    def streaming(self, more: int) -> None:
        """Count a stream that begins (1) or ends (-1)."""
        self._streams.inc(more)

    def answered(self, kind: Kind, mode: str, seconds: float) -> None:
        """Count an answer."""
        self._answers.labels(kind.value, mode).inc()
        self._answer_seconds.observe(seconds)

    def voted(self, vote: str) -> None:
        """Count a vote, ``up`` or ``down``."""
        self._votes.labels(vote).inc()

    def indexed(self, documents: int, passages: int) -> None:
        """Note how much is in the index."""
        self._documents.set(documents)
        self._passages.set(passages)

    def text(self) -> bytes:
        """Return everything in Prometheus' text format."""
        return generate_latest(self._registry)


def metrics_of(request: Request) -> Metrics:
    """Return the counters of the application that got `request`."""
    found: Metrics = request.app.state.metrics
    return found


@router.get(
    "/metrics",
    response_class=Response,
    responses={
        200: {"content": {"text/plain": {"schema": {"type": "string"}}}},
        403: problems.declared(403),
    },
    summary="Zähler für Prometheus, nur von diesem Rechner aus",
)
def metrics(request: Request) -> Response:
    """Tell the counters to a program on this machine."""
    if not is_direct(request):
        return problems.problem(403, "Die Zähler gibt es nur auf dem Rechner des Servers selbst.")
    service: Service = request.app.state.service
    held = service.library.documents(internal=True)
    counted = metrics_of(request)
    counted.indexed(len(held), sum(record.chunk_count for record in held))
    return Response(
        counted.text(),
        headers={"Cache-Control": "no-store"},
        media_type=CONTENT_TYPE_LATEST,
    )


class Templates:
    """Finds the template of a path among an application's routes."""

    def __init__(self, app: FastAPI, routers: Iterable[APIRouter], mounts: Sequence[str]) -> None:
        """Know the routes of `app` itself and of `routers`, and what is below `mounts`."""
        routes: list[BaseRoute] = list(app.routes)
        for part in routers:
            routes.extend(part.routes)
        own = [(route.path_regex, route.path) for route in routes if isinstance(route, Route)]
        below = [(re.compile(re.escape(f"{mount}/")), mount) for mount in mounts]
        self._known = [*own, *below]

    def of(self, path: str) -> str:
        """Return the template of `path`, `UNKNOWN` where no route knows it."""
        return next((name for regex, name in self._known if regex.match(path)), UNKNOWN)


class Metered:
    """ASGI middleware around all others: counts what was answered, whoever answered it."""

    def __init__(self, app: ASGIApp, metrics: Metrics, templates: Templates) -> None:
        """Wrap `app`."""
        self._app = app
        self._metrics = metrics
        self._templates = templates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; a client that left before the response began is not counted."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = time.monotonic()
        path = own_path(scope)  # a mounted application changes the scope
        status, streams = 0, 0

        async def told(message: Message) -> None:
            nonlocal status, streams
            if message["type"] == "http.response.start":
                status = message["status"]
                streams = int(dict(message["headers"]).get(b"content-type", b"")[:17] == _STREAM)
                self._metrics.streaming(streams)
            await send(message)

        try:
            await self._app(scope, receive, told)
        finally:
            self._metrics.streaming(-streams)
            if status:
                route = self._templates.of(path)
                self._metrics.served(route, status, time.monotonic() - begun)


def _surface(route: str) -> str:
    return next((name for begin, name in _SURFACES if route.startswith(begin)), UNKNOWN)
