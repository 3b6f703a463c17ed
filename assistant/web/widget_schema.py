"""The wire models of the chat widget."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

Choice = Literal["region", "type", "year"]


class OfferedValue(BaseModel):
    """How many public documents show a value."""

    value: str
    count: int


class WidgetLinks(BaseModel):
    """Where the operator's pages are; null where the settings name none."""

    privacy: str | None
    imprint: str | None
    accessibility: str | None


class WidgetResponse(BaseModel):
    """What the widget shows before the first question.

    `version` is the newest widget that this server hands out; `documents` and `filters` count
    public documents; `longest` is the greatest number of characters of a question.
    """

    version: str | None
    documents: int
    suggestions: list[str]
    filters: dict[Choice, list[OfferedValue]]
    links: WidgetLinks
    longest: int


class ContextResponse(BaseModel):
    """A stretch of a document's text and what stands around it, as it stands there."""

    before: str
    quote: str
    after: str
