"""Readers see whole documents while a writer exchanges them."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from retrieval.chroma import ChromaIndex
from retrieval.exact import ExactIndex
from retrieval.readers import Readers
from retrieval.records import Mode
from tests.fakes import entry, long_text
from tests.places import Disk, Place, assert_only_live, hits, name_of
from tests.rankings import top

KURS = "Die Krankenkassen fördern Bewegungskurse für Ältere im Stadtteil."
BAHN = "Der Regionalverkehr fährt wegen Bauarbeiten am Bahnhof nur stündlich."


def test_the_old_version_is_found_until_its_last_reader_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[int]] = []

    def wait(readers: Readers) -> None:
        scores = library._live.lexical.score("Bewegungskurse Regionalverkehr", "de")
        keys = top(scores, 9)
        seen.append(sorted(key.generation for key in keys))

    monkeypatch.setattr(Readers, "wait", wait)
    library = Place(tmp_path, Disk()).open()
    library.put(entry("kurs.txt", KURS))
    library.put(entry("kurs.txt", BAHN))
    assert seen == [[1, 2]]
    assert [hit.passage.text for hit in hits(library, "Regionalverkehr")] == [BAHN]
    library.close()


@pytest.mark.parametrize("exact", [True, False], ids=["memory", "chroma"])
def test_readers_always_see_a_whole_document_while_it_is_exchanged(
    tmp_path: Path, exact: bool
) -> None:
    place = Place(tmp_path, Disk() if exact else ExactIndex(ChromaIndex(tmp_path / "chroma")))
    library = place.open()
    versions = [entry("kurs.txt", *long_text(f"Bewegung Fassung{n}", 2 + n % 3)) for n in range(4)]
    sizes = {f"Fassung{n}": len(version.chunks) for n, version in enumerate(versions)}
    record, _ = library.put(versions[0])
    finished = False

    def read() -> int:
        count = 0
        while not finished or count < 3:
            mode = Mode.LEXICAL if count % 2 else Mode.HYBRID
            all_hits = hits(library, "Bewegung im Quartier", mode=mode)
            found = [hit for hit in all_hits if hit.document.source == "kurs.txt"]
            seen = {name for hit in found for name in re.findall(r"Fassung\d", hit.passage.text)}
            assert len(seen) == 1
            assert len(found) == sizes[seen.pop()]
            assert library.document(record.document_id, internal=False).source == "kurs.txt"
            assert "Fassung" in library.text(record.document_id, internal=False).text
            count += 1
        return count

    with ThreadPoolExecutor(3) as pool:
        readers = [pool.submit(read) for _ in range(3)]
        try:
            for turn in range(1, 25):
                library.put(versions[turn % 4])
                library.put(entry(f"{turn}.txt", BAHN))
                if turn % 5 == 0:
                    library.correct(record.document_id, {"title": f"Titel {turn}"})
                    library.remove(name_of(library, f"{turn - 1}.txt"))
        finally:
            finished = True
        for reader in readers:
            assert reader.result() >= 3
    assert_only_live(library, place)
    library.close()
