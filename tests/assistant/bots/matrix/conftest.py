"""A homeserver, our server without its models, people, and the bot between them."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from assistant.bots.matrix import login
from assistant.bots.matrix.bot import MatrixBot, Options, owned
from assistant.bots.matrix.signing_in import sign_in
from assistant.bots.server import Place
from assistant.bots.supervising import supervise
from assistant.errors import BotMisconfigured
from tests.assistant import samples
from tests.assistant.bots.matrix.homeserver import PASSWORD, Homeserver, homeserver, missing
from tests.assistant.bots.matrix.people import Loop, Person, person
from tests.assistant.processes import Machine, Server, wait_for

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def synapse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Homeserver]:
    """The one homeserver of all tests."""
    if reason := missing():
        if os.environ.get("KGC_NEEDS_SYNAPSE") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with homeserver(tmp_path_factory.mktemp("synapse")) as made:
        yield made


@pytest.fixture(scope="session")
def loop() -> Iterator[Loop]:
    """The event loop of people and bots."""
    made = Loop()
    yield made
    made.close()


@pytest.fixture(scope="session")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Our server as a process, with public and internal documents."""
    folder = tmp_path_factory.mktemp("gefragt")
    samples.write(folder / "texte")
    samples.write_internal(folder / "intern")
    machine = Machine(folder / "daten", more=(("KGC_KEEP_QUESTIONS", "true"),))
    with machine.serving("--ingest", str(folder / "texte")) as server:
        assert machine.run("ingest", folder / "intern", "--internal").code == 0
        yield server


@dataclass
class Bot:
    """An account with a login; it runs from `start` to `stop`."""

    user: str
    options: Options
    find: Callable[[], Place]
    loop: Loop
    _end: Callable[[], None] | None = None

    def start(self) -> None:
        """Run it, as ``kgc serve`` does, until it hears."""
        hears: list[bool] = []
        bot = MatrixBot(self.options, self.find)
        self._end = self.loop.begin(
            supervise("matrix", lambda: bot.run(lambda: hears.append(True)))
        )
        wait_for(lambda: hears)

    def stop(self) -> None:
        """Stop it; its lock is free afterwards."""
        if self._end is not None:
            self._end()
            self._end = None
            wait_for(lambda: _free(self.options.data_dir))


def _free(data_dir: Path) -> bool:
    try:
        owned(data_dir).release()
    except BotMisconfigured:
        return False
    return True


@dataclass
class World:
    """Everything together."""

    synapse: Homeserver
    asked: Server
    loop: Loop
    folder: Path
    stack: ExitStack

    def place(self) -> Place:
        """Where our server is."""
        return Place(self.asked.address["url"], self.asked.address["token"])

    def bot(
        self, *, start: bool = True, find: Callable[[], Place] | None = None, **options: Any
    ) -> Bot:
        """Make an account for a bot and log it in; `find` says which server it asks."""
        number = next(_numbers)
        user = self.synapse.register(f"bot{number}")
        data_dir = self.folder / f"bot{number}"
        self.loop.run(sign_in(data_dir, self.synapse.url, user, PASSWORD))
        assert login.is_logged_in(data_dir)
        made = Bot(user, replace(Options(data_dir), **options), find or self.place, self.loop)
        self.stack.callback(made.stop)
        if start:
            made.start()
        return made

    def person(self, name: str = "anna") -> Person:
        """Somebody with a name of their own."""
        name = f"{name}{next(_numbers)}"
        self.synapse.register(name)
        return self.stack.enter_context(person(self.loop, self.synapse, name, self.folder / name))


@pytest.fixture
def world(synapse: Homeserver, asked: Server, loop: Loop, tmp_path: Path) -> Iterator[World]:
    """A world for one test."""
    with ExitStack() as stack:
        yield World(synapse, asked, loop, tmp_path, stack)
