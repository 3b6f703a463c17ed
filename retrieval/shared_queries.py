"""Questions that come at the same time share the model's passes (an `Embedder` over another one).

A pass over the weights costs a question asked alone three times what it costs one of sixteen, so
whoever asks while a pass is running waits for its end and goes into the next one together with all
others that wait ("adaptive batching": Crankshaw et al. 2017, "Clipper: A Low-Latency Online
Prediction Serving System", NSDI). Nobody waits while the model is idle. The texts of questions are
kept in memory only, the last thousand, and nowhere else.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Condition
from typing import Final

import numpy as np

from retrieval.ports import Embedder, Matrix, Vector

REMEMBERED: Final = 1024
TOGETHER: Final = 16
"""Questions in one pass at most: beyond that each costs as much as before (5.4 ms on 1 core)."""


@dataclass(slots=True, eq=False)
class _Asked:
    """One question and all who wait for it; it has an answer when `outcome` is there."""

    text: str
    outcome: Vector | Exception | None = None


class SharedQueries:
    """Embeds each question once, however many ask it, and waiting ones together. Thread-safe.

    One of the waiting threads, the leader, embeds for all; there is no thread of its own.
    """

    def __init__(
        self, embedder: Embedder, remembered: int = REMEMBERED, together: int = TOGETHER
    ) -> None:
        """Share the questions to `embedder`.

        Args:
            embedder: Asked by one thread at a time for questions, by any for passages.
            remembered: How many vectors of recent questions to keep.
            together: How many questions one pass takes at most.
        """
        self._embedder = embedder
        self._remembered, self._together = remembered, together
        self._recent: OrderedDict[str, Vector] = OrderedDict()
        self._asked: dict[str, _Asked] = {}
        self._queue: deque[_Asked] = deque()
        self._changed = Condition()
        self._led = False

    @property
    def name(self) -> str:
        """Identify the model and its weights."""
        return self._embedder.name

    @property
    def dimension(self) -> int:
        """The length of every vector."""
        return self._embedder.dimension

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        """Return one unit row for each text, shape (n, dimension)."""
        return self._embedder.embed_passages(texts)

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        """Return one unit row for each question, shape (n, dimension); nothing is remembered."""
        return self._embedder.embed_queries(texts)

    def embed_query(self, text: str) -> Vector:
        """Return the unit vector of a question, shape (dimension,), read-only.

        Raises:
            Exception: Whatever the embedder raises for this question; the others get theirs.
        """
        with self._changed:
            known = self._recent.get(text)
            if known is not None:
                self._recent.move_to_end(text)
                return known
            asked = self._asked.get(text)
            if asked is None:
                asked = self._asked[text] = _Asked(text)
                self._queue.append(asked)
        while led := self._led_until_answered(asked):
            self._lead(led)
        if isinstance(asked.outcome, Exception):
            raise asked.outcome
        assert asked.outcome is not None
        return asked.outcome

    def _led_until_answered(self, asked: _Asked) -> list[_Asked]:
        """Wait for an answer (returns nothing) or for the lead (returns whom to embed)."""
        with self._changed:
            self._changed.wait_for(lambda: asked.outcome is not None or not self._led)
            if asked.outcome is not None:
                return []
            self._led = True
            return [self._queue.popleft() for _ in range(min(self._together, len(self._queue)))]

    def _lead(self, led: Sequence[_Asked]) -> None:
        """Embed the questions of all; those left over by an interrupt go back into the queue."""
        outcomes: list[Vector | Exception] = []
        try:
            outcomes = self._outcomes([asked.text for asked in led])
        finally:
            with self._changed:
                self._led = False
                for asked, outcome in zip(led, outcomes, strict=False):
                    self._answer(asked, outcome)
                self._queue.extendleft(reversed(led[len(outcomes) :]))
                self._changed.notify_all()

    def _answer(self, asked: _Asked, outcome: Vector | Exception) -> None:
        asked.outcome = outcome
        del self._asked[asked.text]
        if not isinstance(outcome, Exception):
            self._recent[asked.text] = outcome
            if len(self._recent) > self._remembered:
                self._recent.popitem(last=False)

    def _outcomes(self, texts: Sequence[str]) -> list[Vector | Exception]:
        """Embed together; where that fails, one by one, so that each gets what is its own."""
        try:
            if len(texts) > 1:
                return [_kept(row) for row in self._embedder.embed_queries(texts)]
        except Exception:  # noqa: BLE001  # whose fault it is shows below
            pass
        return [self._alone(text) for text in texts]

    def _alone(self, text: str) -> Vector | Exception:
        try:
            return _kept(self._embedder.embed_query(text))
        except Exception as exc:  # noqa: BLE001  # raised where the question was asked
            return exc


def _kept(vector: Vector) -> Vector:
    """Return a copy of its own that nobody can change: many share it."""
    kept = np.array(vector, dtype=np.float32)
    kept.flags.writeable = False
    return kept
