"""The records of feedback: votes, the questions kept for editors, the gaps they come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

KEPT_DAYS = 90
"""How long anything is kept, questions as well as counts."""
LONGEST_COMMENT = 1_000


class Verdict(StrEnum):
    """Whether an answer helped."""

    UP = "up"
    DOWN = "down"


class Reason(StrEnum):
    """Why an answer did not help; the names stay, the labels are for people."""

    WRONG = "wrong"
    INCOMPLETE = "incomplete"
    SOURCES = "sources"
    UNCLEAR = "unclear"
    OUTDATED = "outdated"
    MISSING = "missing"
    OTHER = "other"

    @property
    def label(self) -> str:
        """Return the German words for it."""
        return _LABELS[self]


_LABELS = {
    Reason.WRONG: "falsch oder missverständlich",
    Reason.INCOMPLETE: "unvollständig",
    Reason.SOURCES: "Belege passen nicht",
    Reason.UNCLEAR: "nicht verständlich",
    Reason.OUTDATED: "veraltet",
    Reason.MISSING: "fehlt in den Quellen",
    Reason.OTHER: "sonstiges",
}


@dataclass(frozen=True, slots=True)
class Vote:
    """What somebody says about one answer.

    `conversation_id` and `question` name the answer: the last one to this question in this
    conversation, the last one at all where `question` is None.
    """

    verdict: Verdict
    reason: Reason | None = None
    comment: str = ""
    conversation_id: str | None = None
    question: str | None = None
    internal: bool = False

    def as_json(self) -> dict[str, str]:
        """Return the body of ``POST /v1/feedback``; the server sees for itself who may see what."""
        told = {
            "vote": self.verdict.value,
            "reason": self.reason and self.reason.value,
            "comment": self.comment,
            "conversation_id": self.conversation_id,
            "question": self.question,
        }
        return {name: value for name, value in told.items() if value}


@dataclass(frozen=True, slots=True)
class Opinion:
    """The part of a vote that is counted and kept; `comment` holds nothing personal."""

    verdict: Verdict
    reason: Reason | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A question as it is kept: scrubbed, with the day but not the hour.

    `refused` says that the sources held no answer, `internal` that it was asked by somebody who
    may see internal documents.
    """

    text: str
    language: str
    day: date
    refused: bool
    internal: bool = False
    opinion: Opinion | None = None


@dataclass(frozen=True, slots=True)
class Near:
    """A document near a gap."""

    document_id: str
    title: str
    link: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions of one meaning that were refused or voted down, `count` of them.

    `question` is the most typical one, `wordings` are others, `reasons` count the reasons named.
    """

    question: str
    language: str
    count: int
    refused: int
    down: int
    first: date
    last: date
    reasons: Mapping[Reason, int] = field(default_factory=dict)
    wordings: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    near: tuple[Near, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What editors should write next. `total` counts all gaps, also those beyond the limit.

    `keeping` says whether questions are kept at all, `counts` counts votes, reasons and kinds of
    answers of the last `KEPT_DAYS` days.
    """

    keeping: bool
    gaps: tuple[Gap, ...]
    total: int
    counts: Mapping[str, int]
