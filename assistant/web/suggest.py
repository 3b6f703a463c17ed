"""GET /v1/suggest: what a search box offers while somebody types."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response

from assistant.web import caching, search_schema
from assistant.web.access import searching
from assistant.web.chat import service_of
from assistant.web.wants import wants

MEDIA_TYPE = "application/x-suggestions+json"
LONGEST = 100
MOST = 20

router = APIRouter()


@router.get(
    "/v1/suggest",
    response_model=search_schema.Suggested,
    responses={
        200: {"content": {MEDIA_TYPE: {"schema": {"type": "array", "items": {}}}}},
    },
    dependencies=[Depends(searching)],
    summary="Begonnene Eingaben ergänzen",
)
async def suggest(
    request: Request,
    q: Annotated[str, Query(min_length=1, max_length=LONGEST)],
    limit: Annotated[int, Query(ge=1, le=MOST)] = 8,
    form: Annotated[
        Literal["", "json", "opensearch"],
        Query(alias="format", description="„opensearch“: die Form für Browser"),
    ] = "",
) -> Response:
    """Complete `q` from titles, headings and frequent terms, those of public documents alone."""
    service = service_of(request)
    # A thread costs more than the words that are at hand; they are read anew in one.
    at_once = service.suggests_at_once
    found = (
        service.suggest(q, limit) if at_once else await run_in_threadpool(service.suggest, q, limit)
    )
    headers = caching.headers(request)
    headers["Vary"] += ", Accept"
    asked = wants(request.headers.get("accept", ""), MEDIA_TYPE)
    if form == "opensearch" or (asked and not form):
        texts = [suggestion["text"] for suggestion in found["suggestions"]]
        return JSONResponse([q, texts], headers=headers, media_type=MEDIA_TYPE)
    return JSONResponse(found, headers=headers)
