"""The wire models of sources: an address to fetch, and places to ask about."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from assistant.survey import WebSource
from assistant.web.schema import Vanished
from ingest.fetching.addresses import LONGEST
from ingest.sourcelist import (
    FACTS,
    LONGEST_PATTERN,
    LONGEST_PAUSE,
    MOST_PATTERNS,
    PAUSE,
    Selection,
)
from retrieval.places import MOST_PLACES

LONGEST_FACT = 300
MOST_ASKED = 800

Hash = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Pattern = Annotated[str, Field(min_length=1, max_length=LONGEST_PATTERN)]
Fact = Annotated[str, Field(max_length=LONGEST_FACT)]


def _known(facts: dict[str, str]) -> dict[str, str]:
    """Return facts that may be given.

    Raises:
        ValueError: One is not known (the whole of pydantic's way to refuse).
    """
    if unknown := facts.keys() - set(FACTS):
        raise ValueError(min(unknown))
    return facts


Facts = Annotated[dict[str, Fact], AfterValidator(_known)]


class Given(BaseModel):
    """What a list of sources says about a document: where it belongs, and its facts."""

    model_config = ConfigDict(extra="forbid")

    places: Annotated[list[Hash], Field(max_length=MOST_PLACES)] = []
    facts: Facts = {}


class Fetching(BaseModel):
    """An address to fetch: a page, or a sitemap with all pages it lists."""

    model_config = ConfigDict(extra="forbid")

    url: Annotated[
        str,
        Field(min_length=1, max_length=LONGEST, json_schema_extra={"pattern": "^https?://"}),
    ]
    internal: bool = False
    sitemap: bool = False
    include: Annotated[list[Pattern], Field(max_length=MOST_PATTERNS)] = []
    exclude: Annotated[list[Pattern], Field(max_length=MOST_PATTERNS)] = []
    pause: Annotated[float, Field(ge=0, le=LONGEST_PAUSE)] = PAUSE
    places: Annotated[list[Hash], Field(max_length=MOST_PLACES)] = []
    facts: Facts = {}
    prune: bool = False

    def wanted(self) -> WebSource:
        """Return what to take in."""
        return WebSource(
            self.url,
            sitemap=self.sitemap,
            selection=Selection(tuple(self.include), tuple(self.exclude)),
            pause=self.pause,
            places=tuple(self.places),
            facts=dict(self.facts),
            internal=self.internal,
        )


class Places(BaseModel):
    """Places (folders, lists, sitemaps) or origins of documents, by their hashes."""

    model_config = ConfigDict(extra="forbid")

    places: Annotated[list[Hash], Field(max_length=MOST_ASKED)]


class Placed(Vanished):
    """A document by where it was found."""

    origin: str
    places: list[str]


class PlacedDocuments(BaseModel):
    """Documents found at the places that were asked for."""

    documents: list[Placed]
