"""Data folders for tests of the library, and what must be true of them at any time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from retrieval.build import Stores
from retrieval.folder import open_stores
from retrieval.library import Library
from retrieval.memory import MemoryIndex
from retrieval.originals import Originals
from retrieval.ports import ComparedIndex, Embedder, VectorKey
from retrieval.records import Filters, Hit, Mode
from retrieval.registry import Registry
from tests.fakes import HashEmbedder


def vectors(folder: Path) -> ComparedIndex:
    """The vectors of a data folder on disk."""
    folder.mkdir(parents=True, exist_ok=True)
    stores = open_stores(folder)
    stores.registry.close()
    return stores.index


class Disk(MemoryIndex):
    """Keeps its vectors when it is closed."""

    def close(self) -> None:
        """Keep everything."""


@dataclass
class Place:
    """A data folder that can be opened again and again; the vectors outlive the library."""

    folder: Path
    index: ComparedIndex

    def stores(self) -> Stores:
        registry = Registry(self.folder / "registry.sqlite3")
        return Stores(registry, self.index, Originals(self.folder / "originals"))

    def open(self, embedder: Embedder | None = None) -> Library:
        return Library(self.stores(), embedder or HashEmbedder())


def hits(
    library: Library,
    question: str,
    *,
    internal: bool = False,
    facets: Mapping[str, str] | None = None,
    mode: Mode = Mode.HYBRID,
) -> list[Hit]:
    query = library.query(question, "de")
    return library.search(query, Filters(internal, facets or {}), 50, mode)


def name_of(library: Library, source: str) -> str:
    """Return the id of the only document with this source."""
    (record,) = (r for r in library.documents(internal=True) if r.source == source)
    return record.document_id


def everything(library: Library, place: Place) -> dict[str, tuple[object, ...]]:
    """All that anybody can get to see of each document, and that nothing else is stored."""
    assert_only_live(library, place)
    held: dict[str, tuple[object, ...]] = {}
    for record in library.documents(internal=True):
        key = record.document_id
        held[key] = (
            replace(record, generation=0),
            library.text(key, internal=True),
            library.original(key, internal=True),
        )
    return held


def assert_only_live(library: Library, place: Place) -> None:
    """Each store holds the live generations, whole, and nothing else."""
    live = library.documents(internal=True)
    keys = {(record.document_id, record.generation) for record in live if record.chunk_count}
    assert place.index.generations() == keys
    assert place.index.count() == library.passage_count()
    stored = {path.name for path in (place.folder / "originals").iterdir()}
    assert stored == {f"{record.document_id}.{record.generation}" for record in live}
    registry = Registry(place.folder / "registry.sqlite3")
    assert registry.generations() == keys
    for record in live:
        passages = registry.passages(record.document_id, record.generation)
        assert len(passages) == record.chunk_count
        text = registry.text(record.document_id).text
        assert all(text[p.start : p.end] == p.text for p in passages)
        names = [VectorKey(p.document_id, p.generation, p.ordinal) for p in passages]
        assert len(place.index.vectors(names)) == record.chunk_count
    registry.close()


def findable(library: Library) -> dict[str, list[int]]:
    """The passages of each document that a search brings up."""
    query = library.query("Kurse und Verkehr", "de")
    found: dict[str, list[int]] = {}
    for hit in library.search(query, Filters(internal=True), 500):
        assert hit.passage.generation == hit.document.generation
        found.setdefault(hit.document.document_id, []).append(hit.passage.ordinal)
    return {name: sorted(ordinals) for name, ordinals in found.items()}


def traces(folder: Path, word: str) -> list[str]:
    needles = [word.encode(), word.encode("utf-16-le")]
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if any(n in path.read_bytes() for n in needles)]
