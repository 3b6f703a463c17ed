from __future__ import annotations

import copy
import datetime
import io
import zipfile
from typing import Any

import pptx
import pytest
from lxml import etree
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from ingest.document import BlockKind, Extract, PageUnit
from ingest.errors import Reason, SourceError
from ingest.office.slideparts import chart_rows, parsed
from ingest.slides import read_slides
from ingest.wording.wrapping import HARD_BREAK
from tests.data import build, nasty_office

TITLE_AND_CONTENT, TWO_CONTENT, TITLE_ONLY, BLANK = 1, 3, 5, 6
A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'


def deck() -> Any:
    return pptx.Presentation()


def slide(presentation: Any, layout: int = TITLE_ONLY, title: str = "") -> Any:
    added = presentation.slides.add_slide(presentation.slide_layouts[layout])
    if title:
        added.shapes.title.text = title
    return added


def box(shapes: Any, left: float, top: float, text: str) -> Any:
    shape = shapes.add_textbox(Inches(left), Inches(top), Inches(2), Inches(0.5))
    shape.text_frame.text = text
    return shape


def read(presentation: Any) -> Extract:
    return read_slides(build.saved(presentation))


def found(extract: Extract) -> list[tuple[BlockKind, str]]:
    return [(block.kind, block.text) for block in extract.blocks]


def reason(data: bytes) -> Reason:
    with pytest.raises(SourceError) as caught:
        read_slides(data)
    return caught.value.reason


def test_sample_deck_is_read_whole() -> None:
    extract = read_slides(build.sample_pptx())
    assert [(b.kind, b.text, b.level, b.page) for b in extract.blocks] == [
        (BlockKind.HEADING, "Gesundheit für alle", 1, 1),
        (BlockKind.ITEM, "Räume öffnen", 0, 1),
        (BlockKind.ITEM, "Übergänge gestalten", 0, 1),
        (BlockKind.NOTE, "Notizen: Hier das Beispiel aus Köln erzählen.", 0, 1),
        (BlockKind.HEADING, "Standorte", 1, 3),
        (BlockKind.ROW, "Ort: Halle; Jahr: 2021", 0, 3),
    ]
    assert (extract.unit, extract.page_count) == (PageUnit.SLIDE, 3)
    assert extract.parser == f"python-pptx {pptx.__version__}"
    assert extract.warnings == ("Ausgeblendete Folien übersprungen: 2.",)


def test_slides_count_in_the_order_they_are_shown() -> None:
    presentation = deck()
    for title in ("Erste", "Zweite", "Dritte"):
        slide(presentation, title=title)
    order = presentation.slides._sldIdLst
    order.insert(0, order[2])
    assert [(b.page, b.text) for b in read(presentation).blocks] == [
        (1, "Dritte"),
        (2, "Erste"),
        (3, "Zweite"),
    ]


def test_boxes_are_read_from_top_to_bottom_and_left_to_right() -> None:
    presentation = deck()
    shapes = slide(presentation, title="Titel").shapes
    box(shapes, 6, 2.1, "rechts oben")
    box(shapes, 1, 4, "unten")
    box(shapes, 1, 2.2, "links oben")
    texts = [block.text for block in read(presentation).blocks]
    assert texts == ["Titel", "links oben", "rechts oben", "unten"]


def test_grouped_shapes_stand_where_the_group_puts_them() -> None:
    presentation = deck()
    shapes = slide(presentation, BLANK).shapes
    box(shapes, 1, 3, "Mitte")
    group = shapes.add_group_shape()
    inner = group.shapes.add_group_shape()
    box(inner.shapes, 1, 1, "außen oben")
    box(inner.shapes, 1, 2, "außen unten")
    frame = group._element.grpSpPr.get_or_add_xfrm()
    for name, first, second in (
        ("off", 1.0, 0.5),
        ("ext", 2.0, 6.0),
        ("chOff", 1.0, 1.0),
        ("chExt", 2.0, 1.5),
    ):
        keys = ("x", "y") if name.endswith("ff") else ("cx", "cy")
        for key, value in zip(keys, (first, second), strict=True):
            frame.find(qn(f"a:{name}")).set(key, str(int(Inches(value))))
    texts = [block.text for block in read(presentation).blocks]
    assert texts == ["außen oben", "Mitte", "außen unten"]


def test_bullets_follow_the_layout_unless_switched_off() -> None:
    presentation = deck()
    body = slide(presentation, TITLE_AND_CONTENT, "Titel").placeholders[1].text_frame
    body.text = "mit Zeichen\nohne Zeichen\nUnterpunkt"
    body.paragraphs[1]._p.get_or_add_pPr().append(parse_xml(f"<a:buNone {A}/>"))
    body.paragraphs[2].level = 1
    assert found(read(presentation))[1:] == [
        (BlockKind.ITEM, "mit Zeichen"),
        (BlockKind.PARAGRAPH, "ohne Zeichen"),
        (BlockKind.ITEM, "Unterpunkt"),
    ]


def test_automatic_numbers_are_counted_and_typed_bullets_are_taken_off() -> None:
    presentation = deck()
    frame = box(slide(presentation, BLANK).shapes, 1, 1, "eins\nzwei\n• Zeichen\nText").text_frame
    for paragraph in frame.paragraphs[:2]:
        mark = parse_xml(f'<a:buAutoNum {A} type="arabicPeriod"/>')
        paragraph._p.get_or_add_pPr().append(mark)
    assert found(read(presentation)) == [
        (BlockKind.ITEM, "1. eins"),
        (BlockKind.ITEM, "2. zwei"),
        (BlockKind.ITEM, "Zeichen"),
        (BlockKind.PARAGRAPH, "Text"),
    ]


def test_line_break_in_a_paragraph_is_meant_and_none_in_a_title() -> None:
    presentation = deck()
    shapes = slide(presentation, title="Gesund\vim Quartier").shapes
    box(shapes, 1, 3, "Badstraße 1\v39104 Magdeburg")
    texts = [block.text for block in read(presentation).blocks]
    assert texts == ["Gesund im Quartier", f"Badstraße 1{HARD_BREAK}39104 Magdeburg"]


def test_date_foot_and_slide_number_are_left_out() -> None:
    presentation = deck()
    added = slide(presentation, title="Titel")
    for holder in presentation.slide_layouts[TITLE_ONLY].placeholders:
        if holder.placeholder_format.idx >= 10:
            added.shapes._spTree.append(copy.deepcopy(holder._element))
    for holder in added.placeholders:
        if holder.placeholder_format.idx >= 10:
            holder.text_frame.text = f"Fußzeile {holder.placeholder_format.idx}"
    assert len(list(added.placeholders)) == 4
    assert found(read(presentation)) == [(BlockKind.HEADING, "Titel")]


def test_table_without_header_row_and_merged_cells() -> None:
    presentation = deck()
    frame = slide(presentation, BLANK).shapes.add_table(
        2, 3, Inches(1), Inches(1), Inches(6), Inches(1)
    )
    frame.table.first_row = False
    for column, text in enumerate(("Kita", "Halle", "2021")):
        frame.table.cell(0, column).text = text
    frame.table.cell(1, 0).text = "über alles"
    frame.table.cell(1, 0).merge(frame.table.cell(1, 2))
    assert found(read(presentation)) == [
        (BlockKind.ROW, "Kita | Halle | 2021"),
        (BlockKind.ROW, "über alles"),
    ]


def test_chart_gives_its_title_and_values() -> None:
    presentation = deck()
    data: Any = CategoryChartData()  # type: ignore[no-untyped-call]  # untyped in python-pptx
    data.categories = ["Ost", "West"]
    data.add_series("Kitas", (12.5, 20))
    frame = slide(presentation, BLANK).shapes.add_chart(
        XL_CHART_TYPE.COLUMN_CLUSTERED, Inches(1), Inches(1), Inches(5), Inches(4), data
    )
    frame.chart.has_title = True
    frame.chart.chart_title.text_frame.text = "Beteiligte Kitas"
    assert found(read(presentation)) == [
        (BlockKind.PARAGRAPH, "Beteiligte Kitas"),
        (BlockKind.ROW, "Ost; Kitas: 12,5"),
        (BlockKind.ROW, "West; Kitas: 20"),
    ]


def test_properties_give_title_date_and_type() -> None:
    presentation = deck()
    slide(presentation, title="Titel")
    properties = presentation.core_properties
    properties.title, properties.subject = "Bilanz 2023", "Zusammenfassung der Tagung"
    properties.created = datetime.datetime(2023, 10, 5, 9, 0)
    properties.modified = datetime.datetime(2023, 10, 9, 9, 0)
    found = read(presentation).metadata
    assert (found.title, found.date, found.type) == ("Bilanz 2023", "2023-10-05", "Zusammenfassung")


def test_what_programs_fill_in_is_no_metadata() -> None:
    found = read_slides(build.sample_pptx()).metadata
    assert (found.title, found.date, found.type) == (None, None, "Folien")
    presentation = deck()
    slide(presentation, title="Titel")
    presentation.core_properties.created = datetime.datetime(2015, 1, 1)
    presentation.core_properties.modified = datetime.datetime(2023, 1, 1)
    assert read(presentation).metadata.date is None


def test_shows_and_templates_are_read() -> None:
    data = build.sample_pptx()
    types = build.member(data, "[Content_Types].xml")
    show = types.replace(b"presentation.main+xml", b"slideshow.main+xml")
    assert show != types
    extract = read_slides(build.rezipped(data, {"[Content_Types].xml": show}))
    assert extract.blocks == read_slides(data).blocks


def test_deck_without_text_has_no_text() -> None:
    presentation = deck()
    slide(presentation, BLANK)
    assert reason(build.saved(presentation)) is Reason.NO_TEXT
    assert reason(build.saved(deck())) is Reason.NO_TEXT


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04 und Unsinn",
        build.sample_pptx()[:8_000],
        build.zipped({"brief.txt": "x"}),
        build.rezipped(build.sample_pptx(), {"ppt/presentation.xml": b"<kaputt"}),
        build.sample_docx(),
    ],
)
def test_broken_deck_is_damaged(data: bytes) -> None:
    assert reason(data) is Reason.DAMAGED


DECK = build.sample_pptx()
SLIDE = build.member(DECK, "ppt/slides/slide1.xml")
NOTES = "ppt/notesSlides/notesSlide1.xml"


@pytest.mark.parametrize(
    ("changes", "lost", "kept"),
    [
        ({"ppt/slides/slide1.xml": b"<kaputt"}, "Folie 1", ["Standorte"]),
        ({"ppt/slides/slide1.xml": b"<andere/>"}, "Folie 1", ["Standorte"]),
        ({"ppt/slides/slide1.xml": b""}, "Folie 1", ["Standorte"]),
        ({"ppt/slides/slide3.xml": None}, "Folie 3", ["Gesundheit für alle"]),
        (
            {"ppt/slides/slide1.xml": SLIDE[: SLIDE.index("Übergänge".encode())]},
            "Folie 1",
            ["Gesundheit für alle", "Standorte"],
        ),
        ({NOTES: b"<kaputt"}, "Notizen", ["Gesundheit für alle", "Standorte"]),
        ({"ppt/theme/theme1.xml": b"<kaputt"}, "", ["Gesundheit für alle", "Standorte"]),
        ({"docProps/core.xml": b"<kaputt"}, "Eigenschaften", ["Gesundheit für alle", "Standorte"]),
        (
            {
                "[Content_Types].xml": build.member(DECK, "[Content_Types].xml").replace(
                    b"presentationml.slide+xml", b"presentationml.fremd+xml"
                )
            },
            "",
            ["Gesundheit für alle", "Standorte"],
        ),
    ],
)
def test_one_broken_part_costs_only_itself(
    changes: dict[str, bytes | str | None], lost: str, kept: list[str]
) -> None:
    extract = read_slides(build.rezipped(DECK, changes))
    titles = [block.text for block in extract.blocks if block.kind is BlockKind.HEADING]
    assert titles == kept
    told = [warning for warning in extract.warnings if warning.startswith("Beschädigte Teile")]
    assert [lost in warning for warning in told] == ([True] if lost else [])
    assert extract.page_count == 3


def test_deck_of_which_nothing_is_left_is_damaged() -> None:
    names = [f"ppt/slides/slide{number}.xml" for number in (1, 2, 3)]
    assert reason(build.rezipped(DECK, dict.fromkeys(names, b"<kaputt"))) is Reason.DAMAGED


def test_columns_are_read_one_after_the_other() -> None:
    presentation = deck()
    shapes = slide(presentation, title="Vergleich").shapes
    for text, left, top in (
        ("rechts Text", 5.5, 2.6), ("links Text", 0.5, 2.6),
        ("rechts Kopf", 5.5, 2.0), ("links Kopf", 0.5, 2.0), ("Fazit", 0.5, 6.0),
    ):  # fmt: skip
        box(shapes, left, top, text)
    texts = [block.text for block in read(presentation).blocks][1:]
    assert texts == ["links Kopf", "links Text", "rechts Kopf", "rechts Text", "Fazit"]


def test_rows_of_number_and_text_stay_rows() -> None:
    presentation = deck()
    shapes = slide(presentation, title="Schritte").shapes
    for row, text in enumerate(("Planen", "Handeln", "Prüfen")):
        box(shapes, 1.0, 2 + 1.5 * row, f"Schritt {row + 1}")
        box(shapes, 3.2, 2 + 1.5 * row, text)
    texts = [block.text for block in read(presentation).blocks][1:]
    assert texts == ["Schritt 1", "Planen", "Schritt 2", "Handeln", "Schritt 3", "Prüfen"]


def sized(shape: Any, points: float, *, bold: bool = False) -> None:
    run = shape.text_frame.paragraphs[0].runs[0]
    run.font.size, run.font.bold = Pt(points), bold


def test_slide_without_title_is_headed_by_its_topmost_large_text() -> None:
    presentation = deck()
    shapes = slide(presentation, BLANK).shapes
    sized(box(shapes, 1, 3, "Wir öffnen Schulhöfe am Nachmittag."), 16)
    sized(box(shapes, 1, 0.5, "Bewegung im Quartier"), 32)
    sized(box(shapes, 1, 5, "Wir begleiten Familien."), 16)
    first, *rest = read(presentation).blocks
    assert (first.kind, first.text, first.level) == (BlockKind.HEADING, "Bewegung im Quartier", 1)
    assert [block.kind for block in rest] == [BlockKind.PARAGRAPH] * 2


def test_text_of_one_size_and_large_text_at_the_foot_are_no_title() -> None:
    presentation = deck()
    shapes = slide(presentation, BLANK).shapes
    box(shapes, 1, 0.5, "Erster Satz")
    box(shapes, 1, 3, "Zweiter Satz")
    shapes = slide(presentation, BLANK).shapes
    sized(box(shapes, 1, 1, "Kleiner Text oben"), 14)
    sized(box(shapes, 1, 6, "120 Kitas"), 60)
    assert {block.kind for block in read(presentation).blocks} == {BlockKind.PARAGRAPH}


def test_slide_numbers_and_dates_in_text_boxes_are_left_out() -> None:
    presentation = deck()
    paragraph = box(slide(presentation, BLANK).shapes, 1, 1, "Stand ").text_frame.paragraphs[0]
    for kind, text in (("slidenum", "7"), ("datetime1", "1.1.2020"), ("eigenes", "heute")):
        field = f'<a:fld {A} id="{{1}}" type="{kind}"><a:t>{text}</a:t></a:fld>'
        paragraph._p.append(parse_xml(field))
    assert [block.text for block in read(presentation).blocks] == ["Stand heute"]


def test_shapes_switched_off_are_left_out() -> None:
    presentation = deck()
    shapes = slide(presentation, BLANK).shapes
    box(shapes, 1, 1, "sichtbar")
    box(shapes, 1, 2, "abgeschaltet")._element.nvSpPr.cNvPr.set("hidden", "1")
    assert [block.text for block in read(presentation).blocks] == ["sichtbar"]


def test_what_newer_programs_are_offered_is_read_once() -> None:
    presentation = deck()
    shapes = slide(presentation, BLANK).shapes
    element = box(shapes, 1, 1, "neuer Kasten")._element
    old = copy.deepcopy(element)
    old.find(f".//{qn('a:t')}").text = "alter Kasten"
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    offer = etree.SubElement(shapes._spTree, f"{{{mc}}}AlternateContent")
    for name, node in (("Choice", element), ("Fallback", old)):
        etree.SubElement(offer, f"{{{mc}}}{name}").append(node)
    assert [block.text for block in read(presentation).blocks] == ["neuer Kasten"]


def test_numbers_go_on_from_where_they_are_told_to() -> None:
    presentation = deck()
    frame = box(slide(presentation, BLANK).shapes, 1, 1, "drei\nvier").text_frame
    for paragraph in frame.paragraphs:
        mark = parse_xml(f'<a:buAutoNum {A} type="arabicPeriod" startAt="3"/>')
        paragraph._p.get_or_add_pPr().append(mark)
    assert [block.text for block in read(presentation).blocks] == ["3. drei", "4. vier"]


def test_macros_are_mentioned_and_the_text_is_read() -> None:
    extract = read_slides(nasty_office.with_macros(DECK, "powerpoint"))
    assert extract.blocks == read_slides(DECK).blocks
    assert any("Makros" in warning for warning in extract.warnings)


def test_hidden_slides_are_named_in_ranges() -> None:
    presentation = deck()
    for number in range(1, 8):
        added = slide(presentation, title=f"Folie {number}")
        if number in (2, 5, 6, 7):
            added._element.set("show", "0")
    assert read(presentation).warnings == ("Ausgeblendete Folien übersprungen: 2, 5–7.",)


def test_broken_chart_costs_only_itself() -> None:
    presentation = deck()
    data: Any = CategoryChartData()  # type: ignore[no-untyped-call]  # untyped in python-pptx
    data.categories = ["Ost"]
    data.add_series("Kitas", (1_234_567.5,))
    added = slide(presentation, title="Zahlen")
    added.shapes.add_chart(
        XL_CHART_TYPE.COLUMN_CLUSTERED, Inches(1), Inches(2), Inches(5), Inches(4), data
    )
    saved = build.saved(presentation)
    assert found(read_slides(saved))[1] == (BlockKind.ROW, "Ost; Kitas: 1234567,5")
    with zipfile.ZipFile(io.BytesIO(saved)) as package:
        name = next(name for name in package.namelist() if "charts/chart" in name)
    extract = read_slides(build.rezipped(saved, {name: b"<kaputt"}))
    assert found(extract) == [(BlockKind.HEADING, "Zahlen")]
    assert "Diagramm" in extract.warnings[0] or "Folie 1" in extract.warnings[0]


def test_chart_that_claims_thousands_of_millions_of_values_is_read_at_once() -> None:
    chart = parsed(
        b'<c:chartSpace xmlns:c="c"><c:chart><c:plotArea><c:bar><c:ser><c:cat><c:strCache>'
        b'<c:ptCount val="2147483647"/><c:pt idx="2147483646"><c:v>Ost</c:v></c:pt></c:strCache>'
        b'</c:cat><c:val><c:numCache><c:formatCode>0%</c:formatCode><c:pt idx="2147483646">'
        b"<c:v>0.125</c:v></c:pt></c:numCache></c:val></c:ser></c:bar></c:plotArea></c:chart>"
        b"</c:chartSpace>"
    )
    assert chart_rows(chart) == ["Ost; Wert: 12,5 %"]


def test_entities_are_not_expanded() -> None:
    data = build.sample_pptx()
    xml = build.member(data, "ppt/slides/slide1.xml")
    start = xml.index(b"?>") + 2
    evil = b'<!DOCTYPE x [<!ENTITY geheim SYSTEM "file:///etc/passwd">]>'
    changed = xml[:start] + evil + xml[start:].replace("Räume".encode(), b"&geheim;R", 1)
    try:
        texts = [
            b.text
            for b in read_slides(build.rezipped(data, {"ppt/slides/slide1.xml": changed})).blocks
        ]
    except SourceError as error:
        texts = [error.message]
    assert not any("root:" in text for text in texts)


def test_diagram_texts_are_items() -> None:
    presentation = deck()
    added = slide(presentation, title="Kreislauf")
    data = (
        '<dgm:dataModel xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" '
        f"{A}><dgm:ptLst>"
        + "".join(
            f"<dgm:pt><dgm:t><a:bodyPr/><a:p><a:r><a:t>{word}</a:t></a:r></a:p></dgm:t></dgm:pt>"
            for word in ("Planen", "Umsetzen", "Prüfen")
        )
        + "</dgm:ptLst></dgm:dataModel>"
    )
    part = Part(
        PackURI("/ppt/diagrams/data1.xml"),
        "application/vnd.openxmlformats-officedocument.drawingml.diagramData+xml",
        added.part.package,
        data.encode(),
    )
    key = added.part.relate_to(
        part, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/diagramData"
    )
    frame = added.shapes.add_table(1, 1, 0, 0, Inches(1), Inches(1))._element
    graphic = frame.find(f".//{qn('a:graphicData')}")
    graphic.set("uri", "http://schemas.openxmlformats.org/drawingml/2006/diagram")
    graphic.remove(graphic[0])
    graphic.append(
        parse_xml(
            '<dgm:relIds xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" '
            'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
            f'r:dm="{key}"/>'
        )
    )
    assert [b.text for b in read(presentation).blocks] == [
        "Kreislauf",
        "Planen",
        "Umsetzen",
        "Prüfen",
    ]
