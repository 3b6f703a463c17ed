"""Who may do what, as one table: read by test_access_matrix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.assistant.samples import SECRET, SECRET_QUESTION

# Who is let in, by the scopes of a key. "free" does not look at keys, "here" at this machine alone;
# "visit" takes a wrong key for none. After the slash: for what a setting may demand a key; without
# that setting everybody is let in.
#
#   route                                       opens with              shows an internal document
TABLE = """
    GET    /                                    chat/chat               never
    POST   /                                    chat/chat               internal
    GET    /docs                                free                    never
    GET    /documents/{document_id}             search,chat,ingest/read internal
    GET    /documents/{document_id}/original    search,chat,ingest/read internal
    GET    /livez                               free                    never
    GET    /metrics                             here                    never
    GET    /openapi.json                        free                    never
    GET    /opensearch.xml                      free                    never
    GET    /readyz                              free                    never
    GET    /static                              free                    never
    GET    /widget/{version}/kgc-chat.js        free                    never
    POST   /v1/chat                             chat/chat               internal
    POST   /v1/chat/completions                 visit:chat/chat         internal
    DELETE /v1/conversations/{conversation_id}  chat/chat               never
    GET    /v1/documents                        search,chat,ingest/read internal
    POST   /v1/documents                        ingest                  never
    POST   /v1/documents/places                 ingest                  never
    GET    /v1/documents/{document_id}          search,chat,ingest/read internal
    PATCH  /v1/documents/{document_id}          ingest                  internal
    DELETE /v1/documents/{document_id}          ingest                  internal
    GET    /v1/documents/{document_id}/context  search,chat,ingest/read internal
    POST   /v1/feedback                         chat/chat               never
    GET    /v1/gaps                             admin                   never
    DELETE /v1/gaps                             admin                   never
    GET    /v1/keys                             admin                   never
    POST   /v1/keys                             admin                   never
    DELETE /v1/keys/{key_id}                    admin                   never
    GET    /v1/models                           visit:chat/chat         never
    GET    /v1/models/{name}                    visit:chat/chat         never
    GET    /v1/search                           search/search           internal
    GET    /v1/suggest                          search/search           never
    GET    /v1/widget                           chat/chat               never
    ANY    /mcp                                 elsewhere               internal
    ANY    /mcp/                                elsewhere               internal
    POST   /slack/events                        elsewhere               never
"""
BODIES: dict[str, dict[str, Any]] = {
    "POST /": {"data": {"frage": SECRET_QUESTION}},
    "POST /v1/chat": {"json": {"question": SECRET_QUESTION}},
    "POST /v1/chat/completions": {
        "json": {"messages": [{"role": "user", "content": SECRET_QUESTION}]}
    },
    "POST /v1/documents": {"files": {"file": ("neu.md", b"# Neu\n\nEin Text.")}},
    "POST /v1/documents/places": {"json": {"places": []}},
    "PATCH /v1/documents/{document_id}": {"json": {"title": "Neuer Titel"}},
    "GET /v1/documents/{document_id}/context": {"params": {"start": 0, "end": 30}},
    "POST /v1/feedback": {"json": {"vote": "up"}},
    "POST /v1/keys": {"json": {"scopes": ["search"]}},
    "GET /v1/search": {"params": {"q": SECRET}},
    "GET /v1/suggest": {"params": {"q": SECRET[:4]}},
}
ELSEWHERE = "elsewhere"
"""Has rules and tests of its own: MCP's tools (test_mcp), Slack's signatures (bots/slack)."""
OPTIONAL = {"POST /slack/events"}
"""Routes that some servers have."""


@dataclass(frozen=True)
class Line:
    """A line of the table."""

    method: str
    path: str
    opens: str
    shows: str

    @property
    def route(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def visit(self) -> bool:
        return self.opens.startswith("visit:")

    @property
    def scopes(self) -> frozenset[str]:
        return frozenset(self.opens.removeprefix("visit:").partition("/")[0].split(","))

    @property
    def need(self) -> str:
        return self.opens.partition("/")[2]

    def status(self, who: Caller, *, required: bool) -> int | None:
        """The refusal that a caller meets, None where it is let in."""
        if self.opens == "free":
            return None
        if self.opens == "here":
            return None if who.here else 403
        scopes = who.scopes
        if scopes is None:
            if not self.visit:
                return 401
            scopes = frozenset()
        if (self.need and not required) or scopes & self.scopes:
            return None
        return 403 if scopes else 401


LINES = [Line(*line.split()) for line in TABLE.splitlines() if line.strip()]


@dataclass(frozen=True)
class Caller:
    """Somebody with some key; `scopes` is None where it opens nothing."""

    name: str
    headers: dict[str, str]
    scopes: frozenset[str] | None
    here: bool = False

    @property
    def sees_internal(self) -> bool:
        return "internal" in (self.scopes or ()) and "KGC-Audience" not in self.headers
