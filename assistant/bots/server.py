"""A running server as bots see it. The only asynchronous httpx user."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

import httpx
from httpx_sse import EventSource

from assistant.backend import Asked, Json
from assistant.bots.events import Event, Finished, Replaced, Said, Status, event_of
from assistant.errors import ServerRefused, ServerUnreachable
from assistant.feedback.records import Vote
from assistant.ownership import published

if TYPE_CHECKING:  # a bot is tested without settings
    from assistant.settings import Settings

__all__ = ["Event", "Finished", "Place", "Replaced", "Said", "Server", "Status", "place_of"]

AUDIENCE = {"KGC-Audience": "public"}
"""Shows a request public documents only, whatever its key opens."""
STREAM = "text/event-stream"
_TIMEOUT = httpx.Timeout(60.0, connect=5.0)
# The server sends a comment at least every 15 s while it works on an answer.
_STREAM_TIMEOUT = httpx.Timeout(60.0, connect=5.0, pool=None)
_LIMITS = httpx.Limits(max_connections=200, max_keepalive_connections=20)
_LONGEST_WAIT = 60.0
_WAITS_ALTOGETHER = 120.0
_BUSY = (429, 503)
_WRONG_KEY = 401


@dataclass(frozen=True, slots=True)
class Place:
    """Where the server is, the key that opens it ("" for none), and what it may show."""

    url: str
    key: str = field(repr=False)
    public_only: bool = False

    def headers(self) -> dict[str, str]:
        """Return what every request carries."""
        key = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        return key | (AUDIENCE if self.public_only else {})


def place_of(settings: Settings) -> Place:
    """Return where the server is: as the settings say, else as the data folder's lock file says.

    Raises:
        ServerUnreachable: Neither names a server.
        SettingsInvalid: The file with the key cannot be read.
    """
    if settings.server_url:
        key = settings.server_key.get_secret_value()
        return Place(settings.server_url.rstrip("/"), key, settings.bots_public_only)
    address = published(settings.data_dir)
    if address is None:
        raise ServerUnreachable(
            f"Für den Datenordner {settings.data_dir} läuft kein Server. Bitte zuerst „kgc serve“ "
            "starten oder mit KGC_SERVER_URL einen anderen nennen."
        )
    return Place(address.url, address.token, settings.bots_public_only)


class Server:
    """Asks a server; an asynchronous context manager.

    Where the server was started anew its address and key may have changed: `again` finds them.
    """

    def __init__(self, place: Place, again: Callable[[], Place] | None = None) -> None:
        """Talk to `place`; `again` looks for the server once more, after it did not answer."""
        self.place = place
        self._again = again
        self._http = httpx.AsyncClient(timeout=_TIMEOUT, limits=_LIMITS, trust_env=False)

    async def __aenter__(self) -> Self:
        """Open the connections."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def ask(self, asked: Asked) -> AsyncGenerator[Event, None]:
        """Ask one question; the last event is `Finished`.

        Raises:
            ServerUnreachable: Nobody answers, or the answer breaks off.
            ServerRefused: The server answers with a problem document.
        """
        finished = False
        more: dict[str, Any] = {"json": asked.as_json(), "timeout": _STREAM_TIMEOUT}
        async with self._opened("POST", "/v1/chat", {"Accept": STREAM}, **more) as answer:
            try:
                async for told in EventSource(answer).aiter_sse():
                    for event in event_of(told.event, told.data):
                        finished = finished or isinstance(event, Finished)
                        yield event
            except httpx.HTTPError as exc:
                raise _silent(exc) from exc
        if not finished:
            raise ServerUnreachable("Die Antwort des Servers ist abgebrochen.")

    async def search(self, query: str, limit: int) -> Json:
        """Rank passages, each document once."""
        params = {"q": query, "limit": limit, "group": "document"}
        return await self._json("GET", "/v1/search", params=params)

    async def vote(self, vote: Vote) -> Json:
        """Count a vote on an answer."""
        return await self._json("POST", "/v1/feedback", json=vote.as_json())

    async def documents(self) -> Json:
        """List what is indexed, as far as this bot may show it."""
        return await self._json("GET", "/v1/documents")

    async def widget(self) -> Json:
        """Return first questions and numbers, of public documents only."""
        return await self._json("GET", "/v1/widget")

    async def forget(self, conversation_id: str) -> None:
        """Let the server forget a conversation; an unknown one is no error."""
        await self._json("DELETE", f"/v1/conversations/{quote(conversation_id, safe='')}")

    async def _json(self, method: str, path: str, **more: Any) -> Json:  # noqa: ANN401  # JSON
        async with self._opened(method, path, {}, **more) as answer:
            try:
                return dict(await _read(answer))
            except (ValueError, TypeError) as exc:
                raise ServerUnreachable("Der Server antwortet nicht so, wie er soll.") from exc

    @asynccontextmanager
    async def _opened(
        self,
        method: str,
        path: str,
        headers: dict[str, str],
        **more: Any,  # noqa: ANN401  # what httpx takes
    ) -> AsyncIterator[httpx.Response]:
        """Send a request until the server takes it; what it refuses becomes an error."""
        waited = 0.0
        looked = self._again is None
        while True:
            answer = await self._sent(method, path, headers, more, final=looked)
            if answer is None or (answer.status_code == _WRONG_KEY and not looked):
                looked = True
                await self._look_again(answer)
                continue
            if answer.status_code in _BUSY and waited < _WAITS_ALTOGETHER:
                pause = _pause(answer.headers.get("retry-after", ""))
                waited += pause
                await answer.aclose()
                await asyncio.sleep(pause)
                continue
            break
        try:
            if not answer.is_success:
                raise await _refused(answer)
            yield answer
        finally:
            await answer.aclose()

    async def _sent(
        self, method: str, path: str, headers: dict[str, str], more: dict[str, Any], *, final: bool
    ) -> httpx.Response | None:
        """Send a request; None where nobody answers and the server may be elsewhere by now."""
        place = self.place
        try:
            request = self._http.build_request(
                method, place.url + path, headers=place.headers() | headers, **more
            )
            return await self._http.send(request, stream=True)
        except (httpx.HTTPError, httpx.InvalidURL) as exc:
            if final:
                raise _silent(exc) from exc
            return None

    async def _look_again(self, answer: httpx.Response | None) -> None:
        if answer is not None:
            await answer.aclose()
        if self._again is not None:
            self.place = self._again()


async def _read(answer: httpx.Response) -> Any:  # noqa: ANN401  # JSON
    try:
        await answer.aread()
    except httpx.HTTPError as exc:
        raise _silent(exc) from exc
    return answer.json()


async def _refused(answer: httpx.Response) -> ServerRefused:
    try:
        problem = await _read(answer)
    except ValueError:
        problem = None
    return ServerRefused.of(problem, answer.status_code)


def _silent(error: Exception) -> ServerUnreachable:
    return ServerUnreachable(
        f"Der Server antwortet nicht ({type(error).__name__}). Läuft „kgc serve“, und stimmt "
        "KGC_SERVER_URL?"
    )


def _pause(told: str) -> float:
    """Return the seconds to wait before a request is sent again."""
    seconds = float(told) if told.isascii() and told.isdigit() else 1.0
    return min(max(seconds, 0.1), _LONGEST_WAIT)
