"""Slack's own libraries behind the bot's port. Only this and `web_api` know them."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient

from assistant.bots.hooks import HookReply
from assistant.bots.slack.incoming import (
    Heard,
    heard_action,
    heard_command,
    heard_event,
)
from assistant.bots.slack.quiet import quiet_log
from assistant.bots.slack.web_api import SlackCalls, mapped
from assistant.errors import MessageRefused

Hear = Callable[[Heard], Awaitable[None]]

_RETRIES = 8
_TIMEOUT_SECONDS = 30.0
# Pings that often; the library also waits so long between attempts to connect.
_PING_SECONDS = 3.0
_WATCH_SECONDS = 0.5
_STUCK_SECONDS = 15.0
_TRIPPED = 500
_ANYTHING = re.compile(".*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What opens Slack; `app` is for Socket Mode, `secret` for requests from Slack, "" for none."""

    bot: str = field(repr=False)
    app: str = field(repr=False)
    secret: str = field(repr=False)
    api_url: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the bot is: the workspace of its token, its user."""

    team: str
    user: str
    bot: str


class Connection:
    """One app in one workspace; an asynchronous context manager."""

    def __init__(self, credentials: Credentials) -> None:
        """Keep the credentials; nothing is sent yet."""
        self._credentials = credentials
        self._app: AsyncApp | None = None

    async def __aenter__(self) -> Self:
        """Open the connections."""
        timeout = aiohttp.ClientTimeout(total=_TIMEOUT_SECONDS)
        connector = aiohttp.TCPConnector(limit=50)
        self._session = aiohttp.ClientSession(timeout=timeout, connector=connector)
        self._web = self._client(self._credentials.bot)
        self.slack = SlackCalls(self._web)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connections."""
        await self._session.close()

    def _client(self, token: str | None) -> AsyncWebClient:
        return AsyncWebClient(
            token=token,
            base_url=self._credentials.api_url.rstrip("/") + "/",
            session=self._session,
            logger=quiet_log(),
            retry_handlers=[
                AsyncConnectionErrorRetryHandler(),
                AsyncRateLimitErrorRetryHandler(max_retry_count=_RETRIES),
            ],
        )

    async def identify(self) -> Identity:
        """Ask Slack who we are.

        Raises:
            BotMisconfigured: The token is not good.
            MessageRefused: Slack does not answer.
        """
        with mapped():
            told = await self._web.auth_test()
        team, user = str(told.get("team_id") or ""), str(told.get("user_id") or "")
        return Identity(team, user, str(told.get("bot_id") or ""))

    def listen(self, identity: Identity, hear: Hear) -> None:
        """Hand what Slack sends to `hear`, acknowledged before."""

        async def authorize() -> AuthorizeResult:  # known already, Slack is not asked each time
            return AuthorizeResult(
                enterprise_id=None,
                team_id=identity.team,
                bot_user_id=identity.user,
                bot_id=identity.bot,
                bot_token=self._credentials.bot,
            )

        app = AsyncApp(
            logger=quiet_log(),
            name="assistant.bots.slack.library.app",
            client=self._client(None),
            authorize=authorize,
            # Without a secret nothing that comes over HTTP is signed well.
            signing_secret=self._credentials.secret or secrets.token_hex(),
        )

        async def on_event(body: dict[str, Any]) -> None:
            if heard := heard_event(body, identity.user):
                await hear(heard)

        async def on_action(ack: Callable[[], Awaitable[None]], body: dict[str, Any]) -> None:
            await ack()
            if heard := heard_action(body):
                await hear(heard)

        async def on_command(ack: Callable[[], Awaitable[None]], body: dict[str, Any]) -> None:
            await ack()
            await hear(heard_command(body))

        app.event(_ANYTHING)(on_event)
        app.action(_ANYTHING)(on_action)
        app.command(_ANYTHING)(on_command)
        self._app = app

    async def request(self, body: str, headers: Mapping[str, str]) -> HookReply:
        """Take a request of Slack's over HTTP; its signature is checked here."""
        assert self._app is not None
        told: dict[str, str | Sequence[str]] = {name: [value] for name, value in headers.items()}
        answer = await self._app.async_dispatch(AsyncBoltRequest(body=body, headers=told))
        if answer.status >= _TRIPPED:  # over a body of an unexpected shape, before any listener
            return HookReply(400)
        return HookReply(
            answer.status,
            answer.first_headers().get("content-type", "text/plain"),
            (answer.body or "").encode(),
        )

    async def stay_connected(self, connected: Callable[[], None]) -> None:
        """Hold the socket until cancelled; `connected` is called when it stands first.

        Raises:
            BotMisconfigured: The app's token is not good.
            MessageRefused: Slack does not answer at the first attempt.
        """
        assert self._app is not None
        stood = False
        while True:
            handler = AsyncSocketModeHandler(
                self._app,
                self._credentials.app,
                logger=quiet_log(),
                web_client=self._client(None),
                ping_interval=_PING_SECONDS,
            )
            try:
                with mapped():
                    handler.client.wss_uri = await handler.client.issue_new_wss_url()
                await asyncio.wait_for(handler.connect_async(), _STUCK_SECONDS)  # type: ignore[no-untyped-call]  # the library's
                stood = True
                connected()
                await _watched(handler)
            except TimeoutError:  # the address it got leads nowhere: it needs a new one
                pass
            except MessageRefused:
                if not stood:
                    raise
                await asyncio.sleep(_PING_SECONDS)
            finally:
                await handler.close_async()  # type: ignore[no-untyped-call]  # the library's


async def _watched(handler: AsyncSocketModeHandler) -> None:
    """See to it that the socket stands; returns when the library does not get it back.

    Raises:
        BotMisconfigured: The app's token is not good any more.
    """
    client = handler.client
    lost = 0.0
    while lost < _STUCK_SECONDS:
        await asyncio.sleep(_WATCH_SECONDS)
        if await client.is_connected():
            lost = 0.0
            continue
        lost += _WATCH_SECONDS
        try:
            with mapped():
                await asyncio.wait_for(client.connect_to_new_endpoint(), _STUCK_SECONDS)
        except MessageRefused:
            await asyncio.sleep(min(lost, _PING_SECONDS))
