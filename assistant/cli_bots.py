"""``kgc bot …`` runs a bot as a process of its own, ``kgc slack manifest`` sets Slack's app up."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from assistant import terminal
from assistant.errors import BotMisconfigured

if TYPE_CHECKING:  # import httpx and pydantic
    from assistant.bots.running import Find, Prepared
    from assistant.settings import Settings

bot = typer.Typer(help="Einen Chat-Bot als eigenes Programm starten.", no_args_is_help=True)
slack = typer.Typer(help="Die App in Slack einrichten.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Ein JSON-Dokument statt Text.")]
_DEAF = (
    "Für „kgc bot slack“ fehlt KGC_SLACK_APP_TOKEN (xapp-…, Socket Mode). Über HTTP, mit dem "
    "Signing Secret allein, hört nur der Bot in „kgc serve“."
)


@bot.command("slack")
def run_slack(as_json: AsJson = False) -> None:
    """Den Slack-Bot starten; er fragt den laufenden Server (KGC_SERVER_URL)."""
    from assistant.bots.running import slack_bot  # noqa: PLC0415  # imports httpx

    def prepare(settings: Settings, find: Find) -> Prepared:
        made = slack_bot(settings, find)
        if not settings.slack_app_token.get_secret_value():
            raise BotMisconfigured(_DEAF)
        return made

    _run(prepare, "slack", as_json=as_json)


@bot.command("matrix")
def run_matrix(as_json: AsJson = False) -> None:
    """Den Matrix-Bot starten; er fragt den laufenden Server (KGC_SERVER_URL)."""
    from assistant.bots.running import matrix_bot  # noqa: PLC0415  # imports httpx

    _run(matrix_bot, "matrix", as_json=as_json)


def _run(prepare, name: str, *, as_json: bool) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001  # its types are imported late
    from assistant import logs  # noqa: PLC0415
    from assistant.bots.running import run_alone  # noqa: PLC0415  # imports httpx
    from assistant.settings import load  # noqa: PLC0415  # imports pydantic

    told = False

    def ready() -> None:
        nonlocal told
        if not told:
            told = True
            terminal.put_json({"bot": name}) if as_json else terminal.put(f"Bereit: {name}-Bot")
            sys.stdout.flush()

    settings = load()
    logs.configure(settings.log, settings.log_level)
    run_alone(prepare, settings, ready)


@slack.command("manifest")
def print_manifest(
    url: Annotated[
        str,
        typer.Option(help="Öffentliche Adresse des Servers, für HTTP statt Socket Mode."),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Das Manifest der Slack-App ausgeben, als YAML oder mit --json als JSON."""
    from assistant.bots.slack.manifest import as_yaml, manifest  # noqa: PLC0415

    if url and not url.startswith("https://"):
        raise typer.BadParameter("--url beginnt mit https://, sonst nimmt Slack die Adresse nicht.")
    made = manifest(url)
    terminal.put_json(made) if as_json else terminal.put(as_yaml(made).rstrip())
