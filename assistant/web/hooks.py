"""Paths under which other services reach a bot that runs beside this server."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from assistant.bots.hooks import Hook
from assistant.web import problems

_FAILED = 400
_SAID = {
    400: "Das ist keine Nachricht, die hier verstanden wird.",
    401: "Die Unterschrift der Anfrage fehlt oder gilt nicht.",
    503: "Der Bot ist noch nicht bereit.",
}


def routes(hooks: Mapping[str, Hook]) -> list[Route]:
    """Return a route for each hook; who sends must prove it to the bot."""
    return [Route(path, _endpoint(hook), methods=["POST"]) for path, hook in hooks.items()]


def _endpoint(hook: Hook):  # type: ignore[no-untyped-def]  # noqa: ANN202  # a Starlette endpoint
    async def taken(request: Request) -> Response:
        body = await request.body()
        headers = {name.lower(): value for name, value in request.headers.items()}
        reply = await hook(body, headers)
        if reply.status >= _FAILED:
            return problems.problem(reply.status, _SAID.get(reply.status, ""))
        return Response(reply.body, reply.status, media_type=reply.media_type)

    return taken
