"""``kgc widget``: the lines that put the chat onto a page, with the hash of its file."""

from __future__ import annotations

from typing import Annotated

import typer

from assistant import terminal
from assistant.errors import AssistantError

_PLACE = "https://HOST"
_MISSING = "Das Chat-Fenster fehlt in dieser Installation (assistant/web/static/widget)."


def widget(
    host: Annotated[str, typer.Option(help="Adresse des Servers, https://…")] = _PLACE,
    as_json: Annotated[bool, typer.Option("--json", help="Ein JSON-Dokument statt Text.")] = False,
) -> None:
    """Die Zeilen, die das Chat-Fenster in eine Seite einbetten, mit Prüfsumme."""
    from assistant import widget as widgets  # noqa: PLC0415  # only what this command needs

    server = _server(host)
    newest = widgets.built()
    if newest is None:
        raise AssistantError(_MISSING)
    html = widgets.lines_for(server, newest)
    if as_json:
        url = server + widgets.path_of(newest.version)
        told = {"version": newest.version, "url": url, "integrity": newest.integrity}
        terminal.put_json(told | {"html": html})
        return
    terminal.put(html)
    if server == _PLACE:
        terminal.say("Für HOST steht die Adresse des Servers: kgc widget --host https://…")
    terminal.say("Die Seite muss am Server genannt sein: KGC_WIDGET_ORIGINS=https://www.…")


def _server(host: str) -> str:
    """Return the server's address without a slash at its end.

    Raises:
        BadParameter: It is no address of a server.
    """
    from assistant.widget import web_address  # noqa: PLC0415

    try:
        address = web_address(host.strip())
    except ValueError:
        address = ""
    if not address or "?" in address or "#" in address:
        raise typer.BadParameter(f"„{host}“ hat nicht die Form https://name.")
    return address.rstrip("/")
