"""Slack's Web API behind the bot's port, and its errors as ours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_chat_stream import AsyncChatStream
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from assistant.backend import Json
from assistant.bots.slack.incoming import Where
from assistant.bots.slack.quiet import quiet_log
from assistant.bots.slack.rendering import Rendered
from assistant.errors import BotMisconfigured, MessageRefused

_OK = 200
_HOPELESS = frozenset(
    {
        "account_inactive", "app_not_installed", "invalid_auth", "missing_scope", "no_permission",
        "not_allowed_token_type", "not_authed", "team_access_not_granted", "token_expired",
        "token_revoked",
    }
)  # fmt: skip


@contextmanager
def mapped() -> Iterator[None]:
    """Raise our errors in place of those of Slack's libraries."""
    try:
        yield
    except SlackApiError as exc:
        code = str(exc.response.get("error") or "unknown")
        if code in _HOPELESS:
            raise BotMisconfigured(
                f"Slack lehnt das Token ab ({code}). Bitte KGC_SLACK_BOT_TOKEN (xoxb-…) und "
                "KGC_SLACK_APP_TOKEN (xapp-…) prüfen und die App im Workspace neu installieren."
            ) from exc
        raise MessageRefused(f"Slack lehnt den Aufruf ab ({code}).", code) from exc
    except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as exc:
        told = f"Slack ist nicht erreichbar ({type(exc).__name__})."
        raise MessageRefused(told, "unreachable") from exc


class SlackStream:
    """A streamed message by the library's own buffer."""

    def __init__(self, stream: AsyncChatStream) -> None:
        """Wrap a stream that has not begun."""
        self._stream = stream

    @property
    def stamp(self) -> str | None:
        """The message's time stamp, None before anything was sent."""
        return self._stream.ts

    async def append(self, text: str) -> None:
        """Add Markdown."""
        with mapped():
            await self._stream.append(markdown_text=text)

    async def stop(self, text: str, blocks: Sequence[Json]) -> None:
        """Add the last Markdown and put `blocks` below."""
        with mapped():
            await self._stream.stop(markdown_text=text or None, blocks=list(blocks) or None)


class SlackCalls:
    """Calls of Slack's Web API."""

    def __init__(self, web: AsyncWebClient) -> None:
        """Call through `web`."""
        self._web = web

    async def status(self, where: Where, text: str, loading: Sequence[str]) -> None:
        """Show what the bot is doing in a thread, until it writes there."""
        with mapped():
            await self._web.assistant_threads_setStatus(
                channel_id=where.channel,
                thread_ts=where.thread,
                status=text,
                loading_messages=list(loading),
            )

    async def stream(self, where: Where) -> SlackStream:
        """Begin a message in a thread."""
        with mapped():
            stream = await self._web.chat_stream(
                channel=where.channel,
                thread_ts=where.thread,
                recipient_team_id=where.team,
                recipient_user_id=where.user,
            )
        return SlackStream(stream)

    async def post(self, where: Where, message: Rendered) -> str:
        """Write a message into a thread, or into a channel; returns its time stamp."""
        return (await self._posted(where.channel, message, where.thread))[1]

    async def open_direct(self, user: str, message: Rendered) -> tuple[str, str]:
        """Write to somebody directly; returns channel and time stamp."""
        return await self._posted(user, message, "")

    async def _posted(self, channel: str, message: Rendered, thread: str) -> tuple[str, str]:
        with mapped():
            told = await self._web.chat_postMessage(
                channel=channel,
                thread_ts=thread or None,
                text=message.notice,
                blocks=message.whole,
                unfurl_links=False,
                unfurl_media=False,
            )
        return str(told.get("channel") or channel), str(told.get("ts") or "")

    async def update(self, where: Where, stamp: str, message: Rendered) -> None:
        """Exchange a message."""
        with mapped():
            await self._web.chat_update(
                channel=where.channel, ts=stamp, text=message.notice, blocks=message.whole
            )

    async def whisper(self, where: Where, text: str, blocks: Sequence[Json] = ()) -> None:
        """Write something into a channel that only one person sees."""
        with mapped():
            await self._web.chat_postEphemeral(
                channel=where.channel,
                user=where.user,
                thread_ts=where.thread or None,
                text=text,
                blocks=list(blocks) or None,
            )

    async def respond(self, address: str, text: str, blocks: Sequence[Json] = ()) -> None:
        """Answer a command, for the person alone who gave it."""
        hook = AsyncWebhookClient(
            address,
            session=self._web.session,
            logger=quiet_log(),
            retry_handlers=self._web.retry_handlers,
        )
        with mapped():
            answer = await hook.send(
                text=text,
                blocks=list(blocks) or None,
                response_type="ephemeral",
                unfurl_links=False,
                unfurl_media=False,
            )
        if answer.status_code != _OK:
            raise MessageRefused("Slack nimmt die Antwort nicht an.", str(answer.status_code))

    async def prompts(self, where: Where, title: str, questions: Sequence[str]) -> None:
        """Offer first questions in the app's messages."""
        offered = [{"title": question, "message": question} for question in questions]
        with mapped():
            await self._web.assistant_threads_setSuggestedPrompts(
                channel_id=where.channel, title=title, prompts=offered
            )

    async def home(self, user: str, view: Json) -> None:
        """Show somebody the app's home tab."""
        with mapped():
            await self._web.views_publish(user_id=user, view=view)
