"""The wire models of the HTTP contract: checked on the way in, documented on the way out."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.question import LONGEST

MOST_TURNS = 20
LONGEST_TURN = 8_000


Facet = Literal[
    "type", "region", "year", "organisation", "language", "target_group", "setting", "keyword"
]


class Turn(BaseModel):
    """One earlier message."""

    role: Literal["user", "assistant", "system"]
    content: Annotated[str, Field(max_length=LONGEST_TURN)]


class ChatRequest(BaseModel):
    """A question with its conversation."""

    model_config = ConfigDict(extra="ignore")

    question: Annotated[str, Field(min_length=1, max_length=LONGEST)]
    conversation_id: Annotated[str | None, Field(max_length=100)] = None
    history: Annotated[list[Turn] | None, Field(max_length=MOST_TURNS)] = None
    filters: dict[Facet, str] | None = None
    style: Literal["standard", "simple"] = "standard"


class Sentence(BaseModel):
    """One sentence of an answer and the citations that carry it.

    `listed` has the citation of each list item; these are the last lines of the text, ``- …`` or
    with a number of their own.
    """

    text: str
    citations: list[int]
    supported: bool
    item: bool = False
    lead: str = ""
    listed: list[int] = []


class Citation(BaseModel):
    """One proof: `quote` equals ``text[start:end]`` of the document."""

    id: int
    document_id: str
    chunk_id: str
    title: str
    section: str
    reference: str | None = None
    page: int | None
    slide: int | None
    organisation: str | None
    date: str | None
    state: str | None = None
    type: str | None = None
    language: str | None = None
    url: str | None
    source: str
    quote: str
    display: str | None = None
    start: int
    end: int
    link: str


class Related(BaseModel):
    """A document near the question; without an id a place outside (``https:``, ``tel:``)."""

    document_id: str | None
    title: str
    link: str
    language: str | None = None


class ChatResponse(BaseModel):
    """A whole answer."""

    question: str
    answer: str
    kind: Literal["answer", "refusal", "hint", "smalltalk"]
    abstained: bool
    confidence: float
    language: str
    mode: Literal["extractive", "generated"]
    sentences: list[Sentence]
    citations: list[Citation]
    related: list[Related]
    follow_ups: list[str]
    conversation_id: str | None
    seconds: float


class ConversationEnded(BaseModel):
    """Whether there was a conversation to forget."""

    forgotten: bool


class Document(BaseModel):
    """One indexed document."""

    document_id: str
    source: str
    title: str
    type: str | None
    organisation: str | None
    region: str | None
    date: str | None
    language: str | None
    state: str | None
    target_group: list[str]
    setting: list[str]
    keyword: list[str]
    visibility: str
    unit: str | None
    pages: int | None
    chunks: int
    url: str | None
    parser: str
    warnings: list[str]
    link: str


class Documents(BaseModel):
    """All documents the caller may see."""

    documents: list[Document]
    total: int


class PageSpan(BaseModel):
    """Where a page or slide stands in the text."""

    number: int
    start: int
    end: int


class DocumentText(BaseModel):
    """One document with its text."""

    model_config = ConfigDict(extra="allow")

    document_id: str
    title: str
    text: str
    pages: list[PageSpan]


class Failure(BaseModel):
    """A source that could not be read."""

    source: str
    reason: str
    message: str


class Vanished(BaseModel):
    """A document that is no longer where it came from."""

    document_id: str
    source: str
    title: str


class IngestReport(BaseModel):
    """What became of a source."""

    added: int
    updated: int
    unchanged: int
    removed: int
    failed: list[Failure]
    documents: list[Document]
    vanished: list[Vanished]
    seconds: float
    seen: dict[str, list[str]] | None = None


def _form(pattern: str) -> Any:  # noqa: ANN401  # pydantic's own type
    """Declare the form of a value that is checked elsewhere, with a better sentence."""
    return Field(json_schema_extra={"pattern": f"^{pattern}$"})


class Correction(BaseModel):
    """What to correct; an empty value takes a correction back, ";" sets several apart."""

    model_config = ConfigDict(extra="forbid")

    title: str | None = None
    date: Annotated[str | None, _form("([0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?)?")] = None
    organisation: str | None = None
    type: str | None = None
    region: str | None = None
    language: Annotated[str | None, _form("([a-z]{2})?")] = None
    target_group: str | None = None
    setting: str | None = None
    keyword: str | None = None
    visibility: Annotated[str | None, _form("(public|internal)?")] = None


class Problem(BaseModel):
    """RFC 9457 problem document."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str


class Live(BaseModel):
    """The process runs."""

    status: Literal["ok"]
    instance: str


class Ready(BaseModel):
    """Questions can be answered."""

    status: Literal["ready"]
    documents: int
    chunks: int


JsonObject = dict[str, Any]
