"""A filled library with a desk for feedback on a data folder of its own, and a clock to set."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest

from assistant.backend import Asked
from assistant.feedback.desk import FeedbackDesk
from assistant.feedback.export import as_json
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
from tests.assistant.conftest import TOKEN, UPLOAD_BYTES, Site
from tests.fakes import HashEmbedder

REFUSED = "Wer bezahlt Brillen für Wale im Hafenbecken?"


@dataclass
class Clock:
    """The day as the desk sees it."""

    day: date = date(2026, 3, 1)

    def __call__(self) -> date:
        return self.day

    def later(self, days: int) -> None:
        self.day += timedelta(days=days)


@dataclass
class Office:
    """One library; desks are opened and closed on it as servers are started and stopped."""

    library: Library
    parser: Sandbox
    folder: Path
    clock: Clock = field(default_factory=Clock)
    open_desks: list[FeedbackDesk] = field(default_factory=list)

    def desk(self, *, keeping: bool = True) -> FeedbackDesk:
        """Open the desk; the one before is closed, as at the end of a server."""
        self.close()
        self.open_desks.append(
            FeedbackDesk(self.folder, self.library, keeping=keeping, today=self.clock)
        )
        return self.open_desks[-1]

    def service(self, *, keeping: bool = True) -> Service:
        """Open the whole service."""
        return Service(self.library, self.parser, desk=self.desk(keeping=keeping))

    def site(self, *, keeping: bool = True, per_minute: int = 0) -> Site:
        """Open the application."""
        service = self.service(keeping=keeping)
        return Site(create_app(service, ServerOptions(TOKEN, UPLOAD_BYTES, per_minute)), service)

    def close(self) -> None:
        for desk in self.open_desks:
            desk.close()
        self.open_desks.clear()

    def traces(self, *words: str) -> list[str]:
        """Return the files of the data folder that hold one of `words` in any of its forms."""
        forms = [
            form.encode(encoding)
            for word in words
            for form in (word, word.lower(), word.upper(), word.casefold())
            for encoding in ("utf-8", "utf-16-le")
        ]
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        return [path.name for path in files if any(form in path.read_bytes() for form in forms)]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, parser: Sandbox) -> Iterator[Library]:
    """Two public documents and an internal one; nobody changes them."""
    folder = tmp_path_factory.mktemp("rueckmeldungen")
    registry = Registry(folder / "registry.sqlite3")
    stores = Stores(registry, MemoryIndex(), Originals(folder / "originals"))
    library = Library(stores, HashEmbedder(dimension=1024))
    texts = samples.write(folder / "texte")
    backend = LocalBackend(Service(library, parser), UPLOAD_BYTES)
    backend.ingest([texts / "netzwerk.md", texts / "garden.md"], internal=False, progress=Silent())
    internal = samples.write_internal(folder / "intern")
    backend.ingest([internal], internal=True, progress=Silent())
    yield library
    library.close()


@pytest.fixture
def office(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: Library, parser: Sandbox
) -> Iterator[Office]:
    """The library with a data folder for feedback alone, empty at first."""
    offline.install(monkeypatch)
    (tmp_path / "daten").mkdir()
    office = Office(library, parser, tmp_path / "daten")
    yield office
    office.close()


@pytest.fixture
def asked() -> Callable[..., str]:
    """Ask a service something; returns the conversation."""

    def ask(service: Service, question: str, conversation: str | None = None) -> str:
        answer = service.ask(Asked(question, conversation), internal=False)
        return str(answer["conversation_id"])

    return ask


def gaps_of(desk: FeedbackDesk, *, internal: bool = False) -> list[dict[str, object]]:
    """Return the gaps as their JSON."""
    return list(as_json(desk.report(internal=internal, limit=100))["gaps"])
