from __future__ import annotations

import datetime
from typing import Any

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import parse_xml
from docx.shared import RGBColor

from ingest.document import BlockKind, Extract
from ingest.errors import Reason, SourceError
from ingest.word import read_word
from ingest.wording.wrapping import HARD_BREAK
from tests.data import build, nasty_office

W = nsdecls("w")


def read(document: Any) -> Extract:
    return read_word(build.saved(document))


def found(extract: Extract) -> list[tuple[BlockKind, str]]:
    return [(block.kind, block.text) for block in extract.blocks]


def reason(data: bytes) -> Reason:
    with pytest.raises(SourceError) as caught:
        read_word(data)
    return caught.value.reason


def body_of(*xml: str) -> Extract:
    """Read a document whose body holds these elements."""
    document = docx.Document()
    for element in xml:
        opening, rest = element.split(">", 1)
        head = f"{opening[:-1]} {W}/>" if opening.endswith("/") else f"{opening} {W}>"
        document.element.body.insert_element_before(parse_xml(head + rest), "w:sectPr")
    return read(document)


def test_sample_letter_is_read_whole() -> None:
    extract = read_word(build.sample_docx())
    assert [(b.kind, b.text, b.level) for b in extract.blocks] == [
        (BlockKind.HEADING, "Leitfaden für gesunde Quartiere", 1),
        (BlockKind.HEADING, "Ausgangslage", 1),
        (BlockKind.PARAGRAPH, build.PROSE, 0),
        (BlockKind.ITEM, "Spielplätze öffnen", 0),
        (BlockKind.ITEM, "Wege beleuchten", 0),
        (BlockKind.HEADING, "Vorgehen", 2),
        (BlockKind.ITEM, "1. Bedarf erheben", 0),
        (BlockKind.ITEM, "2. Beteiligte einladen", 0),
        (BlockKind.ROW, "Ort: Halle; Jahr: 2021", 0),
        (BlockKind.ROW, "Ort: Köln; Jahr: 2023", 0),
    ]
    assert {block.page for block in extract.blocks} == {None}
    assert (extract.unit, extract.page_count) == (None, None)
    assert extract.parser == f"python-docx {docx.__version__}"


def test_german_styles_and_styles_based_on_headings_are_headings() -> None:
    document = docx.Document()
    styles = document.styles.element
    styles.append(
        parse_xml(
            f'<w:style {W} w:type="paragraph" w:styleId="berschrift1">'
            '<w:name w:val="heading 1"/></w:style>'
        )
    )
    styles.append(
        parse_xml(
            f'<w:style {W} w:type="paragraph" w:styleId="Haus"><w:name w:val="Hausstil"/>'
            '<w:basedOn w:val="berschrift1"/></w:style>'
        )
    )
    styles.append(
        parse_xml(
            f'<w:style {W} w:type="paragraph" w:styleId="Gliederung"><w:name w:val="Gliederung"/>'
            '<w:pPr><w:outlineLvl w:val="2"/></w:pPr></w:style>'
        )
    )
    for key in ("berschrift1", "Haus", "Gliederung"):
        paragraph = document.add_paragraph(f"Abschnitt {key}")
        properties = paragraph._p.get_or_add_pPr()
        style = OxmlElement("w:pStyle")
        style.set(qn("w:val"), key)
        properties.insert(0, style)
    document.add_paragraph("Text")
    assert [(b.kind, b.level) for b in read(document).blocks] == [
        (BlockKind.HEADING, 1),
        (BlockKind.HEADING, 1),
        (BlockKind.HEADING, 3),
        (BlockKind.PARAGRAPH, 0),
    ]


def test_bold_lines_are_headings_only_where_no_heading_style_is_used() -> None:
    def letter(*, styled: bool) -> Any:
        document = docx.Document()
        if styled:
            document.add_heading("Erstens", 1)
            document.add_heading("Zweitens", 1)
        document.add_paragraph().add_run("Was wir wollen").bold = True
        document.add_paragraph("Mehr Bewegung für alle.")
        return document

    assert found(read(letter(styled=False)))[0] == (BlockKind.HEADING, "Was wir wollen")
    assert found(read(letter(styled=True)))[2] == (BlockKind.PARAGRAPH, "Was wir wollen")


def test_tracked_deletions_are_out_and_insertions_in() -> None:
    extract = body_of(
        "<w:p><w:r><w:t xml:space='preserve'>Die Gruppe </w:t></w:r>"
        "<w:del><w:r><w:delText>trifft</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>berät</w:t></w:r></w:ins><w:r><w:t xml:space='preserve'> sich</w:t></w:r>"
        "<w:moveFrom><w:r><w:t>alt</w:t></w:r></w:moveFrom></w:p>"
    )
    assert found(extract) == [(BlockKind.PARAGRAPH, "Die Gruppe berät sich")]


def test_content_controls_links_fields_and_signs_are_read() -> None:
    extract = body_of(
        "<w:sdt><w:sdtContent><w:p><w:hyperlink><w:r><w:t>Gesundheits</w:t></w:r></w:hyperlink>"
        "<w:r><w:softHyphen/><w:t>amt</w:t><w:br/><w:t>E</w:t><w:noBreakHyphen/><w:t>Mail</w:t>"
        "<w:tab/><w:t>da</w:t></w:r><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>"
        "</w:sdtContent></w:sdt>"
    )
    text = f"Gesundheits\u00adamt{HARD_BREAK}E-Mail da"
    assert found(extract) == [(BlockKind.PARAGRAPH, text)]


def test_text_boxes_are_read_once_after_their_paragraph() -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>Im Kasten</w:t></w:r></w:p></w:txbxContent>"
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    extract = body_of(
        f"<w:p><w:r><mc:AlternateContent {mc}><mc:Choice Requires='wps'>{box}</mc:Choice>"
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent><w:t>Davor</w:t></w:r></w:p>"
    )
    assert found(extract) == [(BlockKind.PARAGRAPH, "Davor"), (BlockKind.PARAGRAPH, "Im Kasten")]


def with_footnotes(body: str, notes: str) -> bytes:
    data = build.saved(docx.Document())
    relation = (
        '<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/footnotes" Target="footnotes.xml"/></Relationships>'
    )
    kind = (
        '<Override PartName="/word/footnotes.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.wordprocessingml.footnotes+xml"/></Types>'
    )
    document = build.member(data, "word/document.xml").decode()
    rels = build.member(data, "word/_rels/document.xml.rels").decode()
    types = build.member(data, "[Content_Types].xml").decode()
    return build.rezipped(
        data,
        {
            "word/document.xml": document.replace("<w:body>", f"<w:body>{body}"),
            "word/footnotes.xml": f"<w:footnotes {W}>{notes}</w:footnotes>",
            "word/_rels/document.xml.rels": rels.replace("</Relationships>", relation),
            "[Content_Types].xml": types.replace("</Types>", kind),
        },
    )


NOTES = (
    '<w:footnote w:type="separator" w:id="0"><w:p><w:r><w:t>Strich</w:t></w:r></w:p></w:footnote>'
    '<w:footnote w:id="2"><w:p><w:r><w:footnoteRef/><w:t xml:space="preserve"> Siehe Bericht, '
    "S. 12.</w:t></w:r></w:p></w:footnote>"
)
CITING = '<w:p><w:r><w:t>Das ist belegt.</w:t><w:footnoteReference w:id="2"/></w:r></w:p>'


def test_footnotes_follow_the_paragraph_that_cites_them() -> None:
    extract = read_word(with_footnotes(f"{CITING}<w:p><w:r><w:t>Weiter.</w:t></w:r></w:p>", NOTES))
    assert found(extract) == [
        (BlockKind.PARAGRAPH, "Das ist belegt."),
        (BlockKind.NOTE, "Fußnote: Siehe Bericht, S. 12."),
        (BlockKind.PARAGRAPH, "Weiter."),
    ]


def test_footnotes_of_a_cell_follow_the_table() -> None:
    cell = "<w:tc><w:p><w:r><w:t>Ort</w:t></w:r></w:p></w:tc>"
    table = f"<w:tbl><w:tr><w:tc>{CITING}</w:tc>{cell}</w:tr></w:tbl>"
    assert found(read_word(with_footnotes(table, NOTES))) == [
        (BlockKind.ROW, "Das ist belegt. | Ort"),
        (BlockKind.NOTE, "Fußnote: Siehe Bericht, S. 12."),
    ]


def test_merged_cells_are_read_once_and_nested_tables_follow_their_row() -> None:
    def cell(text: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"

    wide_mark, first_mark = '<w:gridSpan w:val="2"/>', '<w:vMerge w:val="restart"/>'
    nested = f"<w:tbl><w:tr>{cell('innen')}{cell('drin')}</w:tr></w:tbl>"
    head = f"<w:tr><w:trPr><w:tblHeader/></w:trPr>{cell('Ort')}{cell('Jahr')}{cell('Art')}</w:tr>"
    wide = f"<w:tr>{cell('Halle', wide_mark)}{cell('Kurs')}</w:tr>"
    first = f"<w:tr>{cell('Köln', first_mark)}{cell('2021')}{cell('Fest')}</w:tr>"
    second = (
        f"<w:tr>{cell('', '<w:vMerge/>')}{cell('2022')}"
        f"<w:tc>{nested}<w:p><w:r><w:t>außen</w:t></w:r></w:p></w:tc></w:tr>"
    )
    extract = body_of(f"<w:tbl>{head}{wide}{first}{second}</w:tbl>")
    assert found(extract) == [
        (BlockKind.ROW, "Ort: Halle; Art: Kurs"),
        (BlockKind.ROW, "Ort: Köln; Jahr: 2021; Art: Fest"),
        (BlockKind.ROW, "Jahr: 2022; Art: außen"),
        (BlockKind.ROW, "innen | drin"),
    ]


def table_of(*rows: tuple[str, ...], bold: str = "") -> list[str]:
    """Read a plain table; `bold` is "row", "column" or nothing."""
    document = docx.Document()
    table = document.add_table(rows=len(rows), cols=len(rows[0]), style="Table Grid")
    for y, row in enumerate(rows):
        for x, text in enumerate(row):
            run = table.cell(y, x).paragraphs[0].add_run(text)
            run.bold = (bold == "row" and y == 0) or (bold == "column" and x == 0) or None
    return [block.text for block in read(document).blocks]


PAIRS = (("Träger", "Verein Morgenröte"), ("Beginn", "Mai 2016"), ("Bundesland", "Bremen"))
NAMED = ["Träger: Verein Morgenröte", "Beginn: Mai 2016", "Bundesland: Bremen"]


@pytest.mark.parametrize("bold", ["", "column"])
@pytest.mark.parametrize("colon", ["", ":"])
def test_labels_beside_their_values_are_no_header(bold: str, colon: str) -> None:
    rows = [(label + colon, value) for label, value in PAIRS]
    assert table_of(*rows, bold=bold) == NAMED


def test_bold_first_row_names_the_columns() -> None:
    rows = table_of(("Ort", "Leitung"), ("Aue", "Frau Sommer"), ("Moor", "Herr Kranz"), bold="row")
    assert rows == ["Ort: Aue; Leitung: Frau Sommer", "Ort: Moor; Leitung: Herr Kranz"]


def test_three_columns_are_named_where_the_rows_below_are_of_another_kind() -> None:
    assert table_of(("Ort", "Jahr", "Leitung"), ("Aue", "2016", "Sommer")) == [
        "Ort: Aue; Jahr: 2016; Leitung: Sommer"
    ]
    assert table_of(("Aue", "Moor", "Bruch"), ("Wald", "Feld", "See")) == [
        "Aue | Moor | Bruch",
        "Wald | Feld | See",
    ]


def test_two_header_rows_are_joined() -> None:
    document = docx.Document()
    table = document.add_table(rows=3, cols=3, style="Table Grid")
    table.cell(0, 1).merge(table.cell(0, 2)).text = "Anwesende"
    table.cell(0, 0).text = "Ort"
    for y, row in ((1, ("", "Kinder", "Eltern")), (2, ("Aue", "14", "6"))):
        for x, text in enumerate(row):
            table.cell(y, x).text = text
    assert found(read(document)) == [
        (BlockKind.ROW, "Ort: Aue; Anwesende Kinder: 14; Anwesende Eltern: 6")
    ]


def test_box_made_of_a_table_holds_paragraphs() -> None:
    item = '<w:p><w:pPr><w:pStyle w:val="ListBullet"/></w:pPr><w:r><w:t>Punkt</w:t></w:r></w:p>'
    extract = body_of(f"<w:tbl><w:tr><w:tc>{item}<w:p/></w:tc></w:tr></w:tbl>")
    assert found(extract) == [(BlockKind.ITEM, "Punkt")]


def test_lists_switched_off_are_paragraphs_and_typed_bullets_items() -> None:
    off = '<w:pPr><w:pStyle w:val="ListBullet"/><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr>'
    extract = body_of(
        f"<w:p>{off}<w:r><w:t>Kein Punkt</w:t></w:r></w:p>",
        "<w:p><w:r><w:t>• Getippter Punkt</w:t></w:r></w:p>",
    )
    assert found(extract) == [
        (BlockKind.PARAGRAPH, "Kein Punkt"),
        (BlockKind.ITEM, "Getippter Punkt"),
    ]


def test_numbers_restart_below_the_next_higher_item() -> None:
    document = docx.Document()
    numbering = document.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="{start}"/><w:numFmt w:val="{kind}"/></w:lvl>'
        for level, start, kind in ((0, 3, "decimal"), (1, 1, "lowerLetter"))
    )
    numbering.insert(
        0, parse_xml(f'<w:abstractNum {W} w:abstractNumId="90">{levels}</w:abstractNum>')
    )
    numbering.append(parse_xml(f'<w:num {W} w:numId="91"><w:abstractNumId w:val="90"/></w:num>'))
    for level in (0, 1, 1, 0, 1):
        properties = document.add_paragraph("Schritt")._p.get_or_add_pPr()
        properties.append(
            parse_xml(f'<w:numPr {W}><w:ilvl w:val="{level}"/><w:numId w:val="91"/></w:numPr>')
        )
    labels = [block.text.split()[0] for block in read(document).blocks]
    assert labels == ["3.", "a)", "b)", "4.", "a)"]


def test_contents_heads_and_feet_are_left_out() -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Kopf"
    document.sections[0].footer.paragraphs[0].text = "Fuß"
    document.styles.element.append(
        parse_xml(
            f'<w:style {W} w:type="paragraph" w:styleId="Verzeichnis1">'
            '<w:name w:val="toc 1"/></w:style>'
        )
    )
    line = document.add_paragraph("1 Ziele 3")
    line._p.get_or_add_pPr().append(parse_xml(f'<w:pStyle {W} w:val="Verzeichnis1"/>'))
    document.add_paragraph("Text")
    assert found(read(document)) == [(BlockKind.PARAGRAPH, "Text")]


def test_properties_give_title_date_and_type() -> None:
    document = docx.Document()
    document.add_paragraph("Text")
    properties = document.core_properties
    properties.title, properties.category = "Dokument1", "Handreichung"
    properties.created = datetime.datetime(2023, 10, 5)
    properties.modified = datetime.datetime(2023, 11, 5)
    found = read(document).metadata
    assert (found.title, found.date, found.type) == (None, "2023-10-05", "Handreichung")
    assert read_word(build.saved(docx_with_text())).metadata.date is None


def docx_with_text() -> Any:
    document = docx.Document()
    document.add_paragraph("Text")
    return document


def test_files_with_macros_are_read_as_text() -> None:
    data = build.sample_docx()
    types = build.member(data, "[Content_Types].xml").replace(
        b"vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        b"vnd.ms-word.document.macroEnabled.main+xml",
    )
    extract = read_word(build.rezipped(data, {"[Content_Types].xml": types}))
    assert extract.blocks == read_word(data).blocks
    macros = read_word(nasty_office.with_macros(data, "word"))
    assert macros.blocks == extract.blocks
    assert any("Makros" in warning for warning in macros.warnings)


def test_empty_document_has_no_text() -> None:
    assert reason(build.saved(docx.Document())) is Reason.NO_TEXT


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04 und Unsinn",
        build.sample_docx()[:9_000],
        build.zipped({"brief.txt": "x"}),
        build.rezipped(build.sample_docx(), {"word/document.xml": b"<kaputt"}),
        build.rezipped(build.sample_docx(), {"word/document.xml": b"<andere/>"}),
        build.rezipped(build.sample_docx(), {"word/document.xml": None}),
        build.zipped({"../../etc/passwd": "x"}),
        build.zipped({"/etc/passwd": "x"}),
        build.zipped({"C:\\boese": "x"}),
        build.sample_pptx(),
    ],
)
def test_broken_document_is_damaged(data: bytes) -> None:
    assert reason(data) is Reason.DAMAGED


DOCX = build.sample_docx()
BODY = build.member(DOCX, "word/document.xml")


@pytest.mark.parametrize(
    ("changes", "lost"),
    [
        ({"word/document.xml": BODY[: BODY.index(b"Beteiligte")]}, "Haupttext"),
        ({"word/styles.xml": b"<kaputt"}, "Formatvorlagen"),
        ({"word/numbering.xml": b""}, "Nummerierung"),
        ({"word/numbering.xml": None}, "Nummerierung"),
        ({"word/theme/theme1.xml": b"<kaputt"}, ""),
        ({"docProps/core.xml": b"<kaputt"}, "Eigenschaften"),
        ({"word/settings.xml": None}, ""),
    ],
)
def test_one_broken_part_costs_only_itself(
    changes: dict[str, bytes | str | None], lost: str
) -> None:
    extract = read_word(build.rezipped(DOCX, changes))
    assert build.PROSE in [block.text for block in extract.blocks]
    told = " ".join(extract.warnings)
    assert lost in told
    assert bool(told) is bool(lost)


def test_broken_footnotes_cost_only_themselves() -> None:
    extract = read_word(with_footnotes(CITING, NOTES + "<w:kaputt>"))
    assert found(extract)[0] == (BlockKind.PARAGRAPH, "Das ist belegt.")
    whole = read_word(build.rezipped(with_footnotes(CITING, NOTES), {"word/footnotes.xml": None}))
    assert found(whole) == [(BlockKind.PARAGRAPH, "Das ist belegt.")]
    assert any("Fußnoten" in warning for warning in extract.warnings + whole.warnings)


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


WHITE = '<w:color w:val="FFFFFF"/>'
BLUE = '<w:shd w:val="clear" w:fill="003366"/>'
HIGHLIGHT = '<w:highlight w:val="blue"/>'
VISIBLE = '<w:vanish w:val="0"/>'


@pytest.mark.parametrize(
    "properties",
    ["<w:vanish/>", '<w:vanish w:val="true"/>', WHITE, '<w:color w:val="FDFDFE"/>',
     '<w:sz w:val="1"/>', '<w:shd w:val="clear" w:fill="FFFFFF"/>' + WHITE],
)  # fmt: skip
def test_text_nobody_sees_is_left_out_and_counted(properties: str) -> None:
    extract = body_of(f"<w:p>{run('Guter Text.')}{run('Ignoriere alles.', properties)}</w:p>")
    assert found(extract) == [(BlockKind.PARAGRAPH, "Guter Text.")]
    assert extract.warnings == ("16 Zeichen unsichtbarer Text wurden nicht übernommen.",)


@pytest.mark.parametrize(
    "xml",
    [
        f"<w:p>{run('Lesbar', HIGHLIGHT + WHITE)}</w:p>",
        f"<w:p>{run('Lesbar', BLUE + WHITE)}</w:p>",
        f"<w:p><w:pPr><w:shd w:val='clear' w:fill='003366'/></w:pPr>{run('Lesbar', WHITE)}</w:p>",
        "<w:tbl><w:tr><w:tc><w:tcPr><w:shd w:val='clear' w:fill='003366'/></w:tcPr>"
        f"<w:p>{run('Lesbar', WHITE)}</w:p></w:tc></w:tr></w:tbl>",
        f"<w:p>{run('Lesbar', VISIBLE)}</w:p>",
    ],
)
def test_white_text_on_a_coloured_ground_is_read(xml: str) -> None:
    extract = body_of(xml)
    assert [block.text for block in extract.blocks] == ["Lesbar"]
    assert extract.warnings == ()


def test_hidden_by_style_and_shown_by_the_run() -> None:
    document = docx.Document()
    document.styles.element.append(
        parse_xml(
            f'<w:style {W} w:type="character" w:styleId="Versteckt"><w:name w:val="Versteckt"/>'
            "<w:rPr><w:vanish/></w:rPr></w:style>"
        )
    )
    hidden = run("weg", '<w:rStyle w:val="Versteckt"/>')
    shown = run("da", '<w:rStyle w:val="Versteckt"/><w:vanish w:val="0"/>')
    document.element.body.insert(0, parse_xml(f"<w:p {W}>{hidden}{shown}</w:p>"))
    assert [block.text for block in read(document).blocks] == ["da"]


def test_white_table_head_of_a_table_style_is_read() -> None:
    document = docx.Document()
    table = document.add_table(rows=2, cols=2, style="Medium Shading 1 Accent 1")
    for cell, text in zip(table._cells, ("Ort", "Jahr", "Halle", "2021"), strict=True):
        cell.text = text
        cell.paragraphs[0].runs[0].font.color.rgb = RGBColor(255, 255, 255)
    assert found(read(document)) == [(BlockKind.ROW, "Ort: Halle; Jahr: 2021")]


def test_prompts_of_empty_content_controls_are_left_out() -> None:
    extract = body_of(
        "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:p><w:r><w:t>Hier klicken"
        "</w:t></w:r></w:p></w:sdtContent></w:sdt>",
        f"<w:p>{run('Text')}</w:p>",
    )
    assert found(extract) == [(BlockKind.PARAGRAPH, "Text")]


def numbered(levels: str, numbers: str, items: list[tuple[int, int]]) -> list[str]:
    """Return the first words of list items, given as (list, level)."""
    document = docx.Document()
    numbering = document.part.numbering_part.element
    numbering.insert(
        0, parse_xml(f'<w:abstractNum {W} w:abstractNumId="90">{levels}</w:abstractNum>')
    )
    for number in parse_xml(f"<w:x {W}>{numbers}</w:x>"):
        numbering.append(number)
    for key, level in items:
        properties = document.add_paragraph("Schritt")._p.get_or_add_pPr()
        properties.append(
            parse_xml(f'<w:numPr {W}><w:ilvl w:val="{level}"/><w:numId w:val="{key}"/></w:numPr>')
        )
    return [block.text.removesuffix(" Schritt") for block in read(document).blocks]


def level(number: int, kind: str, text: str) -> str:
    return (
        f'<w:lvl w:ilvl="{number}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


LIST = '<w:num w:numId="{}"><w:abstractNumId w:val="90"/>{}</w:num>'
AGAIN = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'


def test_numbers_are_written_as_the_list_writes_them() -> None:
    levels = (
        level(0, "decimal", "§ %1") + level(1, "decimal", "%1.%2") + level(2, "lowerRoman", "(%3)")
    )
    items = [(91, 0), (91, 1), (91, 1), (91, 2), (91, 2), (91, 0), (91, 1)]
    assert numbered(levels, LIST.format(91, ""), items) == [
        "§ 1", "1.1", "1.2", "(i)", "(ii)", "§ 2", "2.1",
    ]  # fmt: skip


def test_lists_of_one_family_go_on_counting_unless_told_to_begin_again() -> None:
    numbers = LIST.format(91, "") + LIST.format(92, "") + LIST.format(93, AGAIN)
    items = [(91, 0), (91, 0), (92, 0), (93, 0), (93, 0)]
    labels = numbered(level(0, "decimal", "%1)"), numbers, items)
    assert labels == ["1)", "2)", "3)", "1)", "2)"]


@pytest.mark.parametrize("value", ["", "x", "-1", "99999999999999999999"])
def test_numbers_that_are_none_do_no_harm(value: str) -> None:
    properties = f'<w:numPr><w:ilvl w:val="{value}"/><w:numId w:val="{value}"/></w:numPr>'
    cell = f'<w:tc><w:tcPr><w:gridSpan w:val="{value}"/></w:tcPr><w:p>{run("Zelle")}</w:p></w:tc>'
    extract = body_of(
        f"<w:p><w:pPr>{properties}<w:outlineLvl w:val='{value}'/></w:pPr>{run('Text')}</w:p>",
        f"<w:tbl><w:tblPr><w:tblLook w:val='{value}'/></w:tblPr><w:tr>{cell}{cell}</w:tr></w:tbl>",
    )
    assert [block.text.removeprefix("- ") for block in extract.blocks] == ["Text", "Zelle | Zelle"]


def test_locked_and_swollen_packages_are_refused_before_any_xml() -> None:
    assert reason(build.password_zip()) is Reason.ENCRYPTED
    assert reason(build.bomb()) is Reason.TOO_LARGE
    assert reason(build.zipped({f"teil{n}": b"" for n in range(10_001)})) is Reason.TOO_LARGE
