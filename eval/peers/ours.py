"""The product behind the interface of the pipelines it is compared with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from assistant.settings import Settings
from eval import passages
from eval.peers.exchange import Hit, Source
from ingest.wording.language import of_question
from retrieval.library import Library
from retrieval.records import Filters


class Ours:
    """Ingest → library → search, as `kgc ingest` and `kgc search` do it."""

    def __init__(self, paths: Sequence[Path], chosen: Settings, life: ExitStack) -> None:
        """Keep what to take in; the library lives until `life` ends."""
        self._paths = paths
        self._chosen = chosen
        self._life = life
        self._library: Library | None = None

    def index(self, sources: Sequence[Source]) -> int:
        """Load the model, read, split, embed and store; returns the number of passages.

        Raises:
            DocumentsUnread: A file could not be taken in.
        """
        assert not sources, "it reads the files itself"
        opened = passages.ingested(self._paths, self._chosen)
        self._library = self._life.enter_context(opened)
        return self._library.passage_count()

    def search(self, question: str, limit: int) -> list[Hit]:
        """Return the `limit` best passages."""
        assert self._library is not None, "index comes first"
        query = self._library.query(question, of_question(question))
        hits = self._library.search(query, Filters(), limit)
        return [Hit(hit.document.source, hit.passage.text) for hit in hits]

    def texts(self) -> Mapping[str, str]:
        """Return what was read of each document, by source."""
        assert self._library is not None, "index comes first"
        library = self._library
        return {
            record.source: library.text(record.document_id, internal=False).text
            for record in library.documents(internal=False)
        }
