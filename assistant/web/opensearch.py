"""GET /opensearch.xml: how a browser makes this server one of its search engines.

OpenSearch 1.1: https://github.com/dewitt/opensearch
"""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from fastapi import APIRouter, Request
from fastapi.responses import Response

from assistant.web.suggest import MEDIA_TYPE as SUGGESTIONS

MEDIA_TYPE = "application/opensearchdescription+xml"
NAME = "KGC-Assistent"
_TOLD = "Fragen zur gesundheitlichen Chancengleichheit, mit Belegen aus den Dokumenten"
_LONGEST_HOST = 300
_HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?")

router = APIRouter()


@router.get(
    "/opensearch.xml",
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}}},
    summary="Die Suche für Browser (OpenSearch)",
)
async def opensearch(request: Request) -> Response:
    """Describe the search; addresses are those under which the server was asked."""
    # Made from what the client says: kept for others, it could lead them elsewhere.
    headers = {"Cache-Control": "private, max-age=3600", "Vary": "Host"}
    return Response(description(base_of(request)), headers=headers, media_type=MEDIA_TYPE)


def base_of(request: Request) -> str:
    """Return the server's address as the client knows it, without a slash at its end.

    A Host header that is no plain name or address with a port does not count.
    """
    host = request.headers.get("host", "")
    if len(host) > _LONGEST_HOST or _HOST.fullmatch(host) is None:
        name, port = request.scope.get("server") or ("localhost", None)
        name = f"[{name}]" if ":" in name else name
        host = f"{name}:{port}" if port else name
    scheme = "https" if request.url.scheme == "https" else "http"
    return f"{scheme}://{host}{request.scope.get('root_path', '').rstrip('/')}"


def description(base: str) -> str:
    """Return the OpenSearch description of the server at `base`."""
    urls = (
        ("text/html", "results", f"{base}/?frage={{searchTerms}}"),
        (SUGGESTIONS, "suggestions", f"{base}/v1/suggest?q={{searchTerms}}&format=opensearch"),
        (MEDIA_TYPE, "self", f"{base}/opensearch.xml"),
    )
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">',
        f"<ShortName>{escape(NAME)}</ShortName>",
        f"<Description>{escape(_TOLD)}</Description>",
        "<InputEncoding>UTF-8</InputEncoding>",
        "<OutputEncoding>UTF-8</OutputEncoding>",
        "<Language>de</Language>",
        f'<Image type="image/svg+xml">{escape(base)}/static/icon.svg</Image>',
        *(
            f'<Url type="{kind}" rel="{rel}" method="get" template={quoteattr(template)}/>'
            for kind, rel, template in urls
        ),
        "</OpenSearchDescription>",
    ]
    return "\n".join(lines) + "\n"
