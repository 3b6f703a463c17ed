"""A chat model behind an OpenAI-compatible server. The only file that knows langchain_openai.

One event loop in a thread of its own holds all connections, so that a stream can be cut at any
moment: a thread that waits in a blocking read could not be. Nothing is asked twice, no variable
of the environment adds a proxy, a key or an address, and LangSmith's tracing is off: what is sent
goes to the one address that the settings name.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Generator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx2
import openai
from langchain_core.messages import HumanMessage, SystemMessage
from langchain_openai import ChatOpenAI
from langsmith import tracing_context
from pydantic import SecretStr

from assistant.errors import (
    ModelBusy,
    ModelFailed,
    ModelGarbled,
    ModelRefused,
    ModelSlow,
    ModelUnreachable,
)
from assistant.generation.ports import PULSE_SECONDS, Message

CONNECT_SECONDS = 5.0
LIST_SECONDS = 5.0
MOST_TOKENS = 800
_BROKEN_OFF = frozenset({"", "length", "content_filter"})
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model is: the address up to ``/v1``, its name there, the key, the longest wait."""

    base_url: str
    model: str
    key: SecretStr
    seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class _End:
    error: BaseException | None = None


class LangChainModel:
    """A `ChatModel` that streams from an OpenAI-compatible server."""

    def __init__(self, endpoint: Endpoint) -> None:
        """Prepare; nothing is sent yet."""
        self._seconds = endpoint.seconds
        wait = httpx2.Timeout(endpoint.seconds, connect=CONNECT_SECONDS)
        # Given, so that the library does not make one that reads proxies from the environment.
        self._blocking = httpx2.Client(trust_env=False)
        self._http = httpx2.AsyncClient(
            trust_env=False, timeout=wait, headers={"Accept-Encoding": "identity"}
        )
        self._model = ChatOpenAI(
            model=endpoint.model,
            base_url=endpoint.base_url,
            api_key=SecretStr(endpoint.key.get_secret_value() or "none"),
            temperature=0,
            max_retries=0,
            timeout=wait,
            streaming=True,
            stream_usage=False,
            use_responses_api=False,
            # Its wait_for swallows a cancellation when pieces come faster than they are read.
            stream_chunk_timeout=None,
            openai_proxy=None,
            extra_body={"max_tokens": MOST_TOKENS},
            http_client=self._blocking,
            http_async_client=self._http,
            cache=False,
        )
        # Read from the environment where it is not told otherwise.
        self._client: openai.AsyncOpenAI = self._model.root_async_client
        self._client.organization = self._client.project = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def stream(self, messages: Sequence[Message]) -> Generator[str]:
        """Yield the answer in pieces, see `ChatModel.stream`."""
        pieces: queue.SimpleQueue[str | _End] = queue.SimpleQueue()
        task = self._submit(self._pump(messages, pieces.put))
        try:
            while True:
                try:
                    piece = pieces.get(timeout=PULSE_SECONDS)
                except queue.Empty:
                    yield ""
                    continue
                if not isinstance(piece, _End):
                    yield piece
                elif piece.error is None:
                    return
                elif isinstance(piece.error, ModelFailed):
                    raise piece.error
                else:
                    raise _mapped(piece.error) from piece.error
        finally:
            task.cancel()

    async def _pump(self, messages: Sequence[Message], put: Callable[[str | _End], None]) -> None:
        """Hand over what comes; the last thing handed over is always an end."""
        try:
            async with asyncio.timeout(self._seconds + CONNECT_SECONDS):
                async for piece in self._pieces(messages):
                    put(piece)
        except Exception as error:  # noqa: BLE001  # a foreign answer breaks a library anywhere
            put(_End(error))
        except BaseException as error:
            put(_End(error))
            raise
        else:
            put(_End())

    async def _pieces(self, messages: Sequence[Message]) -> AsyncIterator[str]:
        kinds = {"system": SystemMessage, "user": HumanMessage}
        given = [kinds[message.role](message.content) for message in messages]
        ended = ""
        with tracing_context(enabled=False):
            async for chunk in self._model.astream(given):
                ended = chunk.response_metadata.get("finish_reason") or ended
                yield str(chunk.text)
        if ended in _BROKEN_OFF:
            raise ModelGarbled(f"Die Antwort bricht ab ({ended or 'ohne Ende'}).")

    def names(self) -> list[str]:
        """List the models that the server offers.

        Raises:
            ModelFailed: It does not answer as it should.
        """
        asked = self._submit(self._listed())
        try:
            return asked.result(LIST_SECONDS + CONNECT_SECONDS)
        except Exception as error:
            raise _mapped(error) from error
        finally:
            asked.cancel()

    async def _listed(self) -> list[str]:
        page = await self._client.models.list(timeout=LIST_SECONDS)
        return [entry.id for entry in page.data]

    def close(self) -> None:
        """End running streams, close the connections and stop the thread."""
        with self._lock:
            loop, self._loop = self._loop, None
            thread, self._thread = self._thread, None
        self._blocking.close()
        if loop is None or thread is None:
            return
        ending = asyncio.run_coroutine_threadsafe(self._end(), loop)
        with contextlib.suppress(TimeoutError):
            ending.result(CONNECT_SECONDS)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(CONNECT_SECONDS)

    async def _end(self) -> None:
        running = asyncio.all_tasks() - {asyncio.current_task()}
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await self._http.aclose()

    def _submit(self, work: Coroutine[Any, Any, _T]) -> Future[_T]:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(
                    target=_run, args=(self._loop,), name="kgc-model", daemon=True
                )
                self._thread.start()
            return asyncio.run_coroutine_threadsafe(work, self._loop)


def _run(loop: asyncio.AbstractEventLoop) -> None:
    try:
        loop.run_forever()
    finally:
        loop.close()


def _mapped(error: BaseException) -> ModelFailed:
    """Return our error for a foreign one; what is not known is no answer."""
    match error:
        case openai.RateLimitError():
            return ModelBusy("Das Sprachmodell ist überlastet (HTTP 429).", _retry_after(error))
        case openai.APITimeoutError() | httpx2.TimeoutException() | TimeoutError():
            return ModelSlow("Das Sprachmodell antwortet nicht rechtzeitig.")
        case openai.APIStatusError():
            return ModelRefused(f"Das Sprachmodell antwortet mit HTTP {error.status_code}.")
        case openai.APIConnectionError() | httpx2.TransportError() | OSError():
            return ModelUnreachable("Unter der Adresse des Sprachmodells antwortet niemand.")
        case asyncio.CancelledError():
            return ModelUnreachable("Die Verbindung zum Sprachmodell wurde beendet.")
    return ModelGarbled(f"Was das Sprachmodell sendet, ist nicht lesbar ({type(error).__name__}).")


def _retry_after(error: openai.RateLimitError) -> float | None:
    """Return the header's seconds; None without one, or where it is a date."""
    try:
        return float(error.response.headers["retry-after"])
    except (KeyError, ValueError):
        return None
