import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.document import Block, BlockKind
from ingest.plain import read_plain
from ingest.wording.clean import HARD_BREAK, clean_block
from ingest.wording.textpages import strip_pages

ITEM, PARAGRAPH, HEADING = BlockKind.ITEM, BlockKind.PARAGRAPH, BlockKind.HEADING


def blocks(text: str) -> list[Block]:
    return [clean_block(block) for block in read_plain(text).blocks]


def texts(text: str, kind: BlockKind | None = None) -> list[str]:
    return [block.text for block in blocks(text) if kind in (None, block.kind)]


def test_paragraphs_and_form_feeds() -> None:
    text = "Der erste Absatz ist hier zu\nEnde gekommen.\n\nDer zweite folgt.\fDer dritte auch."
    assert texts(text) == [
        "Der erste Absatz ist hier zu Ende gekommen.",
        "Der zweite folgt.",
        "Der dritte auch.",
    ]
    assert {block.page for block in blocks(text)} == {None}


@pytest.mark.parametrize("sign", ["•", "-", "–", "*", "▪", "►", "\uf0b7", "➢", "·"])
def test_bullets_and_their_wrapped_lines(sign: str) -> None:
    text = f"Ziele sind:\n{sign} mehr Bewegung in Kitas und in\nGrundschulen,\n{sign} gutes Essen."
    assert texts(text, ITEM) == [
        "mehr Bewegung in Kitas und in Grundschulen,",
        "gutes Essen.",
    ]


def test_bullet_alone_on_its_line() -> None:
    assert texts("Ziele:\n•\nBewegung im Alltag\n\n•\n\nErnährung", ITEM) == [
        "Bewegung im Alltag",
        "Ernährung",
    ]


def test_empty_line_inside_an_item() -> None:
    text = (
        "• Wie gelingt die Zusammenarbeit mit den Schulen zum Thema\n\n"
        "„gesund lernen“ im Kreis?\n\nEin neuer Absatz."
    )
    assert texts(text, ITEM) == [
        "Wie gelingt die Zusammenarbeit mit den Schulen zum Thema „gesund lernen“ im Kreis?"
    ]
    assert texts(text, PARAGRAPH) == ["Ein neuer Absatz."]


def test_numbers_stay_and_dates_are_no_items() -> None:
    text = (
        "Es gelten:\n1. Antrag stellen\n2. Bescheid abwarten\n\n"
        "Die Sitzung war am\n4. November 2021 in Halle."
    )
    assert texts(text, ITEM) == ["1. Antrag stellen", "2. Bescheid abwarten"]
    assert texts(text, PARAGRAPH)[-1] == "Die Sitzung war am 4. November 2021 in Halle."


def test_dash_in_the_middle_of_a_sentence_is_no_item() -> None:
    text = "Das Vorhaben richtet sich an Familien in der ganzen Stadt\n– und zwar kostenfrei."
    assert texts(text, ITEM) == []


def test_text_after_the_list_is_no_part_of_it() -> None:
    text = (
        "Wir bieten an:\n- Kurse\n- Beratung\n"
        "Alle Angebote sind kostenfrei und stehen das ganze Jahr über allen offen.\n"
    )
    assert texts(text, ITEM) == ["Kurse", "Beratung"]


def test_lost_bullets_are_told_by_the_space_they_left() -> None:
    text = (
        "Ergebnisse der Sitzung\n\nDie Gruppe hat drei Vorschläge gesammelt.\n\n"
        " Eine Stelle im Amt soll die Vorhaben aller\nBeteiligten zusammenführen.\n\n"
        " Die Kassen werden früh eingebunden, damit die\nFörderung gelingt.\n"
        " Ein Bericht erscheint jedes Jahr.\n\nDamit endet das Protokoll."
    )
    assert len(texts(text, ITEM)) == 3
    assert texts(text, PARAGRAPH)[-1] == "Damit endet das Protokoll."


def test_title_sections_and_numbered_headings() -> None:
    text = (
        "Bewegte Quartiere\n\nDas Projekt lief drei Jahre lang in vier Städten.\n\n"
        "Was wir gelernt haben\n\nOhne Beteiligung geht es nicht.\n\n"
        "1. Ausgangslage\n\nViele Menschen kannten die Angebote nicht.\n\n"
        "2. Vorgehen\n\n• Befragung\n• Workshop"
    )
    headings = [(block.level, block.text) for block in blocks(text) if block.kind is HEADING]
    assert headings == [
        (1, "Bewegte Quartiere"),
        (2, "Was wir gelernt haben"),
        (2, "1. Ausgangslage"),
        (2, "2. Vorgehen"),
    ]


def test_heading_glued_to_its_paragraph() -> None:
    text = (
        "Gute Praxis im Kreis\n"
        "Die Beratung kommt in die Häuser und erreicht so auch Menschen, die sonst\n"
        "nicht kämen. Sie wird seit zwei Jahren angeboten und gern genutzt.\n"
    )
    assert blocks(text)[0].kind is HEADING


@pytest.mark.parametrize(
    "line",
    [
        "Musterweg 5, 12345 Musterstadt",
        "Telefon 0123 45678",
        "info@muster.de",
        "www.muster.de",
        "Ansprechpartnerin: Erika Muster",
        "5. Oktober 2021",
        "Erika Muster, Gesundheitsamt Musterstadt",
        "Ein ganzer Satz, der mit einem Punkt endet.",
        "Wir arbeiten mit der",
        "Zum Inhalt springen",
    ],
)
def test_never_a_heading(line: str) -> None:
    text = f"{line}\n\nDarunter steht ein ganzer Satz, der lang genug ist, um Inhalt zu sein."
    assert texts(text, HEADING) == []


def test_contact_lines_stay_apart() -> None:
    contact = "Ansprechpartnerin:\nErika Muster\nMusterweg 5\n12345 Musterstadt\nTel.: 0123 45678"
    assert texts(f"Ein Satz davor.\n\n{contact}")[-1] == contact.replace("\n", HARD_BREAK)


def test_unwrapped_text_has_a_paragraph_per_line() -> None:
    long = (
        "Dieser Satz ist so lang, dass ihn niemand umbrochen hat, weil er einfach weitergeht. " * 3
    )
    assert len(texts(f"{long}\n{long}\nKurz\nKnapp")) == 3


def test_rules_are_borders() -> None:
    assert texts("Oben steht ein Satz.\n-----\nUnten steht noch einer.") == [
        "Oben steht ein Satz.",
        "Unten steht noch einer.",
    ]


def exported(*numbers: str, head: str = "Amt für Gesundheit, Bericht") -> str:
    """A text as exported from a PDF: pages between form feeds, a head and a number on each."""
    bodies = (f"Auf Blatt {'ABCDEFG'[at]} steht ein ganzer Satz." for at in range(len(numbers)))
    return "\f".join(
        f"{head}\n\n{body}\n\n{number}\n" for body, number in zip(bodies, numbers, strict=True)
    )


@pytest.mark.parametrize(
    "numbers",
    [("1", "2", "3"), ("17", "18", "19"), ("- 4 -", "- 5 -", "- 6 -"),
     ("Seite 1 von 3", "Seite 2 von 3", "Seite 3 von 3")],
)  # fmt: skip
def test_page_numbers_and_running_heads_between_form_feeds_go(numbers: tuple[str, ...]) -> None:
    assert texts(exported(*numbers)) == [
        f"Auf Blatt {letter} steht ein ganzer Satz." for letter in "ABC"
    ]


def test_numbers_that_count_nothing_and_lines_said_twice_stay() -> None:
    found = texts(exported("2019", "74", "8"))
    assert {"2019", "74", "8"} <= set(found)
    assert found.count("Amt für Gesundheit, Bericht") == 0
    assert texts(exported("1", "2")).count("Amt für Gesundheit, Bericht") == 2


def test_text_without_form_feeds_keeps_its_numbers() -> None:
    text = exported("1", "2", "3").replace("\f", "\n")
    assert [line for line in texts(text) if line in "123"] == ["1", "2", "3"]


def test_word_over_a_form_feed_is_joined() -> None:
    text = "Das ist ein Satz über Gesund-\n\n\fheit im Quartier.\n\n\fDas Vor-\n\fund Nachher."
    assert texts(text)[0] == "Das ist ein Satz über Gesundheit im Quartier."
    assert "Vor- und Nachher." in texts(text)[1]


@given(st.lists(st.text(alphabet="aB \n-.", max_size=60), min_size=1, max_size=6))
def test_only_edge_lines_of_pages_are_ever_taken_out(pages: list[str]) -> None:
    kept = strip_pages("\f".join(pages)).split("\f")
    assert len(kept) == len(pages)
    for page, rest in zip(pages, kept, strict=True):
        lines = page.split("\n")
        assert len(lines) - len(rest.split("\n")) <= 6
        assert all(line in lines for line in rest.split("\n") if line)


@given(st.text(alphabet="aB \n\f•-1.)(:?,„“üÖ", max_size=200))
def test_no_letter_is_lost(text: str) -> None:
    def letters(value: str) -> list[str]:
        return sorted(char for char in value if char.isalpha())

    read = "".join(block.text for block in read_plain(text).blocks)
    assert letters(read) == letters(text)
