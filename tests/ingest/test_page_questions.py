"""The first citation opens on the page or slide where the asked fact stands."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pytest

from assistant import wiring
from assistant.backend import Asked, Json
from assistant.files import items
from assistant.settings import Settings
from tests.data import paged
from tests.data.paged import Fact

SEED = 7
FEWEST = 100


@dataclass(frozen=True, slots=True)
class Asking:
    """A fact and where it stands."""

    fact: Fact
    source: str
    number: int


@dataclass(frozen=True, slots=True)
class Reply:
    """What was answered to it."""

    asking: Asking
    answer: Json

    @property
    def answered(self) -> bool:
        return bool(self.answer["kind"] == "answer")

    @property
    def place(self) -> tuple[str, int | None]:
        first = self.answer["citations"][0]
        return first["source"], first["slide"] or first["page"]

    @property
    def right(self) -> bool:
        return self.place == (self.asking.source, self.asking.number)


def write(folder: Path) -> tuple[list[Asking], list[Fact]]:
    """Write the files; return what can be asked, and what stands on hidden slides only."""
    given = paged.facts(SEED)

    def take(count: int) -> list[Fact]:
        return list(islice(given, count))

    hidden = take(2)
    made = {
        "bericht.pdf": paged.report(take(14), 1),
        "bericht_gross.pdf": paged.report(take(14), 2, size=12),
        "zweispaltig.pdf": paged.report(take(14), 3, columns=2),
        "folien_a.pdf": paged.deck(take(13), 4),
        "folien_b.pdf": paged.deck(take(13), 5),
        "vortrag_a.pptx": paged.slides(take(13), hidden[0], 6),
        "vortrag_b.pptx": paged.slides(take(13), hidden[1], 7),
        "gemischt.pdf": paged.mixed(take(14), 8),
    }
    asked = []
    for name, (data, places) in made.items():
        (folder / name).write_bytes(data)
        asked += [Asking(fact, name, number) for fact, number in places.items()]
    return asked, hidden


@pytest.fixture(scope="module")
def talked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[list[Reply], list[Json]]]:
    folder = tmp_path_factory.mktemp("seiten")
    (folder / "texte").mkdir()
    asked, hidden = write(folder / "texte")
    (folder / "daten").mkdir()
    service = wiring.service(Settings(data_dir=folder / "daten"))
    report = service.take_in(items([folder / "texte"], 10**8), internal=False)
    assert report["failed"] == []

    def ask(fact: Fact) -> Json:
        return service.ask(Asked(fact.question), internal=False)

    try:
        yield [Reply(asking, ask(asking.fact)) for asking in asked], [ask(fact) for fact in hidden]
    finally:
        service.close()


pytestmark = [pytest.mark.model, pytest.mark.slow]
Talked = tuple[list[Reply], list[Json]]


def test_pages_are_cited_rightly(talked: Talked) -> None:
    replies, _ = talked
    assert len(replies) >= FEWEST
    answered = [reply for reply in replies if reply.answered]
    wrong = [(reply.asking, reply.place) for reply in answered if not reply.right]
    refused = [reply.asking for reply in replies if not reply.answered]
    sys.stdout.write(
        f"{len(replies)} asked, {len(refused)} refused, {len(wrong)} on a wrong page\n"
    )
    assert len(wrong) <= 0.02 * len(answered), wrong
    assert len(refused) <= 0.1 * len(replies), refused


def test_answers_hold_the_fact(talked: Talked) -> None:
    replies, _ = talked
    answered = [reply for reply in replies if reply.answered]
    missed = [
        (reply.asking, reply.answer["answer"])
        for reply in answered
        if reply.asking.fact.answer not in reply.answer["citations"][0]["quote"]
    ]
    assert len(missed) <= 0.02 * len(answered), missed


def test_hidden_slides_answer_nothing(talked: Talked) -> None:
    _, answers = talked
    for fact, answer in zip(paged.facts(SEED), answers, strict=False):
        assert fact.sentence not in str(answer)
    assert len(answers) == 2
