"""The application with a scripted language model behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pydantic import SecretStr

from assistant.generation.breaker import Breaker
from assistant.generation.generate import Writer
from assistant.generation.limits import Limits
from assistant.generation.warm import warm
from assistant.langchain_model import Endpoint, LangChainModel
from assistant.service import Service
from assistant.verification.check import verify
from assistant.web.app import ServerOptions, create_app
from ingest.process.sandbox import Sandbox
from retrieval.library import Library
from tests.assistant.conftest import TOKEN, UPLOAD_BYTES, Site
from tests.llm_server import ScriptedServer, scripted

FIRST_SECONDS = 0.5
WHOLE_SECONDS = 1.0

MakeSite = Callable[..., Site]


@pytest.fixture
def llm() -> Iterator[ScriptedServer]:
    """A scripted model's server."""
    with scripted() as server:
        yield server


@pytest.fixture
def model(llm: ScriptedServer) -> Iterator[LangChainModel]:
    """The real adapter to the scripted server."""
    made = LangChainModel(Endpoint(llm.url, "skript", SecretStr("geheim"), WHOLE_SECONDS))
    yield made
    made.close()


@pytest.fixture(scope="session", autouse=True)
def warmed() -> None:
    """Read the dictionaries of the check before any clock runs."""
    warm(verify)


@pytest.fixture
def writing(model: LangChainModel, site: Site, parser: Sandbox) -> MakeSite:
    """Build the application on the sample library, or another, with the scripted model."""

    def build(library: Library | None = None, parallel: int = 4, **more: Any) -> Site:
        limits = Limits(FIRST_SECONDS, WHOLE_SECONDS, parallel)
        more.setdefault("breaker", Breaker(failures=1_000))
        writer = Writer(model, more.pop("check", verify), limits, **more)
        service = Service(library or site.service.library, parser, writer=writer)
        return Site(create_app(service, ServerOptions(TOKEN, UPLOAD_BYTES)), service)

    return build
