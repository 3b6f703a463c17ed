"""What the Slack bot says by itself, in German and English. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """The bot's own words in one language; ``{…}`` is filled in."""

    page: str
    slide: str
    more_sources: str
    near: str
    help: str
    unsupported: str
    verbatim: str
    generated: str
    helpful: str
    not_helpful: str
    thanks: str
    shortened: str
    hits: str
    no_hits: str
    continuation: str


GERMAN = Words(
    page="Seite {}",
    slide="Folie {}",
    more_sources="… und {} weitere Quellen",
    near="Siehe auch",
    help="Hier bekommen Sie Hilfe",
    unsupported="Durch die Quellen nicht bestätigt",
    verbatim="Antwort eines KI-Systems: Sätze aus den genannten Quellen",
    generated="Antwort eines KI-Systems, jeder Satz an den genannten Quellen geprüft",
    helpful="Hilfreich",
    not_helpful="Nicht hilfreich",
    thanks="Danke für die Rückmeldung.",
    shortened="(gekürzt)",
    hits="{} Dokumente zu",
    no_hits="Dazu wurde nichts gefunden.",
    continuation="Weiter fragen",
)
ENGLISH = Words(
    page="page {}",
    slide="slide {}",
    more_sources="… and {} more sources",
    near="See also",
    help="Where to get help",
    unsupported="Not confirmed by the sources",
    verbatim="Answer of an AI system: sentences from the sources named",
    generated="Answer of an AI system, each sentence checked against the sources named",
    helpful="Helpful",
    not_helpful="Not helpful",
    thanks="Thank you for your feedback.",
    shortened="(shortened)",
    hits="{} documents for",
    no_hits="Nothing was found.",
    continuation="Ask on",
)

NAME = "KGC-Assistent"
SEARCHING = "sucht in den Dokumenten …"
LOADING = ("Dokumente werden durchsucht …", "Belege werden geprüft …")
PROMPTS_TITLE = (
    "Fragen Sie die Dokumente. Ich bin ein KI-System und nenne zu jedem Satz die Quelle."
)
FALLBACK_PROMPTS = ("Was kannst du?", "Welche Themen behandeln die Dokumente?")
NOT_HERE = "In diesem Kanal ist der Assistent nicht freigegeben."
EMPTY = "Bitte schreiben Sie Ihre Frage dazu, zum Beispiel „Wer fördert Gesundheit in der Kommune?“"
UNREACHABLE = (
    "Der Assistent ist gerade nicht erreichbar. Bitte versuchen Sie es in einigen Minuten noch "
    "einmal."
)
FAILED = "Das hat nicht geklappt. Bitte versuchen Sie es noch einmal."
USAGE = (
    "`/kgc Suchworte` findet Dokumente, nur für Sie sichtbar. Fragen stellen Sie mir im Direktchat "
    "oder in einem Kanal mit einer Erwähnung; Rückfragen im selben Thread."
)
HOW_TO_ASK = (
    "• Im Reiter *Messages* einfach schreiben, in Kanälen mich erwähnen.\n"
    "• Rückfragen im selben Thread stellen.\n"
    "• `/kgc Suchworte` findet Dokumente, nur für Sie sichtbar.\n"
    "• Die Knöpfe unter einer Antwort sagen, ob sie geholfen hat."
)
NOTICE = (
    "Ich bin ein KI-System. Antworten stammen aus den aufgenommenen Dokumenten; bitte prüfen Sie "
    "die Quellen. Schreiben Sie keine Angaben zu Personen oder deren Gesundheit."
)


def words(language: object) -> Words:
    """Return the words for an answer's language; German for any but English."""
    return ENGLISH if language == "en" else GERMAN
