from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.analysis import (
    GRAM,
    content_grams,
    content_stems,
    fingerprint,
    fold,
    function_words,
    grams,
    reference_share,
    references,
    stems,
    units,
    words,
)
from retrieval.steps import Steps

SWITCHED = ("fold", "stemming", "gender", "concepts", "references", "numbers")


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("Ubersicht", "Übersicht"),
        ("fiir", "für"),
        ("GRÖSSE", "Größe"),
        ("Forderung", "Förderung"),
        ("Gesundheitsforderung", "Gesundheitsförderung"),
        ("Praventionskette", "Präventionskette"),
    ],
)
def test_umlauts_and_their_misreadings_fold_to_one(read: str, meant: str) -> None:
    assert fold(read) == fold(meant)
    assert stems(read, "de") == stems(meant, "de")
    assert grams(read) == grams(meant)


@pytest.mark.parametrize(
    "form",
    [
        "Mitarbeiter*innen",
        "Mitarbeiter:innen",
        "Mitarbeiter_innen",
        "Mitarbeiter/innen",
        "Mitarbeiter/-innen",
        "MitarbeiterInnen",
        "Mitarbeiter*in",
        "Mitarbeiter:in",
        "MitarbeiterIn",
        "Mitarbeiterinnen",
    ],
)
def test_gender_forms_are_found_by_the_plain_word(form: str) -> None:
    assert stems(form, "de") == stems("Mitarbeiter", "de")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Berlin und/oder Köln", ["Berlin", "und", "oder", "Köln"]),
        ("9:30 in/aus", ["9", "30", "in", "aus"]),
        ("drin In INNEN", ["drin", "In", "INNEN"]),
        ("snake_case 2*3", ["snake", "case", "2", "3"]),
    ],
)
def test_words_that_only_look_like_gender_forms_stay(text: str, expected: list[str]) -> None:
    assert list(words(text)) == expected


def test_singular_and_plural_of_the_feminine_are_one() -> None:
    assert stems("Schülerinnen", "de")[0] == stems("Schülerin", "de")[0]
    assert stems("Ärztinnen", "de")[0] == stems("Ärztin", "de")[0]


@pytest.mark.parametrize(
    "text",
    [
        "§ 20a SGB V",
        "§20a SGB V",
        "§ 20 a SGB V",
        "§\u00a020a SGB\u00a0V",
        "§§ 20a ff. SGB V",
        "§ 20a SGBV",
        "§ 20a SGB-V",
        "§ 20a SGB 5",
        "§ 20a sgb v",
        "§ 20A SGB V",
        "§ 20a Sozialgesetzbuch V",
        "§ 20a Sozialgesetzbuch (SGB) V",
        "§ 20a Fünftes Buch Sozialgesetzbuch",
        "§ 20a des Fünften Buches Sozialgesetzbuch",
        "Paragraph 20a SGB V",
        "paragraf 20 a SGB V",
        "8 20a SGB V",
        "section 20a SGB V",
        "S 20a SGB V",
    ],
)
def test_a_reference_is_one_term_in_every_spelling(text: str) -> None:
    assert list(references(text)) == ["§20a", "§20a@sgb5", "sgb5"]
    for language in ("de", "en"):
        assert {"§20a", "sgb5"} <= set(stems(text, language))
        assert {("§20a",), ("sgb5",)} <= set(units(text, language))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("§ 20 SGB V", ["§20", "§20@sgb5", "sgb5"]),
        ("§ 20 f. SGB V", ["§20", "§20@sgb5", "sgb5"]),
        ("§ 20f SGB V", ["§20f", "§20f@sgb5", "sgb5"]),
        ("§ 20a Abs. 1 S. 2 SGB V", ["§20a", "§20a.1", "§20a@sgb5", "§20a.1@sgb5", "sgb5"]),
        ("8 20a Abs. 3a SGBV", ["§20a", "§20a.3a", "§20a@sgb5", "§20a.3a@sgb5", "sgb5"]),
        ("§ 20 i. V. m. § 65", ["§20", "§65"]),
        ("§ 20 z. B. im SGB II", ["§20", "sgb2"]),
        (
            "§§ 20, 20a und 20b SGB V",
            ["§20", "§20@sgb5", "§20a", "§20a@sgb5", "§20b", "§20b@sgb5", "sgb5"],
        ),
        ("§ 3 SGB XII und § 3 SGB XI", ["§3", "§3@sgb12", "§3", "§3@sgb11", "sgb12", "sgb11"]),
        ("SGB I, SGB II, SGB III, SGB IV, SGB VI", ["sgb1", "sgb2", "sgb3", "sgb4", "sgb6"]),
        ("SGB VIII, SGB IX, SGB XIV", ["sgb8", "sgb9", "sgb14"]),
        ("Zweites Buch", ["sgb2"]),
    ],
)
def test_references_are_told_apart(text: str, expected: list[str]) -> None:
    assert list(references(text)) == expected


@pytest.mark.parametrize(
    "text", ["", "§", "§ a", "S. 20", "8 20 Leute", "S 20a", "SGB im Land", "1984", "SGBIM"]
)
def test_what_is_no_reference_gives_none(text: str) -> None:
    assert list(references(text)) == []


def test_a_paragraph_does_not_match_its_neighbours() -> None:
    held = set(stems("Nach § 20a SGB V fördern die Kassen.", "de"))
    assert not {"§20", "§20b", "§2", "20", "20b"} & held
    asked = set(stems("§ 20", "de")) | set(content_grams("§ 20"))
    assert not asked & (held | set(grams("§ 20a")))


def test_function_words_carry_no_subject() -> None:
    assert {"der", "und", "für", "the", "of", "what"} <= function_words()
    assert content_stems("Wer ist für die Förderung und das Geld?", "de") == content_stems(
        "Förderung Geld", "de"
    )
    assert content_grams("Wie und was?") == []
    assert units("Was ist das?", "de") == []


def test_units_are_what_a_question_asks_about() -> None:
    asked = units("Wer fördert die Xylophonschule nach § 20a SGB V?", "de")
    (school,) = stems("Xylophonschule", "de")
    assert [school in unit for unit in asked].count(True) == 1
    assert asked[-2:] == [("§20a",), ("sgb5",)]
    assert len(asked) == 4


def test_grams_find_the_parts_of_compounds() -> None:
    assert set(grams("Prävention")) <= set(grams("Gesundheitspräventionsgesetz"))
    assert grams("Amt") == ["amt"]


def test_each_language_has_its_stemmer() -> None:
    assert stems("funding", "en")[0] == stems("funded", "en")[0]
    assert stems("Verbandes", "de")[0] == stems("Verbände", "de")[0] == stems("Verband", None)[0]


@given(st.text(), st.sampled_from(["de", "en", "fr", None]))
def test_any_text_has_terms_without_capitals_or_blanks(text: str, language: str | None) -> None:
    for term in [*stems(text, language), *grams(text)]:
        assert term
        assert not re.search(r"\s", term)
    assert all(1 <= len(gram) <= GRAM for gram in grams(text))
    assert set(content_stems(text, language)) <= set(stems(text, language))
    assert set(content_grams(text)) <= set(grams(text))
    assert all(units(text, language))


@pytest.mark.parametrize(
    ("step", "one", "other"),
    [
        ("fold", "Gesund\u00adheit", "Gesundheit"),
        ("stemming", "Verbandes", "Verband"),
        ("gender", "Bürger*innen", "Bürger"),
        ("concepts", "KGK", "Gesundheitskonferenz kommunale"),
        ("references", "§ 20a SGB 5", "Paragraf 20 a SGB V"),
        ("numbers", "zwölf", "12"),
    ],
)
def test_each_step_can_be_left_out(step: str, one: str, other: str) -> None:
    left_out = Steps(**{step: False})
    for text in (one, other):
        assert stems(text, "de", steps=left_out) != [] != units(text, "de", steps=left_out)
    assert {*stems(one, "de")} != {*stems(one, "de", steps=left_out)}
    assert fingerprint(left_out) != fingerprint()


def test_grams_follow_the_steps() -> None:
    assert grams("Bäche", steps=Steps(fold=False)) == ["bäch", "äche"]
    assert grams("Bäche") == ["bach", "ache"]
    assert content_grams("Bürger*innen", steps=Steps(gender=False)) == [
        *grams("Bürger"),
        *grams("innen"),
    ]


@given(st.text(), st.sampled_from([Steps(**{n: False}) for n in SWITCHED]))
def test_no_step_is_needed_for_another(text: str, steps: Steps) -> None:
    assert set(content_stems(text, "de", steps=steps)) <= set(stems(text, "de", steps=steps))
    assert 0 <= reference_share(text, "de", steps=steps) <= 1


@pytest.mark.parametrize("part", ["§", "*innen", "1", "a.", "1 SGB V ", "€%", "ſ\u00ad", "(in"])
def test_hostile_text_costs_no_more_than_its_length(part: str) -> None:
    begin = time.process_time()
    stems(part * (1_000_000 // len(part)), "de")
    assert time.process_time() - begin < 20
