"""Legal references: every spelling of the field, chains, and what only looks like one."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.references import find_references, without_references

Expected = list[tuple[str, str, str]]


def found(text: str) -> Expected:
    return [(r.number, r.paragraph, r.law) for r in find_references(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("§ 20a Abs. 4 Satz 2 SGB V", [("20a", "4", "sgb5")]),
        ("§ 65 b Absatz 1 Nummer 3 Buchst. c SGB V", [("65b", "1", "sgb5")]),
        ("SGG § 184 Abs 2", [("184", "2", "sgg")]),
        ("nach Art. 3 Abs. 1 GG", [("3", "1", "gg")]),
        ("Artikel 12 des Grundgesetzes", [("12", "", "gg")]),
        ("§ 8 Abs. 1 und 3 Nr. 1 UWG", [("8", "1", "uwg")]),
        ("§§ 27 Abs. 1 Satz 1, 39 Abs. 2 SGB V", [("27", "1", "sgb5"), ("39", "2", "sgb5")]),
        ("§§ 184 bis 187 SGG", [("184", "", "sgg"), ("187", "", "sgg")]),
        ("§ 26 Abs. 1 SGB X i. V. m. § 187 BGB", [("26", "1", "sgb10"), ("187", "", "bgb")]),
        ("§ 18 Abs. 1, § 19 Abs. 2 KostO", [("18", "1", "kosto"), ("19", "2", "kosto")]),
        ("§§ 74 ff. HGB", [("74", "", "hgb")]),
        ("§ 5 UWG 2004", [("5", "", "uwg")]),
        ("die Richtlinie 2005/29/EG", [("2005/29", "", "eu")]),
        ("§ 10 des Vertrages", [("10", "", "")]),
        ("AP Nr. 1 zu § 74 HGB; Buchholz 310 § 47 VwGO", []),
        ("550 DM gemäß § 13 Nr 1 und 235 DM", [("13", "", "")]),
        ("Art der Förderung: 3 Kurse", []),
        ("", []),
    ],
)
def test_a_reference_is_read_with_its_absatz_and_its_law(text: str, expected: Expected) -> None:
    assert found(text) == expected


def test_the_span_covers_the_reference_and_its_law() -> None:
    text = "Wie § 20a Abs. 1 S. 2 SGB V sagt, und SGG § 184 auch."
    assert [text[r.start : r.end] for r in find_references(text)] == [
        "§ 20a Abs. 1 S. 2 SGB V",
        "SGG § 184",
    ]
    assert without_references(text).split() == ["Wie", "sagt,", "und", "auch."]


BOOKS = (
    "SGB V", "SGB 5", "SGB 05", "SGBV", "SGB-V", "sgb v", "Fünftes Buch", "des SGB V", "im SGB V",
    "Sozialgesetzbuch V", "Fünftes Buch Sozialgesetzbuch", "Sozialgesetzbuch Fünftes Buch",
    "des Fünften Buches Sozialgesetzbuch", "des Fünften Sozialgesetzbuchs",
    "Sozialgesetzbuch (SGB) Fünftes Buch",
)  # fmt: skip
SIGNS = ("§", "§ ", "§\u00a0", "§§ ", "Paragraph ", "Paragraf ", "paragraph ", "section ")


@given(
    sign=st.sampled_from(SIGNS),
    number=st.integers(1, 423),
    letter=st.sampled_from(["", "a", "b", "f", "z"]),
    apart=st.booleans(),
    absatz=st.sampled_from(
        ["", " Abs. 2", " Absatz 2", " Abs 2", " (2)", ", Abs. 2 S. 1", " Absatzes 2"]
    ),
    book=st.sampled_from(BOOKS),
)
def test_a_reference_is_the_same_in_every_spelling(
    sign: str, number: int, letter: str, apart: bool, absatz: str, book: str
) -> None:
    unit = f"{number} {letter}" if apart and letter else f"{number}{letter}"
    text = f"{sign}{unit}{absatz} {book}"
    expected = [(f"{number}{letter}", "2" if absatz else "", "sgb5")]
    assert found(text) == expected
    assert found(f"Was regelt {text}?") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20a SGB V", [("20a", "", "sgb5")]),
        ("was steht in 20a sgb v", [("20a", "", "sgb5")]),
        ("20 SGB V", [("20", "", "sgb5")]),
        ("20a Abs. 2 SGB V", [("20a", "2", "sgb5")]),
        ("§20aSGBV", [("20a", "", "sgb5")]),
        ("§ 20a II SGB V", [("20a", "2", "sgb5")]),
        ("§§ 20, 20a ff. SGB V", [("20", "", "sgb5"), ("20a", "", "sgb5")]),
        ("§§ 20a–20c SGB V", [("20a", "", "sgb5"), ("20c", "", "sgb5")]),
        ("SGB V, § 20a", [("20a", "", "sgb5")]),
        ("art. 3 GG", [("3", "", "gg")]),
        ("§ 823 des Bürgerlichen Gesetzbuchs", [("823", "", "bgb")]),
        ("§ 36 Infektionsschutzgesetz", [("36", "", "ifsg")]),
        ("250 SGB II-Beziehende", []),
        ("250 SGB II Beziehende", []),
        ("Nr. 3 SGB V", []),
        ("Absatz 3 a SGB V", []),
        ("im Jahr 2021 SGB II", []),
    ],
)
def test_short_ways_to_write_it(text: str, expected: Expected) -> None:
    assert found(text) == expected


@given(st.text("§ArtAbs. 12ab,undSGBVff-/()\n", max_size=120))
def test_spans_lie_in_the_text_in_order(text: str) -> None:
    spans = [(r.start, r.end) for r in find_references(text)]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert spans == sorted(spans)


@pytest.mark.parametrize(
    "part", ["§", "§ ", "§ 1, ", "§§ 1, 2 ", "Art. 1 Abs. 2 und 3 ", "SGB ", "8 1 Abs ", "1 SGB V "]
)
def test_a_long_line_of_signs_costs_no_more_than_its_length(part: str) -> None:
    begin = time.process_time()
    find_references(part * (400_000 // len(part)))
    assert time.process_time() - begin < 10
