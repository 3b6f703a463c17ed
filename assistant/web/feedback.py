"""POST /v1/feedback for everybody; GET and DELETE /v1/gaps for editors."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, Response

from assistant.feedback.export import as_csv
from assistant.feedback.records import Vote
from assistant.web import feedback_schema as schema
from assistant.web.access import Access, administrator, chatter
from assistant.web.caller import root_of, rooted
from assistant.web.chat import service_of
from assistant.web.metrics import metrics_of
from assistant.web.wants import wants

MEDIA_TYPE = "text/csv"
MOST_GAPS = 1_000
_PRIVATE = {"Cache-Control": "no-store"}

router = APIRouter()


@router.post(
    "/v1/feedback", response_model=schema.FeedbackResponse, summary="Eine Antwort bewerten"
)
def feedback(
    body: schema.FeedbackRequest, request: Request, granted: Annotated[Access, Depends(chatter)]
) -> dict[str, Any]:
    """Count a vote on the last answer of a conversation, or on its last one to `question`.

    A second vote takes the place of the first. `stored` says whether the question is kept for
    editors: only with KGC_KEEP_QUESTIONS, and only refused questions and votes "down".
    """
    vote = Vote(
        body.vote,
        body.reason,
        body.comment or "",
        body.conversation_id,
        body.question,
        internal=granted.internal,
    )
    told = service_of(request).vote(vote)
    metrics_of(request).voted(body.vote)
    return told


@router.get(
    "/v1/gaps",
    response_model=schema.GapsResponse,
    responses={200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}}},
    summary="Abgelehnte und schlecht bewertete Fragen, nach Bedeutung gruppiert",
)
def gaps(
    request: Request,
    granted: Annotated[Access, Depends(administrator)],
    limit: Annotated[int, Query(ge=1, le=MOST_GAPS)] = 100,
    format: Annotated[Literal["json", "csv"] | None, Query()] = None,  # noqa: A002  # its name in the address
) -> Response:
    """List what editors should write next, as JSON or as a table for spreadsheets."""
    report = service_of(request).gaps(internal=granted.internal, limit=limit)
    if format == "csv" or (format is None and wants(request.headers.get("accept", ""), MEDIA_TYPE)):
        name = {"Content-Disposition": 'attachment; filename="luecken.csv"'}
        return Response(as_csv(report), headers=_PRIVATE | name, media_type=MEDIA_TYPE)
    return JSONResponse(rooted(report, root_of(request)), headers=_PRIVATE)


@router.delete(
    "/v1/gaps",
    response_model=schema.Forgotten,
    dependencies=[Depends(administrator)],
    summary="Alle gespeicherten Fragen löschen",
)
def forget(request: Request) -> dict[str, Any]:
    """Erase all kept questions and comments from the disk; counts stay."""
    return service_of(request).forget_questions()
