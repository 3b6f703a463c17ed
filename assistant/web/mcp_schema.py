"""What the MCP tools take and give; results have the shapes of the HTTP contract.

Descriptions are English: language models and their programs read them, whatever the user speaks.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.backend import Group, Sort
from assistant.question import LONGEST
from assistant.web.schema import Facet, PageSpan
from assistant.web.search import DEEPEST, MOST_HITS

USUAL_STRETCH = 20_000
LONGEST_STRETCH = 100_000

Filters = Annotated[
    dict[Facet, Annotated[str, Field(max_length=300)]],
    Field(description="Only documents with these facts; values as in the facets of `search`"),
]


class _Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid", title="Arguments")


class SearchArguments(_Arguments):
    """What `search` takes."""

    query: Annotated[
        str,
        Field(min_length=1, max_length=LONGEST, description="Words or a question, best in German"),
    ]
    limit: Annotated[int, Field(ge=1, le=MOST_HITS, description="How many hits")] = 10
    offset: Annotated[int, Field(ge=0, le=DEEPEST, description="How many hits to skip")] = 0
    group: Annotated[
        Group | None, Field(description="`document` lists each document once, with its passages")
    ] = None
    sort: Annotated[Sort, Field(description="`date` puts the newest documents first")] = "relevance"
    filters: Filters = {}


class AskArguments(_Arguments):
    """What `ask` takes."""

    question: Annotated[
        str,
        Field(min_length=1, max_length=LONGEST, description="One question, best a whole sentence"),
    ]
    conversation_id: Annotated[
        str | None,
        Field(max_length=100, description="From an earlier answer, to ask a follow-up question"),
    ] = None
    style: Annotated[
        Literal["standard", "simple"], Field(description="`simple` asks for plain words")
    ] = "standard"
    filters: Filters = {}


class ReadArguments(_Arguments):
    """What `read_document` takes."""

    document_id: Annotated[
        str, Field(min_length=1, max_length=200, description="From a hit or a citation")
    ]
    start: Annotated[
        int, Field(ge=0, description="First character, as in `start` of a citation")
    ] = 0
    length: Annotated[
        int, Field(ge=1, le=LONGEST_STRETCH, description="How many characters at most")
    ] = USUAL_STRETCH


class DocumentPart(BaseModel):
    """A stretch of a document: `text` is ``[start:end]`` of `characters` in all (code points).

    `next_start` is where to read on, null at the end; `pages` are those that the stretch touches,
    with offsets of the whole text; `display` is the text with reading errors repaired.
    """

    document_id: str
    title: str
    source: str
    url: str | None
    type: str | None
    organisation: str | None
    region: str | None
    date: str | None
    language: str | None
    visibility: str
    unit: str | None
    link: str
    characters: int
    start: int
    end: int
    next_start: int | None
    text: str
    display: str | None
    pages: list[PageSpan]
