"""The assistant in this process: library, parser and conversations behind the contract's JSON."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from assistant import wire
from assistant.answer import Answer
from assistant.ask import Request, Turn, ask, checked
from assistant.backend import Asked, Json, Sought
from assistant.conversation import Conversations
from assistant.files import items
from assistant.intake import Item, Parser, Progress, take_in
from assistant.question import read_question
from retrieval.library import Library
from retrieval.records import Filters

DEPTH = 200


class Service:
    """What the HTTP server and a command without a server work with. Thread-safe."""

    def __init__(self, library: Library, parser: Parser) -> None:
        """Join the parts."""
        self.library = library
        self._parser = parser
        self._conversations = Conversations()

    def answer(self, asked: Asked, *, internal: bool) -> tuple[Answer, str, float]:
        """Answer a question; returns the answer, the conversation's id and the seconds taken."""
        begun = time.monotonic()
        history = [Turn(role, content) for role, content in asked.history]
        history = history or list(self._conversations.turns(asked.conversation_id))
        request = Request(asked.question, history, internal=internal, facets=asked.filters)
        answer = ask(request, self.library)
        turns = (Turn("user", answer.question), Turn("assistant", answer.markdown))
        name = self._conversations.add(asked.conversation_id, turns)
        return answer, name, time.monotonic() - begun

    def ask(self, asked: Asked, *, internal: bool) -> Json:
        """Answer one question as JSON."""
        return wire.answer(*self.answer(asked, internal=internal))

    def search(self, sought: Sought, *, internal: bool) -> Json:
        """Rank passages as JSON."""
        begun = time.monotonic()
        question = read_question(checked(sought.query))
        query = self.library.query(question.text, question.language)
        filters = Filters(internal=internal, facets=sought.filters)
        hits = self.library.search(query, filters, DEPTH)
        page = hits[sought.offset : sought.offset + sought.limit]
        return {
            "query": question.text,
            "total": len(hits),
            "hits": [wire.hit(found, question.text) for found in page],
            "facets": wire.facets(hits),
            "seconds": round(time.monotonic() - begun, 4),
        }

    def take_in(
        self, sources: Iterable[Item], *, internal: bool, progress: Progress | None = None
    ) -> Json:
        """Take in sources; returns the ingest report as JSON."""
        done = take_in(sources, self.library, self._parser, internal=internal, progress=progress)
        return wire.report(done)

    def documents(self, *, internal: bool) -> list[Json]:
        """List what is indexed as JSON."""
        return [wire.document(record) for record in self.library.documents(internal=internal)]

    def document(self, document_id: str, *, internal: bool) -> Json:
        """Return one document with its text as JSON."""
        record = self.library.document(document_id, internal=internal)
        return wire.document_text(record, self.library.text(document_id, internal=internal))

    def correct(self, document_id: str, values: Mapping[str, str]) -> Json:
        """Correct a document; returns it as JSON."""
        return wire.document(self.library.correct(document_id, values))

    def remove(self, document_id: str) -> Json:
        """Erase a document; returns what it was as JSON."""
        return wire.document(self.library.remove(document_id))

    def close(self) -> None:
        """Stop the parser and close the library."""
        self._parser.close()
        self.library.close()


class LocalBackend:
    """A `Backend` on a data folder that this process owns; its user sees internal documents."""

    def __init__(self, service: Service, max_bytes: int) -> None:
        """Wrap `service`."""
        self._service = service
        self._max_bytes = max_bytes

    def ask(self, asked: Asked) -> Json:
        """Answer one question."""
        return self._service.ask(asked, internal=True)

    def search(self, sought: Sought) -> Json:
        """Rank passages."""
        return self._service.search(sought, internal=True)

    def ingest(self, paths: Sequence[Path], *, internal: bool, progress: Progress) -> Json:
        """Take in files and folders of this machine."""
        found = items(paths, self._max_bytes)
        return self._service.take_in(found, internal=internal, progress=progress)

    def documents(self) -> list[Json]:
        """List what is indexed, internal documents included."""
        return self._service.documents(internal=True)

    def document(self, document_id: str) -> Json:
        """Return one document with its text."""
        return self._service.document(document_id, internal=True)

    def correct(self, document_id: str, values: Mapping[str, str]) -> Json:
        """Correct a document's facts or visibility."""
        return self._service.correct(document_id, values)

    def remove(self, document_id: str) -> Json:
        """Erase a document."""
        return self._service.remove(document_id)

    def close(self) -> None:
        """Close the library."""
        self._service.close()
