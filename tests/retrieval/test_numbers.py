from __future__ import annotations

import time
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.analysis import stems, units
from retrieval.numbers import find_numbers, numerals, without_numbers

GERMAN = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
    "November", "Dezember",
)  # fmt: skip
ENGLISH = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def terms(text: str, language: str = "de") -> list[str]:
    return [term for number in find_numbers(text, language) for term in number.terms]


@pytest.mark.parametrize("language", ["de", "en"])
@given(day=st.dates(date(1970, 1, 1), date(2069, 12, 31)))
def test_a_day_has_the_same_terms_in_every_spelling(language: str, day: date) -> None:
    german, english = GERMAN[day.month - 1], ENGLISH[day.month - 1]
    spellings = (
        f"{day.day}. {german} {day.year}",
        f"{day.day:02}. {german.upper()} {day.year}",
        f"{day.day}. {german[:3]}. {day.year}",
        f"{day.day:02}.{day.month:02}.{day.year}",
        f"{day.day}.{day.month}.{day.year}",
        f"{day.day}. {day.month}. {day.year}",
        f"{day.day}.{day.month}.{day.year % 100:02}",
        day.isoformat(),
        f"{day.day} {english} {day.year}",
        f"{day.day}th of {english} {day.year}",
        f"{english} {day.day}, {day.year}",
    )
    for spelling in spellings:
        found = terms(f"bis {spelling}, Ende", language)
        assert found[:2] == [f"#{day.isoformat()}", f"#{day.isoformat()[:7]}"], spelling
        assert str(day.year) in [*found, *spelling.replace(".", " ").replace("-", " ").split()]


@pytest.mark.parametrize("text", ["Juli 2021", "July 2021", "07/2021", "7/2021", "Jul. 2021"])
def test_a_month_meets_its_days(text: str) -> None:
    assert terms(text) == ["#2021-07"]
    assert set(terms(text)) <= set(stems("am 1.7.2021", "de"))
    assert "2021" in stems(text, "de")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.200.000", "1200000"),
        ("1 200 000", "1200000"),
        ("1\u00a0200\u00a0000", "1200000"),
        ("1'200'000", "1200000"),
        ("1,200,000", "1200000"),
        ("1,2 Millionen", "1200000"),
        ("1.2 million", "1200000"),
        ("1,2 Mio.", "1200000"),
        ("1200 Tsd.", "1200000"),
        ("7,52 Euro", "#7.52"),
        ("7.52 €", "#7.52"),
        ("EUR 7,52", "#7.52"),
        ("1.234,50 Euro", "#1234.5"),
        ("2,5 Mrd. Euro", "2500000000"),
        ("1.200", "1200"),
        ("0,5", "#0.5"),
    ],
)
def test_an_amount_is_one_term(text: str, expected: str) -> None:
    assert terms(text) == [expected]
    assert expected in stems(f"rund {text} im Jahr", "de")
    assert without_numbers(text, "de").strip() in ("", "Euro", "EUR", "€")


def test_marks_mean_what_the_language_says() -> None:
    assert terms("1,250", "en") == ["1250"]
    assert terms("1,250", "de") == ["#1.25"]
    assert terms("1.2 billion", "en") == ["1200000000"]
    assert terms("1,2 Billionen", "de") == ["1200000000000"]


def test_spans_of_years_hold_the_years_between() -> None:
    for text in ("2016/17", "2016-18", "2016–2018"):
        assert {"2016", "2017"} <= {*terms(text), *stems(text, "de")}
    assert units("2016/17", "de") == [("2016",), ("2017",)]


@pytest.mark.parametrize(
    "text",
    [
        "", "12", "2021", "030 200 300", "(030) 123 456", "+49 30 1 200 000", "0345/1.200", "1.2.3",
        "192.168.10.1", "45.45.2021", "B 1 KR 12/16", "A1.200", "12:30", "31-12", "2016-07-99",
        "20a", "1.", "3. 4. Platz", "DE12 3456 7890",
    ],
)  # fmt: skip
def test_what_is_no_date_and_no_amount_gives_nothing(text: str) -> None:
    assert terms(text) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("zwölf", "12"), ("twelve", "12"), ("zwanzig", "20"), ("fünfundvierzig", "45"),
        ("forty five", "45"), ("forty-five", "45"),
    ],
)  # fmt: skip
def test_numbers_in_words_meet_their_figures(one: str, other: str) -> None:
    for language in ("de", "en"):
        assert other in stems(one, language)
    assert units(one, "de")[0][-1] == other


def test_articles_and_verbs_are_no_numbers() -> None:
    assert not {"1", "8"} & set(numerals())
    assert stems("ein acht one eight", "de") == ["ein", "acht", "one", "eight"]


def test_signs_meet_words() -> None:
    for sign, word in (("20 %", "20 Prozent"), ("20%", "20 percent"), ("5 €", "5 EUR")):
        shared = set(stems(sign, "de")) & set(stems(word, "en"))
        assert {term[0] for term in shared} >= {"="}
    assert "prozent" not in stems("a%20b", "de")


def test_a_question_for_a_day_asks_for_the_day_and_its_year() -> None:
    assert units("am 1. Juli 2021", "de") == [("#2021-07-01",), ("2021",)]
    assert units("im Juli 2021", "de") == [("#2021-07", "juli"), ("2021",)]
    assert units("7,52 Euro", "de")[-1] == ("#7.52",)


@given(
    st.text("0123456789.,:/-–+()' €%JuliMio\n\u00a0٣", max_size=200), st.sampled_from(["de", "en"])
)
def test_spans_lie_in_the_text_in_order(text: str, language: str) -> None:
    spans = [(n.start, n.end) for n in find_numbers(text, language)]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


@pytest.mark.parametrize(
    "part",
    ["1", " 1", "1.", "1,", "1 200 ", "1.7.", "2021-", "2016/", "Juli 2021 ", "1'", "1 Mio "],
)
def test_long_lines_of_digits_cost_no_more_than_their_length(part: str) -> None:
    begin = time.process_time()
    list(find_numbers(part * (1_000_000 // len(part)), "de"))
    assert time.process_time() - begin < 10


@pytest.mark.parametrize(
    "text", ["12 MİO Euro", "JUNİ 2021", "12 Mıo", "3. JUNİ 2021", "2 BİLLION"]
)
def test_letters_of_other_alphabets_make_no_month_and_no_power(text: str) -> None:
    assert all("#" not in term for number in find_numbers(text, "de") for term in number.asked)


def test_capital_umlauts_do() -> None:
    (date,) = find_numbers("3. MÄRZ 2021", "de")
    assert date.asked[0] == "#2021-03-03"
