from __future__ import annotations

from collections import Counter

import pytest

from retrieval.analysis import stems, units
from retrieval.concepts import Concept, ConceptTable, regions, table

FORMS = [(name, form) for name, forms in table().items() for form in forms]


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_every_form_in_the_table_names_its_concept_in_both_languages(name: str, form: str) -> None:
    for language in ("de", "en"):
        assert f"={name}" in stems(form, language)
        assert f"={name}" in stems(f"Fragen zu {form} 2024", language)


def test_no_form_names_two_concepts() -> None:
    counted = Counter(form for _, form in FORMS)
    assert [form for form, count in counted.items() if count > 1] == []


def test_the_regions_are_the_16_laender() -> None:
    assert len(regions()) == 16
    assert all(f"={name}" in regions() for name in ("bremen", "sachsen", "sachsenanhalt"))
    assert regions() <= {f"={name}" for name in table()}


def test_a_land_is_not_found_inside_the_name_of_another() -> None:
    for text in ("Sachsen-Anhalt", "Niedersachsen", "Lower Saxony", "Saxony-Anhalt"):
        assert len(regions() & set(stems(text, "de"))) == 1
    assert not regions() & set(stems("Sachen und Sachverhalte", "de"))


def lower(word: str) -> str:
    return word.lower().rstrip("s")


MADE = ConceptTable(
    {"amt": ("SH", "BLa"), "haus": ("Haus",), "rathaus": ("Haus der Stadt", "town-hall")}, lower
)


def found(*words: str) -> list[Concept]:
    return list(MADE.find(words))


def test_the_longest_form_wins() -> None:
    assert found("im", "Haus", "der", "Stadt") == [Concept("=rathaus", 1, 4)]
    assert found("im", "Haus", "der", "Jugend") == [Concept("=haus", 1, 2)]
    assert found("Haus", "der") == [Concept("=haus", 0, 1)]


def test_inflection_and_case_do_not_matter_but_for_abbreviations() -> None:
    assert found("HAUS") == found("hauss") == [Concept("=haus", 0, 1)]
    assert found("SH") == [Concept("=amt", 0, 1)]
    assert found("sh") == found("Sh") == []


def test_hyphens_in_forms_stand_for_word_breaks() -> None:
    assert found("Town", "Halls") == [Concept("=rathaus", 0, 2)]


def test_an_empty_table_finds_nothing() -> None:
    assert list(ConceptTable({}, lower).find(["Haus"])) == []


def test_a_question_in_one_language_asks_for_words_of_the_other() -> None:
    german = {term for unit in units("Was tun die Krankenkassen?", "de") for term in unit}
    english = {term for unit in units("What do health insurance funds do?", "en") for term in unit}
    assert german & english
