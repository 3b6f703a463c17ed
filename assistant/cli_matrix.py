"""``kgc matrix login``: makes a device for the Matrix bot and keeps its token, not the password."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from assistant import terminal
from assistant.errors import AssistantError, BotMisconfigured

if TYPE_CHECKING:  # imports pydantic, an extra
    from assistant.bots.matrix.nio_client.opening import LoggedIn
    from assistant.settings import Settings

matrix = typer.Typer(help="Der Matrix-Bot.", no_args_is_help=True)

_LONGEST = 4_096


@matrix.command()
def login(
    homeserver: Annotated[
        str | None, typer.Option(help="Adresse des Homeservers, sonst KGC_MATRIX_HOMESERVER.")
    ] = None,
    user: Annotated[
        str | None, typer.Option(help="Konto des Bots, @name:server, sonst KGC_MATRIX_USER.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Ein JSON-Dokument statt Text.")] = False,
) -> None:
    """Den Bot am Homeserver anmelden; das Passwort wird nicht gespeichert.

    Das Passwort kommt aus KGC_MATRIX_PASSWORD oder KGC_MATRIX_PASSWORD_FILE, sonst aus der
    Eingabe.
    """
    import asyncio  # noqa: PLC0415  # a command line that only explains itself loads nothing

    from assistant.bots.matrix.signing_in import sign_in  # noqa: PLC0415  # an extra
    from assistant.settings import load  # noqa: PLC0415  # imports pydantic

    settings = load()
    server = _address(homeserver or settings.matrix_homeserver)
    name = user or settings.matrix_user
    if not server or not name:
        raise typer.BadParameter(
            "Es fehlt der Homeserver oder das Konto: --homeserver https://… --user @name:server"
        )
    made = asyncio.run(sign_in(settings.data_dir, server, name, _password(settings)))
    _tell(made, as_json=as_json)


def _tell(made: LoggedIn, *, as_json: bool) -> None:
    told = {
        "homeserver": made.login.homeserver,
        "user": made.login.user,
        "device_id": made.login.device_id,
        "fingerprint": made.fingerprint,
        "signed": made.signed,
    }
    if as_json:
        terminal.put_json(told)
        return
    terminal.put(f"Angemeldet: {told['user']} an {told['homeserver']}")
    terminal.put(f"Gerät: {told['device_id']}")
    terminal.put(f"Fingerabdruck: {told['fingerprint']}")
    if not made.signed:
        terminal.say(
            "Das Konto hat schon eine Identität: Bitte dieses Gerät dort bestätigen, wo sie "
            "eingerichtet wurde (docs/matrix.md), sonst zeigt Element seine Antworten nicht an."
        )
    terminal.say("Start: kgc bot matrix, oder kgc serve neu starten.")


def _address(given: str) -> str:
    given = given.strip().rstrip("/")
    return given if not given or "://" in given else f"https://{given}"


def _password(settings: Settings) -> str:
    """Return the password: as it is set, typed on a terminal, or the first line of the input.

    Raises:
        BotMisconfigured: There is none.
    """
    password = settings.matrix_password.get_secret_value()
    if not password and sys.stdin is not None and sys.stdin.isatty():
        password = _typed()
    elif not password and sys.stdin is not None:
        password = sys.stdin.readline(_LONGEST).rstrip("\r\n")
    if not password:
        raise BotMisconfigured(
            "Es fehlt das Passwort. Bitte KGC_MATRIX_PASSWORD_FILE setzen oder es in die Eingabe "
            "geben: kgc matrix login < datei"
        )
    return password


def _typed() -> str:
    import getpass  # noqa: PLC0415  # only for a terminal

    try:
        return getpass.getpass("Passwort: ")
    except EOFError as exc:
        raise AssistantError("Abgebrochen: kein Passwort.") from exc
