"""What the bot decides, without a homeserver: who is answered, by which server, how often."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.backend import Asked
from assistant.bots.matrix import hearing, wording
from assistant.bots.matrix.addressing import Me, Message
from assistant.bots.matrix.allowed import Allowed
from assistant.bots.matrix.conversations import Conversations
from assistant.bots.matrix.desk import Desk, Parts
from assistant.bots.matrix.memory import Memory
from assistant.bots.server import Event, Finished, Said
from assistant.errors import MessageRefused, ServerRefused, ServerUnreachable
from assistant.feedback.records import Verdict, Vote
from tests.assistant.bots.answers import ANSWERS

ROOM = "!r:x"
ANNA, OTTO, GUEST = "@anna:x", "@otto:x", "@gast:anderswo"


class Homeserver:
    """Keeps what is sent."""

    def __init__(self) -> None:
        self.me = Me("@bot:x", "Assistent")
        self.members: list[str] = [ANNA]
        self.sent: list[dict[str, Any]] = []
        self.redacted: list[str] = []
        self.refuses = self.opened = False

    def is_direct(self, room_id: str) -> bool:
        return room_id == ROOM and len(self.members) == 1

    def is_open(self, room_id: str) -> bool:
        return self.opened and room_id == ROOM

    def people(self, room_id: str) -> list[str]:
        return self.members if room_id == ROOM else []

    async def send(self, room_id: str, content: dict[str, Any], key: str) -> str:
        if self.refuses:
            raise MessageRefused("nein", "M_FORBIDDEN")
        self.sent.append({**content, "room": room_id, "key": key})
        return f"$antwort{len(self.sent)}"

    async def typing(self, room_id: str, *, on: bool) -> None: ...

    async def redact(self, room_id: str, event_id: str, key: str) -> None:
        self.redacted.append(event_id)


class Server:
    """Answers, after some errors."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.asked: list[Asked] = []
        self.votes: list[Vote] = []
        self.forgotten: list[str] = []
        self.before: Callable[[], None] = lambda: None

    async def ask(self, asked: Asked) -> AsyncGenerator[Event, None]:
        self.asked.append(asked)
        if self.errors:
            raise self.errors.pop(0)
        yield Said("Ein ")
        self.before()
        await asyncio.sleep(0)
        yield Finished({**ANSWERS["short"], "question": asked.question})

    async def vote(self, vote: Vote) -> dict[str, Any]:
        self.votes.append(vote)
        return {}

    async def forget(self, conversation_id: str) -> None:
        self.forgotten.append(conversation_id)


class Stage:
    """A desk with everything around it."""

    def __init__(self, folder: Path, *errors: Exception) -> None:
        self.homeserver, self.server, self.public = Homeserver(), Server(*errors), Server()
        self.memory = Memory(folder / "m.sqlite3")
        allowed = Allowed.read(["x"], [])
        servers: Any = (self.server, self.public)
        self.desk = Desk(Parts(self.homeserver, servers[0], servers[1], self.memory, allowed))
        self.number = 0

    def message(self, body: str = "Wann?", sender: str = ANNA, **more: Any) -> Message:
        self.number += 1
        return Message(ROOM, f"$frage{self.number}", sender, body, **more)

    def say(self, body: str = "Wann?", sender: str = ANNA, **more: Any) -> Message:
        message = self.message(body, sender, **more)
        asyncio.run(self.desk.take(message))
        return message

    @property
    def bodies(self) -> list[str]:
        return [content["body"] for content in self.homeserver.sent]


@pytest.fixture
def stage(tmp_path: Path) -> Any:
    made = Stage(tmp_path)
    yield made
    made.memory.close()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hearing, "WAITS", (0.0, 0.0))


def test_a_message_is_answered_once(stage: Stage) -> None:
    message = stage.say()
    asyncio.run(stage.desk.take(message))
    assert len(stage.bodies) == 1


def test_one_that_comes_twice_at_the_same_time_is_answered_once(stage: Stage) -> None:
    message = stage.message()

    async def both() -> None:
        await asyncio.gather(stage.desk.take(message), stage.desk.take(message))

    asyncio.run(both())
    assert len(stage.server.asked) == 1


@pytest.mark.parametrize("sender", [GUEST, "@bot:x"])
def test_strangers_and_the_bot_itself_get_nothing(stage: Stage, sender: str) -> None:
    stage.say(sender=sender)
    asyncio.run(stage.desk.reacted(ROOM, sender, "$antwort1", "👍", "$r"))
    asyncio.run(stage.desk.unreadable(ROOM, sender))
    assert not stage.homeserver.sent
    assert not stage.server.asked + stage.server.votes


def test_with_a_stranger_in_the_room_the_public_server_is_asked(stage: Stage) -> None:
    stage.say()
    stage.homeserver.members = [ANNA, GUEST]
    stage.say("@bot Wann?")
    assert len(stage.server.asked) == len(stage.public.asked) == 1
    assert stage.public.asked[0].conversation_id is None


def test_in_a_room_that_all_can_read_the_public_server_is_asked(stage: Stage) -> None:
    stage.homeserver.opened = True
    stage.say()
    assert len(stage.public.asked) == 1
    assert not stage.server.asked


def test_sources_of_internal_answers_are_not_shown_to_a_stranger(stage: Stage) -> None:
    stage.homeserver.members = [ANNA, OTTO]
    stage.say("@bot Wann?")
    stage.say("!quellen")
    shown = stage.bodies[-1]
    stage.homeserver.members = [ANNA, OTTO, GUEST]
    stage.say("!quellen")
    assert wording.NO_SOURCES in stage.bodies[-1]
    stage.say("@bot Wann?")
    stage.say("!quellen")
    assert stage.bodies[-1] == shown


def test_who_comes_while_a_question_waits_sees_nothing_internal(stage: Stage) -> None:
    async def story() -> None:
        stage.homeserver.members = [ANNA, OTTO]
        first = stage.message("@bot Wann?")
        stage.server.before = lambda: setattr(stage.homeserver, "members", [ANNA, OTTO, GUEST])
        second = stage.message("@bot Wo?", root=first.event_id)
        await asyncio.gather(stage.desk.take(first), stage.desk.take(second))

    asyncio.run(story())
    assert [asked.question for asked in stage.server.asked] == ["Wann?"]
    (asked,) = stage.public.asked
    assert asked.conversation_id is None


def test_who_asks_for_years_does_not_fill_the_memory() -> None:
    held = Conversations(lambda *parts: " ".join(parts), lambda: 0.0)
    for number in range(6_000):
        message = Message(ROOM, f"${number}", f"@p{number}:x" if number % 2 else ANNA, "Wann?")
        held.heard(message, str(number), {"conversation_id": f"c{number}"})
    assert len(held._people) <= 5_000
    assert len(held._people[ANNA]) <= 5_000
    assert "0" not in held._people[ANNA]


def test_the_top_level_of_a_direct_room_is_one_conversation(stage: Stage) -> None:
    first = stage.say()
    stage.say("Und in Bayern?")
    stage.say("mehr dazu", root=first.event_id)
    assert [asked.conversation_id for asked in stage.server.asked] == [None, "c-123", "c-123"]


def test_threads_of_a_room_are_conversations_of_their_own(stage: Stage) -> None:
    stage.homeserver.members = [ANNA, OTTO]
    first = stage.say("@bot Wann?")
    stage.say("@bot Wo?")
    stage.say("Und in Bayern?", sender=OTTO, root=first.event_id)
    assert [asked.conversation_id for asked in stage.server.asked] == [None, None, "c-123"]


def test_a_server_that_returns_is_waited_for(tmp_path: Path) -> None:
    stage = Stage(tmp_path, ServerUnreachable("weg"), ServerUnreachable("weg"))
    stage.say()
    assert len(stage.server.asked) == 3
    assert "Montag" in stage.bodies[0]
    stage.memory.close()


def test_a_server_that_stays_away_is_told(tmp_path: Path) -> None:
    stage = Stage(tmp_path, *(ServerUnreachable("weg: http://geheim") for _ in range(9)))
    message = stage.say()
    assert stage.bodies == [wording.UNREACHABLE]
    assert stage.memory.is_handled(message.event_id)
    stage.memory.close()


def test_what_the_server_refuses_is_told(tmp_path: Path) -> None:
    stage = Stage(tmp_path, ServerRefused("Die Frage ist zu lang.", "question_invalid", 422))
    stage.say("x" * 2_000)
    assert stage.bodies == ["Die Frage ist zu lang."]
    stage.memory.close()


def test_a_room_that_takes_nothing_is_not_tried_for_ever(stage: Stage) -> None:
    stage.homeserver.refuses = True
    message = stage.say()
    assert stage.memory.is_handled(message.event_id)


def test_a_thumb_counts_once_and_other_signs_do_not(stage: Stage) -> None:
    stage.say()
    for key, event_id in (("👎", "$r1"), ("👎", "$r1"), ("❤️", "$r2")):
        asyncio.run(stage.desk.reacted(ROOM, ANNA, "$antwort1", key, event_id))
    asyncio.run(stage.desk.reacted(ROOM, ANNA, "$fremd", "👍", "$r3"))
    assert stage.server.votes == [Vote(Verdict.DOWN, conversation_id="c-123", question="Wann?")]


def test_a_question_withdrawn_while_it_is_answered(stage: Stage) -> None:
    message = stage.message()

    async def both() -> None:
        working = asyncio.create_task(stage.desk.take(message))
        await asyncio.sleep(0)
        await stage.desk.withdrawn(ROOM, message.event_id)
        await working

    asyncio.run(both())
    assert not stage.homeserver.sent
    assert stage.memory.is_handled(message.event_id)


def test_a_withdrawn_question_takes_its_answer_with_it(stage: Stage) -> None:
    message = stage.say()
    asyncio.run(stage.desk.withdrawn(ROOM, message.event_id))
    asyncio.run(stage.desk.withdrawn(ROOM, "$unbekannt"))
    assert stage.homeserver.redacted == ["$antwort1"]
    assert stage.server.forgotten == ["c-123"]
    assert stage.memory.answer_to(message.event_id) is None
    stage.say("!quellen")
    assert stage.bodies[-1] == wording.NO_SOURCES


def test_forget_me_forgets_conversations_and_traces(stage: Stage) -> None:
    message = stage.say()
    stage.say("!vergiss mich")
    assert stage.bodies[-1] == wording.FORGOTTEN
    assert stage.server.forgotten == ["c-123"]
    assert stage.memory.answer_to(message.event_id) is None
    stage.say("Und dann?")
    assert stage.server.asked[-1].conversation_id is None


def test_a_search_without_words(stage: Stage) -> None:
    stage.say("!suche")
    assert stage.bodies == [wording.NO_WORDS]


def test_the_greeting_and_the_hint_come_once(stage: Stage) -> None:
    for _ in range(2):
        asyncio.run(stage.desk.joined(ROOM, "$beitritt"))
        asyncio.run(stage.desk.unreadable(ROOM, ANNA))
    assert len(stage.bodies) == 2
