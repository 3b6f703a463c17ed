"""How long a model may take, and how many answers may be written at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

from assistant.errors import ModelBusy, ModelGarbled, ModelSlow

PLACE_SECONDS = 0.5
MOST_CHARACTERS = 20_000
"""Of what a model sends for one answer, thoughts included."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds until the first word, for the whole answer; answers at once; passages' length."""

    first_token_seconds: float = 20.0
    whole_seconds: float = 60.0
    parallel: int = 4
    source_characters: int = 4_000


def within(
    pieces: Generator[str], limits: Limits, clock: Callable[[], float] = time.monotonic
) -> Iterator[str]:
    """Pass on `pieces`, empty ones too, and cut the stream when it takes too long.

    Raises:
        ModelSlow: The first word or the end does not come in time.
        ModelGarbled: There is no end to it.
    """
    begun, said = clock(), 0
    with closing(pieces):
        for piece in pieces:
            taken = clock() - begun
            said += len(piece)
            if not said and taken > limits.first_token_seconds:
                raise ModelSlow(f"Kein erstes Wort nach {limits.first_token_seconds:g} s.")
            if taken > limits.whole_seconds:
                raise ModelSlow(f"Keine ganze Antwort nach {limits.whole_seconds:g} s.")
            if said > MOST_CHARACTERS:
                raise ModelGarbled(f"Kein Ende nach {MOST_CHARACTERS} Zeichen.")
            yield piece


class Places:
    """Places for answers that are written at the same time. Thread-safe."""

    def __init__(self, count: int) -> None:
        """Offer `count` places."""
        self._count = count
        self._free = threading.BoundedSemaphore(count)

    @contextmanager
    def taken(self, patience: float = PLACE_SECONDS) -> Iterator[None]:
        """Hold a place.

        Raises:
            ModelBusy: None gets free within `patience` seconds.
        """
        if not self._free.acquire(timeout=patience):
            raise ModelBusy(f"Alle {self._count} Plätze für Antworten sind belegt.")
        try:
            yield
        finally:
            self._free.release()
