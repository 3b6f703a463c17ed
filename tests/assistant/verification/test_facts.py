"""Numbers, money, dates, references and addresses in one form each."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.verification.fact import Kind, proves
from assistant.verification.facts import find_facts, without

GERMAN = ("25.07.2015", "25. Juli 2015", "25.7.15", "2015-07-25", "25. Jul. 2015")
ENGLISH = ("July 25, 2015", "25 July 2015", "25th of July 2015")


def only(text: str, language: str = "de") -> tuple[Kind, tuple[str, ...]]:
    (fact,) = (fact for fact in find_facts(text, language) if not fact.weak)
    return fact.kind, fact.value


def fits(claim: str, source: str, language: str = "de") -> bool:
    asked = [f for f in find_facts(claim, language) if not f.weak]
    held = find_facts(source, language)
    assert asked
    return all(any(proves(theirs, mine) for theirs in held) for mine in asked)


@pytest.mark.parametrize("words", [*GERMAN, *ENGLISH])
def test_a_date_is_the_same_in_every_spelling(words: str) -> None:
    assert only(f"am {words}") == (Kind.DATE, ("2015", "7", "25", ""))


@pytest.mark.parametrize(("claim", "source"), list(product(["2015", "Juli 2015"], GERMAN)))
def test_a_part_of_a_date_is_covered_by_the_whole(claim: str, source: str) -> None:
    assert fits(f"seit {claim}", f"am {source}")
    assert not fits(f"am {source}", f"seit {claim}")


@pytest.mark.parametrize("other", ["26. Juli 2015", "25. Juni 2015", "25. Juli 2016", "07.25.2015"])
def test_another_day_month_or_year_is_another_date(other: str) -> None:
    assert not fits(f"am {other}", "am 25.07.2015")


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("1.234,56 Euro", "1234.56"), ("€ 3,15", "3.15"), ("1,2 Mio. Euro", "1200000"),
        ("2,15 EUR", "2.15"), ("drei Euro", "3"), ("50 Cent", "0.5"), ("2.000.000 €", "2000000"),
    ],
)  # fmt: skip
def test_money(words: str, value: str) -> None:
    assert only(f"kostet {words} im Jahr") == (Kind.MONEY, (value,))


def test_english_marks_mean_the_opposite() -> None:
    assert only("lists 2,000 projects", "en") == (Kind.NUMBER, ("2000",))
    assert only("at least 2.15 euros", "en") == (Kind.MONEY, ("2.15",))


@pytest.mark.parametrize(
    ("words", "language", "value"),
    [
        ("about 5.000 projects", "en", "5000"),
        ("etwa 5,000 Projekte", "de", "5000"),
        ("0.125 projects", "en", "0.125"),
        ("5.25 projects", "en", "5.25"),
        ("2.365 million projects", "en", "2365000"),
        ("2,365 Mio. Projekte", "de", "2365000"),
    ],
)
def test_three_figures_behind_a_mark_are_thousands_in_both_languages(
    words: str, language: str, value: str
) -> None:
    assert only(words, language) == (Kind.NUMBER, (value,))


def test_three_figures_behind_a_mark_are_a_fraction_of_a_percent() -> None:
    assert only("2,365 Prozent") == (Kind.PERCENT, ("2.365",))


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("drei Ziele", "3 Ziele"), ("zwölf Kriterien", "12 Kriterien"), ("38 %", "38 Prozent"),
        ("die Hälfte", "50 Prozent"), ("zum zweiten Mal", "die 2. Tagung"),
        ("10 Jahre", "ein Jahrzehnt"),
        ("die 87. Konferenz", "87. Konferenz"), ("zwei Stunden", "zweistündiges Treffen"),
        ("2000 Einträge", "2.000 Einträge"),
    ],
)  # fmt: skip
def test_numbers_in_other_words(claim: str, source: str) -> None:
    assert fits(claim, source)


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("§ 20a Abs. 1 SGB V", "§ 20a Absatz 1 SGB V"), ("§ 20a SGB V", "§ 20a Abs. 1 S. 2 SGB V"),
        ("§ 20e SGB V", "§§ 20d bis 20f SGB V"), ("§ 15 SGB II", "§§ 14 bis 18 SGB II"),
        ("§ 71 Abs. 2 SGB XI", "§ 71 Abs. 1 und 2 SGB XI"), ("das SGB V", "§ 20a SGB V"),
        ("§ 20a", "§ 20a SGB V"), ("SGB V", "das Fünfte Buch Sozialgesetzbuch"),
    ],
)  # fmt: skip
def test_a_reference_that_is_covered(claim: str, source: str) -> None:
    assert fits(claim, source)


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("§ 20b SGB V", "§ 20a SGB V"), ("§ 20a Abs. 2 SGB V", "§ 20a Abs. 1 SGB V"),
        ("§ 20a SGB II", "§ 20a SGB V"), ("§ 20 Abs. 6 Satz 3 SGB V", "§ 20 Abs. 6 Satz 2 SGB V"),
        ("Art. 14", "§ 14"), ("§ 20a Abs. 1 SGB V", "§ 20a SGB V"),
    ],
)  # fmt: skip
def test_a_reference_that_is_not(claim: str, source: str) -> None:
    assert not fits(claim, source)


def test_telephone_numbers_and_addresses() -> None:
    assert fits("Tel. 030 123456", "Telefon: +49 (0)30 / 12 34 56")
    assert not fits("Tel. 030 123457", "Telefon: 030 123456")
    assert fits("info@kgc.example.org", "E-Mail: INFO@kgc.example.org")
    assert not fits("a@kgc.de", "b@kgc.de")


def test_the_number_of_a_list_item_is_no_fact() -> None:
    assert not find_facts("3. Bestandsaufnahme", "de")


@given(st.text(alphabet="0123456789.,§ -/:€%()abcdeSGBVJuliNr\n", max_size=60))
def test_facts_stand_in_order_inside_the_text(text: str) -> None:
    facts = find_facts(text, "de")
    assert all(0 <= fact.start <= fact.end <= len(text) for fact in facts)
    assert [fact.start for fact in facts] == sorted(fact.start for fact in facts)
    assert len(without(text, facts)) == len(text)
