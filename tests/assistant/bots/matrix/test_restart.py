"""Nothing is answered twice, nothing is lost, and nothing old is answered at all."""

from __future__ import annotations

import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from assistant.bots.matrix.login import FOLDER, LOGIN
from assistant.bots.matrix.memory import FILE
from assistant.bots.matrix.signing_in import sign_in
from tests.assistant import samples
from tests.assistant.bots.answers import ANSWERS
from tests.assistant.bots.matrix.conftest import Bot, World
from tests.assistant.bots.matrix.homeserver import PASSWORD
from tests.assistant.bots.matrix.people import Person
from tests.assistant.bots.matrix.scripted import scripted
from tests.assistant.processes import KGC, Machine

pytestmark = pytest.mark.slow  # a real homeserver

SILENCE_SECONDS = 1.0


@contextmanager
def process(world: World, bot: Bot) -> Iterator[subprocess.Popen[bytes]]:
    """``kgc bot matrix`` on the login of `bot`, killed without a warning at the end."""
    place = bot.find()
    more = (("KGC_SERVER_URL", place.url), ("KGC_SERVER_KEY", place.key))
    started = Machine(bot.options.data_dir, KGC, more).start(
        "bot", "matrix", "--json", cwd=world.folder
    )
    assert started.stdout is not None
    line = started.stdout.readline()
    assert line == b'{"bot": "matrix"}\n', line + (started.stderr.read() if started.stderr else b"")
    try:
        yield started
    finally:
        started.send_signal(signal.SIGKILL)
        _, told = started.communicate(timeout=30)
        assert b"Traceback" not in told, told


def answers(person: Person, bot: str, room: str) -> Counter[str]:
    """Count the answers to each message."""
    return Counter(
        event["content"]["m.relates_to"]["m.in_reply_to"]["event_id"]
        for event in person.from_(bot, room)
        if "m.relates_to" in event["content"]
    )


def test_exactly_the_missed_questions_are_answered(world: World) -> None:
    bot, anna = world.bot(start=False), world.person()
    room = anna.room(bot.user, direct=True, encrypted=True)
    with process(world, bot):
        anna.joined(room, bot.user)
        early = [anna.say(room, samples.QUESTION), anna.say(room, "!hilfe")]
        for event_id in early:
            anna.reply(bot.user, room, event_id)
    missed = [anna.say(room, samples.QUESTION) for _ in range(3)]
    gone = anna.say(room, samples.QUESTION)
    anna.redact(room, gone)
    with process(world, bot):
        for event_id in missed:
            assert "2019" in anna.reply(bot.user, room, event_id)["content"]["body"]
    with process(world, bot):
        time.sleep(SILENCE_SECONDS)
        last = anna.say(room, samples.QUESTION)
        anna.reply(bot.user, room, last)
        time.sleep(0.3)
    assert answers(anna, bot.user, room) == Counter([*early, *missed, last])


def test_more_was_written_than_one_sync_shows(world: World) -> None:
    bot, anna, otto = world.bot(), world.person(), world.person("otto")
    room = anna.room(bot.user, otto.user)
    anna.joined(room, bot.user)
    first = anna.say(room, samples.QUESTION, mention=bot.user)
    anna.reply(bot.user, room, first)
    bot.stop()
    token = anna.client.access_token
    missed = anna.say(room, samples.QUESTION, mention=bot.user)
    for number in range(60):
        path = f"/rooms/{room}/send/m.room.message/viel{number}"
        world.synapse.call(token, "PUT", path, msgtype="m.text", body=f"Gespräch {number}")
    late = anna.say(room, samples.QUESTION, mention=bot.user)
    bot.start()
    for event_id in (missed, late):
        anna.reply(bot.user, room, event_id)
    time.sleep(SILENCE_SECONDS)
    assert answers(anna, bot.user, room) == Counter([first, missed, late])


def test_a_kill_in_the_middle_of_an_answer(world: World) -> None:
    with scripted(lambda _: ANSWERS["short"], seconds=3.0) as server:
        bot, anna = world.bot(start=False, find=lambda: server.place), world.person()
        room = anna.room(bot.user, direct=True)
        with process(world, bot):
            anna.joined(room, bot.user)
            asked = anna.say(room, "Wann?")
            anna.until(lambda: server.asked)
            begun = anna.reply(bot.user, room, asked)
            assert begun["content"]["body"].endswith("…")
        server.seconds = 0.0
        with process(world, bot):
            anna.until(lambda: any("[1] Bericht 1" in str(e["content"]) for e in anna.seen))
            time.sleep(0.3)
        assert answers(anna, bot.user, room) == Counter([asked])
        edits = [e for e in anna.seen if "m.new_content" in e["content"]]
        assert {e["content"]["m.relates_to"]["event_id"] for e in edits} == {begun["event_id"]}


def old_messages(world: World, bot: Bot, count: int) -> None:
    """Write `count` questions into a room before the bot comes, then one after."""
    anna = world.person()
    room = anna.room()
    token = anna.client.access_token
    for number in range(count):
        path = f"/rooms/{room}/send/m.room.message/alt{number}"
        body = f"{bot.user}: {samples.QUESTION}"
        world.synapse.call(token, "PUT", path, msgtype="m.text", body=body,
                           **{"m.mentions": {"user_ids": [bot.user]}})  # fmt: skip
    anna.loop.run(anna.client.room_invite(room, bot.user))
    anna.joined(room, bot.user)
    asked = anna.say(room, samples.QUESTION)
    anna.reply(bot.user, room, asked)
    time.sleep(SILENCE_SECONDS)
    assert answers(anna, bot.user, room) == Counter([asked])


def test_the_history_before_the_bot_came_is_not_answered(world: World) -> None:
    old_messages(world, world.bot(), 100)


@pytest.mark.long
def test_a_thousand_old_messages_get_no_answer(world: World) -> None:
    old_messages(world, world.bot(), 1_000)


def test_a_new_login_answers_nothing_old(world: World) -> None:
    bot, anna = world.bot(), world.person()
    room = anna.room(bot.user, direct=True)
    anna.joined(room, bot.user)
    first = anna.say(room, samples.QUESTION)
    anna.reply(bot.user, room, first)
    bot.stop()
    folder = bot.options.data_dir / FOLDER
    for name in (LOGIN, FILE, f"{FILE}-wal", f"{FILE}-shm"):
        (folder / name).unlink(missing_ok=True)
    anna.say(room, samples.QUESTION)
    world.loop.run(sign_in(bot.options.data_dir, world.synapse.url, bot.user, PASSWORD))
    bot.start()
    last = anna.say(room, samples.QUESTION)
    anna.reply(bot.user, room, last)
    time.sleep(SILENCE_SECONDS)
    assert answers(anna, bot.user, room) == Counter([first, last])


def test_the_homeserver_is_killed_and_returns_with_strict_limits(world: World) -> None:
    bot, anna = world.bot(), world.person()
    room = anna.room(bot.user, direct=True, encrypted=True)
    anna.joined(room, bot.user)
    first = anna.say(room, samples.QUESTION)
    anna.reply(bot.user, room, first)
    world.synapse.stop(signal.SIGKILL)
    time.sleep(2.0)
    world.synapse.start(more="rc_message: {per_second: 1, burst_count: 3}\n")
    try:
        back = time.monotonic()
        asked = [anna.say(room, samples.QUESTION) for _ in range(4)]
        took = anna.reply(bot.user, room, asked[0])["came"] - back
        assert took <= 15, f"answered {took:.2f} s after the homeserver was back"
        for event_id in asked:  # more than it takes at once: the bot waits as long as it is told
            anna.reply(bot.user, room, event_id)
        assert answers(anna, bot.user, room) == Counter([first, *asked])
    finally:
        world.synapse.stop(signal.SIGKILL)
        world.synapse.start()


def test_files_are_for_this_user_alone(world: World) -> None:
    bot, anna = world.bot(), world.person()
    room = anna.room(bot.user, direct=True, encrypted=True)
    anna.joined(room, bot.user)
    anna.reply(bot.user, room, anna.say(room, samples.QUESTION))
    folder = bot.options.data_dir / FOLDER
    assert folder.stat().st_mode & 0o777 == 0o700
    found = {path.name: path.stat().st_mode & 0o077 for path in folder.iterdir()}
    assert len(found) >= 3
    assert {name: mode for name, mode in found.items() if mode and name != "bot.lock"} == {}
    for path in folder.iterdir():
        held = path.read_bytes()
        assert samples.QUESTION.encode() not in held
        assert PASSWORD.encode() not in held
