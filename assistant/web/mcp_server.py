"""The MCP tools over Streamable HTTP, with the official SDK. The one user of `mcp`.

The low-level server, because it speaks for us alone: its comfortable sibling sets up logging of
its own and answers wrong arguments in English, with what was sent. Loaded on the first request.
"""

from __future__ import annotations

import logging
from importlib.metadata import version
from typing import Any

from anyio import to_thread
from fastapi import Request
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ContentBlock,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    Tool,
    ToolAnnotations,
)

from assistant.web import problems
from assistant.web.limits import SMALL_BODY
from assistant.web.mcp_tools import INSTRUCTIONS, TOOLS, call
from assistant.web.mcp_tools import Tool as OurTool

PROBLEM = "kgc-assistant/problem"
"""Where a tool's error has its problem document, below ``_meta``."""
_HARMLESS = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)

Context = ServerRequestContext[Any, Any]


def session_manager() -> StreamableHTTPSessionManager:
    """Build what answers ``/mcp``: stateless, each request with JSON. Each one runs once."""
    _quiet()
    server: Server[Any] = Server(
        "kgc-assistant",
        version=version("kgc-assistant"),
        title="KGC-Assistent",
        instructions=INSTRUCTIONS,
        on_list_tools=_list_tools,
        on_call_tool=_call_tool,
    )
    return StreamableHTTPSessionManager(
        server, json_response=True, stateless=True, max_request_body_size=SMALL_BODY
    )


async def _list_tools(_: Context, __: PaginatedRequestParams | None) -> ListToolsResult:
    return ListToolsResult(tools=[_described(tool) for tool in TOOLS.values()])


def _described(tool: OurTool[Any]) -> Tool:
    return Tool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=tool.takes.model_json_schema(),
        output_schema=tool.gives.model_json_schema(),
        annotations=_HARMLESS,
    )


async def _call_tool(ctx: Context, params: CallToolRequestParams) -> CallToolResult:
    tool = TOOLS.get(params.name)
    if tool is None:
        raise MCPError(
            INVALID_PARAMS, f"Dieses Werkzeug gibt es nicht; es gibt {', '.join(TOOLS)}."
        )
    assert isinstance(ctx.request, Request)
    done = await to_thread.run_sync(call, tool, params.arguments or {}, ctx.request)
    content: list[ContentBlock] = [TextContent(type="text", text=done.text)]
    if done.problem is not None:
        return CallToolResult(content=content, is_error=True, _meta={PROBLEM: done.problem})
    return CallToolResult(content=content, structured_content=done.result)


class _Noted(logging.Handler):
    """Logs an error of the SDK as ours are: its class and place, nothing that was sent."""

    def emit(self, record: logging.LogRecord) -> None:
        found = record.exc_info[1] if record.exc_info else None
        if isinstance(found, Exception):
            problems.note(found)


def _quiet() -> None:
    """Keep the SDK's messages, which quote what clients send, out of the log."""
    theirs = logging.getLogger("mcp")
    theirs.setLevel(logging.ERROR)
    theirs.propagate = False
    theirs.handlers = [_Noted()]
