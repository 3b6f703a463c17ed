"""GET /v1/search: ranked passages or documents, for a portal's own list."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, Response

from assistant.ask import checked
from assistant.backend import Group, Sort, Sought
from assistant.question import LONGEST
from assistant.web import caching, problems, search_schema
from assistant.web.access import Access, access
from assistant.web.chat import facets_in, service_of
from retrieval.records import FACETS

MOST_HITS = 50
DEEPEST = 1_000
_FIRST_PAGE_ONLY = "„answer“ gibt es nur auf der ersten Seite (offset=0)."
_FACET_PARAMETERS: list[dict[str, Any]] = [
    {"name": name, "in": "query", "required": False, "schema": {"type": "string"}}
    for name in FACETS
]
Empty = Literal[""]
"""What a form sends for a choice that was not made."""

router = APIRouter()


def sought(
    request: Request,
    q: Annotated[str, Query(min_length=1, max_length=LONGEST)],
    limit: Annotated[int, Query(ge=1, le=MOST_HITS)] = 10,
    offset: Annotated[int, Query(ge=0, le=DEEPEST)] = 0,
    group: Annotated[Group | Empty, Query(description="„document“: jedes Dokument einmal")] = "",
    sort: Annotated[Sort | Empty, Query(description="leer wie „relevance“")] = "relevance",
) -> Sought:
    """Read the parameters; every facet name is one that filters."""
    facets = facets_in(dict(request.query_params))
    return Sought(q, limit, offset, facets, group or None, sort or "relevance")


@router.get(
    "/v1/search",
    response_model=search_schema.SearchResponse,
    responses={304: {"description": "Unverändert seit dem ETag"}},
    openapi_extra={"parameters": _FACET_PARAMETERS},
    summary="Passagen oder Dokumente suchen",
)
def search(
    request: Request,
    granted: Annotated[Access, Depends(access)],
    wanted: Annotated[Sought, Depends(sought)],
    answer: Annotated[bool, Query(description="mit kurzer Antwort über den Treffern")] = False,
) -> Response:
    """Rank passages, or documents with their best ones; with a known ETag nothing is searched."""
    if answer and wanted.offset:
        return problems.problem(422, _FIRST_PAGE_ONLY, "invalid_request")
    checked(wanted.query)
    wanted = wanted.answered() if answer else wanted
    service = service_of(request)
    # Taken before the search: if the index changes meanwhile, the tag is old, not the answer.
    tag = caching.tag_of(service.library.stamp, asdict(wanted), internal=granted.internal)
    headers = caching.headers(request, tag)
    if caching.is_known(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    return JSONResponse(service.search(wanted, internal=granted.internal), headers=headers)
