"""Kills a real process that writes into a library, and looks at what is left.

Run as a program, this file is that process: it puts documents and says so after each.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from retrieval.build import Entry, Stores
from retrieval.chroma import ChromaIndex
from retrieval.library import Change, Library
from retrieval.originals import Originals
from retrieval.ports import VectorKey
from retrieval.records import Filters, Mode
from retrieval.registry import Registry
from tests.fakes import HashEmbedder, entry, long_text

NAMES = 8
ROUNDS = (5, 13, 29)
"""After how many acknowledged documents the process is killed; each round goes on from there."""


def version(number: int) -> Entry:
    """The document that is put as number `number`: the names come round, the texts do not."""
    return entry(f"{number % NAMES}.txt", *long_text(f"Fassung{number}ende", 2 + number % 5))


def stores(folder: Path) -> Stores:
    registry = Registry(folder / "registry.sqlite3")
    return Stores(registry, ChromaIndex(folder / "chroma"), Originals(folder / "originals"))


def put_for_ever(folder: Path, start: int) -> None:
    library = Library(stores(folder), HashEmbedder())
    number = start
    while True:
        library.put(version(number))
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
        number += 1


def kill_after(folder: Path, start: int, count: int, wait: float) -> int:
    """Return the number of the last document that was acknowledged before the kill."""
    command = [sys.executable, __file__, str(folder), str(start)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for _ in range(count):
            assert child.stdout.readline().strip().isdigit()
        try:
            child.wait(wait)  # into the middle of the next document
        except subprocess.TimeoutExpired:
            child.kill()
        last = child.stdout.read().split()
        assert child.wait() == -signal.SIGKILL
    return int(last[-1]) if last else start + count - 1


def held(folder: Path) -> dict[str, Entry]:
    """Check that every document is whole; return what each source holds."""
    parts = stores(folder)
    library = Library(parts, HashEmbedder())
    found: dict[str, Entry] = {}
    keys = set()
    for record in library.documents(internal=True):
        original = library.original(record.document_id, internal=True).decode()
        number = int(original.split("Fassung")[1].split("ende")[0])
        given = found[record.source] = version(number)
        assert record.sha256 == given.sha256
        assert library.known(given.source, given.origin, given.sha256) == record
        assert library.text(record.document_id, internal=True).text == given.document.text
        passages = parts.registry.passages(record.document_id, record.generation)
        assert [p.text for p in passages] == [chunk.text for chunk in given.chunks]
        names = [VectorKey(p.document_id, p.generation, p.ordinal) for p in passages]
        vectors = parts.index.vectors(names)
        assert len(vectors) == len(given.chunks)
        query = library.query(f"Fassung{number}ende", "de")
        hits = library.search(query, Filters(), 100, Mode.LEXICAL)
        assert {
            hit.document.source for hit in hits if f"Fassung{number}ende" in hit.passage.text
        } == {record.source}
        keys.add((record.document_id, record.generation))
    assert parts.index.generations() == parts.registry.generations() == keys
    assert parts.index.count() == library.passage_count()
    assert len(list((folder / "originals").iterdir())) == len(found)
    library.close()
    return found


def test_a_killed_process_leaves_whole_documents(tmp_path: Path) -> None:
    start = 0
    for turn, count in enumerate(ROUNDS):
        last = kill_after(tmp_path, start, count, wait=0.003 * turn)
        found = held(tmp_path)
        # The document after the last acknowledged one may have made it just before the kill.
        for number in range(max(0, last - NAMES + 1), last + 1):
            source, following = version(number).source, version(number + NAMES)
            allowed = {version(number).sha256}
            if number + NAMES == last + 1:
                allowed.add(following.sha256)
            assert found[source].sha256 in allowed
        assert held(tmp_path) == found
        start = last + 1


def test_what_is_there_is_not_put_again(tmp_path: Path) -> None:
    kill_after(tmp_path, 0, 10, wait=0)
    found = held(tmp_path)
    library = Library(stores(tmp_path), HashEmbedder())
    before = library.documents(internal=True)
    for given in found.values():
        assert library.known(given.source, given.origin, given.sha256) is not None
    assert library.documents(internal=True) == before
    _, change = library.put(version(100))
    assert change is (Change.UPDATED if version(100).source in found else Change.ADDED)
    library.close()


if __name__ == "__main__":
    put_for_ever(Path(sys.argv[1]), int(sys.argv[2]))
