"""GET /docs: the OpenAPI document as a page to read and to try out, from this server's files alone.

See ``static/docs/ORIGIN.md`` for where they come from.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

# As for the other pages, but without Trusted Types: Swagger UI cleans what it shows with
# DOMPurify, yet hands it on as text.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_PAGE = Path(__file__).parent / "templates" / "docs.html"

router = APIRouter()


@router.get(
    "/docs", response_class=HTMLResponse, summary="Diese Beschreibung als Seite zum Ausprobieren"
)
async def docs_page() -> HTMLResponse:
    """Show the description of the interface; its links are relative, so any root path will do."""
    headers = {"Content-Security-Policy": CONTENT_SECURITY_POLICY, "Cache-Control": "no-cache"}
    return HTMLResponse(_page(), headers=headers)


@cache
def _page() -> str:
    return _PAGE.read_text(encoding="utf-8")
