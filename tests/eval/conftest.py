"""Measurements use the real parts, whatever stands in for them in the tests of the assistant."""

from __future__ import annotations

import pytest

from assistant import wiring

# Read while tests are collected, before a fixture for the whole session puts others in place.
_EMBEDDER = wiring.embedder
_READER = wiring.reader


@pytest.fixture(autouse=True)
def real_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Undo what `tests.assistant.offline` has installed."""
    monkeypatch.setattr(wiring, "embedder", _EMBEDDER)
    monkeypatch.setattr(wiring, "reader", _READER)
