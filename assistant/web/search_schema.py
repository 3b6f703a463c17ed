"""The wire models of search and suggestions."""

from __future__ import annotations

from pydantic import BaseModel

from assistant.web.schema import ChatResponse, Related


class Hit(BaseModel):
    """One ranked passage; `highlights` are offsets into `text`.

    Where each document is listed once, it is the document's best, and `passages` are further ones.
    """

    chunk_id: str
    document_id: str
    title: str
    also: list[Related] = []
    section: str
    reference: str | None = None
    before: str | None
    after: str | None
    page: int | None
    slide: int | None
    text: str
    display: str | None = None
    score: float
    highlights: list[list[int]]
    source: str
    url: str | None
    type: str | None
    region: str | None
    date: str | None
    organisation: str | None
    language: str | None
    target_group: list[str]
    setting: list[str]
    keyword: list[str]
    link: str
    passages: list[Hit] = []


class FacetValue(BaseModel):
    """How many of the found passages show a value."""

    value: str
    count: int


class SearchResponse(BaseModel):
    """A page of hits; `total` counts all that were found, `facets` all their passages.

    What two documents share is shown once, but counted in each. `answer` is there where it was
    asked for, null where the sources have none.
    """

    query: str
    total: int
    hits: list[Hit]
    facets: dict[str, list[FacetValue]]
    answer: ChatResponse | None = None
    seconds: float


class Suggestion(BaseModel):
    """Something to search for; `document_id` where exactly one document is called so."""

    text: str
    document_id: str | None = None


class Suggested(BaseModel):
    """Completions, best first."""

    suggestions: list[Suggestion]
