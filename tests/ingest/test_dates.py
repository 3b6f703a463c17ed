from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.facts.dates import find_date


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("Montag, 3. Juni 2019, 9 Uhr", "2019-06-03"),
        ("am 07.09.2021", "2021-09-07"),
        ("1. – 2. März 2022", "2022-03-02"),
        ("Oktober 2020", "2020-10"),
        ("Stand 04/2018", "2018-04"),
        ("2017-11-30T08:00", "2017-11-30"),
        ("May 4, 2016", "2016-05-04"),
        ("4 May 2016", "2016-05-04"),
        ("Jan. 2015", "2015-01"),
        ("erst 1.2.2003, dann 5. Mai 2004", "2003-02-01"),
    ],
)
def test_finds_as_exact_as_shown(text: str, iso: str) -> None:
    assert find_date(text) == iso


@pytest.mark.parametrize(
    "text", ["", "am 3. Juni", "31.02.2020", "12.13.2020", "Seite 2020", "1823"]
)
def test_no_date(text: str) -> None:
    assert find_date(text) is None


def test_year_alone_only_where_asked() -> None:
    assert find_date("Ausgabe 2021") is None
    assert find_date("Ausgabe 2021", year_only=True) == "2021"


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_every_day_is_read_back(day: date) -> None:
    assert find_date(f"am {day.day}.{day.month}.{day.year} in Halle") == day.isoformat()
    assert find_date(day.isoformat()) == day.isoformat()
