"""``kgc keys``: give out, list and revoke the API keys of this server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant import terminal
from assistant.scopes import SCOPES

if TYPE_CHECKING:
    from assistant.backend import KeyDesk

keys = typer.Typer(help="Schlüssel für andere Programme.", no_args_is_help=True)

_LONGEST_DAYS = 3_650
_MOST_PER_MINUTE = 1_000_000
_LONGEST_NAME = 60

AsJson = Annotated[bool, typer.Option("--json", help="Ein JSON-Dokument statt Text.")]


@contextmanager
def _desk() -> Iterator[KeyDesk]:
    from assistant import wiring  # noqa: PLC0415  # imports numpy
    from assistant.settings import load  # noqa: PLC0415  # imports pydantic

    desk, lock = wiring.key_desk(load())
    try:
        yield desk
    finally:
        desk.close()
        if lock is not None:
            lock.release()


@keys.command("create")
def create(
    scopes: Annotated[
        list[str],
        typer.Option("--scope", help=f"{', '.join(SCOPES)}; mehrfach oder mit Komma."),
    ],
    name: Annotated[str, typer.Option(help="Wofür der Schlüssel ist.")] = "",
    days: Annotated[
        int | None,
        typer.Option(min=1, max=_LONGEST_DAYS, help="Wie viele Tage er gilt, sonst unbefristet."),
    ] = None,
    per_minute: Annotated[
        int | None,
        typer.Option(
            min=0, max=_MOST_PER_MINUTE, help="Eigene Grenze für Anfragen je Minute, 0 = keine."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Einen Schlüssel ausgeben; er wird nur dieses eine Mal gezeigt."""
    from assistant.keys import named, parse_scopes  # noqa: PLC0415
    from assistant.keystore import Wish  # noqa: PLC0415

    try:
        wanted = parse_scopes(scopes)
    except ValueError:
        known = ", ".join(SCOPES)
        raise typer.BadParameter(f"Scopes sind {known}.", param_hint="--scope") from None
    try:
        wish = Wish(wanted, named(name), days, per_minute)
    except ValueError:
        told = f"höchstens {_LONGEST_NAME} druckbare Zeichen."
        raise typer.BadParameter(told, param_hint="--name") from None
    with _desk() as desk:
        made = desk.create(wish)
    if as_json:
        terminal.put_json(made)
        return
    terminal.put(made["key"])
    terminal.say(f"{_line(made)}\nBitte jetzt sicher ablegen: Er wird nicht noch einmal gezeigt.")


@keys.command("list")
def list_keys(as_json: AsJson = False) -> None:
    """Alle Schlüssel auflisten, ohne ihre Geheimnisse."""
    with _desk() as desk:
        held = desk.listed()
    if as_json:
        terminal.put_json({"keys": held, "total": len(held)})
        return
    for key in held:
        terminal.put(_line(key))
    terminal.say(f"{len(held)} Schlüssel")


@keys.command("revoke")
def revoke(
    key_id: Annotated[str, typer.Argument(help="Kennung des Schlüssels, wie „list“ sie zeigt.")],
    as_json: AsJson = False,
) -> None:
    """Einen Schlüssel zurückziehen; er gilt ab sofort nicht mehr."""
    with _desk() as desk:
        gone = desk.revoke(key_id)
    if as_json:
        terminal.put_json({"revoked": 1, "id": gone["id"]})
    else:
        terminal.put(f"Zurückgezogen: {_line(gone)}")


def _line(key: Mapping[str, Any]) -> str:
    facts = [", ".join(key["scopes"])]
    if key["expires"]:
        facts.append(f"{'abgelaufen' if key['expired'] else 'gilt bis'} {key['expires'][:10]}")
    if key["per_minute"] is not None:
        facts.append(f"{key['per_minute']} je Minute" if key["per_minute"] else "ohne Grenze")
    facts.append(f"zuletzt benutzt {key['last_used']}" if key["last_used"] else "nie benutzt")
    name = f"  {terminal.plain(key['name'])}" if key["name"] else ""
    return f"{key['id']}{name}  ({'; '.join(facts)})"
