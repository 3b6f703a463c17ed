"""Writes one generation of a document, and clears one away. The flip itself is the registry's."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from ingest.document import READING, Chunk, Document, repaired
from retrieval.balance import LanguageBalance
from retrieval.errors import StoreUnavailable
from retrieval.lexical import LexicalText
from retrieval.lexical_store import LexicalStore
from retrieval.originals import Originals
from retrieval.ports import ComparedIndex, Embedder, Matrix, Vector, VectorKey, VectorRecord
from retrieval.records import FACETS, DocumentRecord, Passage, Visibility
from retrieval.registry import Registry
from retrieval.twins import fingerprint

BATCH = 128


@dataclass(frozen=True, slots=True)
class Entry:
    """One document on its way into the library.

    `origin` identifies where it came from without naming a path of this machine. Without
    `internal` a new document is public and a known one keeps its visibility. `places` and
    `validators` as in `DocumentRecord`.
    """

    source: str
    origin: str
    sha256: str
    document: Document
    chunks: Sequence[Chunk]
    original: bytes
    media_type: str
    internal: bool = False
    url: str | None = None
    places: tuple[str, ...] = ()
    validators: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Stores:
    """The three places that a document is written to, and where its words are kept for later.

    Without `lexical` the words are indexed anew at every start.
    """

    registry: Registry
    index: ComparedIndex
    originals: Originals
    lexical: LexicalStore | None = None


def head(record: DocumentRecord, passage: Passage) -> str:
    """Return title, section path and reference: what a passage is about beyond its own words."""
    parts = [record.title] if record.metadata.title else []
    if passage.section and passage.section != record.metadata.title:
        parts.append(passage.section)
    if passage.reference:
        parts.append(passage.reference)
    return " › ".join(parts)


def embedded_text(record: DocumentRecord, passage: Passage) -> str:
    """Return what is embedded of a passage: its head and its text as it should have been read."""
    return f"{head(record, passage)}\n{passage.display(passage.start, passage.end)}".strip()


def stage(
    record: DocumentRecord,
    entry: Entry,
    stores: Stores,
    embedder: Embedder,
    balance: LanguageBalance,
    progress: Callable[[int], None],
) -> list[Passage]:
    """Write original, passages and vectors of `record.generation`, which is not live yet.

    `progress` is called with the number of passages written since the last call.
    """
    stores.originals.save(record.document_id, record.generation, entry.original)
    written: list[Passage] = []
    for at in range(0, len(entry.chunks), BATCH):
        passages = [passage_of(record, chunk) for chunk in entry.chunks[at : at + BATCH]]
        texts = [embedded_text(record, passage) for passage in passages]
        vectors = balance.passage(embedder.embed_passages(texts), record.metadata.language)
        stores.index.add(
            [
                VectorRecord(
                    p.document_id,
                    p.generation,
                    p.ordinal,
                    vector,
                    record.visibility is Visibility.INTERNAL,
                    facets_of(record),
                )
                for p, vector in zip(passages, vectors, strict=True)
            ]
        )
        stores.registry.write_passages(passages)
        written += passages
        progress(len(passages))
    return written


def restage(
    old: DocumentRecord,
    new: DocumentRecord,
    stores: Stores,
    embed: Callable[[Sequence[str], str | None], Matrix],
) -> list[Passage]:
    """Copy a live generation to a newer one with other labels.

    Passages are embedded anew only where a correction changes their head or the language.

    Args:
        old: The live document.
        new: The same with its corrections and the next generation.
        stores: Where both are kept.
        embed: Returns one vector for each text of a language, shape (n, dimension).

    Raises:
        StoreUnavailable: Vectors of the document are lost.
    """
    held = stores.registry.passages(old.document_id, old.generation)
    vectors = _vectors(old, new, held, stores, embed)
    stores.originals.link(old.document_id, old.generation, new.generation)
    stores.index.add(
        [
            VectorRecord(
                new.document_id,
                new.generation,
                passage.ordinal,
                vector,
                new.visibility is Visibility.INTERNAL,
                facets_of(new),
            )
            for passage, vector in zip(held, vectors, strict=True)
        ]
    )
    passages = [replace(p, generation=new.generation) for p in held]
    stores.registry.write_passages(passages)
    return passages


def _vectors(
    old: DocumentRecord,
    new: DocumentRecord,
    held: Sequence[Passage],
    stores: Stores,
    embed: Callable[[Sequence[str], str | None], Matrix],
) -> Sequence[Vector]:
    """Return the vectors of `held` for `new`: those there are if they would be the same."""
    language = new.metadata.language
    texts = [embedded_text(new, passage) for passage in held]
    if old.metadata.language != language or texts != [embedded_text(old, p) for p in held]:
        batches = (texts[at : at + BATCH] for at in range(0, len(texts), BATCH))
        return [vector for batch in batches for vector in embed(batch, language)]
    keys = [VectorKey(p.document_id, p.generation, p.ordinal) for p in held]
    vectors = stores.index.vectors(keys)
    if len(vectors) < len(keys):
        raise StoreUnavailable(
            f"Von {len(keys)} Vektoren des Dokuments „{old.source}“ fehlen "
            f"{len(keys) - len(vectors)}. Bitte das Dokument neu einlesen."
        )
    return [vectors[key] for key in keys]


def clear(document_id: str, generation: int, stores: Stores) -> None:
    """Erase the passages, vectors and original of one generation; nothing there is no error."""
    stores.registry.drop_passages(document_id, generation)
    stores.originals.drop(document_id, generation)
    stores.index.remove(document_id, generation)


def clear_all_but(live: Iterable[DocumentRecord], stores: Stores) -> None:
    """Erase every generation that is not in `live`, and what the registry still holds of others.

    Raises:
        StoreUnavailable: The registry is new although documents are kept: it was lost.
    """
    kept = {(record.document_id, record.generation) for record in live}
    if stores.registry.is_new and (lost := stores.originals.count()):
        raise StoreUnavailable(
            f"Das Dokumentenverzeichnis ist leer, es liegen aber {lost} Originale daneben. Bitte "
            "registry.sqlite3 aus einer Sicherung zurückholen, oder die Originale sichern und in "
            "einen neuen Datenordner einlesen (KGC_DATA_DIR)."
        )
    stores.registry.is_new = False
    stores.originals.keep_only(kept)
    for document_id, generation in stores.registry.generations() - kept:
        stores.registry.drop_passages(document_id, generation)
    for document_id, generation in stores.index.generations() - kept:
        stores.index.remove(document_id, generation)


def incomplete(live: Collection[DocumentRecord], stores: Stores) -> frozenset[str]:
    """Return the ids of the documents whose vectors got lost (a folder removed, a disk failure)."""
    if stores.index.count() == sum(record.chunk_count for record in live):
        return frozenset()
    return frozenset(
        record.document_id
        for record in live
        if len(stores.index.vectors(_keys(record))) < record.chunk_count
    )


def _keys(record: DocumentRecord) -> list[VectorKey]:
    return [
        VectorKey(record.document_id, record.generation, ordinal)
        for ordinal in range(record.chunk_count)
    ]


def raw_record(document_id: str, generation: int, entry: Entry) -> DocumentRecord:
    """Return the record of an entry, before what editors corrected."""
    document = entry.document
    return DocumentRecord(
        document_id=document_id,
        source=entry.source,
        origin=entry.origin,
        sha256=entry.sha256,
        generation=generation,
        visibility=Visibility.INTERNAL if entry.internal else Visibility.PUBLIC,
        metadata=document.metadata,
        unit=document.unit,
        page_count=document.page_count,
        chunk_count=len(entry.chunks),
        url=entry.url,
        media_type=entry.media_type,
        parser=document.parser,
        warnings=document.warnings,
        places=entry.places,
        reading=READING,
        validators=entry.validators,
        fingerprint=fingerprint(repaired(document.text, 0, document.repairs)),
    )


def lexical_text(record: DocumentRecord, passage: Passage) -> LexicalText:
    """Return what the lexical index holds of one passage."""
    key = VectorKey(passage.document_id, passage.generation, passage.ordinal)
    shown = passage.display(passage.start, passage.end)
    return LexicalText(
        key,
        shown,
        head(record, passage),
        record.metadata.language,
        passage.reference,
        passage.section,
    )


def facets_of(record: DocumentRecord) -> dict[str, tuple[str, ...]]:
    """Return the facets that the document shows."""
    return {name: values for name in FACETS if (values := record.facet(name))}


def passage_of(record: DocumentRecord, chunk: Chunk) -> Passage:
    """Return the passage that a chunk of the record's document becomes."""
    return Passage(
        document_id=record.document_id,
        generation=record.generation,
        ordinal=chunk.ordinal,
        start=chunk.start,
        end=chunk.end,
        text=chunk.text,
        page=chunk.page,
        section=chunk.section,
        sentences=chunk.sentences,
        reference=chunk.reference,
        repairs=chunk.repairs,
    )
