"""One scripted server for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from assistant.bots.server import Place
from tests.assistant.bots.slack.scripted import Scripted, listening
from tests.assistant.conftest import Site


@dataclass
class Asked:
    """A server and what it was asked."""

    place: Place
    service: Scripted


@pytest.fixture
def server() -> Iterator[Asked]:
    """The real server around a scripted service."""
    service = Scripted()
    with listening(service) as held:
        yield Asked(held.place, service)


@pytest.fixture
def own_server(own_site: Site) -> Iterator[Asked]:
    """The real service with a small library of its own."""
    with listening(own_site.service) as held:
        yield Asked(held.place, Scripted())
