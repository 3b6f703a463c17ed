"""What a surface asks of the assistant: the same in this process and through a running server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:  # a command line that only explains itself loads nothing heavy
    from assistant.feedback.records import Vote
    from assistant.intake import Progress
    from assistant.keystore import Wish

Json = dict[str, Any]
Group = Literal["document"]
Sort = Literal["relevance", "date"]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with what a caller may add to it; `style` is ``standard`` or ``simple``."""

    question: str
    conversation_id: str | None = None
    history: Sequence[tuple[str, str]] = ()
    filters: Mapping[str, str] = field(default_factory=dict)
    style: str = "standard"

    def as_json(self) -> Json:
        """Return the body of ``POST /v1/chat``."""
        body: Json = {"question": self.question, "filters": dict(self.filters)}
        if self.conversation_id:
            body["conversation_id"] = self.conversation_id
        if self.style != "standard":
            body["style"] = self.style
        if self.history:
            body["history"] = [{"role": role, "content": told} for role, told in self.history]
        return body


@dataclass(frozen=True, slots=True)
class Sought:
    """One search. `limit` and `offset` count hits.

    With `group` each document is a hit, with its best passages; by `sort` the best or the newest
    come first; with `answer` a short answer stands above the hits.
    """

    query: str
    limit: int = 10
    offset: int = 0
    filters: Mapping[str, str] = field(default_factory=dict)
    group: Group | None = None
    sort: Sort = "relevance"
    answer: bool = False

    def answered(self) -> Sought:
        """Return the same search with an answer."""
        return replace(self, answer=True)


class KeyDesk(Protocol):
    """Makes and revokes API keys; every method returns the JSON of ``/v1/keys``."""

    def create(self, wish: Wish) -> Json:
        """Make a key; the only answer that shows it, as ``key``."""

    def listed(self) -> list[Json]:
        """List all keys without their secrets."""

    def revoke(self, key_id: str) -> Json:
        """Refuse a key from now on; returns what it was."""

    def close(self) -> None:
        """Let go of everything."""


class Backend(Protocol):
    """Every method returns the JSON of the public contract (see `assistant.wire`)."""

    def ask(self, asked: Asked) -> Json:
        """Answer one question."""

    def search(self, sought: Sought) -> Json:
        """Rank passages."""

    def ingest(
        self,
        given: Sequence[str | Path],
        *,
        internal: bool,
        progress: Progress,
        prune: bool = False,
    ) -> Json:
        """Take in files and folders of this machine, addresses, and lists of them (``*.toml``).

        Args:
            given: What to take in, as typed.
            internal: Everything is for members of staff only.
            progress: Told what happens.
            prune: Remove documents that are no longer where they came from.
        """

    def documents(self) -> list[Json]:
        """List what is indexed, internal documents included."""

    def document(self, document_id: str) -> Json:
        """Return one document with its text."""

    def correct(self, document_id: str, values: Mapping[str, str]) -> Json:
        """Correct a document's facts or visibility; returns the document."""

    def remove(self, document_id: str) -> Json:
        """Erase a document; returns what it was."""

    def vote(self, vote: Vote) -> Json:
        """Count a vote on an answer; returns whether it is kept with its question."""

    def gaps(self, limit: int) -> Json:
        """List refused and down-voted questions by meaning, at most `limit` groups."""

    def forget_questions(self) -> Json:
        """Erase all questions kept for `gaps`; returns how many there were."""

    def close(self) -> None:
        """Let go of everything."""
