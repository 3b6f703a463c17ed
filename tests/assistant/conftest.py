"""A library without the real model behind the real application, and the command line."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant import cli
from assistant.intake import Silent
from assistant.service import LocalBackend, Service
from assistant.web.app import ServerOptions, create_app
from ingest.process.sandbox import Sandbox
from retrieval.build import Stores
from retrieval.library import Library
from retrieval.memory import MemoryIndex
from retrieval.originals import Originals
from retrieval.registry import Registry
from tests.assistant import offline, samples
from tests.assistant.processes import Ran
from tests.fakes import HashEmbedder

LOGGERS = ("kgc", "assistant", "uvicorn", "uvicorn.access", "uvicorn.error")
TOKEN = "ein-langes-geheimnis"
UPLOAD_BYTES = 300_000


@dataclass
class Site:
    """The application in this process and three callers of it."""

    app: FastAPI
    service: Service

    @cached_property
    def public(self) -> TestClient:
        """Anybody."""
        return TestClient(self.app, client=("192.0.2.7", 4711), raise_server_exceptions=False)

    @cached_property
    def insider(self) -> TestClient:
        """A command on this machine that knows the lock file's token."""
        return self.caller("127.0.0.1", TOKEN)

    def caller(self, host: str, token: str) -> TestClient:
        """Somebody at `host` who shows `token`."""
        return TestClient(
            self.app,
            client=(host, 4711),
            headers={"Authorization": f"Bearer {token}"},
            raise_server_exceptions=False,
        )

    def id_of(self, source: str) -> str:
        """Return the id of the document that came from `source`."""
        listed = self.service.documents(internal=True)
        found = [entry["document_id"] for entry in listed if entry["source"] == source]
        assert len(found) == 1, [entry["source"] for entry in listed]
        return str(found[0])

    @property
    def secret(self) -> str:
        """The id of the internal document."""
        return self.id_of("vermerk.md")


@pytest.fixture(scope="session")
def patch() -> Iterator[pytest.MonkeyPatch]:
    """Changes that last for the whole run."""
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(scope="session")
def parser() -> Iterator[Sandbox]:
    """One parsing process for all tests of this folder."""
    with Sandbox() as parser:
        yield parser


def _site(folder: Path, parser: Sandbox, sources: Sequence[Path]) -> Iterator[Site]:
    registry = Registry(folder / "registry.sqlite3")
    stores = Stores(registry, MemoryIndex(), Originals(folder / "originals"))
    library = Library(stores, HashEmbedder(dimension=1024))
    service = Service(library, parser)
    backend = LocalBackend(service, UPLOAD_BYTES)
    internal = samples.write_internal(folder / "intern")
    backend.ingest(sources, internal=False, progress=Silent())
    backend.ingest([internal], internal=True, progress=Silent())
    yield Site(create_app(service, ServerOptions(TOKEN, UPLOAD_BYTES)), service)
    library.close()


@pytest.fixture(scope="session")
def site(
    tmp_path_factory: pytest.TempPathFactory, patch: pytest.MonkeyPatch, parser: Sandbox
) -> Iterator[Site]:
    """A filled library behind the application; for tests that only read."""
    offline.install(patch)
    folder = tmp_path_factory.mktemp("seite")
    yield from _site(folder, parser, [samples.write(folder / "texte")])


@pytest.fixture
def own_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parser: Sandbox) -> Iterator[Site]:
    """A small one for one test alone; for tests that write."""
    offline.install(monkeypatch)
    folder = samples.write(tmp_path / "texte")
    yield from _site(tmp_path, parser, [folder / "netzwerk.md", folder / "garden.md"])


@pytest.fixture(autouse=True)
def restored_logs() -> Iterator[None]:
    """Puts the loggers back that a command or server sets for its whole process."""
    loggers = [logging.getLogger(name) for name in ("", *LOGGERS)]
    held = [(one, list(one.handlers), one.level, one.propagate) for one in loggers]
    yield
    logging.captureWarnings(capture=False)
    for logger, handlers, level, propagate in held:
        logger.handlers[:], logger.propagate = handlers, propagate
        logger.setLevel(level)


class Kgc:
    """Runs the command in this process."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        """Read what it writes with `capsys`."""
        self._capsys = capsys

    def __call__(self, *words: str | Path) -> Ran:
        """Run the command; none ever shows a traceback."""
        with pytest.raises(SystemExit) as left:
            cli.main([str(word) for word in words])
        out, err = self._capsys.readouterr()
        assert "Traceback" not in out + err
        code = left.value.code
        assert isinstance(code, int)
        return Ran(code, out, err)


@pytest.fixture
def kgc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Kgc:
    """The command on a data folder of its own, without the real model."""
    offline.install(monkeypatch)
    monkeypatch.setenv("KGC_DATA_DIR", str(tmp_path / "daten"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
    return Kgc(capsys)
