"""The one server with the real model that the tests of several folders share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.assistant import samples
from tests.assistant.processes import KGC, Machine, Server

# A machine that does other work too must not fail a property: pytest's time limit is the only one.
settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.register_profile("searching", deadline=None)


def pytest_configure(config: pytest.Config) -> None:
    """Let properties meet the same cases in every run but the long one, which looks for more."""
    short = "not long" in config.option.markexpr
    settings.load_profile("repeatable" if short else "searching")


HOOK = """
import pathlib, sys
book = pathlib.Path(__file__).with_name("netz.txt").open("a", buffering=1)
def watch(event, args):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        book.write(f"{event} {args[1]}\\n")
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        book.write(f"{event} {args[0]}\\n")
sys.addaudithook(watch)
"""
"""Python runs it before anything else; it writes down whom a process wants to talk to."""


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """``kgc serve`` with the real model, as it is installed."""
    folder = tmp_path_factory.mktemp("echt")
    samples.write(folder / "texte")
    samples.write_internal(folder / "intern")
    (folder / "haken").mkdir()
    (folder / "haken" / "sitecustomize.py").write_text(HOOK)
    machine = Machine(folder / "daten", KGC, (("PYTHONPATH", str(folder / "haken")),))
    with machine.serving("--ingest", str(folder / "texte")) as server:
        assert machine.run("ingest", folder / "intern", "--internal").code == 0
        yield server
