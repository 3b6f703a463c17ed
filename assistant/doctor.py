"""``kgc doctor``: is everything there that the assistant needs? Each finding with its cure."""

from __future__ import annotations

import platform
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from assistant import wiring
from assistant.backend import Sought
from assistant.errors import AssistantError, FeedbackUnavailable
from assistant.feedback.records import KEPT_DAYS
from assistant.feedback.store import FILE, inspect
from assistant.settings import Settings
from ingest.errors import IngestError
from ingest.scan.tesseract import CURE, engine
from retrieval.errors import RetrievalError

_SPACE_NEEDED = 1_000_000_000
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: `state` says what is, `cure` what to do. An optional part that lacks is ok."""

    name: str
    ok: bool
    state: str
    cure: str = ""

    @property
    def mark(self) -> str:
        """Return the sign in front of the line."""
        return "✗" if not self.ok else "!" if self.cure else "✓"

    def as_json(self) -> dict[str, str | bool]:
        """Return the finding for programs."""
        return {"name": self.name, "ok": self.ok, "state": self.state, "cure": self.cure}


def examine(settings: Settings) -> list[Finding]:
    """Run every check; none of them changes anything."""
    checks: tuple[Callable[[Settings], Finding], ...] = (
        _python,
        _folder,
        _space,
        _model,
        _reranker,
        _index,
        _recognition,
        _language_model,
        _feedback,
    )
    return [check(settings) for check in checks]


def _python(_: Settings) -> Finding:
    version = platform.python_version()
    machine = f"Python {version} auf {platform.system()} {platform.machine()}"
    return Finding("Python", sys.version_info >= (3, 11), machine)


def _existing(folder: Path) -> Path:
    """Return the nearest folder above that exists."""
    return next(place for place in (folder, *folder.absolute().parents) if place.exists())


def _folder(settings: Settings) -> Finding:
    place = _existing(settings.data_dir)
    probe = place / ".kgc-probe"
    try:
        probe.touch()
        probe.unlink()
    except OSError as error:
        cure = "Rechte am Ordner ändern oder mit KGC_DATA_DIR einen anderen wählen."
        return Finding("Datenordner", False, f"{settings.data_dir}: {error.strerror}", cure)
    return Finding("Datenordner", True, f"{settings.data_dir} ist beschreibbar")


def _space(settings: Settings) -> Finding:
    free = shutil.disk_usage(_existing(settings.data_dir)).free
    state = f"{free / 1e9:.1f} GB frei"
    if free < _SPACE_NEEDED:
        return Finding("Speicherplatz", False, state, "Mindestens 1 GB freimachen.")
    return Finding("Speicherplatz", True, state)


def _model(settings: Settings) -> Finding:
    try:
        loaded = wiring.embedder(settings)
        vector = loaded.embed_query("Probe")
    except RetrievalError as error:
        cure = "KGC_EMBEDDING_MODEL prüfen oder das Paket neu installieren."
        return Finding("Sprachmodell der Suche", False, error.message, cure)
    return Finding("Sprachmodell der Suche", True, f"{loaded.name}, {len(vector)} Dimensionen")


def _reranker(settings: Settings) -> Finding:
    name = "Modell zum Nachordnen"
    found = wiring.reranker(settings)
    if found is None:
        return Finding(name, True, "keines (wahlfrei: KGC_RERANKER_MODEL)")
    try:
        found.scores("Probe", ["Probe"])
    except RetrievalError as error:
        cure = "KGC_RERANKER_MODEL prüfen oder leer lassen."
        return Finding(name, False, error.message, cure)
    return Finding(name, True, settings.reranker_model)


def _index(settings: Settings) -> Finding:
    if not (settings.data_dir / "registry.sqlite3").exists():
        cure = "Mit „kgc ingest ORDNER“ Dokumente aufnehmen."
        return Finding("Index", True, "noch leer", cure)
    try:
        backend, lock = wiring.backend(settings)
        try:
            found = backend.documents()
            if found:
                backend.search(Sought("Probe", 1))
        finally:
            backend.close()
            if lock is not None:
                lock.release()
    except (AssistantError, RetrievalError) as error:
        return Finding("Index", False, error.message, "Siehe README, Abschnitt „Fehler“.")
    through = "über den laufenden Server" if lock is None else "direkt"
    chunks = sum(document["chunks"] for document in found)
    return Finding("Index", True, f"{len(found)} Dokumente, {chunks} Passagen ({through})")


def _recognition(_: Settings) -> Finding:
    from ingest.scan.recognise import works  # noqa: PLC0415  # loads the renderer
    from ingest.scan.rendering import RENDERER  # noqa: PLC0415

    found = engine()
    if found.lacks:
        state = f"{found.lacks} (wahlfrei; ohne das bleiben Scans ungelesen)"
        return Finding("Texterkennung", True, state, f"Für Scans: {CURE}")
    state = f"{found.name} mit {RENDERER}"
    try:
        seen = works()
    except IngestError as error:
        return Finding("Texterkennung", False, f"{state}: {error}", f"Neu installieren: {CURE}")
    if not seen:
        return Finding("Texterkennung", False, f"{state} liest falsch", f"Neu installieren: {CURE}")
    if not found.finds_direction:
        cure = "Für quer liegende Seiten: apt install tesseract-ocr-osd"
        return Finding("Texterkennung", True, state, cure)
    return Finding("Texterkennung", True, state)


def _language_model(settings: Settings) -> Finding:
    if not settings.llm_base_url:
        return Finding("Sprachmodell für Antworten", True, "keines (wörtliche Antworten)")
    return _endpoint(settings)


def _endpoint(settings: Settings) -> Finding:
    """Ask the language model's server which models it offers."""
    name = "Sprachmodell für Antworten"
    place = _without_login(settings.llm_base_url)
    if not settings.llm_model:
        return Finding(name, False, f"keines genannt für {place}", "KGC_LLM_MODEL setzen.")
    state = f"{settings.llm_model} an {place}"
    try:
        model = wiring.chat_model(settings)
        try:
            offered = model.names()
        finally:
            model.close()
    except AssistantError as error:
        cure = (
            "Läuft der Server? KGC_LLM_BASE_URL (meist mit /v1 am Ende) und KGC_LLM_API_KEY "
            "prüfen. Bis dahin sind alle Antworten wörtlich."
        )
        return Finding(name, False, f"{state}: {error.message}", cure)
    if settings.llm_model not in offered:
        some = ", ".join(offered[:_NAMED]) or "keine"
        cure = f"KGC_LLM_MODEL auf eines davon setzen: {some}."
        return Finding(name, False, f"{state}: dieses Modell bietet der Server nicht an", cure)
    return Finding(name, True, f"{state}, erreichbar")


def _without_login(url: str) -> str:
    """Return an address without name and password."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"


def _feedback(settings: Settings) -> Finding:
    name = "Rückmeldungen"
    path = settings.data_dir / FILE
    how = f"{KEPT_DAYS} Tage" if settings.keep_questions else "nicht"
    state = f"Fragen werden {how} gespeichert (KGC_KEEP_QUESTIONS)"
    if not path.exists():
        return Finding(name, True, state)
    try:
        held = inspect(path)
    except FeedbackUnavailable as error:
        return Finding(name, False, error.message, f"Rechte an {path} prüfen oder sie löschen.")
    if held and not settings.keep_questions:
        cure = "„kgc gaps --forget“ löscht sie."
        return Finding(name, True, f"{state}, {held} von früher liegen noch da", cure)
    return Finding(name, True, f"{state}, {held} liegen vor" if held else state)
