"""The real server around a scripted service: a bot meets every kind of answer, and quickly."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import uvicorn

from assistant.answer import Answer, Citation, Kind, Sentence, render
from assistant.backend import Asked
from assistant.bots.hooks import Hook
from assistant.bots.server import Place
from assistant.feedback.records import Vote
from assistant.service import Service
from assistant.steps import Done, Replaced, Said, Stage, Step
from assistant.web import serve
from assistant.web.app import ServerOptions, create_app
from ingest.document import Metadata, PageUnit
from retrieval.records import DocumentRecord, Visibility

TOKEN = "schluessel-des-servers"
QUOTE = "Das Netzwerk trifft sich jeden ersten Montag."
REPLACED, LONG, TALK, SLOW = "Ersetzt", "Lang", "Danke", "Langsam"


@dataclass
class Scripted:
    """What the server asks in place of the assistant."""

    pause: float = 0.0
    asked: list[Asked] = field(default_factory=list)
    internal: list[bool] = field(default_factory=list)
    votes: list[Vote] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def stream(self, asked: Asked, *, internal: bool) -> Generator[Step]:
        with self.lock:
            self.asked.append(asked)
            self.internal.append(internal)
            number = len(self.asked)
        yield Stage("searching")
        time.sleep(1.0 if asked.question.startswith(SLOW) else self.pause)
        conversation = asked.conversation_id or f"gespraech-{number}"
        answer = _answer(asked.question)
        yield from _said(answer)
        if asked.question.startswith(REPLACED):
            answer = Answer(asked.question, Kind.REFUSAL, "de", 0.1, text="Dazu steht nichts da.")
            yield Replaced(answer)
        yield Done(answer, conversation, 0.01)

    def vote(self, vote: Vote) -> dict[str, Any]:
        self.votes.append(vote)
        return {"stored": False}

    def end_conversation(self, conversation_id: str) -> dict[str, Any]:
        self.ended.append(conversation_id)
        return {"forgotten": True}


def _answer(question: str) -> Answer:
    if question.startswith(TALK):
        return Answer(question, Kind.SMALLTALK, "de", 1.0, text="Gern.")
    count = 60 if question.startswith(LONG) else 2
    sentences = tuple(
        Sentence(f"{QUOTE} Satz {number} zu {question}", (1,), item=count > 2)
        for number in range(count)
    )
    return Answer(question, Kind.ANSWER, "de", 0.9, sentences, (_citation(),), follow_ups=("Wo?",))


def _said(answer: Answer) -> Iterator[Said]:
    if not answer.sentences:
        yield Said(answer.markdown)
    for number, sentence in enumerate(answer.sentences):
        between = ("\n" if sentence.item else " ") if number else ""
        yield Said(between + render(sentence), sentence, answer.citations if not number else ())


def _citation() -> Citation:
    record = DocumentRecord(
        "doc1", "netz.pdf", "netz.pdf", "0", 1, Visibility.PUBLIC, Metadata(title="Netzwerke"),
        PageUnit.PAGE, 4, 3,
    )  # fmt: skip
    return Citation(1, record, "doc1-1", "", 3, 0, len(QUOTE), QUOTE)


class Listening:
    """An application on a port of this process, in a thread."""

    def __init__(self, service: object, hooks: dict[str, Hook] | None = None) -> None:
        options = ServerOptions(TOKEN, 300_000, hooks=hooks or {})
        self.app = create_app(cast("Service", service), options)
        self.sockets = serve.listen("127.0.0.1", 0)
        config = uvicorn.Config(self.app, log_level="warning", access_log=False)
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(
            target=self.server.run, kwargs={"sockets": [self.sockets.public]}, daemon=True
        )

    @property
    def place(self) -> Place:
        return Place(self.sockets.url, TOKEN)


@contextmanager
def listening(service: object, hooks: dict[str, Hook] | None = None) -> Iterator[Listening]:
    """Serve for a while."""
    made = Listening(service, hooks)
    made.thread.start()
    until = time.monotonic() + 20
    while not made.server.started:
        assert time.monotonic() < until
        time.sleep(0.01)
    try:
        yield made
    finally:
        made.server.should_exit = True
        made.thread.join(10)
        made.sockets.public.close()
