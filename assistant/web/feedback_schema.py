"""The wire models of feedback and gaps, in the form of `assistant.feedback.export`."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from assistant.feedback.records import LONGEST_COMMENT, Reason, Verdict
from assistant.question import LONGEST
from assistant.web.schema import Related


class FeedbackRequest(BaseModel):
    """A vote on an answer: the last one of the conversation, or its last one to `question`.

    After half an hour of silence the server has forgotten the conversation; the vote is counted,
    and `question` says what it was about.
    """

    model_config = ConfigDict(extra="ignore")

    vote: Verdict
    reason: Reason | None = None
    comment: Annotated[str | None, Field(max_length=LONGEST_COMMENT)] = None
    conversation_id: Annotated[str | None, Field(max_length=100)] = None
    question: Annotated[str | None, Field(max_length=LONGEST)] = None


class FeedbackResponse(BaseModel):
    """Whether the vote is kept with its question; counted it is in any case."""

    stored: bool


class CountedReason(BaseModel):
    """How often a reason was named; `label` are German words for it."""

    reason: Reason
    label: str
    count: int


class Gap(BaseModel):
    """Questions of one meaning that were refused or voted down."""

    question: str
    language: str
    count: int
    refused: int
    down: int
    first: str
    last: str
    reasons: list[CountedReason]
    wordings: list[str]
    comments: list[str]
    near: list[Related]


class GapsResponse(BaseModel):
    """What editors should write next; `keeping` says whether questions are kept at all."""

    keeping: bool
    days: int
    total: int
    gaps: list[Gap]
    counts: dict[str, dict[str, int]]
    message: str | None


class Forgotten(BaseModel):
    """How many kept questions were erased."""

    forgotten: int
