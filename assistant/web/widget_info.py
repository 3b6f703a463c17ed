"""GET /v1/widget: what the chat widget shows before the first question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from assistant.question import LONGEST
from assistant.web import widget_schema as schema
from assistant.web.access import chatter
from assistant.web.chat import service_of
from assistant.web.first_questions import first_questions
from assistant.widget import WidgetOptions, built
from retrieval.records import DocumentRecord

CHOICES: tuple[schema.Choice, ...] = ("region", "type", "year")
_FOR_A_MINUTE = "public, max-age=60"

router = APIRouter()


@router.get(
    "/v1/widget",
    response_model=schema.WidgetResponse,
    dependencies=[Depends(chatter)],
    summary="Was das Chat-Fenster anbietet",
)
def widget_info(request: Request, response: Response) -> dict[str, Any]:
    """Say what there is to ask about; a page cannot see internal documents, so nor does this."""
    response.headers["Cache-Control"] = _FOR_A_MINUTE
    options: WidgetOptions = request.app.state.widget
    library = service_of(request).library
    records = library.documents(internal=False)
    newest = built()
    return {
        "version": newest.version if newest else None,
        "documents": len(records),
        "suggestions": options.suggestions or first_questions(records, library.outline),
        "filters": choices(records),
        "links": asdict(options.links),
        "longest": LONGEST,
    }


def choices(records: Sequence[DocumentRecord]) -> dict[str, list[dict[str, str | int]]]:
    """Count the documents that show each value to filter by: by name, years from the newest."""
    found: dict[str, list[dict[str, str | int]]] = {}
    for name in CHOICES:
        counts = Counter(value for record in records for value in set(record.facet(name)))
        ordered = sorted(counts, key=str.casefold, reverse=name == "year")
        found[name] = [{"value": value, "count": counts[value]} for value in ordered]
    return found
