"""The OpenAPI document: what FastAPI finds out, and what it cannot know."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from starlette.routing import compile_path

from assistant.web import access, schema

OPEN: tuple[Callable[..., Any], ...] = (
    access.access,
    access.visitor,
    access.searcher,
    access.searching,
    access.chatter,
    access.reader,
)
"""What routes depend on that a key opens further, but that take none."""
CLOSED: tuple[Callable[..., Any], ...] = (access.writer, access.administrator)
"""What routes depend on that take a key in any case."""
_SCHEMES: dict[str, dict[str, str]] = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "Ein Schlüssel (kgc keys)"},
    "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
}
_KEYS: list[dict[str, list[str]]] = [{name: []} for name in _SCHEMES]


def document(app: FastAPI, routers: Iterable[APIRouter]) -> dict[str, Any]:
    """Return the OpenAPI document of `app`, whose routes are those of `routers`; made once."""
    if app.openapi_schema is None:
        made = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        made["components"]["schemas"]["Problem"] = schema.Problem.model_json_schema()
        made["components"]["securitySchemes"] = _SCHEMES
        for route in _routes(routers):
            security = _security(route)
            for method in route.methods or () if security else ():
                made["paths"][route.path][method.lower()]["security"] = security
        app.openapi_schema = made
    return app.openapi_schema


def allowed_methods(paths: dict[str, Any], path: str) -> str:
    """Return what the Allow header says about `path` (RFC 9110 §10.2.1), "" where it is unknown.

    `paths` is that member of the document. Of several templates that fit the most literal one is
    the path's; where there is GET there is HEAD.
    """
    known = [template for template in paths if compile_path(template)[0].match(path)]
    if not known:
        return ""
    methods = {name.upper() for name in paths[min(known, key=_placeholders)]}
    return ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))


def _placeholders(template: str) -> int:
    return len(re.findall("{", template))


def _routes(routers: Iterable[APIRouter]) -> Iterator[APIRoute]:
    for router in routers:
        yield from (route for route in router.routes if isinstance(route, APIRoute))


def _security(route: APIRoute) -> list[dict[str, list[str]]]:
    """Return the ways in to a route: without a key where that is allowed, else with one."""
    calls = set(_calls(route.dependant))
    if calls.intersection(CLOSED):
        return _KEYS
    return [{}, *_KEYS] if calls.intersection(OPEN) else []


def _calls(dependant: Dependant) -> Iterator[Callable[..., Any]]:
    for inner in dependant.dependencies:
        if inner.call is not None:
            yield inner.call
        yield from _calls(inner)
