from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import concepts
from retrieval.analysis import fingerprint, stems, units
from retrieval.concepts import Concept, ConceptTable, current, load_table, regions
from retrieval.errors import ConceptsInvalid
from retrieval.steps import Steps

PACKAGED = load_table()
FORMS = [
    (name, language, form)
    for name, held in PACKAGED.concepts.items()
    for language, forms in (
        ("de", (*held.both, *held.german)),
        ("en", (*held.both, *held.english)),
    )
    for form in forms
]


@pytest.mark.parametrize(("name", "language", "form"), FORMS)
def test_every_form_names_its_concept(name: str, language: str, form: str) -> None:
    written = form.removeprefix(concepts.EXACT)
    assert f"={name}" in stems(written, language)
    about = {"de": "Fragen zu", "en": "Questions about"}[language]
    assert f"={name}" in stems(f"{about} {written} 2024", language)


@pytest.mark.parametrize("language", ["de", "en"])
def test_no_form_names_two_concepts(language: str) -> None:
    owners: dict[tuple[str, ...], str] = {}
    for name, of, form in FORMS:
        if of == language and not form.startswith(concepts.EXACT):
            terms = (t for t in stems(form, language) if not t.startswith("="))
            assert owners.setdefault(tuple(terms), name) == name


@pytest.mark.parametrize(
    ("text", "language", "wrong"),
    [
        ("eine ältere Version", "de", "aeltere"),
        ("a kind of fund", "en", "kinder"),
        ("a personal question", "en", "personal"),
        ("It was found that", "en", "gruendung"),
        ("They act and set a value", "en", "gesetz"),
        ("universal rules", "en", "hochschule"),
        ("who was there", "en", "who"),
        ("Frau Müller im Jahr 2020", "de", "jaehrlich"),
        ("die Burg am Fluss", "de", "buerger"),
        ("Er fand einen Fund im Act", "de", "foerderung"),
    ],
)
def test_words_of_another_meaning_do_not_fire(text: str, language: str, wrong: str) -> None:
    assert f"={wrong}" not in stems(text, language)


@pytest.mark.parametrize(
    ("german", "english"),
    [
        ("Wer fördert kommunale Gesundheitskonferenzen?", "municipal health conferences"),
        ("Was tun die Krankenkassen?", "What do health insurance funds do?"),
        ("Welche Gemeinden machen mit?", "Which municipalities take part?"),
        ("Wann wurde sie gegründet?", "When was it founded?"),
        ("Bürgergeld für Alleinerziehende", "citizen's benefit for single parents"),
        ("Was regelt das PrävG?", "What does the Prevention Act say?"),
    ],
)
def test_a_question_in_one_language_asks_for_words_of_the_other(german: str, english: str) -> None:
    asked = {term for unit in units(german, "de") for term in unit}
    assert asked & {term for unit in units(english, "en") for term in unit}
    assert asked & set(stems(english, "en"))


@pytest.mark.parametrize("typed", ["GKV", "gkv", "KGC", "kgc", "bzga", "PrävG"])
def test_abbreviations_are_found_as_people_type_them(typed: str) -> None:
    assert any(term.startswith("=") for term in stems(typed, "de"))


def test_the_regions_are_the_16_laender() -> None:
    assert len(regions()) == 16
    assert all(f"={name}" in regions() for name in ("bremen", "sachsen", "sachsenanhalt"))
    assert regions() <= {f"={name}" for name in current().concepts}


def test_a_land_is_not_found_inside_the_name_of_another() -> None:
    for text in ("Sachsen-Anhalt", "Niedersachsen", "Lower Saxony", "Saxony-Anhalt"):
        assert len(regions() & set(stems(text, "de"))) == 1
        assert len(regions() & set(stems(text, "en"))) == 1
    assert not regions() & set(stems("Sachen und Sachverhalte", "de"))


def lower(word: str) -> str:
    return word.lower().rstrip("s")


MADE_FORMS = {
    "=amt": ("SH", "BLa"),
    "=haus": ("Haus",),
    "=rathaus": ("Haus der Stadt", "town-hall"),
    "=uni": ("=university",),
}
MADE = ConceptTable(MADE_FORMS, lower)
CAPITALS = ConceptTable(MADE_FORMS, lower, capitalised=True)


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


def test_an_exact_form_takes_no_inflection() -> None:
    assert found("university") == found("University") == [Concept("=uni", 0, 1)]
    assert found("universitys") == []


def test_hyphens_in_forms_stand_for_word_breaks() -> None:
    assert found("Town", "Halls") == [Concept("=rathaus", 0, 2)]


def test_single_words_may_need_a_capital_letter() -> None:
    assert list(CAPITALS.find(["haus"])) == []
    assert list(CAPITALS.find(["Haus"])) == [Concept("=haus", 0, 1)]
    assert list(CAPITALS.find(["haus", "der", "stadt"])) == [Concept("=rathaus", 0, 3)]


def test_an_empty_table_finds_nothing() -> None:
    assert list(ConceptTable({}, lower).find(["Haus"])) == []


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "eigene.toml"
    concepts.use(None)


def test_editors_add_concepts_and_forms_without_code(own: Path) -> None:
    own.write_text(
        '[words]\nzwiebelrat = ["ZWR", "Zwiebelrat"]\nkgk = ["Gesundheitsrunde"]\n'
        'lauch = { de = ["Lauchamt"], en = ["leek office"] }\n[regions]\n'
        'bayern = ["Freistaat BY"]\n',
        encoding="utf-8",
    )
    before = fingerprint()
    concepts.use(own)
    assert stems("ZWR", "de")[-1] == stems("Zwiebelräte", "de")[-1] == "=zwiebelrat"
    assert "=kgk" in set(stems("Gesundheitsrunde", "de")) & set(stems("KGK", "de"))
    assert "=lauch" in set(stems("leek offices", "en")) & set(stems("Lauchamt", "de"))
    assert "=bayern" in stems("Freistaat BY", "de")
    assert fingerprint() != before
    concepts.use(None)
    assert "=zwiebelrat" not in stems("ZWR", "de")
    assert fingerprint() == before


@pytest.mark.parametrize(
    ("content", "line", "part"),
    [
        ('[words]\na = ["b"\n', 2, "TOML"),
        ('[words]\nx = ["y"]\na = "b"\n', 3, "„a“"),
        ("[words]\na = [1]\n", 2, "„a“"),
        ('[words]\na = [""]\n', 2, "„a“"),
        ('[words]\na = { fr = ["b"] }\n', 2, "„fr“"),
        ('\n[worte]\na = ["b"]\n', 2, "worte"),
        ('[words]\n\nneu = ["Jobcenter"]\n', 3, "„jobcenter“"),
        ('[words]\nb = ["b"]\n[regions]\natlantis = ["Atlantis"]\n', 4, "16 Länder"),
        ('[words]\na = ["b"]\n[regions]\na = ["c"]\n', 2, "beiden Abschnitten"),
    ],
)
def test_a_broken_table_is_refused_with_its_line(
    own: Path, content: str, line: int, part: str
) -> None:
    own.write_text(content, encoding="utf-8")
    with pytest.raises(ConceptsInvalid) as refused:
        load_table(own)
    assert f"Zeile {line}" in refused.value.message
    assert part in refused.value.message


def test_a_missing_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConceptsInvalid, match=r"fehlt\.toml"):
        load_table(tmp_path / "fehlt.toml")


@given(
    st.lists(st.sampled_from(["Haus", "der", "Stadt", "SH", "town", "hall", "sh", "University"]))
)
def test_occurrences_do_not_overlap(words: list[str]) -> None:
    spans = [(concept.first, concept.last) for concept in MADE.find(words)]
    assert all(0 <= first < last <= len(words) for first, last in spans)
    assert all(spans[i][1] <= spans[i + 1][0] for i in range(len(spans) - 1))


def test_the_steps_leave_concepts_out() -> None:
    off = Steps(concepts=False)
    assert "=kgk" not in stems("KGK", "de", steps=off)
    assert "12" in stems("zwölf", "de", steps=off)


@pytest.mark.parametrize("text", ["Was bremste die Arbeit?", "Das bremst.", "Frau Bayer kommt."])
def test_a_verb_or_a_person_is_no_land(text: str) -> None:
    assert not regions() & set(stems(text, "de"))


@pytest.mark.parametrize(
    ("text", "land"),
    [("bremer Stadtteile", "=bremen"), ("BREMEN", "=bremen"), ("Bayerns Städte", "=bayern"),
     ("das bayerische Programm", "=bayern"), ("in bayern", "=bayern")],
)  # fmt: skip
def test_a_land_is_found_inflected_and_as_people_type_it(text: str, land: str) -> None:
    assert regions() & set(stems(text, "de")) == {land}
