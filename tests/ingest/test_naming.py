from typing import Any

import pytest

from ingest.facts.naming import is_organisation, organisation_in, regions_in
from ingest.facts.tables import table

ROWS = table("facts")["organisations"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_every_name_of_the_table_is_found_under_its_own_name(row: dict[str, Any]) -> None:
    for name in [row["name"], *row.get("also", [])]:
        found = organisation_in(f"Impressum: {name}, Musterweg 5")
        assert found is not None
        assert found.name.startswith(row["name"])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_umlauts_misread_by_an_english_model(row: dict[str, Any]) -> None:
    for letter in ("u", "ii"):
        misread = row["name"].replace("ü", letter).replace("ö", "o").replace("ä", "a")
        found = organisation_in(misread)
        assert found is not None
        assert found.name.startswith(row["name"])


def test_land_belongs_to_the_name() -> None:
    found = organisation_in("Koordinierungsstelle Gesundheitliche Chancengleichheit Sachsen-Anhalt")
    assert found is not None
    assert found.name.endswith("Chancengleichheit Sachsen-Anhalt")
    assert found.region == "Sachsen-Anhalt"


def test_first_named_wins_and_line_breaks_do_not_matter() -> None:
    found = organisation_in("GKV-\nSpitzenverband mit dem Robert Koch-Institut")
    assert found is not None
    assert found.name == "GKV-Spitzenverband"


@pytest.mark.parametrize(
    "text", ["", "die hage im Garten", "post@lzg.nrw.de", "Gesundheit in Berlin"]
)
def test_no_organisation(text: str) -> None:
    assert organisation_in(text) is None


def test_a_line_that_is_only_a_name() -> None:
    assert is_organisation("Gesundheit Berlin-Brandenburg e.V.")
    assert not is_organisation("Bericht von Gesundheit Berlin-Brandenburg e.V.")


@pytest.mark.parametrize("region", [row["name"] for row in table("facts")["regions"]])
def test_each_land_is_told_from_the_others(region: str) -> None:
    assert regions_in(f"Netzwerk in {region} gestartet") == {region: 1}
    assert regions_in(f"NETZWERK IN {region.upper()}") == {region: 1}


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("Kreise in NRW und im Freistaat Thüringen", {"Nordrhein-Westfalen": 1, "Thüringen": 1}),
        ("Gesundheit Berlin-Brandenburg", {}),
        ("Verlag, Berlin 2019", {}),
        ("Thiiringens Kommunen", {"Thüringen": 1}),
        ("die bayerischen Gemeinden in Bayern", {"Bayern": 2}),
        ("Der Kreis Sachsenhausen", {}),
    ],
)
def test_counts(text: str, counts: dict[str, int]) -> None:
    assert regions_in(text) == counts


def test_city_states_can_be_left_out() -> None:
    assert regions_in("in Hamburg und Hessen", cities=False) == {"Hessen": 1}
