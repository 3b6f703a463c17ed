import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.document import Block, BlockKind
from ingest.wording.clean import HARD_BREAK, clean_block, clean_text, with_lines

LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
)
SIGNS = "aäBÜ09 -\u00ad¬\n\u2028\t\x0b.,;('\"§*:ﬁ\u0301\u200b\u202e\ud800"
texts = st.text(alphabet=st.one_of(st.sampled_from(SIGNS), st.characters()), max_size=50)


def letters(text: str) -> list[str]:
    """The letters and digits of a text, private use (symbol fonts) aside."""
    decomposed = unicodedata.normalize("NFD", text.translate(LIGATURES))
    shapeless = "\u115f\u1160"  # fillers count as letters but show nothing
    return [char for char in decomposed if char.isalnum() and char not in shapeless]


@given(texts, st.sampled_from(BlockKind))
def test_cleaning_twice_is_cleaning_once(text: str, kind: BlockKind) -> None:
    once = clean_text(text, kind)
    assert clean_text(once, kind) == once


@given(texts, st.sampled_from(BlockKind))
def test_no_letter_is_lost(text: str, kind: BlockKind) -> None:
    assert letters(clean_text(text, kind)) == letters(text)


@given(texts)
def test_result_is_plain(text: str) -> None:
    cleaned = clean_text(text)
    assert "\n" not in cleaned
    assert "  " not in cleaned
    assert cleaned == cleaned.strip()
    assert unicodedata.is_normalized("NFC", cleaned)
    cleaned.encode()


@pytest.mark.parametrize(
    ("wrapped", "joined"),
    [
        ("Gesund-\nheitsförderung", "Gesundheitsförderung"),
        ("Gesund\u00ad\nheit", "Gesundheit"),
        ("Gesund¬\nheit", "Gesundheit"),
        ("Vor- und\nNachteile", "Vor- und Nachteile"),
        ("Gesundheits-\nund Sozialamt", "Gesundheits- und Sozialamt"),
        ("Sport-\nbzw. Turnhalle", "Sport- bzw. Turnhalle"),
        ("ein-\nbis zweimal", "ein- bis zweimal"),
        ("den-\nnoch", "dennoch"),
        ("SGB-\nII", "SGB-II"),
        ("GKV-\nBündnis", "GKV-Bündnis"),
        ("GKV-\nfinanziert", "GKV-finanziert"),
        ("E-\nLearning", "E-Learning"),
        ("Nordrhein-\nWestfalen", "Nordrhein-Westfalen"),
        ("2020-\n2024", "2020-2024"),
        ("Akteur*-\ninnen", "Akteur*innen"),
        ("das Ziel -\nmehr Teilhabe", "das Ziel - mehr Teilhabe"),
    ],
)
def test_hyphen_at_a_line_end(wrapped: str, joined: str) -> None:
    assert clean_text(wrapped) == joined


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("ein\u00a0Wort\u2003mehr", "ein Wort mehr"),
        ("oﬃziell und ﬁnanziell", "offiziell und finanziell"),
        ("Ge\u00adsund\u200bheit\u202e", "Gesundheit"),
        ("10 m² und ½ Stunde", "10 m² und ½ Stunde"),
        ("u\u0308ben", "üben"),
        ("Wort , dann Schluss .", "Wort, dann Schluss."),
        ("Liste ... und so", "Liste ... und so"),
        ("Wert .5 bleibt", "Wert .5 bleibt"),
        ("\uf0b7 Punkt", "Punkt"),
        ("Geheim\U000e0041\U000e0042es", "Geheimes"),
    ],
)
def test_characters(raw: str, clean: str) -> None:
    assert clean_text(raw) == clean


@pytest.mark.parametrize(
    ("torn", "whole"),
    [
        ("Die Gesund- heit aller", "Die Gesundheit aller"),
        ("im Quar- tier, in der Gesundheits- förderung.",
         "im Quartier, in der Gesundheitsförderung."),
        ("die Fach- und die Lehr- kräfte", "die Fach- und die Lehrkräfte"),
    ],
)  # fmt: skip
def test_word_torn_inside_a_line_is_joined(torn: str, whole: str) -> None:
    assert clean_text(torn) == whole


@pytest.mark.parametrize(
    "text",
    [
        "Vor- und Nachteile",
        "Haupt- oder Nebenamt",
        "Kinder- wie Jugendhilfe",
        "Ein- bis Zweimal",
        "weder Vor- noch Nachteile",
        "Kinder- statt Elternarbeit",
        "Kinder-, Jugend- und Altenhilfe",
        "Kinder- jugend- und altersgerecht",
        "Stadt- Land",
        "GKV- finanziert",
        "das Ziel - mehr Teilhabe",
        "Leit- bzw. Grundsätze",
    ],
)
def test_suspended_hyphen_inside_a_line_stays(text: str) -> None:
    assert clean_text(text) == text


def test_wrapped_prose_becomes_one_line() -> None:
    prose = (
        "Wir beraten Kommunen bei der Planung\nvon Angeboten für Familien und für\n"
        "Ältere. Das Angebot ist kostenfrei und\nsteht allen Trägern offen."
    )
    assert clean_text(prose) == prose.replace("\n", " ")


def test_address_keeps_its_lines() -> None:
    address = (
        "Erika Muster\nReferentin\nMusterweg 5\n12345 Musterstadt\nTel.: 0123 4567\nem@muster.de"
    )
    assert clean_text(address) == address.replace("\n", HARD_BREAK)


def test_list_of_words_keeps_its_lines_but_not_a_broken_one() -> None:
    words = (
        "Armut\nTeilhabe fördern\nBewegung im Quartier und\nErnährung\n"
        "Neue Präventionsangebote\nKlima"
    )
    expected = ["Armut", "Teilhabe fördern", "Bewegung im Quartier und Ernährung"]
    assert clean_text(words).split(HARD_BREAK)[:3] == expected


def test_early_line_end_in_prose_is_meant() -> None:
    text = (
        "Die Förderung richtet sich an alle Kommunen, die neu beginnen wollen.\nKurz gesagt:\n"
        "Anträge nimmt die Geschäftsstelle das ganze Jahr über formlos entgegen."
    )
    assert clean_text(text).count(HARD_BREAK) == 1


def test_meant_break_stays_even_before_lower_case() -> None:
    assert clean_text(f"Kontakt{HARD_BREAK}info@muster.de") == f"Kontakt{HARD_BREAK}info@muster.de"


@pytest.mark.parametrize("kind", [BlockKind.HEADING, BlockKind.ROW])
def test_headings_and_rows_are_one_line(kind: BlockKind) -> None:
    assert clean_text(f"Gesund{HARD_BREAK}leben\nhier", kind) == "Gesund leben hier"


def test_block_keeps_everything_but_its_text() -> None:
    block = clean_block(Block(BlockKind.ITEM, " a\u00a0b ", page=3))
    assert block == Block(BlockKind.ITEM, "a b", page=3)


def test_with_lines_writes_newlines() -> None:
    assert with_lines(Block(BlockKind.NOTE, f"a{HARD_BREAK}b")).text == "a\nb"
