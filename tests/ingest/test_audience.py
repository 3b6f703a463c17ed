from typing import Any

import pytest

from ingest.document import Block, BlockKind
from ingest.facts.audience import MOST, settings_of, target_groups_of
from ingest.facts.tables import table

ROWS = [(kind, row) for kind in ("target_groups", "settings") for row in table("audiences")[kind]]
FILLER = "Das Vorhaben beginnt im Sommer und wird von vielen getragen. " * 3


def blocks(*texts: str, kind: BlockKind = BlockKind.PARAGRAPH) -> list[Block]:
    return [Block(kind, text) for text in texts]


@pytest.mark.parametrize(("kind", "row"), ROWS, ids=lambda value: str(value)[:40])
def test_each_value_is_found_by_its_words_behind_a_label(kind: str, row: dict[str, Any]) -> None:
    of, label = (
        (target_groups_of, "Zielgruppe") if kind == "target_groups" else (settings_of, "Setting")
    )
    for word in [*row["words"], *row.get("title", ()), *row.get("also", ())]:
        assert row["name"] in of(blocks(f"{label}: {word.rstrip('*')}"), "Titel", ())


@pytest.mark.parametrize(
    ("title", "groups", "settings"),
    [
        ("Mutige Schüler*innen", ("Schülerinnen und Schüler",), ()),
        ("Bewegung im Quartiersmanagement", (), ("Stadtteil/Quartier",)),
        ("Gesunde Hochschule", (), ("Hochschule",)),
        ("Schulung für Fachkräfte", (), ()),
        ("Kinderleicht kochen", (), ()),
        ("Die Krankenkassen zahlen", (), ()),
        ("Health promotion for unemployed people in job centres", ("Erwerbslose",),
         ("Jobcenter/Arbeitsförderung",)),
        ("Gesundheitsforderung fiir altere Menschen", ("Ältere Menschen",), ()),
    ],
)  # fmt: skip
def test_values_of_the_title(
    title: str, groups: tuple[str, ...], settings: tuple[str, ...]
) -> None:
    assert target_groups_of([], title, ()) == groups
    assert settings_of([], title, ()) == settings


def test_labels_name_values_on_the_line_or_below() -> None:
    below = [*blocks("Zielgruppen:"), *blocks("Kinder", "Eltern", kind=BlockKind.ITEM)]
    assert target_groups_of(below, "Titel", ()) == ("Kinder", "Familien")
    assert target_groups_of(blocks("Zielgruppe:", "Kontakt: Frau Muster"), "Titel", ()) == ()
    heading = [Block(BlockKind.HEADING, "Zielgruppe"), *blocks("Pflegende Angehörige in der Stadt")]
    assert target_groups_of(heading, "Titel", ()) == ("Pflegende Angehörige",)
    row = blocks("Lebenswelt | Pflegeheim", kind=BlockKind.ROW)
    assert settings_of(row, "Titel", ()) == ("Pflegeeinrichtung",)
    assert target_groups_of(blocks("Die Zielgruppe: Kinder"), "Titel", ()) == ()


def test_a_label_beats_the_title_and_properties_beat_both() -> None:
    text = blocks("Zielgruppe: Frauen")
    assert target_groups_of(text, "Kinder", ()) == ("Frauen",)
    assert target_groups_of(text, "Kinder", ("Männer", "Imkerinnen")) == ("Männer", "Imkerinnen")


def test_who_names_everybody_names_nobody() -> None:
    names = [row["name"] for row in table("audiences")["target_groups"]]
    assert target_groups_of(blocks("Zielgruppe: " + ", ".join(names[: MOST + 2])), "T", ()) == ()


def test_dominance_needs_many_mentions_all_over_the_text() -> None:
    often = blocks(*["Geflüchtete finden Rat, Geflüchtete helfen mit. " + FILLER] * 6)
    assert target_groups_of(often, "Titel", ()) == ("Geflüchtete",)
    assert target_groups_of(often, "Titel", (), statute=True) == ()
    once = blocks("Geflüchtete " * 12, *[FILLER] * 6)
    assert target_groups_of(once, "Titel", ()) == ()
    mixed = blocks(*["Geflüchtete, Kinder, Frauen, Männer, Familien. " + FILLER] * 6)
    assert target_groups_of(mixed, "Titel", ()) == ()
