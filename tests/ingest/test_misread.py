from __future__ import annotations

import json
import re
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.misread import main as measure
from ingest.document import PageSpan, Repair, repaired
from ingest.read import read
from ingest.wording.dictionary import german
from ingest.wording.misread import corrected, misread_stretches, repairs, warning

SHARED = Path(__file__).resolve().parents[3] / "shared"

RIGHT = (
    "Für die Beratungsstellen ist wichtig, dass Angebote möglichst früh beginnen. Während der "
    "Schulzeit können Kinder täglich Sport treiben, und die Städte unterstützen sie dabei. Über "
    "die Qualität der Maßnahmen entscheidet später eine größere Runde; sie müssen regelmäßig "
    "geprüft werden. Die Fachkräfte gehören dazu.\n\n"
    "Ein Überblick über Förderung und Prävention steht den Gemeinden zur Verfügung."
)
HOW = {"ä": "a", "ö": "é", "ü": "ii", "ß": "B", "Ü": "U", "Ö": "O", "Ä": "A"}
BARE = HOW | {"ö": "o", "ü": "u", "ß": "8"}
ASCII = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ü": "Ue", "Ö": "Oe", "Ä": "Ae"}
SWISS = {"ß": "ss"}
ENGLISH = (
    "For the staff it is a matter of course that the offers begin early. Health is created where "
    "people live, and the cities support them. A fur coat and an uber driver are no signs. "
) * 3


def spelled(text: str, how: dict[str, str]) -> str:
    return "".join(how.get(letter, letter) for letter in text)


def put_right(text: str) -> str:
    return repaired(text, 0, found(text))


def found(text: str) -> tuple[Repair, ...]:
    return repairs(text, [(0, len(text))], german())


@pytest.mark.parametrize("how", [HOW, BARE, HOW | {"ü": "i"}])
def test_misread_german_is_found(how: dict[str, str]) -> None:
    text = spelled(RIGHT, how)
    assert misread_stretches(text) == [(0, len(text))]


@pytest.mark.parametrize(
    "text",
    [
        "", "fiir", RIGHT, spelled(RIGHT, SWISS), spelled(RIGHT, ASCII), ENGLISH,
        "Muller, Schroder, Kohler, Jager, Bohm, Gunther, Schafer, Kruger, Konig\n" * 20,
        "A12 fur B6 uber C8 iiber\nX-4711 fir 88 GroB\n" * 20,
        "Das Land hat einen Plan, und die Stadt hat ein Amt. Es gibt dort ein Heft. " * 20,
    ],
)  # fmt: skip
def test_everything_else_is_left_alone(text: str) -> None:
    assert misread_stretches(text) == []


def test_pages_are_judged_one_by_one() -> None:
    right, wrong, little = RIGHT, spelled(RIGHT, HOW), "Das ist der Plan von der Stadt."
    for texts, flagged in (
        ([right, wrong, right], [1]),
        ([right, right, little], []),
        ([wrong, little, wrong], [0, 1, 2]),
        ([wrong, ENGLISH, wrong], [0, 2]),
    ):
        pages, start = [], 0
        for number, page in enumerate(texts, 1):
            pages.append(PageSpan(number, start, start + len(page)))
            start += len(page) + 2
        stretches = misread_stretches("\n\n".join(texts), pages)
        assert stretches == [(pages[at].start, pages[at].end) for at in flagged]


@pytest.mark.parametrize("how", [HOW, BARE])
def test_the_text_is_put_right(how: dict[str, str]) -> None:
    right = RIGHT if how is HOW else RIGHT.replace("Förderung", "Forderung")  # both are words
    assert put_right(spelled(RIGHT, how)) == right


@pytest.mark.parametrize(
    ("read_as", "right"),
    [
        ("fiir", "für"), ("Fiir", "Für"), ("fir", "für"), ("fur", "für"), ("Uber", "Über"),
        ("kénnen", "können"), ("k6nnen", "können"), ("kdnnen", "können"),
        ("6ffentlich", "öffentlich"),
        ("groB", "groß"), ("gro8", "groß"), ("grofs", "groß"), ("regelmaRig", "regelmäßig"),
        ("MaR3nahmen", "Maßnahmen"), ("MalRnahmen", "Maßnahmen"), ("Verfligung", "Verfügung"),
        ("Lebensqualitdt", "Lebensqualität"), ("wahrend", "während"), ("Wahrend", "Während"),
        ("Praventionsgesetz", "Präventionsgesetz"), ("Praventions-", "Präventions-"),
        ("GESUNDHEITSFORDERUNG", "GESUNDHEITSFÖRDERUNG"),
        ("Gesundheitsforderung", "Gesundheitsförderung"),
        ("Gesundheitsforderungsprogramm", "Gesundheitsförderungsprogramm"),
        ("gesundheitsforderlich", "gesundheitsförderlich"),
        ("Kassenarztlichen", "Kassenärztlichen"),
        ("die Landesverbande", "die Landesverbände"), ("zwei Vertrage", "zwei Verträge"),
        ("Schiiler*innen", "Schüler*innen"),
        ("das Biiro", "das Büro"), ("AbschluB", "Abschluß"), ("im Siidwesten", "im Südwesten"),
        ("das Konzept Pravention", "das Konzept Prävention"),
        ("der Leitfaden Praventionsgesetz", "der Leitfaden Präventionsgesetz"),
        ("die GroBe der Runde", "die Größe der Runde"), ("GroBe Pléne", "Große Pläne"),
        ("die k6rperlich/seelische Starkung", "die körperlich/seelische Stärkung"),
        ("„Fiir alle“,", "„Für alle“,"),
    ],
)  # fmt: skip
def test_words_that_can_only_be_one_thing(read_as: str, right: str) -> None:
    assert (
        put_right(f"Das ist der Plan und {read_as} ist es.")
        == f"Das ist der Plan und {right} ist es."
    )


@pytest.mark.parametrize(
    "text",
    [
        "fordern", "wurden", "konnte", "Forderung", "hatte", "schon", "zahlen", "die Lander",
        "§ 20a Abs. 1 SGB V", "8 20a SGB V", "SGBV", "GKV", "A4", "B6", "CO2", "20a", "1988",
        "0391 6886",
        "fiir@praventions-biiro.example", "https://fiir.example/kénnen",
        "www.gesundheitsforderung.example",
        "gesundheitsforderung-kommunal.de",
        "Frau Muller", "Dr. Kohler", "M. Schafer", "Herrn Prof. Kruger", "Karl Muller",
        "Familie Konig",
        "im Falle", "zum Zuge", "Temiidschin", "McKinsey", "Wirtz", "iii", "ergebnisse",
        "ii", "é", "8", "BOP",
        "in Furth", "aus Koln", "aus Dusseldorf", "in Luneburg", "GroB-Gerau", "in Bad Durkheim",
        "bei Kruger", "Frau Doris Kruger-Muller", "Muller und Jager",
        "KOLN", "Miinchen", "Kolner", "in GroSbritannien", "aus Wurzburg", "in Thiiringen",
        "in Konigstein", "Baden-Wiirttemberg", "Gunther", "Jurgen",
        "AZ 4-B-GroB/08", "7/GroB", "GroB_12", "fiir.3a", "B-MaBnahme",
        "die GroBe und der Plan", "die GroBen der Welt",
    ],
)  # fmt: skip
def test_words_that_may_be_right_are_left(text: str) -> None:
    assert found(f"Das ist der Plan und {text} ist es.") == ()


def test_what_has_an_article_is_no_name() -> None:
    assert put_right("Das ist das Hamoglobin und Hamoglobin ist es.").count("Hämoglobin") == 2
    assert found("Das ist der Plan aus Furth, und Furth ist es.") == ()
    assert found("Das ist die Furth Stiftung und Furth ist es.") == ()


def test_a_heading_is_put_right_like_the_text() -> None:
    text = f"Leitfaden Praventionsgesetz für Kommunen\n\n{spelled(RIGHT, HOW)}"
    assert misread_stretches(text) == [(0, len(text))]
    assert put_right(text) == f"Leitfaden Präventionsgesetz für Kommunen\n\n{RIGHT}"


def test_a_line_of_another_language_is_left() -> None:
    text = spelled(RIGHT, HOW) + "\n\nThis is a fur for the loss of the good offers."
    assert put_right(text).endswith("\n\nThis is a fur for the loss of the good offers.")


def test_offsets_are_those_of_the_words() -> None:
    text = "\U0001f600 Das ist fiir alle."
    assert found(text) == (Repair(10, 14, "für"),)


def test_facts_are_put_right_like_the_text() -> None:
    text = "Stark fiir Kinder\n\nDas ist fiir alle."
    assert corrected("Stark fiir Kinder", text, found(text)) == "Stark für Kinder"


def test_people_are_told() -> None:
    one, two = Repair(0, 1, "x"), Repair(2, 3, "x")
    assert "1 Wort wird berichtigt angezeigt" in warning([one])
    assert "2 Wörter werden berichtigt angezeigt" in warning([one, two])


def test_a_document_keeps_its_words_and_carries_the_repairs() -> None:
    text = f"Stark fiir Kinder\n\n{spelled(RIGHT, HOW)}\n"
    document = read(text.encode(), "plan.txt")
    assert "Stark fiir Kinder" in document.text
    assert repaired(document.text, 0, document.repairs) == f"Stark für Kinder\n\n{RIGHT}"
    assert document.metadata.title == "Stark für Kinder"
    assert document.warnings == (warning(document.repairs),)


def test_a_document_that_was_read_right_carries_none() -> None:
    document = read(RIGHT.encode(), "plan.txt")
    assert (document.repairs, document.warnings) == ((), ())


WORDS = st.one_of(
    st.sampled_from(spelled(RIGHT, HOW).split() + spelled(RIGHT, BARE).split()),
    st.text("abdefgilnorstuäöüßéBSR68-.", min_size=1, max_size=12),
    st.integers(0, 10**6).map(str),
    st.sampled_from(
        ["§", "§§ 20a", "Muller", "fiir@amt.example", "20a", "SGB V", "\n", "Vertrage", "im"]
    ),
)
NUMBERS = re.compile(r"(?<![^\W_])\d+[a-z]?(?![^\W_])")


@given(st.lists(WORDS, max_size=40).map(" ".join))
@settings(max_examples=300, deadline=None)
def test_what_never_changes(text: str) -> None:
    made = found(text)
    shown = repaired(text, 0, made)
    assert all(0 <= a.start < a.end <= b.start for a, b in pairwise(made))
    assert all(text[r.start : r.end].isalnum() and r.text.isalpha() for r in made)
    assert [len(part) for part in re.findall(r"\s+", text)] == [
        len(part) for part in re.findall(r"\s+", shown)
    ]
    assert NUMBERS.findall(text) == NUMBERS.findall(shown)
    assert text.count("§") == shown.count("§")
    assert text.count("fiir@amt.example") == shown.count("fiir@amt.example")


@given(
    st.lists(st.sampled_from(spelled(RIGHT, HOW).split() + RIGHT.split()), max_size=40).map(
        " ".join
    )
)
@settings(max_examples=100, deadline=None)
def test_what_is_right_stays_right(text: str) -> None:
    assert found(put_right(text)) == ()


@pytest.mark.slow
def test_a_text_made_to_keep_it_busy_ends() -> None:
    german()
    words = (
        "".join(chr(97 + (i * j) % 26) if j % 3 else "aio"[i % 3] for j in range(1, 40))
        for i in range(9_000)
    )
    text = "der die das " + " und die ".join(words)
    begin = time.perf_counter()
    found(text)
    assert time.perf_counter() - begin < 20


def test_a_long_document_takes_no_time() -> None:
    german()
    text = "\n\n".join([spelled(RIGHT, HOW)] * 250)  # some 60 pages
    begin = time.perf_counter()
    made = repairs(text, misread_stretches(text), german())
    assert len(made) > 250 * 10
    assert time.perf_counter() - begin < 2


@pytest.mark.skipif(not SHARED.is_dir(), reason="the measured texts are not beside the project")
def test_the_measured_figures_hold(capsys: pytest.CaptureFixture[str]) -> None:
    assert measure(["--shared", str(SHARED), "--half", "odd"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["repaired_share"] > 0.85
    assert figures["broken_share"] < 0.001
    assert figures["flagged_right"] == 0
    assert figures["flagged_read_joined"] == 1


@pytest.mark.skipif(not SHARED.is_dir(), reason="the measured texts are not beside the project")
@pytest.mark.parametrize("name", ["sgb_5.md", "sgb_2.md"])
def test_statutes_are_not_taken_for_misread(name: str) -> None:
    assert misread_stretches((SHARED / "data" / name).read_text(encoding="utf-8")) == []
