"""What is removed or exchanged leaves no words behind in any file."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.document import Contact, Metadata
from retrieval.build import Entry
from retrieval.library import Library
from retrieval.records import Mode, Passage
from retrieval.registry import Registry
from tests.fakes import HashEmbedder, entry, long_text
from tests.places import Place, assert_only_live, hits, name_of, traces, vectors
from tests.power import Crash, Fuse, fused

KURS = "Die Krankenkassen fördern Bewegungskurse für Ältere im Stadtteil."
BAHN = "Der Regionalverkehr fährt wegen Bauarbeiten am Bahnhof nur stündlich."


def secret(*paragraphs: str) -> Entry:
    facts = Metadata(title="Querbeettitel", organisation="Querbeetamt", language="de")
    return entry("akte.txt", *paragraphs, facts=facts)


def test_nothing_of_an_erased_text_is_left_in_any_file(tmp_path: Path) -> None:
    place = Place(tmp_path, vectors(tmp_path))
    library = place.open()
    library.put(entry("kurs.txt", KURS))
    record, _ = library.put(secret("# Querbeet", *long_text("Xylophonfall", 5)))
    library.correct(record.document_id, {"title": "Zimbelfall"})
    assert "registry.sqlite3" in "".join(traces(tmp_path, "Xylophonfall"))
    library.put(secret("# Triangel", *long_text("Triangelfall", 3)))
    assert left(tmp_path, "Xylophonfall") == []
    assert traces(tmp_path, "Triangelfall") != []
    library.remove(record.document_id)
    for word in ("Triangel", "Querbeet", "Zimbel", "Xylophon"):
        assert left(tmp_path, word) == []
    assert hits(library, "Triangelfall", mode=Mode.LEXICAL, internal=True) == []
    library.close()
    assert left(tmp_path, "Triangel") == []
    assert traces(tmp_path, "Krankenkassen") != []


WORDS = ("Xylophonfall", "Querbeettitel", "Querbeetamt", "Schlagwort", "Pfifferling", "pfiffer@")


def full(text: str) -> Entry:
    """A document that shows a contact and keywords; its original is UTF-16."""
    facts = Metadata(
        title="Querbeettitel", organisation="Querbeetamt", language="de", keyword=("Schlagwort",)
    )
    given = entry("akte.txt", "# Querbeet", *long_text(text, 4), facts=facts)
    contact = Contact(
        0, 8, name="Pia Pfifferling", role="Leitung", phone="0391 5550", mail="pfiffer@example.org"
    )
    document = replace(given.document, contacts=(contact,))
    original = given.original.decode().encode("utf-16")
    return replace(given, document=document, original=original)


def left(folder: Path, *words: str) -> list[tuple[str, str]]:
    """Return which word stands in which file."""
    return [(word, name) for word in words for name in traces(folder, word)]


def test_no_fact_and_no_contact_is_left(tmp_path: Path) -> None:
    place = Place(tmp_path, vectors(tmp_path))
    library = place.open()
    record, _ = library.put(full("Xylophonfall"))
    assert {word for word, _ in left(tmp_path, *WORDS)} == set(WORDS)
    assert ("Xylophonfall", f"{record.document_id}.1") in left(tmp_path, "Xylophonfall")
    library.put(entry("akte.txt", "Ein anderer Text."))
    assert left(tmp_path, *WORDS) == []
    library.put(full("Xylophonfall"))
    library.remove(record.document_id)
    assert left(tmp_path, *WORDS) == []
    assert list((tmp_path / "originals").iterdir()) == []
    library.close()
    assert left(tmp_path, *WORDS) == []


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("change", ["remove", "exchange"])
def test_a_crash_in_between_is_made_good_by_opening(
    tmp_path: Path, change: str, after: bool
) -> None:
    """Once the old text is gone for readers, the next opening finishes the work."""
    finished = 0
    for step in range(1, 20):
        folder = tmp_path / str(step)
        place = Place(folder, vectors(folder))
        fuse = Fuse(0, after)
        library = Library(fused(place.stores(), fuse), HashEmbedder())
        library.put(entry("bahn.txt", BAHN))
        library.put(full("Xylophonfall"))
        fuse.left = step
        try:
            if change == "remove":
                library.remove(name_of(library, "akte.txt"))
            else:
                library.put(entry("akte.txt", "Ein anderer Text."))
        except Crash:
            stopped = True
        else:
            stopped = False
        library.close()
        reopened = Place(folder, vectors(folder))
        library = reopened.open()
        assert_only_live(library, reopened)
        live = {record.sha256 for record in library.documents(internal=True)}
        if full("Xylophonfall").sha256 not in live:
            finished += 1
            assert left(folder, *WORDS) == []
        library.close()
        if not stopped:
            break
    assert finished > 2


def test_no_name_of_a_removed_file_is_left(tmp_path: Path) -> None:
    place = Place(tmp_path, vectors(tmp_path))
    library = place.open()
    record, _ = library.put(entry("Xaverprobst.txt", KURS))
    library.remove(record.document_id)
    library.close()
    assert left(tmp_path, "Xaverprobst", "xaverprobst") == []


def test_no_page_keeps_a_copy_of_a_moved_passage(tmp_path: Path) -> None:
    chance = random.Random(1)
    registry = Registry(tmp_path / "registry.sqlite3")
    live: set[int] = set()
    for number in range(1_500):
        if len(live) > 3:
            gone = chance.choice(sorted(live))
            live.remove(gone)
            registry.drop_passages(f"d{gone % 4}", gone)
        sizes = [chance.randrange(20, 700) for _ in range(chance.randrange(1, 9))]
        texts = [
            (f"Fassung{number}ende. " * size)[:size] + f"Fassung{number}ende" for size in sizes
        ]
        registry.write_passages(
            [
                Passage(f"d{number % 4}", number, at, 0, len(text), text, None, "", ())
                for at, text in enumerate(texts)
            ]
        )
        live.add(number)
        registry.sweep()
        held = re.findall(rb"Fassung(\d+)ende", (tmp_path / "registry.sqlite3").read_bytes())
        assert {int(kept) for kept in held} == live, number
    registry.close()
