"""GET /v1/search: ranked passages or documents, for a portal's own list."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response

from assistant.answer import Answer
from assistant.ask import checked
from assistant.backend import Group, Sort, Sought
from assistant.question import LONGEST
from assistant.web import caching, problems, search_schema
from assistant.web.access import Access, chatter, searching
from assistant.web.caller import root_of, rooted
from assistant.web.chat import facets_in, service_of
from assistant.web.kept import Kept
from assistant.web.metrics import metrics_of
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


async def sought(
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
async def search(
    request: Request,
    granted: Annotated[Access, Depends(searching)],
    wanted: Annotated[Sought, Depends(sought)],
    answer: Annotated[bool, Query(description="mit kurzer Antwort über den Treffern")] = False,
) -> Response:
    """Rank passages, or documents with their best ones; with a known ETag nothing is searched.

    Only what has to be searched for takes one of the threads.
    """
    if answer and wanted.offset:
        return problems.problem(422, _FIRST_PAGE_ONLY, "invalid_request")
    if answer:
        chatter(request)
    checked(wanted.query)
    wanted = wanted.answered() if answer else wanted
    # Taken before the search: if the index changes meanwhile, the tag is old, not the answer.
    stamp = service_of(request).library.stamp
    tag = caching.tag_of(stamp, asdict(wanted), internal=granted.internal)
    headers = caching.headers(request, tag)
    if caching.is_known(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    kept: Kept = request.app.state.kept
    name = root_of(request) + tag
    body = kept.get(stamp, name)
    if body is None:
        body = await run_in_threadpool(_found, request, wanted, internal=granted.internal)
        if not (granted.internal or wanted.answer):
            kept.put(stamp, name, body)
    return Response(body, headers=headers, media_type="application/json")


def _found(request: Request, wanted: Sought, *, internal: bool) -> bytes:
    counted = metrics_of(request)

    def told(given: Answer, seconds: float) -> None:
        counted.answered(given.kind, given.mode, seconds)

    found = service_of(request).search(wanted, internal=internal, told=told)
    return bytes(JSONResponse(rooted(found, root_of(request))).body)
