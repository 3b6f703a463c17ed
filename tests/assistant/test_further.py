"""Follow-up questions are such that the documents near the answer ask and answer themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.answer import Answer, Kind
from assistant.ask import Request, Turn, ask
from ingest.document import Block
from retrieval.build import Stores
from retrieval.library import Library
from retrieval.memory import MemoryIndex
from retrieval.originals import Originals
from retrieval.registry import Registry
from tests.assistant.test_ask import H, P, entry
from tests.fakes import HashEmbedder

GARDEN = [
    Block(H, "Der Nachbarschaftsgarten", 1),
    Block(H, "Wann öffnet der Nachbarschaftsgarten?", 2),
    Block(P, "Der Nachbarschaftsgarten des QMB öffnet im Mai 2024."),
    Block(H, "Wer bezahlt den Nachbarschaftsgarten?", 2),
    Block(P, "Den Nachbarschaftsgarten bezahlt die Stadt gemeinsam mit zwei Vereinen."),
    Block(H, "Wie teuer ist der Nachbarschaftsgarten?", 2),
    Block(P, "Über den Preis des Nachbarschaftsgartens wird noch im Rat gesprochen."),
    Block(H, "Was wächst dort?", 2),
    Block(P, "Dort wachsen viele Kräuter und Tomaten, sagt der Nachbarschaftsgarten."),
    Block(H, "Welche Werkzeuge hat der Nachbarschaftsgarten?", 2),
    Block(H, "Begriffe", 2),
    Block(P, "QMB steht für Quartiersmanagementbüro."),
]
SECRET = [
    Block(H, "Vermerk zum Nachbarschaftsgarten", 1),
    Block(H, "Wer verwaltet den Nachbarschaftsgarten heimlich?", 2),
    Block(P, "Den Nachbarschaftsgarten verwaltet heimlich Frau Muster aus dem Nachbarort."),
]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    stores = Stores(
        Registry(tmp_path / "registry.sqlite3"), MemoryIndex(), Originals(tmp_path / "originals")
    )
    made = Library(stores, HashEmbedder())
    made.put(entry("garten.md", GARDEN, "de"))
    made.put(entry("vermerk.md", SECRET, "de", internal=True))
    yield made
    made.close()


@pytest.fixture
def put(library: Library) -> Callable[..., Answer]:
    def answer(question: str, *earlier: str, internal: bool = False) -> Answer:
        history = [Turn("user", text) for text in earlier]
        return ask(Request(question, history, internal=internal), library)

    return answer


QUESTION = "Wann öffnet der Nachbarschaftsgarten?"
PAYS = "Wer bezahlt den Nachbarschaftsgarten?"


def test_neighbouring_questions_and_defined_abbreviations_are_offered(
    put: Callable[..., Answer],
) -> None:
    given = put(QUESTION)
    assert given.kind is Kind.ANSWER
    assert PAYS in given.follow_ups
    assert "Was bedeutet QMB?" in given.follow_ups
    assert len(given.follow_ups) <= 3


def test_what_no_text_answers_is_not_offered(put: Callable[..., Answer]) -> None:
    offered = put(QUESTION).follow_ups
    assert not any("teuer" in one or "Werkzeuge" in one or "dort" in one for one in offered)


def test_nothing_is_offered_that_was_asked(put: Callable[..., Answer]) -> None:
    assert QUESTION not in put(QUESTION).follow_ups
    assert PAYS not in put(QUESTION, "Wer bezahlt denn den Nachbarschaftsgarten?").follow_ups


def test_internal_documents_offer_nothing_to_the_public(put: Callable[..., Answer]) -> None:
    hidden = "Wer verwaltet den Nachbarschaftsgarten heimlich?"
    assert hidden not in put(QUESTION).follow_ups
    assert hidden in put(QUESTION, internal=True).follow_ups


def test_a_refusal_offers_what_is_near(put: Callable[..., Answer]) -> None:
    given = put("Wie teuer ist der Nachbarschaftsgarten im Monat?")
    assert given.kind is Kind.REFUSAL
    assert QUESTION in given.follow_ups
    assert put("Wie backe ich einen Käsekuchen?").follow_ups == ()


@pytest.mark.parametrize("earlier", [[], [PAYS]])
def test_what_is_offered_is_answered(put: Callable[..., Answer], earlier: list[str]) -> None:
    for question in put(QUESTION, *earlier).follow_ups:
        assert put(question, *earlier, QUESTION).kind is Kind.ANSWER
