from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.document import Metadata
from retrieval.build import raw_record
from retrieval.corrections import EDITABLE, LISTS, check, corrected, corrected_metadata
from retrieval.errors import CorrectionInvalid
from retrieval.records import Found, Visibility
from tests.fakes import entry


@pytest.mark.parametrize("date", ["2023", "2023-10", "2023-10-05", "2024-02-29", "0001"])
def test_dates_as_exact_as_the_source_are_taken(date: str) -> None:
    check({"date": date})


@pytest.mark.parametrize(
    "date",
    [
        "23",
        "2023-1",
        "2023-13",
        "2023-02-30",
        "2023-00",
        "0000",
        "5.10.2023",
        "2023-10-05T10:00",
        "２０２３",
        "2023 ",
        "heute",
    ],
)
def test_dates_the_calendar_does_not_have_are_refused(date: str) -> None:
    with pytest.raises(CorrectionInvalid, match="2023-10-05"):
        check({"date": date})


@pytest.mark.parametrize(
    ("key", "value"),
    [("language", "deu"), ("language", "DE"), ("visibility", "secret"), ("visibility", "Public")],
)
def test_values_of_the_wrong_form_are_refused_with_what_is_allowed(key: str, value: str) -> None:
    with pytest.raises(CorrectionInvalid, match=f"„{key}“ darf .* oder .*, nicht „{value}“"):
        check({key: value})


@pytest.mark.parametrize("key", ["", "Title", "text", "document_id", "origin", "url"])
def test_unknown_keys_are_refused_and_the_known_ones_named(key: str) -> None:
    with pytest.raises(CorrectionInvalid) as caught:
        check({"title": "gut", key: "x"})
    assert all(name in caught.value.message for name in EDITABLE)


@pytest.mark.parametrize("value", ["   ", "Zeile\nZeile", "Tab\t", "\x00", "\ud800", "a\u2028b"])
def test_what_nobody_can_see_is_refused(value: str) -> None:
    with pytest.raises(CorrectionInvalid, match="sichtbar"):
        check({"title": value})


def test_only_a_bundesland_or_the_whole_country_is_a_region() -> None:
    for region in ("Sachsen-Anhalt", "Bund", ""):
        check({"region": region})
    for wrong in ("sachsen-anhalt", "NRW", "Halle", "Sachsen-Anhalt "):
        with pytest.raises(CorrectionInvalid, match=r"kein Bundesland.*Thüringen, Bund"):
            check({"region": wrong})


@pytest.mark.parametrize("key", LISTS)
def test_lists_have_short_values_set_apart_by_semicolons(key: str) -> None:
    check({key: "Eins; Zwei, halb;;Drei"})
    check({key: "; ".join(f"{n:060}" for n in range(20))})
    with pytest.raises(CorrectionInvalid, match=r"61.*60.*Semikolon"):
        check({key: "gut; " + "x" * 61})
    with pytest.raises(CorrectionInvalid, match=r"21 Werte.*20"):
        check({key: ";".join(map(str, range(21)))})
    with pytest.raises(CorrectionInvalid, match="leerer Wert"):
        check({key: " ; "})


def test_a_corrected_list_replaces_the_found_one() -> None:
    facts = Metadata(target_group=("Kinder",), keyword=("alt",))
    values = {"target_group": "Frauen; Männer ;Frauen", "setting": "Kita"}
    assert corrected_metadata(facts, values) == Metadata(
        target_group=("Frauen", "Männer"), setting=("Kita",), keyword=("alt",)
    )


def test_long_values_are_refused_with_both_numbers() -> None:
    check({"title": "x" * 300})
    with pytest.raises(CorrectionInvalid, match=r"301.*300"):
        check({"title": "x" * 301})


@given(st.dictionaries(st.sampled_from(EDITABLE), st.text()))
def test_any_value_is_taken_or_refused_with_a_typed_error(values: dict[str, str]) -> None:
    with suppress(CorrectionInvalid):
        check(values)
        assert all(value.isprintable() or not value.isascii() for value in values.values())


def test_every_key_can_be_taken_back_with_an_empty_value() -> None:
    check(dict.fromkeys(EDITABLE, ""))


def test_a_correction_wins_over_what_was_found() -> None:
    facts = Metadata(title="Alt", date="2020", language="de")
    record = raw_record("id", 1, entry("a.txt", "Text.", facts=facts))
    found = Found(facts, Visibility.PUBLIC)
    new = corrected(record, found, {"title": "Neu", "visibility": "internal"})
    assert new.metadata == replace(facts, title="Neu")
    assert new.visibility is Visibility.INTERNAL
    assert corrected(new, found, {}) == record
