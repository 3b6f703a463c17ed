from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from retrieval import precision
from retrieval.precision import PROBE, Precision, faster_precision

Embed = Callable[[Sequence[str]], NDArray[np.float32]]


class Clock:
    """Processor time that passes only when an embedder says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def thread_time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(precision, "time", made)
    return made


def _embed(clock: Clock, seconds: float, angle: float = 0.0) -> Embed:
    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        clock.now += seconds
        return np.tile(np.array([np.cos(angle), np.sin(angle)], np.float32), (len(texts), 1))

    return embed


@pytest.mark.parametrize(
    ("seconds", "angle", "expected"),
    [
        (0.5, 0.0, Precision.BFLOAT16),
        (0.5, 0.04, Precision.BFLOAT16),  # cosine 0.9992
        (0.5, 0.05, Precision.FLOAT32),  # cosine 0.99875
        (0.95, 0.0, Precision.FLOAT32),
        (3.0, 0.0, Precision.FLOAT32),
        (0.5, float("nan"), Precision.FLOAT32),
    ],
)
def test_rounding_must_be_faster_and_faithful(
    clock: Clock, seconds: float, angle: float, expected: Precision
) -> None:
    assert faster_precision(_embed(clock, 1.0), _embed(clock, seconds, angle)) is expected


def test_the_probe_is_of_the_usual_length_and_varied() -> None:
    assert len(set(PROBE)) == len(PROBE) >= 4
    assert all(500 < len(passage) <= 900 for passage in PROBE)
