"""What is removed or exchanged leaves no words behind in any file."""

from __future__ import annotations

from pathlib import Path

from ingest.document import Metadata
from retrieval.build import Entry
from retrieval.chroma import ChromaIndex
from retrieval.records import Mode
from tests.fakes import entry, long_text
from tests.places import Place, hits, traces

KURS = "Die Krankenkassen fördern Bewegungskurse für Ältere im Stadtteil."
BAHN = "Der Regionalverkehr fährt wegen Bauarbeiten am Bahnhof nur stündlich."


def secret(*paragraphs: str) -> Entry:
    facts = Metadata(title="Querbeettitel", organisation="Querbeetamt", language="de")
    return entry("akte.txt", *paragraphs, facts=facts)


def test_nothing_of_an_erased_text_is_left_in_any_file(tmp_path: Path) -> None:
    place = Place(tmp_path, ChromaIndex(tmp_path / "chroma"))
    library = place.open()
    library.put(entry("kurs.txt", KURS))
    record, _ = library.put(secret("# Querbeet", *long_text("Xylophonfall", 5)))
    library.correct(record.document_id, {"title": "Zimbelfall"})
    assert "registry.sqlite3" in "".join(traces(tmp_path, "Xylophonfall"))
    library.put(secret("# Triangel", *long_text("Triangelfall", 3)))
    assert traces(tmp_path, "Xylophonfall") == []
    assert traces(tmp_path, "Triangelfall") != []
    library.remove(record.document_id)
    for word in ("Triangel", "Querbeet", "Zimbel", "Xylophon"):
        assert traces(tmp_path, word) == []
    assert hits(library, "Triangelfall", mode=Mode.LEXICAL, internal=True) == []
    library.close()
    assert traces(tmp_path, "Triangel") == []
    assert traces(tmp_path, "Krankenkassen") != []
