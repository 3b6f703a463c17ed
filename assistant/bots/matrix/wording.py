"""What the bot says by itself, in German and English. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["HELP", "Words", "words"]

Words = Mapping[str, str]

_DE: Words = MappingProxyType(
    {
        "sources": "Quellen",
        "page": "Seite",
        "slide": "Folie",
        "near": "Das kommt Ihrer Frage am nächsten",
        "related": "Siehe auch",
        "help": "Hier bekommen Sie Hilfe",
        "on": "Weiterfragen",
        "unsupported": "Durch die Quellen nicht bestätigt",
        "hits": "Gefunden für",
        "nothing": "Dazu wurde nichts gefunden.",
        "cut": "… (gekürzt)",
        "state": "Stand",
    }
)
_EN: Words = MappingProxyType(
    {
        "sources": "Sources",
        "page": "page",
        "slide": "slide",
        "near": "Nearest to your question",
        "related": "See also",
        "help": "Where you get help",
        "on": "Ask on",
        "unsupported": "Not confirmed by the sources",
        "hits": "Found for",
        "nothing": "Nothing was found.",
        "cut": "… (shortened)",
        "state": "as of",
    }
)

HELP = """\
Ich bin ein KI-System und beantworte Fragen aus den Dokumenten des Kooperationsverbunds, mit \
Quellen. Bitte schreiben Sie keine Angaben zu Personen oder deren Gesundheit.

Fragen:
- im Direktchat einfach schreiben; in anderen Räumen mich erwähnen
- Rückfragen im selben Thread stellen
- mit 👍 oder 👎 auf eine Antwort sagen Sie, ob sie geholfen hat
- löschen Sie Ihre Frage, dann vergesse ich sie und entferne meine Antwort

Befehle:
- !quellen zeigt die Quellen der letzten Antwort mit Wortlaut
- !suche Suchworte findet Dokumente
- !vergiss mich löscht Ihre Gespräche und was ich über Sie gespeichert habe
- !hilfe zeigt diesen Text"""

GREETING = """\
Guten Tag! Ich bin ein KI-System und beantworte Fragen aus den Dokumenten des \
Kooperationsverbunds, mit Quellen. Was vor meinem Beitritt geschrieben wurde, lese ich nicht; \
stellen Sie eine frühere Frage bitte noch einmal. Mit !hilfe sage ich, wie man fragt."""
UNREADABLE = """\
Ich kann eine verschlüsselte Nachricht in diesem Raum nicht lesen: Mir fehlt ihr Schlüssel. Bitte \
schreiben Sie sie noch einmal. Bleibt es dabei, schalten Sie in den Sicherheitseinstellungen Ihres \
Programms „Nachrichten nur an verifizierte Geräte senden“ aus, oder bitten Sie die Administration, \
mein Gerät zu verifizieren. (Diesen Hinweis gebe ich in jedem Raum nur einmal.)"""
NO_SOURCES = (
    "Ich weiß keine letzte Antwort mehr, zu der ich Quellen nennen könnte. Fragen Sie bitte neu."
)
WITHOUT_SOURCES = "Die letzte Antwort hat keine Quellen."
FORGOTTEN = "Ihre Gespräche und alles, was ich über Sie gespeichert hatte, sind gelöscht."
NO_WORDS = "Bitte schreiben Sie dahinter, wonach ich suchen soll: !suche Hitzeschutz"
UNREACHABLE = "Ich kann gerade nicht antworten. Bitte fragen Sie in einigen Minuten noch einmal."


def words(language: object) -> Words:
    """Return the words around an answer in `language`, German unless it is ``en``."""
    return _EN if language == "en" else _DE
