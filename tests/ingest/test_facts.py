from typing import Any

import pytest

from ingest.document import Block, BlockKind, Metadata, PageUnit
from ingest.facts.facts import facts
from ingest.facts.tables import table
from ingest.sniff import Format


def heading(text: str, level: int = 1) -> Block:
    return Block(BlockKind.HEADING, text, level)


def paragraph(text: str) -> Block:
    return Block(BlockKind.PARAGRAPH, text)


PROSE = paragraph(
    "Die Beratung erreicht viele Menschen in den Quartieren und wird von allen gern angenommen. "
    "Sie soll in den nächsten Jahren auf weitere Städte ausgeweitet werden."
)


def found(
    *blocks: Block,
    given: Metadata | None = None,
    fmt: Format = Format.TEXT,
    name: str = "datei.txt",
) -> Metadata:
    text = "\n\n".join(block.text for block in blocks)
    return facts(blocks, text, given or Metadata(), fmt, name)


def test_nothing_shown_is_nothing_known() -> None:
    assert found(PROSE) == Metadata(title="datei", language="de")


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Ordner/Gute_Praxis_2021.pdf", "Gute Praxis 2021"),
        ("12 Leitlinien-deadbeef01.docx", "Leitlinien"),
        ("C:\\Texte\\0a1b2c3d4e5f6789.txt", "0a1b2c3d4e5f6789"),
    ],
)
def test_file_name_is_the_last_resort(name: str, title: str) -> None:
    assert found(PROSE, name=name).title == title


def test_title_is_the_first_heading_of_the_first_level() -> None:
    assert found(heading("Untertitel", 2), heading("Titel hier"), PROSE).title == "Titel hier"


def test_masthead_is_no_title() -> None:
    blocks = (heading("GKV-Spitzenverband"), heading("Gesund im Alter", 2), PROSE)
    assert found(*blocks).title == "Gesund im Alter"


def test_title_without_headings() -> None:
    blocks = (paragraph("Zum Inhalt springen"), paragraph("Gesund im Alter"), PROSE)
    assert found(*blocks).title == "Gesund im Alter"


def test_declared_title_counts_when_people_declared_it_or_the_text_shows_it() -> None:
    given = Metadata(title="Jahresplan der Stelle")
    blocks = (heading("Arbeit im Quartier"), PROSE)
    assert found(*blocks, given=given, fmt=Format.MARKDOWN).title == "Jahresplan der Stelle"
    assert found(*blocks, given=given, fmt=Format.PDF).title == "Arbeit im Quartier"
    shown = (heading("Jahresplan"), paragraph("der Stelle"), PROSE)
    assert found(*shown, given=given, fmt=Format.PDF).title == "Jahresplan der Stelle"


def test_long_titles_are_cut_at_a_word() -> None:
    title = found(heading("Gesundheit " * 40), PROSE).title
    assert title is not None
    assert len(title) <= 202
    assert title.endswith("Gesundheit …")


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("Stand: Mai 2021", "2021-05"),
        ("(Stand 03/2020)", "2020-03"),
        ("Stand: 2019", "2019"),
        ("Veröffentlicht am 3. Juni 2022", "2022-06-03"),
        ("Zuletzt geändert durch: Gesetz vom 4.5.2018", "2018-05-04"),
        ("Dienstag, 1. März 2022, 10 Uhr", "2022-03-01"),
    ],
)
def test_dates_shown_in_lines(line: str, date: str) -> None:
    assert found(heading("Titel"), paragraph(line), PROSE).date == date


def test_declared_date_beats_an_earlier_line() -> None:
    blocks = (heading("Tagung am 1.2.2020"), PROSE, paragraph("Stand: 5.6.2021"))
    assert found(*blocks).date == "2021-06-05"


@pytest.mark.parametrize(
    "sentence",
    [
        "Das am 1. Juli 2011 in Kraft getretene Gesetz stärkt die Prävention in der Stadt.",
        "Damals stand 2013 die Frage nach dem Nutzen im Mittelpunkt aller Gespräche.",
    ],
)
def test_dates_of_other_things_are_not_taken(sentence: str) -> None:
    assert found(heading("Titel"), paragraph(sentence), PROSE).date is None


def test_dateline_of_a_press_release() -> None:
    report = paragraph("Halle (Saale), 4. Mai 2021 – Die Stadt fördert ab sofort neue Vorhaben.")
    assert found(heading("Neue Förderung"), report).date == "2021-05-04"


def test_an_event_or_a_deadline_does_not_date_the_document() -> None:
    report = paragraph("Am 4. Mai 2021 fand in Halle ein Treffen aller Beteiligten statt.")
    assert found(heading("Treffen"), report).date is None
    assert found(heading("Kurs"), paragraph("Anmeldung bis 15. März 2027")).date is None


def test_a_creation_day_is_no_date_but_may_confirm_a_year() -> None:
    given = Metadata(date="2015-01-01")
    assert found(heading("Titel"), PROSE, given=given, fmt=Format.PDF).date is None
    year = paragraph("Magdeburg 2015")
    assert found(heading("Titel"), year, PROSE, given=given, fmt=Format.PDF).date == "2015"
    other = paragraph("Magdeburg 2013")
    assert found(heading("Titel"), other, PROSE, given=given, fmt=Format.PDF).date is None
    period = paragraph("Laufzeit 2015 bis 2018")
    assert found(heading("Titel"), period, PROSE, given=given, fmt=Format.PDF).date is None
    shown = paragraph("Stand: 2018")
    assert found(shown, PROSE, given=given, fmt=Format.PDF).date == "2018"


def test_slides_are_slides_whatever_the_file_is() -> None:
    blocks = (heading("Bericht"), PROSE)
    made = facts(blocks, PROSE.text, Metadata(), Format.PDF, "a.pdf", PageUnit.SLIDE)
    assert made.type == "Folien"


def test_organisation_of_masthead_imprint_or_label() -> None:
    label = paragraph("Herausgeber: Stadt Musterstadt, Gesundheitsamt")
    assert found(PROSE, label).organisation == "Stadt Musterstadt, Gesundheitsamt"
    below = paragraph("Herausgeber:\nStadt Musterstadt\nMusterweg 5")
    assert found(PROSE, below).organisation == "Stadt Musterstadt"
    imprint = paragraph("GKV-Spitzenverband\nMusterweg 5")
    assert found(PROSE, imprint).organisation == "GKV-Spitzenverband"


def test_named_in_prose_or_as_sponsor_is_not_the_publisher() -> None:
    prose = paragraph("Der GKV-Spitzenverband hat dazu im Sommer einen Bericht vorgelegt.")
    sponsor = paragraph("Gefördert durch das Bundesministerium für Gesundheit")
    assert found(prose, PROSE, sponsor).organisation is None


@pytest.mark.parametrize("rule", table("facts")["types"], ids=lambda rule: rule["name"])
def test_each_type_rule_fits_its_own_words(rule: dict[str, Any]) -> None:
    for word in rule.get("title", []):
        assert found(heading(f"{word.title()} 2021"), PROSE).type is not None
    for phrase in rule.get("head", []):
        assert found(heading("Titel"), paragraph(phrase), PROSE).type == rule["name"]


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Abschlussbericht des Vorhabens", "Bericht"),
        ("Ergebnisprotokoll der Sitzung", "Protokoll"),
        ("Praxisleitfäden", "Leitfaden"),
        ("Leitfaden für Kommunen", "Leitfaden"),
        ("Gesetz zur Stärkung der Vorsorge", "Gesetz"),
        ("Was bringt das neue Gesetz?", None),
        ("Gesund im Quartier", None),
    ],
)
def test_type_from_the_title(title: str, kind: str | None) -> None:
    assert found(heading(title), PROSE).type == kind


def test_declared_type_and_type_of_the_format() -> None:
    flyer = paragraph("Dokumenttyp: Flyer")
    assert found(heading("Bericht"), flyer, PROSE).type == "Flyer"
    assert found(heading("Bericht"), PROSE, given=Metadata(type="Karte")).type == "Karte"
    assert found(heading("Bericht"), PROSE, fmt=Format.HTML).type == "Bericht"
    assert found(heading("Gesund"), PROSE, fmt=Format.HTML).type == "Webseite"
    for menu, kind in (("Newsletter", "Webseite"), ("Einladung", "Einladung")):
        page = (heading("Gesund im Alter"), paragraph(menu), PROSE)
        assert found(*page, fmt=Format.HTML).type == kind
    assert found(heading("Bericht"), PROSE, fmt=Format.PPTX).type == "Folien"


def test_region_of_title_publisher_head_or_text() -> None:
    assert found(heading("Kitas in Hessen"), PROSE).region == "Hessen"
    assert found(heading("Kitas in Hessen und Bayern"), PROSE).region is None
    assert found(heading("Kitas"), paragraph("LZG.NRW"), PROSE).region == "Nordrhein-Westfalen"
    assert found(heading("Kitas"), paragraph("Treffen in Berlin und Hessen"), PROSE).region is None
    twice = paragraph("In Thüringen wird gefördert. Auch sonst ist Thüringen dabei, und gern.")
    assert found(heading("Kitas"), twice, PROSE).region == "Thüringen"
    once = paragraph("Ein Gast aus Thüringen war da und hat von der Arbeit berichtet.")
    assert found(heading("Kitas"), once, PROSE).region is None


def test_language_is_read_from_the_text_before_it_is_believed() -> None:
    assert found(PROSE, given=Metadata(language="en")).language == "de"
    assert found(paragraph("KGC"), given=Metadata(language="en")).language == "en"


def test_several_lands_or_publishers_behind_labels_are_those_of_a_list() -> None:
    lands = (paragraph("Land: Hessen"), paragraph("Land: Bayern"))
    assert found(heading("Kitas"), *lands[:1], PROSE).region == "Hessen"
    assert found(heading("Kitas"), *lands, PROSE).region is None
    names = (paragraph("Herausgeber: Kita Nord"), paragraph("Herausgeber: Kita Ost"))
    assert found(heading("Kitas"), *names[:1], PROSE).organisation == "Kita Nord"
    assert found(heading("Kitas"), *names, PROSE).organisation is None


@pytest.mark.parametrize("value", ["unbekannt", "k. A.", "N.N.", "-", "Keine Angabe", "folgt", "?"])
def test_unknown_is_no_value(value: str) -> None:
    lines = paragraph(f"Herausgeber: {value}\nDokumenttyp: {value}\nLand: {value}")
    shown = found(heading("Gesund"), lines, PROSE)
    assert (shown.organisation, shown.type, shown.region) == (None, None, None)
    given = Metadata(title=value, organisation=value, type=value, target_group=(value,))
    shown = found(heading("Gesund"), PROSE, given=given, fmt=Format.MARKDOWN)
    assert shown == Metadata(title="Gesund", language="de")


def test_the_day_of_an_event_does_not_date_the_document() -> None:
    day, place = paragraph("Datum: 3. Mai 2022"), paragraph("Ort: Rathaus")
    assert found(heading("Gesund im Alter"), day, PROSE).date == "2022-05-03"
    assert found(heading("Gesund im Alter"), day, place, PROSE).date is None
    assert found(heading("Protokoll der Sitzung"), day, place, PROSE).date == "2022-05-03"
    together = paragraph("Datum: 3. Mai 2022, Uhrzeit: 10 Uhr")
    assert found(heading("Gesund im Alter"), together, PROSE).date is None


def test_offices_in_a_copyright_line_publish() -> None:
    for office in ("Amt für Soziales Fliederstadt", "Jugendamt Fliederstadt", "Fachbereich Jugend"):
        line = paragraph(f"© 2025 {office}")
        assert found(heading("Kitas"), PROSE, line).organisation == office
