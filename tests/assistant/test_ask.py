"""The way from a question to an answer over a real library, with a stand-in for the model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.answer import Answer, Kind
from assistant.ask import Request, Turn, ask
from assistant.errors import QuestionInvalid
from ingest.assemble import assemble
from ingest.document import Block, BlockKind, Document, Metadata
from ingest.facts.contacts import contacts_in
from ingest.split import split
from retrieval.build import Entry, Stores
from retrieval.library import Library
from retrieval.memory import MemoryIndex
from retrieval.originals import Originals
from retrieval.records import DocumentText
from retrieval.registry import Registry
from tests.fakes import HashEmbedder

H, P, I = BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.ITEM  # noqa: E741  # three block kinds

CONTACTS = [
    Block(H, "Beratung in Sachsen-Anhalt", 1),
    Block(P, "Die Koordinierungsstelle berät Kommunen in Sachsen-Anhalt."),
    Block(P, "Ihre Ansprechpartnerin: Erika Muster, Telefon 0391 / 12 34 56"),
]
PLAN = [
    Block(H, "Plan für das Quartier", 1),
    Block(P, "Das Quartiersbüro öffnet am 3. März 2024."),
    Block(P, "Für den Spielplatz liegen drei Vorschläge vor:"),
    Block(I, "ein Klettergerüst bauen"),
    Block(I, "Bänke im Schatten aufstellen"),
    Block(I, "den Brunnen reparieren"),
    Block(P, "Den Spielplatz bezahlt die Stadt aus Mitteln nach § 20a SGB V."),
]
ENGLISH = [
    Block(H, "The network", 1),
    Block(P, "The cooperation network was founded in 2003 by a federal agency."),
]


TEAM = [
    Block(H, "Team im Landkreis", 1),
    Block(P, "Dr. Leyla Demir, Leitung, Telefon 0345 221456, E-Mail: demir@kreis.example"),
    Block(P, "Jörg Weide, Koordination, Telefon 0345 990123"),
    Block(P, "Thomas Brink, Hochschule, E-Mail: brink@hochschule.example"),
]


def entry(name: str, blocks: list[Block], language: str, internal: bool = False) -> Entry:
    made = assemble(blocks)
    facts = Metadata(title=blocks[0].text, language=language)
    document = Document(
        made.text,
        facts,
        "test",
        pages=made.pages,
        headings=made.headings,
        contacts=contacts_in(made.text),
    )
    return Entry(name, name, name, document, split(document), b"x", "text/plain", internal)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    stores = Stores(
        Registry(tmp_path / "registry.sqlite3"), MemoryIndex(), Originals(tmp_path / "originals")
    )
    made = Library(stores, HashEmbedder())
    made.put(entry("kontakt.txt", CONTACTS, "de"))
    made.put(entry("plan.md", PLAN, "de"))
    made.put(entry("network.txt", ENGLISH, "en"))
    yield made
    made.close()


@pytest.fixture
def put(library: Library) -> Callable[[str], Answer]:
    def answer(question: str) -> Answer:
        given = ask(Request(question), library)
        for cited in given.citations:
            text = library.text(cited.document.document_id, internal=True).text
            assert text[cited.start : cited.end] == cited.quote != ""
        used = {number for sentence in given.sentences for number in sentence.citations}
        assert used == {cited.id for cited in given.citations}
        assert bool(given.citations) is (given.kind is Kind.ANSWER)
        return given

    return answer


def test_the_direct_sentence_comes_first(put: Callable[[str], Answer]) -> None:
    given = put("Wann öffnet das Quartiersbüro?")
    assert given.kind is Kind.ANSWER
    assert given.sentences[0].text == "Das Quartiersbüro öffnet am 3. März 2024."


def test_a_list_comes_whole_with_the_line_that_announces_it(put: Callable[[str], Answer]) -> None:
    given = put("Welche Vorschläge gibt es für den Spielplatz?")
    (listed,) = given.sentences
    assert listed.whole == (
        "Für den Spielplatz liegen drei Vorschläge vor:\n"
        "- ein Klettergerüst bauen\n- Bänke im Schatten aufstellen\n- den Brunnen reparieren"
    )
    assert listed.citations == (1, 2)
    assert given.markdown == (
        "Für den Spielplatz liegen drei Vorschläge vor:\n\n"
        "- ein Klettergerüst bauen [1]\n- Bänke im Schatten aufstellen [1]\n"
        "- den Brunnen reparieren [2]"
    )


def test_a_document_is_read_once_an_answer(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    text = Library.text

    def counted(self: Library, document_id: str, *, internal: bool) -> DocumentText:
        read.append(document_id)
        return text(self, document_id, internal=internal)

    monkeypatch.setattr(Library, "text", counted)
    given = ask(Request("Welche Vorschläge gibt es für den Spielplatz?"), library)
    assert given.kind is Kind.ANSWER
    assert len(read) == len(set(read)) > 0


def test_a_contact_is_its_line(put: Callable[[str], Answer]) -> None:
    given = put("Wer ist Ansprechpartnerin in Sachsen-Anhalt?")
    assert [s.text for s in given.sentences] == [
        "Ihre Ansprechpartnerin: Erika Muster, Telefon 0391 / 12 34 56"
    ]


@pytest.mark.parametrize(
    "question",
    [
        "Wer ist Ansprechpartnerin der Koordinierungsstelle in Bayern?",
        "Was bezahlt die Stadt nach § 20b SGB V für den Spielplatz?",
        "Wie lautet die Telefonnummer des Quartiersbüros?",
        "Wie backe ich einen Käsekuchen?",
    ],
)
def test_what_the_sources_do_not_say_is_refused(
    question: str, put: Callable[[str], Answer]
) -> None:
    given = put(question)
    assert given.kind is Kind.REFUSAL
    assert given.abstained
    assert "steht nichts in den Quellen" in given.text


def test_what_is_said_of_one_town_is_no_answer_for_another(put: Callable[[str], Answer]) -> None:
    assert put("Wann öffnet das Quartiersbüro?").kind is Kind.ANSWER
    given = put("Wann öffnet das Quartiersbüro in Stendal?")
    assert given.kind is Kind.REFUSAL
    assert given.text.startswith("Zu Stendal steht nichts in den Quellen")


@pytest.mark.parametrize("name", ["*fett*", "<!channel>", "[hier](https://boese.example)"])
def test_a_refusal_repeats_no_markup(name: str, put: Callable[[str], Answer]) -> None:
    given = put(f"Wann öffnet das Quartiersbüro „X {name}“?")
    assert given.kind is Kind.REFUSAL
    assert given.text.startswith("Dazu steht nichts in den Quellen")


def test_of_two_documents_the_one_that_knows_the_town_answers(library: Library) -> None:
    library.put(
        entry("mitte.md", [Block(H, "Mitte", 1), Block(P, "Der Treff öffnet um 9 Uhr.")], "de")
    )
    library.put(
        entry(
            "stendal.md",
            [Block(H, "Stendal", 1), Block(P, "Auch hier hat der Treff geöffnet, ab 14 Uhr.")],
            "de",
        )
    )
    given = ask(Request("Ab wie viel Uhr hat der Treff in Stendal geöffnet?"), library)
    assert [citation.document.title for citation in given.citations] == ["Stendal"]


def test_a_paragraph_is_found_in_another_spelling(put: Callable[[str], Answer]) -> None:
    given = put("Was bezahlt die Stadt nach §20 a SGB 5 für den Spielplatz?")
    assert given.sentences[0].text.startswith("Den Spielplatz bezahlt die Stadt")


def test_an_english_source_is_introduced_in_german(put: Callable[[str], Answer]) -> None:
    given = put("Wann wurde der Kooperationsverbund gegründet?")
    assert given.sentences[0].text.startswith("The cooperation network was founded in 2003")
    assert given.sentences[0].lead == "In einer englischsprachigen Quelle steht: "


def test_the_same_statement_in_two_documents_is_one_sentence(
    library: Library, put: Callable[[str], Answer]
) -> None:
    again = [
        Block(H, "Aushang", 1),
        Block(P, "Das Quartiersbüro öffnet am 3. März 2024."),
    ]
    library.put(entry("aushang.txt", again, "de"))
    given = put("Wann öffnet das Quartiersbüro?")
    assert [s.text for s in given.sentences].count("Das Quartiersbüro öffnet am 3. März 2024.") == 1
    sources = {given.citations[n - 1].document.source for n in given.sentences[0].citations}
    assert sources == {"plan.md", "aushang.txt"}


def test_internal_documents_answer_only_those_who_may_see_them(library: Library) -> None:
    secret = [Block(H, "Vermerk", 1), Block(P, "Die Zaubernuss blüht im Hof.")]
    library.put(entry("vermerk.txt", secret, "de", internal=True))
    public = ask(Request("Wo blüht die Zaubernuss?"), library)
    assert public.kind is Kind.REFUSAL
    assert "vermerk" not in " ".join(record.source for record in public.related)
    inside = ask(Request("Wo blüht die Zaubernuss?", internal=True), library)
    assert inside.sentences[0].text == "Die Zaubernuss blüht im Hof."


def test_an_empty_library_is_a_refusal_with_a_hint(tmp_path: Path) -> None:
    stores = Stores(
        Registry(tmp_path / "registry.sqlite3"), MemoryIndex(), Originals(tmp_path / "originals")
    )
    given = ask(Request("Was ist eine KGC?"), Library(stores, HashEmbedder()))
    assert given.kind is Kind.REFUSAL
    assert "kgc ingest" in given.text


@pytest.mark.parametrize("question", ["", "   ", "?!", "x" * 1_001])
def test_senseless_questions_are_refused_with_a_sentence(library: Library, question: str) -> None:
    with pytest.raises(QuestionInvalid) as caught:
        ask(Request(question), library)
    assert "Bitte" in caught.value.message


def test_a_follow_up_is_answered_with_what_it_refers_to(library: Library) -> None:
    assert ask(Request("Und wann?"), library).kind is Kind.REFUSAL
    history = [Turn("user", "Wer öffnet das Quartiersbüro?"), Turn("assistant", "Unklar.")]
    given = ask(Request("Und wann?", history), library)
    assert given.question == "Und wann?"
    assert given.sentences[0].text == "Das Quartiersbüro öffnet am 3. März 2024."
    other = ask(Request("Welche Vorschläge gibt es für den Spielplatz?", history), library)
    assert other.sentences[0].text.startswith("Für den Spielplatz")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Welche Telefonnummer hat Jörg Weide?", "0345 990123"),
        ("Wie ist die Telefonnummer von Leyla Demir?", "0345 221456"),
        ("Wie ist die E-Mail von Thomas Brink?", "brink@hochschule.example"),
        ("Wie lautet die Telefonnummer von Thomas Brink?", None),
    ],
)
def test_a_number_is_that_of_the_person_asked_for(
    library: Library, put: Callable[[str], Answer], question: str, expected: str | None
) -> None:
    library.put(entry("team.txt", TEAM, "de"))
    given = put(question)
    if expected is None:
        assert given.kind is Kind.REFUSAL
        return
    assert given.kind is Kind.ANSWER
    assert expected in given.sentences[0].text
    others = [part for part in ("221456", "990123", "brink@") if part not in expected]
    assert not any(other in given.sentences[0].text for other in others)


def test_the_same_words_about_another_day_or_place_are_another_statement(
    library: Library, put: Callable[[str], Answer]
) -> None:
    for name, day in (("Altmark", "Montag"), ("Uckermark", "Freitag")):
        says = f"Die Pflegelotsen {name} beraten jeden {day} von 14 bis 17 Uhr im Rathaus."
        blocks = [Block(H, f"Pflegelotsen {name}", 1), Block(P, says)]
        library.put(entry(f"{name}.txt", blocks, "de"))
    given = put("Wann beraten die Pflegelotsen Altmark?")
    assert [cited.document.source for cited in given.citations[:1]] == ["Altmark.txt"]
    first = given.sentences[0]
    assert "Montag" in first.text
    assert len(first.citations) == 1
