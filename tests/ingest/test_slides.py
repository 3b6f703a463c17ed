from __future__ import annotations

import copy
import datetime
from typing import Any

import pptx
import pytest
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.util import Inches

from ingest.document import BlockKind, Extract, PageUnit
from ingest.errors import Reason, SourceError
from ingest.slides import read_slides
from ingest.wrapping import HARD_BREAK
from tests.data import build

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
        (BlockKind.NOTE, "Notiz: Hier das Beispiel aus Köln erzählen.", 0, 1),
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
        build.rezipped(build.sample_pptx(), {"ppt/slides/slide1.xml": b"<kaputt"}),
        build.rezipped(build.sample_pptx(), {"ppt/slides/slide1.xml": b"<andere/>"}),
        build.rezipped(build.sample_pptx(), {"ppt/slides/slide3.xml": None}),
        build.sample_docx(),
    ],
)
def test_broken_deck_is_damaged(data: bytes) -> None:
    assert reason(data) is Reason.DAMAGED


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
