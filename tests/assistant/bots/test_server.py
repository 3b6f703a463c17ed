"""A bot's view of the server, against the real application."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from assistant.backend import Asked
from assistant.bots.events import Event, Finished, Replaced, Said, Status
from assistant.bots.server import STREAM, Place, Server, place_of
from assistant.errors import ServerRefused, ServerUnreachable
from assistant.feedback.records import Reason, Verdict, Vote
from assistant.ownership import Address, publish
from assistant.settings import Settings
from tests.assistant.bots.slack.scripted import LONG, REPLACED, Scripted, listening
from tests.assistant.conftest import Site
from tests.assistant.samples import QUESTION


@pytest.fixture
def service() -> Scripted:
    return Scripted()


@pytest.fixture
def place(service: Scripted) -> Iterator[Place]:
    with listening(service) as held:
        yield held.place


def asked(place: Place, *questions: Asked) -> list[list[Any]]:
    async def story() -> list[list[Any]]:
        async with Server(place) as server:
            return [[event async for event in server.ask(one)] for one in questions]

    return asyncio.run(story())


def test_the_events_of_an_answer(place: Place) -> None:
    (events,) = asked(place, Asked("Wann?"))
    assert events[0] == Status("searching")
    assert isinstance(events[-1], Finished)
    said = "".join(event.text for event in events if isinstance(event, Said))
    assert said == events[-1].answer["answer"]
    assert events[-1].answer["citations"][0]["page"] == 3


def test_what_was_said_may_be_withdrawn(place: Place) -> None:
    (events,) = asked(place, Asked(REPLACED))
    assert Replaced("Dazu steht nichts da.") in events


def test_conversation_and_history_are_passed_on(place: Place, service: Scripted) -> None:
    history = [("user", "Hallo"), ("assistant", "Guten Tag")]
    asked(place, Asked("Wann?", "c-1", history, {"region": "Hessen"}, "simple"))
    (got,) = service.asked
    assert (got.conversation_id, got.style) == ("c-1", "simple")
    assert got.history == history
    assert got.filters == {"region": "Hessen"}


def test_staff_see_internal_documents_unless_they_are_not_to(
    place: Place, service: Scripted
) -> None:
    asked(place, Asked("Wann?"))
    asked(Place(place.url, place.key, public_only=True), Asked("Wann?"))
    asked(Place(place.url, ""), Asked("Wann?"))
    assert service.internal == [True, False, False]


def test_votes_and_ends_arrive(place: Place, service: Scripted) -> None:
    async def story() -> None:
        async with Server(place) as server:
            vote = Vote(Verdict.DOWN, Reason.WRONG, "Nein", "c-1", "Wann?")
            assert await server.vote(vote) == {"stored": False}
            await server.forget("c-1")
            await server.forget("ä ?#")

    asyncio.run(story())
    (vote,) = service.votes
    assert (vote.reason, vote.comment, vote.question) == (Reason.WRONG, "Nein", "Wann?")
    assert service.ended == ["c-1", "ä ?#"]


def test_search_documents_and_first_questions(own_site: Site) -> None:
    async def story() -> None:
        with listening(own_site.service) as held:
            async with Server(held.place) as server:
                found = await server.search(QUESTION, 5)
                assert found["hits"][0]["source"] == "netzwerk.md"
                assert (await server.documents())["total"] == 3
                assert (await server.widget())["documents"] == 2
            async with Server(Place(held.place.url, held.place.key, public_only=True)) as server:
                assert (await server.documents())["total"] == 2

    asyncio.run(story())


def test_a_refused_question_is_an_error_with_its_sentence(place: Place) -> None:
    with pytest.raises(ServerRefused) as refused:
        asked(place, Asked("x" * 1_001))
    assert refused.value.status == 422
    with pytest.raises(ServerRefused) as refused:
        asked(Place(place.url, "falsch"), Asked("Wann?"))
    assert refused.value.status == 401


def test_nobody_there_is_unreachable() -> None:
    with pytest.raises(ServerUnreachable):
        asked(Place("http://127.0.0.1:9", ""), Asked("Wann?"))
    with pytest.raises(ServerUnreachable):
        asked(Place("http://[", ""), Asked("Wann?"))


def test_a_server_that_was_started_anew_is_found(place: Place) -> None:
    for before in (Place("http://127.0.0.1:9", place.key), Place(place.url, "alt")):

        async def story(before: Place = before) -> list[Any]:
            async with Server(before, lambda: place) as server:
                return [event async for event in server.ask(Asked("Wann?"))]

        assert isinstance(asyncio.run(story())[-1], Finished)


def test_a_busy_server_is_asked_again() -> None:
    answers = [(429, {"Retry-After": "0"}), (503, {"Retry-After": "0"}), (200, {})]

    async def chat(_: web.Request) -> web.Response:
        status, headers = answers.pop(0)
        text = 'event: done\ndata: {"answer": "Ja", "conversation_id": null}\n\n'
        return web.Response(status=status, headers=headers, text=text, content_type=STREAM)

    events = against(chat, lambda server: collected(server.ask(Asked("Wann?"))))
    assert events == [Finished({"answer": "Ja", "conversation_id": None})]
    assert answers == []


@pytest.mark.parametrize(
    "text",
    ["", "event: token\ndata: {", "event: token\ndata: {\n\n", "event: done\ndata: []\n\n",
     'event: token\ndata: {"text": "Halb"}\n\n', "event: status\ndata: 5\n\n"],
)  # fmt: skip
def test_an_answer_that_breaks_off_or_is_none_is_unreachable(text: str) -> None:
    async def chat(_: web.Request) -> web.Response:
        return web.Response(text=text, content_type=STREAM)

    with pytest.raises(ServerUnreachable):
        against(chat, lambda server: collected(server.ask(Asked("Wann?"))))


def test_a_page_is_no_answer() -> None:
    async def chat(_: web.Request) -> web.Response:
        return web.Response(text="event: done\ndata: {}\n\n", content_type="text/html")

    with pytest.raises(ServerUnreachable):
        against(chat, lambda server: collected(server.ask(Asked("Wann?"))))


def test_an_error_in_the_stream_is_refused() -> None:
    problem = {"type": "https://x/problems/unavailable", "detail": "Geht nicht.", "status": 503}

    async def chat(_: web.Request) -> web.Response:
        told = f"event: error\ndata: {json.dumps(problem)}\n\n"
        return web.Response(text=told, content_type=STREAM)

    with pytest.raises(ServerRefused, match="Geht nicht") as refused:
        against(chat, lambda server: collected(server.ask(Asked("Wann?"))))
    assert (refused.value.kind, refused.value.status) == ("unavailable", 503)


@given(
    st.lists(st.text(st.characters(codec="utf-8"), max_size=30), min_size=1, max_size=5),
    st.integers(1, 7),
)
def test_any_text_comes_through_in_pieces(texts: list[str], size: int) -> None:
    stream = (
        "".join(
            f"event: token\ndata: {json.dumps({'text': text}, ensure_ascii=False)}\n\n: leben\n\n"
            for text in texts
        ).encode()
        + b'event: done\ndata: {"kind": "smalltalk"}\n\n'
    )
    pieces = [stream[at : at + size] for at in range(0, len(stream), size)]

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"Content-Type": STREAM}, content=in_pieces(pieces))

    async def heard() -> list[Event]:
        async with Server(Place("http://127.0.0.1:1", "")) as server:
            server._http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
            return await collected(server.ask(Asked("Wann?")))

    assert asyncio.run(heard()) == [*map(Said, texts), Finished({"kind": "smalltalk"})]


async def in_pieces(pieces: list[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


def test_where_the_server_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KGC_DATA_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ServerUnreachable, match="kgc serve"):
        place_of(Settings())
    publish(tmp_path, Address("http://127.0.0.1:8000", "zeichen", 1))
    assert place_of(Settings()) == Place("http://127.0.0.1:8000", "zeichen", False)
    monkeypatch.setenv("KGC_SERVER_URL", "https://assistent.example.org/")
    (tmp_path / "key").write_text("kgc_1_geheim\n")
    monkeypatch.setenv("KGC_SERVER_KEY_FILE", str(tmp_path / "key"))
    monkeypatch.setenv("KGC_BOTS_PUBLIC_ONLY", "true")
    found = place_of(Settings())
    assert found == Place("https://assistent.example.org", "kgc_1_geheim", True)
    assert "geheim" not in repr(found)


def test_a_long_answer_arrives_whole(place: Place) -> None:
    (events,) = asked(place, Asked(LONG))
    assert "Satz 59 zu" in events[-1].answer["answer"]


async def collected(events: AsyncIterator[Any]) -> list[Any]:
    return [event async for event in events]


def against(
    chat: Callable[[web.Request], Awaitable[web.Response]],
    call: Callable[[Server], Awaitable[Any]],
) -> Any:
    """Ask a server that answers with `chat`."""

    async def story() -> Any:
        app = web.Application()
        app.router.add_post("/v1/chat", chat)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        try:
            async with Server(Place(f"http://127.0.0.1:{runner.addresses[0][1]}", "")) as server:
                return await call(server)
        finally:
            await runner.cleanup()

    return asyncio.run(story())
