"""GET /v1/documents/{id}/context: a quote in its surroundings."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.exceptions import RequestValidationError

from assistant.surroundings import surroundings
from assistant.web import widget_schema as schema
from assistant.web.access import Access, reader
from assistant.web.chat import service_of

LONGEST_STRETCH = 4_000

router = APIRouter()


@router.get(
    "/v1/documents/{document_id}/context",
    response_model=schema.ContextResponse,
    summary="Eine Stelle mit dem, was um sie herum steht",
)
def context(
    document_id: str,
    request: Request,
    response: Response,
    granted: Annotated[Access, Depends(reader)],
    start: Annotated[int, Query(ge=0)],
    end: Annotated[int, Query(ge=1)],
) -> dict[str, Any]:
    """Return ``text[start:end]`` (offsets in code points) and what stands around it."""
    text = service_of(request).library.text(document_id, internal=granted.internal).text
    _check(start, end, len(text))
    response.headers["Cache-Control"] = "no-store"  # an erased document is gone everywhere
    before, after = surroundings(text, start, end)
    return {"before": before, "quote": text[start:end], "after": after}


def _check(start: int, end: int, length: int) -> None:
    """Check a stretch against a text of `length` characters.

    Raises:
        RequestValidationError: It is no stretch of the text, or longer than `LONGEST_STRETCH`.
    """
    for name, value, most in (
        ("end", end, length),
        ("start", start, end - 1),
        ("end", end, start + LONGEST_STRETCH),
    ):
        if value > most:
            raise RequestValidationError(
                [{"type": "less_than_equal", "loc": ("query", name), "ctx": {"le": most}}]
            )
