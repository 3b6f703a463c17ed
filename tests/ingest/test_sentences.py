import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.wording.sentences import sentences

STATUTE = Path(__file__).resolve().parents[3] / "shared" / "data" / "sgb_5.md"

# "|" marks where a sentence must end; everything else must stay together.
GERMAN = [
    "Das Treffen war gut besucht.|Danach wurde beraten.",
    "Kommen Sie?|Ja!|Wir freuen uns …|Bis bald.",
    "Wer hilft?!|Alle helfen.",
    "Es gibt Angebote, z. B. Kochkurse, u. a. Gruppen für Väter.|Sie kosten nichts.",
    "Es gibt Angebote (z.B. Kochkurse).|Sie kosten nichts.",
    "Das gilt i. V. m. Art. 4 Abs. 2 S. 1 Nr. 3 gem. Satzung.|Es bleibt so.",
    "Nach § 20 Abs. 1 S. 2 SGB V. Anspruch haben alle.".replace("V. A", "V.|A"),
    "Die Kasse zahlt nach § 20a SGB V.|Die Kommune beantragt.",
    "Dr. med. H. Kilian und Prof. Dr. A. Roth kamen.|Sie sprachen.",
    "Der Gesundheit e. V. Berlin lädt ein.|Kommen Sie.",
    "Träger ist ein e. V.|Der Vorstand lädt ein.",
    "Am 4. November 2025 trafen sich 40 Menschen.|Es war der 3. Termin.",
    "Das am 25.07.2015 erlassene Gesetz gilt.|Es hilft.",
    "Es galt bis 2015.|Seitdem gilt Neues.",
    "Befragt wurden 28.|Davon antworteten 20.",
    "Sie feierte den 80. Geburtstag im II. Quartal.|Viele kamen.",
    "Das Land gab 3,5 Mio. Euro und ca. 2 Mrd. Dollar.|Das half.",
    "Kinder, Alte usw.|Die Gruppe ist groß.",
    "Kinder, Alte usw. sind gemeint.|Alle.",
    "„Gemeinsam geht es.“|Das sagte sie.",
    "„Warum nicht?“, fragte er.|Niemand wusste es.",
    "»Gut.«|(Das war gestern.)|Heute ist es anders.",
    "Es wird (...) Wirkung entfalten.|So ist es.",
    "Die G.I.B. NRW und das LZG.NRW beraten.|Beide helfen.",
    "Schreiben Sie an a.b@beispiel.de oder www.beispiel.de/a.b.|Danke.",
    "Welche Ideen haben Sie? – bitte drei nennen!|Danke.",
    "Das betrifft 14 %.|Die anderen nicht.",
    "Die Büros liegen in der Langen Str. 35 und der Parkstr. 3.|Sie sind offen.",
    "Siehe Abb. 2, Tab. 3 und Kap. 4.|Dort steht es.",
    "(1) Die Krankenkasse zahlt.|(2) § 25 Absatz 3 gilt.",
    "1. Fragen und Wünsche",
    "12. Lebensjahr und älter",
    "a) Ziele.|Hier stehen sie.",
    "Einleitung . . . . . . . 5",
    "Einleitung ........ 5",
    "Vorschläge: Es gibt drei.|Mehr nicht.",
    "Quartiersmanager*innen kamen.|Sie blieben.",
]
ENGLISH = [
    "Many groups, e.g. parents, i.e. adults, came.|They stayed.",
    "See No. 5 on pp. 3 of Mr. Smith et al. 2010.|It helps.",
    "The answer was no.|The case was closed.",
    "It was adopted in 2007.|Retrieved later.",
    "It was founded in 2003.[1][2]|Since then it grew.",
    "They said: “It works.”|We agree.",
]


@pytest.mark.parametrize("marked", GERMAN + ENGLISH)
def test_finds_the_sentences_of_a_line(marked: str) -> None:
    expected = marked.split("|")
    text = " ".join(expected)
    assert [text[start:end] for start, end in sentences(text)] == expected


def test_every_line_is_a_unit_and_bullets_are_no_text() -> None:
    text = (
        "Ziele\n\n- Erstens. Zweitens\n-  weit\n• rund\n  eingerückt \n- \n-klebt\n\n\n1. Zahl\r\n"
    )
    assert [text[start:end] for start, end in sentences(text)] == [
        "Ziele",
        "Erstens.",
        "Zweitens",
        "weit",
        "rund",
        "eingerückt",
        "-",
        "-klebt",
        "1. Zahl",
    ]


def test_a_part_of_the_text_keeps_the_offsets_of_the_whole() -> None:
    text = "Eins. Zwei. Drei."
    assert sentences(text, 6) == [(6, 11), (12, 17)]
    assert sentences(text, 6, 9) == [(6, 9)]
    assert sentences(text, 5, 6) == []
    assert sentences("") == []


PIECES = [*"aBß1 .\n\t!?…:;()[]{}\"„“”»«’'–-•*§%_\xa0", "z. B. ", "Die ", "5. ", "SGB V. "]
TEXTS = st.lists(st.sampled_from(PIECES)).map("".join)


@given(st.one_of(TEXTS, st.text()))
def test_spans_are_exact_ordered_and_complete(text: str) -> None:
    spans = sentences(text)
    at = 0
    left_over = ""
    for start, end in spans:
        assert at <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        assert "\n" not in text[start:end]
        left_over += text[at:start]
        at = end
    left_over += text[at:]
    assert all(char.isspace() or char in "-–•▪‣◦*" for char in left_over)


@given(TEXTS, TEXTS)
def test_lines_do_not_influence_each_other(first: str, second: str) -> None:
    both = first + "\n" + second
    shift = len(first) + 1
    moved = [(start + shift, end + shift) for start, end in sentences(second)]
    assert sentences(both) == sentences(first) + moved


HOSTILE = {
    "no space": "x" * 10**6,
    "dots": "." * 10**6,
    "dots and letters": ".x" * 500_000,
    "spaced dots": " ." * 500_000,
    "list numbers": "1. " * 333_333,
    "initials": "A. " * 333_333,
    "marks and brackets": "?)" * 500_000 + "x",
    "footnotes": "." + "[1]" * 333_333 + "x",
    "one dot, then closing": "." + ")" * 10**6 + "x",
    "one dot, then space": "A." + " " * 10**6 + "A",
    "sentences": "Ein Satz. " * 100_000,
    "opening": ". " + "(" * 10**6,
    "dashes": (". " + "-" * 100) * 10_000,
    "line breaks": "\n" * 10**6,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_takes_linear_time(name: str) -> None:
    def seconds(text: str) -> float:
        started = time.process_time()
        sentences(text)
        return time.process_time() - started

    text = HOSTILE[name]
    assert seconds(text) < 8  # a quadratic scan of a megabyte takes minutes


@pytest.mark.skipif(not STATUTE.exists(), reason="the statute is not part of the repository")
def test_a_long_statute_is_split_in_two_seconds() -> None:
    text = STATUTE.read_text("utf-8")
    started = time.process_time()
    spans = sentences(text)
    assert time.process_time() - started < 2
    assert len(spans) > 10_000
