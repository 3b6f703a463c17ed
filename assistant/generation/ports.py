"""What writing an answer needs from outside: a chat model, and a check of its sentences."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.verification.verdict import Verdict
from retrieval.records import Hit

PULSE_SECONDS = 0.25
"""How long a model's stream may keep its reader waiting for a piece, be it an empty one."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message to a chat model; `role` is ``system`` or ``user``."""

    role: str
    content: str


class ChatModel(Protocol):
    """A language model that answers messages piece by piece. Thread-safe."""

    def stream(self, messages: Sequence[Message]) -> Generator[str]:
        """Yield the answer in pieces, in order, of any length.

        While nothing comes it yields an empty piece at least every `PULSE_SECONDS`, so that
        whoever reads can look at the clock or leave. Closing the generator cuts the connection.

        Raises:
            ModelFailed: There is no answer, or not a whole one. Nothing is tried twice.
        """

    def close(self) -> None:
        """Let go of everything; running streams end."""


class Check(Protocol):
    """Tells whether passages carry a sentence, see `assistant.verification.check.verify`."""

    def __call__(
        self,
        sentence: str,
        language: str,
        sources: Sequence[Hit],
        rarity: Callable[[str], float],
    ) -> Verdict:
        """Check one sentence against the passages it cites."""
