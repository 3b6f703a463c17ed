"""``kgc gaps``: what editors should write next, and forgetting what was kept for it."""

from __future__ import annotations

from typing import Annotated

import typer

from assistant import terminal
from assistant.opened import opened


def gaps(
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="Höchstzahl der Lücken.")] = 100,
    as_csv: Annotated[bool, typer.Option("--csv", help="Tabelle für Excel oder Calc.")] = False,
    forget: Annotated[
        bool, typer.Option("--forget", help="Alle gespeicherten Fragen jetzt löschen.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Ein JSON-Dokument statt Text.")] = False,
) -> None:
    """Was in den Quellen fehlt: abgelehnte und schlecht bewertete Fragen, gruppiert."""
    if as_csv and (as_json or forget):
        raise typer.BadParameter("--csv steht allein.")
    if forget:
        _forget(as_json=as_json)
        return
    from assistant.feedback import export  # noqa: PLC0415  # only what this command needs

    with opened() as backend:
        report = backend.gaps(limit)
    if as_json:
        terminal.put_json(report)
        return
    if as_csv:
        terminal.put_bytes(export.as_csv(report))
    else:
        for line in export.lines(report):
            terminal.put(terminal.plain(line))
    if report["message"]:
        terminal.say(terminal.plain(report["message"]))
    terminal.say(export.summary(report))


def _forget(*, as_json: bool) -> None:
    with opened() as backend:
        done = backend.forget_questions()
    if as_json:
        terminal.put_json(done)
    else:
        terminal.put(f"Gelöscht: {done['forgotten']} Fragen")
