"""The command ``kgc``: arguments in, one backend call, text or JSON out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Annotated

import typer
from typer.exceptions import TyperException

from assistant import cli_bots, cli_gaps, cli_keys, cli_matrix, cli_widget, terminal
from assistant.backend import Asked, Group, Sort, Sought
from assistant.errors import AssistantError, ServerRefused
from assistant.opened import opened as _backend
from assistant.usage import german
from ingest.errors import IngestError
from retrieval.errors import RetrievalError
from retrieval.records import FACETS

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_PARTLY = 3
EXIT_INTERRUPTED = 130
_LONGEST_MESSAGE = 300

app = typer.Typer(
    help="Fragen an die Dokumente des Kooperationsverbunds, mit Belegen.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
documents = typer.Typer(help="Was im Index ist.", no_args_is_help=True)
app.add_typer(documents, name="documents")
app.add_typer(cli_keys.keys, name="keys")
app.add_typer(cli_bots.bot, name="bot")
app.add_typer(cli_bots.slack, name="slack")
app.add_typer(cli_matrix.matrix, name="matrix")
app.command("gaps")(cli_gaps.gaps)
app.command("widget")(cli_widget.widget)

AsJson = Annotated[bool, typer.Option("--json", help="Ein JSON-Dokument statt Text.")]
Filter = Annotated[
    list[str] | None,
    typer.Option("--filter", help="key=value, z. B. region=Sachsen-Anhalt; mehrfach möglich."),
]


def _named(given: Sequence[str] | None) -> list[str]:
    if not all(given or ()):
        raise typer.BadParameter("Ein leerer Pfad ist keine Angabe.")
    return list(given or ())


def _pairs(given: Sequence[str] | None) -> dict[str, str]:
    pairs = {}
    for entry in given or ():
        key, equals, value = entry.partition("=")
        if not equals or not key.strip():
            raise typer.BadParameter(f"„{entry}“ hat nicht die Form key=value.")
        pairs[key.strip()] = value.strip()
    return pairs


def _facets(given: Sequence[str] | None) -> dict[str, str]:
    pairs = _pairs(given)
    if unknown := pairs.keys() - set(FACETS):
        known = ", ".join(FACETS)
        raise typer.BadParameter(f"„{min(unknown)}“ ist kein Filter. Möglich sind {known}.")
    return pairs


@app.command()
def ingest(
    given: Annotated[
        list[str],
        typer.Argument(help="Dateien, Ordner, Adressen, Quellenlisten.", metavar="PATH_OR_URL…"),
    ],
    internal: Annotated[bool, typer.Option("--internal", help="Nur für Mitarbeitende.")] = False,
    prune: Annotated[bool, typer.Option("--prune", help="Löschen, was nicht mehr da ist.")] = False,
    as_json: AsJson = False,
) -> None:
    """Dokumente aufnehmen oder aktualisieren (Ordner samt Unterordnern, Seiten, Sitemaps)."""
    from assistant.progress import progress  # noqa: PLC0415  # imports rich
    from assistant.vanished import told  # noqa: PLC0415

    named = _named(given)
    with _backend() as backend, progress() as shown:
        report = backend.ingest(named, internal=internal, progress=shown, prune=prune)
    terminal.put_json(report) if as_json else terminal.put_report(report)
    for line in () if as_json else told(report, pruned=prune):
        terminal.put(terminal.plain(line))
    if report["failed"]:
        raise typer.Exit(EXIT_PARTLY if report["documents"] else EXIT_FAILED)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="Die Frage.")],
    filters: Filter = None,
    as_json: AsJson = False,
) -> None:
    """Eine Frage stellen; die Antwort nennt ihre Belege."""
    asked = Asked(question, filters=_facets(filters))
    with _backend() as backend:
        answer = backend.ask(asked)
    terminal.put_json(answer) if as_json else terminal.put_answer(answer)


@app.command()
def search(
    query: Annotated[str, typer.Argument(help="Suchworte oder Frage.")],
    limit: Annotated[int, typer.Option(min=1, max=50, help="Höchstzahl der Treffer.")] = 10,
    filters: Filter = None,
    group: Annotated[Group | None, typer.Option(help="document: jedes Dokument einmal.")] = None,
    sort: Annotated[
        Sort, typer.Option(help="date: neue zuerst, ohne Datum zuletzt.")
    ] = "relevance",
    as_json: AsJson = False,
) -> None:
    """Passagen suchen, beste zuerst."""
    sought = Sought(query, limit, filters=_facets(filters), group=group, sort=sort)
    with _backend() as backend:
        result = backend.search(sought)
    terminal.put_json(result) if as_json else terminal.put_hits(result)


@app.command()
def chat(as_json: AsJson = False) -> None:
    """Ein Gespräch im Terminal; eine leere Zeile oder Strg-D beendet es."""
    from assistant.talk import talk  # noqa: PLC0415

    with _backend() as backend:
        turns = talk(backend, sys.stdin, quiet=as_json)
    if as_json:
        terminal.put_json({"turns": turns})


@documents.command("list")
def list_documents(as_json: AsJson = False) -> None:
    """Alle Dokumente auflisten."""
    with _backend() as backend:
        found = backend.documents()
    if as_json:
        terminal.put_json({"documents": found, "total": len(found)})
        return
    for document in found:
        terminal.put_document(document)
    terminal.say(f"{len(found)} Dokumente")


@documents.command("show")
def show_document(
    document_id: Annotated[str, typer.Argument(help="Kennung des Dokuments.")],
    as_json: AsJson = False,
) -> None:
    """Ein Dokument mit seinem Text zeigen."""
    with _backend() as backend:
        document = backend.document(document_id)
    if as_json:
        terminal.put_json(document)
        return
    terminal.put_document(document)
    terminal.put(f"\n{terminal.plain(document['text'])}")


@documents.command("set")
def set_document(
    document_id: Annotated[str, typer.Argument(help="Kennung des Dokuments.")],
    values: Annotated[
        list[str],
        typer.Argument(
            help="title=, date=, organisation=, type=, region=, language=, visibility=, "
            "target_group=, setting=, keyword= (mehrere mit ; getrennt)"
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Angaben berichtigen; ein leerer Wert nimmt die Berichtigung zurück."""
    corrections = _pairs(values)
    with _backend() as backend:
        document = backend.correct(document_id, corrections)
    terminal.put_json(document) if as_json else terminal.put_document(document)


@documents.command("remove")
def remove_document(
    document_id: Annotated[str, typer.Argument(help="Kennung des Dokuments.")],
    as_json: AsJson = False,
) -> None:
    """Ein Dokument mit Text, Vektoren und Original löschen."""
    with _backend() as backend:
        document = backend.remove(document_id)
    if as_json:
        terminal.put_json({"removed": 1, "document_id": document["document_id"]})
    else:
        terminal.put(f"Gelöscht: {document['title']}")


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Adresse, sonst KGC_HOST.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65_535, help="Sonst KGC_PORT.")] = None,
    first: Annotated[
        list[str] | None,
        typer.Option("--ingest", help="Vorher Datei, Ordner oder Adresse aufnehmen; mehrfach."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Den HTTP-Server mit Startseite und Chat starten."""
    from assistant.hosting import Hosting, host_server  # noqa: PLC0415  # FastAPI, the model
    from assistant.progress import progress  # noqa: PLC0415  # imports rich
    from assistant.settings import load  # noqa: PLC0415  # imports pydantic

    def ready(url: str) -> None:
        terminal.put_json({"url": url}) if as_json else terminal.put(f"Bereit: {url}")
        sys.stdout.flush()

    try:
        host_server(load(), Hosting(host, port, _named(first)), progress, ready)
    except KeyboardInterrupt:  # the usual way to stop a server by hand; its JSON is already out
        raise typer.Exit(EXIT_INTERRUPTED) from None


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Modell, Index, Texterkennung und Platz prüfen; jeder Befund mit Abhilfe."""
    from assistant.doctor import examine  # noqa: PLC0415
    from assistant.settings import load  # noqa: PLC0415  # imports pydantic

    findings = examine(load())
    sound = all(finding.ok for finding in findings)
    if as_json:
        terminal.put_json({"ok": sound, "findings": [finding.as_json() for finding in findings]})
    else:
        for finding in findings:
            terminal.put(f"{finding.mark} {finding.name}: {finding.state}")
            if finding.cure:
                terminal.put(f"  → {finding.cure}")
    if not sound:
        raise typer.Exit(EXIT_FAILED)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and leave with its exit code; no traceback reaches people."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    terminal.prepare()
    code = _guarded(lambda: _run(words), as_json="--json" in words)
    sys.exit(terminal.finish(code))


def _run(words: list[str]) -> None:
    """Run the command; its errors come out as they are, unlike with ``app()``."""
    command = typer.main.get_command(app)
    with command.make_context("kgc", words) as context:
        command.invoke(context)


def _guarded(run: Callable[[], None], *, as_json: bool) -> int:
    try:
        run()
    except typer.Exit as done:
        return done.exit_code
    except BrokenPipeError:  # the reader has seen enough
        return EXIT_FAILED
    except (KeyboardInterrupt, Exception) as error:  # noqa: BLE001  # people see no traceback
        kind, message, code = _explained(error)
        if as_json:
            terminal.put_json({"error": {"type": kind, "message": message}})
        terminal.say(message)
        return code
    return 0


def _explained(error: BaseException) -> tuple[str, str, int]:
    """Return the contract's type of `error`, a sentence for people, the exit code."""
    match error:
        case KeyboardInterrupt() | typer.Abort():
            return "interrupted", "Abgebrochen.", EXIT_INTERRUPTED
        case TyperException():
            return "usage", german(error.format_message()) or "Hilfe: kgc --help", EXIT_USAGE
        case ServerRefused():
            return error.kind, error.message, EXIT_FAILED
        case AssistantError() | RetrievalError() | IngestError():
            return _kind(error), getattr(error, "message", str(error)), EXIT_FAILED
    told = " ".join(f"{type(error).__name__}: {error}".split())
    return "unexpected", f"Unerwarteter Fehler: {told[:_LONGEST_MESSAGE]}", EXIT_FAILED


def _kind(error: Exception) -> str:
    """Return the error's class in the form of the contract's types: ``document_unknown``."""
    name = type(error).__name__
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")
