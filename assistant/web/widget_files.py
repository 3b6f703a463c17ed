"""The built widget for pages elsewhere: an address that stays the same, and one that moves."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from assistant.web.caching import is_known
from assistant.web.wants import wants
from assistant.widget import FILE, Built, built, is_exact

MEDIA_TYPE = "text/javascript"
FOR_EVER = "public, max-age=31536000, immutable"
FOR_AN_HOUR = "public, max-age=3600"

router = APIRouter()


@router.get(
    f"/widget/{{version}}/{FILE}",
    response_class=Response,
    responses={
        200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}},
        304: {"description": "Unverändert"},
    },
    summary="Das Chat-Fenster zum Einbetten",
)
async def widget_file(
    version: Annotated[str, Path(max_length=20, description="v1 (neueste) oder v1.0.0 (fest)")],
    request: Request,
) -> Response:
    """Hand out the widget; pages of every origin may load it, for it holds nothing secret."""
    widget = built(version)
    if widget is None:
        raise HTTPException(404)
    packed = wants(request.headers.get("accept-encoding", ""), "gzip")
    tag = _tag(widget, packed=packed)
    headers = {
        "Access-Control-Allow-Origin": "*",
        "Cache-Control": FOR_EVER if is_exact(version) else FOR_AN_HOUR,
        "Cross-Origin-Resource-Policy": "cross-origin",
        "ETag": tag,
        "Vary": "Accept-Encoding",
    }
    if is_known(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    if packed:
        headers["Content-Encoding"] = "gzip"
    return Response(
        widget.packed if packed else widget.data, headers=headers, media_type=MEDIA_TYPE
    )


def _tag(widget: Built, *, packed: bool) -> str:
    return f'"{widget.tag}-gzip"' if packed else f'"{widget.tag}"'
