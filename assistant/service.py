"""The assistant in this process: library, parser and conversations behind the contract's JSON."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from assistant import searching, wire
from assistant.answer import Answer
from assistant.answering import answering
from assistant.ask import Request, Turn
from assistant.backend import Asked, Json, Sought
from assistant.conversation import Conversations
from assistant.crawl import Crawl
from assistant.feedback.desk import FeedbackDesk
from assistant.feedback.export import as_json
from assistant.feedback.records import Report, Vote
from assistant.files import Wanted, items
from assistant.followup import exchanges, meant
from assistant.generation.generate import Writer
from assistant.generation.register import Style
from assistant.intake import Known, Parser, Progress, take_in
from assistant.steps import Done, Step
from assistant.suggesting import Suggestions
from assistant.survey import Item, Survey, WebSource
from assistant.vanished import aftermath
from assistant.verification.evidence import forget
from ingest.fetching.addresses import Policy
from ingest.fetching.fetch import Fetcher
from retrieval.library import Library
from retrieval.places import Placed, placed, within


class Service:
    """What the HTTP server and a command without a server work with. Thread-safe."""

    def __init__(
        self,
        library: Library,
        parser: Parser,
        fetcher: Fetcher | None = None,
        desk: FeedbackDesk | None = None,
        writer: Writer | None = None,
        conversations: Conversations | None = None,
    ) -> None:
        """Join the parts.

        Without a `fetcher` no address is fetched, without a `desk` no vote, and without a `writer`
        all answers are verbatim.
        """
        self.library = library
        self._parser = parser
        self._fetcher = fetcher or Fetcher(Policy(), max_bytes=0)
        self._conversations = conversations or Conversations()
        self._desk = desk
        self._writer = writer
        self._suggestions = Suggestions(library)

    def answer(self, asked: Asked, *, internal: bool) -> tuple[Answer, str | None, float]:
        """Answer a question; returns the answer, the conversation's id and the seconds taken."""
        *_, done = self.stream(asked, internal=internal)
        assert isinstance(done, Done)
        return done.answer, done.conversation_id, done.seconds

    def stream(self, asked: Asked, *, internal: bool) -> Generator[Step]:
        """Yield what happens while a question is answered; the last step is `Done`.

        Closing the generator stops the work on the answer. While a language model writes, a step
        comes at least every quarter of a second.
        """
        begun = time.monotonic()
        history = [Turn(role, content) for role, content in asked.history]
        history = history or list(
            self._conversations.turns(asked.conversation_id, internal=internal)
        )
        request = Request(asked.question, history, internal=internal, facets=asked.filters)
        style = Style(asked.style)
        answer = yield from answering(request, style, self.library, self._writer)
        turns = (Turn("user", answer.question), Turn("assistant", answer.markdown))
        name = self._conversations.add(asked.conversation_id, turns, internal=internal)
        if self._desk is not None:
            earlier = exchanges((turn.role, turn.content) for turn in history)
            text = meant(answer.question, earlier).text or answer.question
            self._desk.answered(name, answer, text, internal=internal)
        yield Done(answer, name, time.monotonic() - begun)

    def end_conversation(self, conversation_id: str) -> Json:
        """Forget a conversation; returns as JSON whether there was one of this id."""
        forgotten = self._conversations.end(conversation_id)
        if self._desk is not None:
            self._desk.drop(conversation_id)
        return {"forgotten": forgotten}

    def ask(self, asked: Asked, *, internal: bool) -> Json:
        """Answer one question as JSON."""
        return wire.answer(*self.answer(asked, internal=internal))

    def search(
        self, sought: Sought, *, internal: bool, told: searching.Told = lambda *_: None
    ) -> Json:
        """Rank passages or documents as JSON; `told` hears of the answer above them."""
        return searching.found(sought, self.library, self._writer, internal=internal, told=told)

    @property
    def suggests_at_once(self) -> bool:
        """Whether `suggest` need not read documents first."""
        return self._suggestions.current

    def suggest(self, typed: str, limit: int) -> Json:
        """Complete what is typed as JSON, from public documents alone."""
        return {"suggestions": list(map(wire.suggestion, self._suggestions.suggest(typed, limit)))}

    def take_in(
        self,
        sources: Iterable[Wanted],
        *,
        internal: bool,
        progress: Progress | None = None,
        survey: Survey | None = None,
        prune: bool = False,
    ) -> Json:
        """Take in files and addresses; returns the ingest report as JSON.

        Args:
            sources: What to take in.
            internal: Everything is for members of staff only.
            progress: Told what happens.
            survey: Told by `sources` what is there; tells afterwards what all of it came to.
            prune: Remove documents that are no longer there.
        """
        seen = survey or Survey()
        known = Known(self.library)
        done = take_in(
            _expanded(sources, Crawl(self._fetcher, seen, known)),
            self.library,
            self._parser,
            internal=internal,
            progress=progress,
            known=known,
        )
        seen.documents.update(record.document_id for record in done.documents)
        after = aftermath(self._placed(), seen.seen())
        done.vanished.extend(after.vanished)
        with self.library.batch():
            for gone in after.removable if prune else ():
                self.library.remove(gone.document_id)
                done.removed += 1
        return wire.report(done)

    def _placed(self) -> Iterator[Placed]:
        return (placed(record) for record in self.library.documents(internal=True))

    def placed(self, names: Iterable[str]) -> list[Json]:
        """List the documents that were found at places, or have these origins, as JSON."""
        return [wire.placed(found) for found in within(self._placed(), frozenset(names))]

    def documents(self, *, internal: bool) -> list[Json]:
        """List what is indexed as JSON."""
        return [wire.document(record) for record in self.library.documents(internal=internal)]

    def document(self, document_id: str, *, internal: bool) -> Json:
        """Return one document with its text as JSON."""
        record = self.library.document(document_id, internal=internal)
        text = self.library.text(document_id, internal=internal)
        twins = self.library.twins(document_id, internal=internal)
        return wire.document_text(record, text, twins)

    def correct(self, document_id: str, values: Mapping[str, str]) -> Json:
        """Correct a document; returns it as JSON."""
        return wire.document(self.library.correct(document_id, values))

    def remove(self, document_id: str) -> Json:
        """Erase a document; returns what it was as JSON."""
        removed = self.library.remove(document_id)
        forget()
        self._suggestions.forget(document_id)
        return wire.document(removed)

    def vote(self, vote: Vote) -> Json:
        """Count a vote; returns as JSON whether it is kept with its question."""
        return {"stored": self._desk is not None and self._desk.vote(vote)}

    def gaps(self, *, internal: bool, limit: int) -> Json:
        """List what the sources lack as JSON."""
        if self._desk is None:
            return as_json(Report(False, (), 0, {}))
        return as_json(self._desk.report(internal=internal, limit=limit))

    def forget_questions(self) -> Json:
        """Erase all kept questions; returns as JSON how many there were."""
        return {"forgotten": 0 if self._desk is None else self._desk.forget()}

    def respect_settings(self) -> None:
        """Erase what the settings no longer allow to be kept."""
        if self._desk is not None:
            self._desk.respect_setting()

    def close(self) -> None:
        """Stop the model and the parser and close the stores."""
        if self._writer is not None:
            self._writer.close()
        self._parser.close()
        if self._desk is not None:
            self._desk.close()
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

    def ingest(
        self,
        given: Sequence[str | Path],
        *,
        internal: bool,
        progress: Progress,
        prune: bool = False,
    ) -> Json:
        """Take in files and folders of this machine, addresses, and lists of them."""
        survey = Survey()
        found = items(given, self._max_bytes, survey)
        return self._service.take_in(
            found, internal=internal, progress=progress, survey=survey, prune=prune
        )

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

    def vote(self, vote: Vote) -> Json:
        """Count a vote on an answer."""
        return self._service.vote(vote)

    def gaps(self, limit: int) -> Json:
        """List refused and down-voted questions by meaning."""
        return self._service.gaps(internal=True, limit=limit)

    def forget_questions(self) -> Json:
        """Erase all questions kept for `gaps`."""
        return self._service.forget_questions()

    def close(self) -> None:
        """Close the library."""
        self._service.close()


def _expanded(sources: Iterable[Wanted], crawl: Crawl) -> Iterator[Item]:
    for wanted in sources:
        if isinstance(wanted, WebSource):
            yield from crawl.items(wanted)
        else:
            yield wanted
