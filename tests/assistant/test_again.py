"""An answer is given once more, but otherwise, over a real library."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.again import shortened
from assistant.answer import Answer, Kind
from assistant.ask import Request, Turn, ask
from ingest.document import Block
from retrieval.build import Stores
from retrieval.library import Library
from retrieval.memory import MemoryIndex
from retrieval.originals import Originals
from retrieval.registry import Registry
from tests.assistant.test_ask import ENGLISH, PLAN, H, P, entry
from tests.fakes import HashEmbedder

HALL = [
    Block(H, "Die Sporthalle", 1),
    Block(P, "Die Sporthalle in Altdorf öffnet am Montag für alle Familien."),
    Block(P, "Die Sporthalle in Altdorf hat eine Rampe und einen Aufzug für Rollstühle."),
    Block(P, "Die Sporthalle in Altdorf leiht Bälle und Matten ohne Gebühr aus."),
    Block(P, "Die Sporthalle in Altdorf sucht Freiwillige, die am Abend die Türen schließen."),
    Block(P, "Die Sporthalle in Altdorf wird im Sommer mit Bäumen gegen die Hitze geschützt."),
]
QUESTION = "Wann öffnet die Sporthalle in Altdorf?"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    stores = Stores(
        Registry(tmp_path / "registry.sqlite3"), MemoryIndex(), Originals(tmp_path / "originals")
    )
    made = Library(stores, HashEmbedder())
    made.put(entry("halle.md", HALL, "de"))
    made.put(entry("plan.md", PLAN, "de"))
    made.put(entry("network.txt", ENGLISH, "en"))
    yield made
    made.close()


@pytest.fixture
def talk(library: Library) -> Callable[..., list[Answer]]:
    def held(*questions: str, facets: dict[str, str] | None = None) -> list[Answer]:
        turns: list[Turn] = []
        answers = []
        for question in questions:
            given = ask(Request(question, tuple(turns), facets=facets or {}), library)
            turns += [Turn("user", question), Turn("assistant", given.markdown)]
            answers.append(given)
        return answers

    return held


def test_more_says_nothing_twice_and_ends(talk: Callable[..., list[Answer]]) -> None:
    answers = talk(QUESTION, *["mehr dazu"] * 5)
    told = [one for one in answers if one.kind is Kind.ANSWER]
    sentences = [sentence.text for one in told for sentence in one.sentences]
    assert len(told) > 1
    assert len(sentences) == len(set(sentences))
    assert answers[-1].kind is Kind.REFUSAL
    assert "Mehr steht dazu nicht" in answers[-1].text


def test_shorter_is_the_first_sentence_with_its_citation(
    talk: Callable[..., list[Answer]],
) -> None:
    long, short = talk(QUESTION, "kürzer bitte")
    assert short.sentences == long.sentences[:1]
    assert [cited.id for cited in short.citations] == list(short.sentences[0].citations)


def test_a_list_stays_whole_when_shortened(talk: Callable[..., list[Answer]]) -> None:
    (given,) = talk("Welche Vorschläge gibt es für den Spielplatz?")
    assert shortened((given.sentences, given.citations)) == (given.sentences, given.citations)


def test_sentences_become_items(talk: Callable[..., list[Answer]]) -> None:
    _, listed = talk(QUESTION, "als Liste")
    assert all(sentence.item for sentence in listed.sentences)
    assert listed.markdown.startswith("- Die Sporthalle")


def test_a_wish_for_a_language_changes_the_lead(talk: Callable[..., list[Answer]]) -> None:
    german, english = talk(QUESTION, "in English please")
    assert (german.language, english.language) == ("de", "en")
    assert english.sentences[0].lead == "A source in German says: "
    assert english.sentences[0].text == german.sentences[0].text


def test_a_wish_without_a_question_asks_for_it(talk: Callable[..., list[Answer]]) -> None:
    (given,) = talk("mehr dazu")
    assert given.kind is Kind.REFUSAL
    assert "ganze Frage" in given.text


def test_the_new_thing_in_a_follow_up_must_be_spoken_of(
    talk: Callable[..., list[Answer]],
) -> None:
    *_, moon = talk(QUESTION, "Und auf dem Mond?")
    assert moon.kind is Kind.REFUSAL


def test_thanks_before_a_question_do_not_swallow_it(talk: Callable[..., list[Answer]]) -> None:
    *_, given = talk("Danke! " + QUESTION)
    assert given.kind is Kind.ANSWER
    assert given.question == "Danke! " + QUESTION


def test_a_refusal_names_the_filter(talk: Callable[..., list[Answer]]) -> None:
    (given,) = talk("Wie backe ich Kuchen?", facets={"language": "de"})
    assert "Sprache = de" in given.text
