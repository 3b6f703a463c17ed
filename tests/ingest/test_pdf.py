from __future__ import annotations

import inspect
import io
import logging
import random
import re
from collections.abc import Sequence

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import errors
from reportlab.platypus import (
    Flowable,
    PageBreak,
    Paragraph,
    Table,
)

from ingest import pdf
from ingest.document import Block, BlockKind, Extract, PageUnit
from ingest.errors import Reason, SourceError
from ingest.pdf import read_pdf
from tests.data import build
from tests.data.build import MORE_PROSE, PROSE

LEFT, TOP, BODY = 70.0, 780.0, 11.0


def reason(data: bytes) -> Reason:
    with pytest.raises(SourceError) as caught:
        read_pdf(data)
    return caught.value.reason


def texts(extract: Extract, kind: BlockKind | None = None) -> list[str]:
    return [b.text.replace("\n", " ") for b in extract.blocks if kind in (None, b.kind)]


def headings(extract: Extract) -> list[tuple[int, str]]:
    return [
        (b.level, b.text.replace("\n", " ")) for b in extract.blocks if b.kind is BlockKind.HEADING
    ]


def written(*lines: str, size: float = BODY, step: float = 14.0) -> list[build.Piece]:
    return [(LEFT, TOP - 80 - i * step, size, line) for i, line in enumerate(lines)]


def page_of(*pieces: build.Piece) -> Extract:
    return read_pdf(build.lines_pdf([pieces]))


# -- text ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("truetype", [True, False])
def test_german_text_has_its_umlauts_spaces_and_order(truetype: bool) -> None:
    extract = read_pdf(build.report_pdf(truetype=truetype))
    assert PROSE in texts(extract, BlockKind.PARAGRAPH)
    assert extract.parser == f"pypdf {pypdf.__version__}"
    assert (extract.unit, extract.page_count) == (PageUnit.PAGE, len(pypdf_pages(extract)))
    assert extract.metadata.title == "Gesund aufwachsen im Quartier"


def pypdf_pages(extract: Extract) -> set[int | None]:
    return {block.page for block in extract.blocks}


def test_every_block_has_the_page_it_stands_on() -> None:
    story: list[Flowable] = []
    for number in ("eins", "zwei", "drei"):
        story += [Paragraph(f"Seite {number}: {PROSE}", build.style()), PageBreak()]
    extract = read_pdf(build.pdf(story))
    assert [(b.page, b.text.split(":")[0]) for b in extract.blocks] == [
        (1, "Seite eins"),
        (2, "Seite zwei"),
        (3, "Seite drei"),
    ]


def test_lines_are_kept_apart_and_hyphens_are_left_to_the_cleaning() -> None:
    extract = page_of(
        *written(
            "Die kommunale Gesundheitsför-",
            "derung erreicht vor allem Men-",
            "schen in schwieriger Lage.",
        )
    )
    assert [b.text for b in extract.blocks] == [
        "Die kommunale Gesundheitsför-\nderung erreicht vor allem Men-\nschen in schwieriger Lage."
    ]


def test_drawing_order_does_not_matter() -> None:
    lines = written("Zuerst steht dieser Satz hier", "und danach folgt noch dieser.")
    assert texts(page_of(*reversed(lines))) == texts(page_of(*lines))


def test_words_drawn_one_by_one_and_kerned_are_joined_with_right_spaces() -> None:
    content = (
        "BT /F1 12 Tf 70 700 Td [(V)80(er)-20(eine)-280(f)10(\374r)-300(K)40(inder)] TJ ET "
        "BT /F1 12 Tf 70 680 Td (und) Tj 26 0 Td (Eltern) Tj ET "
        "BT /F1 12 Tf 2 Tc 70 660 Td (gesperrt) Tj 0 Tc ET"
    )
    assert texts(read_pdf(build.drawn_pdf(content))) == ["Vereine für Kinder und Eltern gesperrt"]


def test_raised_digits_do_not_melt_into_the_word() -> None:
    extract = page_of((70, 700, 12, "Chancengleichheit"), (168, 704.5, 7, "12"))
    assert texts(extract) == ["Chancengleichheit¹²"]


def test_text_drawn_twice_for_boldness_is_read_once() -> None:
    extract = page_of((70, 700, 12, "Gesunde Stadt"), (70.3, 700, 12, "Gesunde Stadt"))
    assert texts(extract) == ["Gesunde Stadt"]


def test_forms_are_read_where_they_are_placed() -> None:
    form = build.stream(
        "BT /F1 12 Tf 0 0 Td (aus einem Formular) Tj ET",
        "/Type/XObject/Subtype/Form/BBox[0 0 300 50]/Matrix[1 0 0 1 0 -20]"
        "/Resources<</Font<</F1 5 0 R>>>>",
    )
    content = "q 1 0 0 1 70 700 cm /X1 Do Q BT /F1 12 Tf 70 694 Td (Text vor dem Text) Tj ET"
    data = build.drawn_pdf(content, resources="/XObject<</X1 6 0 R>>", extra=[form])
    assert texts(read_pdf(data)) == ["Text vor dem Text aus einem Formular"]


def test_form_that_draws_itself_ends() -> None:
    form = build.stream(
        "BT /F1 12 Tf 70 700 Td (Schleife) Tj ET /X1 Do /X1 Do",
        "/Type/XObject/Subtype/Form/BBox[0 0 300 50]"
        "/Resources<</Font<</F1 5 0 R>>/XObject<</X1 6 0 R>>>>",
    )
    data = build.drawn_pdf("/X1 Do", resources="/XObject<</X1 6 0 R>>", extra=[form])
    assert texts(read_pdf(data)) == ["Schleife"]


@pytest.mark.parametrize(
    ("turn", "matrix"),
    [
        (90, "0 1 -1 0 200 100"),
        (180, "-1 0 0 -1 400 600"),
        (270, "0 -1 1 0 200 700"),
    ],
)
def test_turned_pages_are_read_as_they_are_seen(turn: int, matrix: str) -> None:
    content = f"BT /F1 12 Tf {matrix} Tm 14 TL (Oben steht das) Tj T* (und unten dies.) Tj ET"
    extract = read_pdf(build.drawn_pdf(content, page=f"/Rotate {turn}"))
    assert texts(extract) == ["Oben steht das und unten dies."]


def test_slanted_watermarks_and_text_beyond_the_page_are_left_out() -> None:
    content = (
        "BT /F1 60 Tf 0.7 0.7 -0.7 0.7 100 200 Tm (ENTWURF) Tj ET "
        "BT /F1 12 Tf 70 700 Td (Der Text) Tj ET BT /F1 12 Tf 70 -300 Td (Beschnitt) Tj ET "
        "BT /F1 12 Tf 900 500 Td (daneben) Tj ET"
    )
    assert texts(read_pdf(build.drawn_pdf(content))) == ["Der Text"]


def test_what_tagged_files_mark_as_page_furniture_is_left_out() -> None:
    content = (
        "/Artifact <</Type/Pagination/Subtype/Header>> BDC "
        "BT /F1 9 Tf 70 500 Td (Kolumnentitel) Tj ET EMC "
        "/P <</MCID 0>> BDC BT /F1 12 Tf 70 700 Td (Der Text) Tj ET EMC"
    )
    assert texts(read_pdf(build.drawn_pdf(content))) == ["Der Text"]


def test_wingdings_are_bullets_and_glyphs_without_meaning_are_no_text() -> None:
    fonts = [
        "<</Type/Font/Subtype/TrueType/BaseFont/Wingdings-Regular/Encoding/WinAnsiEncoding>>",
        "<</Type/Font/Subtype/Type0/BaseFont/Raetsel/Encoding/Identity-H/DescendantFonts[8 0 R]>>",
        "<</Type/Font/Subtype/CIDFontType2/BaseFont/Raetsel/DW 500/CIDSystemInfo"
        "<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>",
    ]
    content = (
        "BT /F2 12 Tf 70 700 Td (\247) Tj ET BT /F1 12 Tf 88 700 Td (Wege beleuchten) Tj ET "
        "BT /F3 12 Tf 70 600 Td <004100420043> Tj ET"
    )
    data = build.drawn_pdf(content, extra=fonts)
    data = data.replace(b"/F1 5 0 R>>", b"/F1 5 0 R/F2 6 0 R/F3 7 0 R>>", 1)
    assert [(b.kind, b.text) for b in read_pdf(data).blocks] == [
        (BlockKind.ITEM, "Wege beleuchten")
    ]


# -- structure ----------------------------------------------------------------------------------


def test_headings_rank_by_size_and_then_by_number() -> None:
    extract = read_pdf(build.report_pdf())
    assert headings(extract) == [
        (1, "Gesund aufwachsen im Quartier"),
        (2, "1 Ausgangslage"),
        (3, "1.1 Zielgruppen"),
        (2, "2 Ergebnisse"),
    ]


def test_numbered_line_in_body_type_is_a_heading_when_it_stands_alone() -> None:
    style = build.style()
    story = [
        Paragraph(PROSE, style),
        Paragraph("2.1 Ziele", style),
        Paragraph(MORE_PROSE, style),
        Paragraph("2.1.1 Teilziele", style),
        Paragraph(PROSE, style),
    ]
    assert headings(read_pdf(build.pdf(story))) == [(1, "2.1 Ziele"), (2, "2.1.1 Teilziele")]


@pytest.mark.parametrize("sign", ["•", "–", "-", "*", "·", "o"])
def test_bullets_become_items_without_their_sign(sign: str) -> None:
    extract = page_of(
        *written("Das wird gebraucht:", f"{sign} Räume für alle", f"{sign} Übung und Zeit")
    )
    assert [(b.kind, b.text) for b in extract.blocks] == [
        (BlockKind.PARAGRAPH, "Das wird gebraucht:"),
        (BlockKind.ITEM, "Räume für alle"),
        (BlockKind.ITEM, "Übung und Zeit"),
    ]


def test_numbers_of_items_stay_and_lines_under_an_item_belong_to_it() -> None:
    extract = page_of(
        (70, 700, 11, "1."),
        (95, 700, 11, "Bedarf erheben und mit allen, die im Stadtteil"),
        (95, 686, 11, "arbeiten, besprechen"),
        (70, 672, 11, "2."),
        (95, 672, 11, "Angebote planen"),
        (70, 644, 11, "Danach folgt ein Absatz ohne Nummer."),
    )
    assert [(b.kind, b.text) for b in extract.blocks] == [
        (BlockKind.ITEM, "1. Bedarf erheben und mit allen, die im Stadtteil\narbeiten, besprechen"),
        (BlockKind.ITEM, "2. Angebote planen"),
        (BlockKind.PARAGRAPH, "Danach folgt ein Absatz ohne Nummer."),
    ]


@pytest.mark.parametrize(
    "second", ["4. November 2025 auf Einladung der Landesvereinigung", "– wie alle wissen – heute"]
)
def test_date_or_dash_at_the_start_of_a_line_is_no_item(second: str) -> None:
    extract = page_of(*written("Das Treffen der Quartiere fand wie in den Vorjahren am", second))
    assert [b.kind for b in extract.blocks] == [BlockKind.PARAGRAPH]


def test_paragraphs_part_at_gaps_at_early_ends_and_at_indents() -> None:
    full = "Diese Zeile ist so lang, dass kein weiteres Wort in sie passt"
    extract = page_of(
        (70, 700, 11, full),
        (70, 686, 11, "und hier endet sie früh."),
        (70, 672, 11, "Ein neuer Absatz beginnt ohne Abstand, er ist ebenso lang wie"),
        (70, 658, 11, "der erste und reicht bis an den rechten Rand des Satzspiegels."),
        (90, 644, 11, "Dieser ist eingerückt und auch er füllt seine ganze Zeile bis"),
        (70, 630, 11, "zum Ende."),
        (70, 600, 11, "Nach der Lücke folgt der letzte."),
    )
    assert [b.text.split()[0] for b in extract.blocks] == ["Diese", "Ein", "Dieser", "Nach"]


def test_table_rows_keep_their_cells_together() -> None:
    rows = [
        ["Maßnahme", "Ort", "Jahr"],
        ["Mittagstisch", "Halle", "2021"],
        ["Kurs", "Köln", "2023"],
    ]
    story = [Paragraph(PROSE, build.style()), Table(rows), Paragraph(MORE_PROSE, build.style())]
    extract = read_pdf(build.pdf(story))
    assert texts(extract, BlockKind.ROW) == [" | ".join(row) for row in rows]
    assert texts(extract, BlockKind.PARAGRAPH) == [PROSE, MORE_PROSE]


def test_table_with_prose_in_its_cells_is_read_row_by_row() -> None:
    style = build.style(9)
    rows = [(f"Feld {word}", PROSE, MORE_PROSE) for word in "ABCD"]
    cells = [[Paragraph(text, style) for text in row] for row in rows]
    table = Table(cells, colWidths=[60, 200, 200])
    table.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("BOTTOMPADDING", (0, 0), (-1, -1), 6)])
    extract = read_pdf(build.pdf([Paragraph(PROSE, build.style()), table]))
    assert texts(extract, BlockKind.PARAGRAPH) == [PROSE]
    assert texts(extract, BlockKind.ROW) == [" | ".join(row) for row in rows]


def test_contents_lines_are_rows_with_short_leaders() -> None:
    extract = page_of(*written(f"1.1 Ziele {'.' * 60} 5", f"1.2 Wege {'. ' * 40}12"))
    assert [(b.kind, b.text) for b in extract.blocks] == [
        (BlockKind.ROW, "1.1 Ziele … 5"),
        (BlockKind.ROW, "1.2 Wege … 12"),
    ]


# -- columns ------------------------------------------------------------------------------------


def test_two_columns_are_read_one_after_the_other_below_their_common_title() -> None:
    found = texts(read_pdf(build.two_column_pdf()))
    assert found[0] == "Bewegung im Alltag fördern: ein Bericht aus vier Stadtteilen"
    assert found[1:] == [f"Absatz {n}: {PROSE}" for n in range(1, 13)]


def test_three_columns_and_a_full_line_between_them() -> None:
    def column(x: float, y: float, word: str) -> list[build.Piece]:
        return [(x, y - 13 * n, 9, f"{word} Zeile {n} mit genügend Text") for n in range(8)]

    pieces = [
        *column(60, 750, "links"),
        *column(225, 744, "Mitte"),
        *column(390, 750, "rechts"),
        (60, 600, 9, "Eine Zeile, die über alle drei Spalten der Seite reicht und sie trennt " * 1),
        (370, 600, 9, "bis an das rechte Ende der Seite"),
        *column(60, 560, "unten"),
        *column(225, 560, "tief"),
    ]
    found = " ".join(texts(read_pdf(build.lines_pdf([pieces]))))
    order = re.findall(r"links|Mitte|rechts|trennt|unten|tief", found)
    assert list(dict.fromkeys(order)) == ["links", "Mitte", "rechts", "trennt", "unten", "tief"]
    assert [k for k, _ in groupings(order)] == list(dict.fromkeys(order))


def groupings(words: Sequence[str]) -> list[tuple[str, int]]:
    out: list[tuple[str, int]] = []
    for word in words:
        if out and out[-1][0] == word:
            out[-1] = (word, out[-1][1] + 1)
        else:
            out.append((word, 1))
    return out


def test_bulleted_boxes_side_by_side_are_two_columns() -> None:
    left = [(60.0, 380.0 - 40 * n, 20.0, f"• Stärke {n}") for n in range(4)]
    right = [(500.0, 380.0 - 40 * n, 20.0, f"• Hürde {n}") for n in range(4)]
    slide = [
        (60.0, 470.0, 32.0, "Bilanz"),
        *(p for pair in zip(left, right, strict=True) for p in pair),
    ]
    extract = read_pdf(build.lines_pdf([slide], size=(960, 540)))
    assert texts(extract, BlockKind.ITEM) == [
        *(f"Stärke {n}" for n in range(4)),
        *(f"Hürde {n}" for n in range(4)),
    ]


# -- page furniture -----------------------------------------------------------------------------


def test_running_heads_feet_and_page_numbers_are_left_out() -> None:
    found = " ".join(texts(read_pdf(build.report_pdf())))
    assert "Landesstelle" not in found
    assert "von 3" not in found


def numbered_pages(*feet: str) -> Extract:
    pages = [
        [*written(f"Auf Blatt {'ABCDEFG'[i]} steht dieser eigene Satz."), (300, 30, 9, foot)]
        for i, foot in enumerate(feet)
    ]
    return read_pdf(build.lines_pdf(pages))


@pytest.mark.parametrize(
    "feet",
    [
        ("1", "2", "3"),
        ("17", "18", "19"),
        ("- 4 -", "- 5 -", "- 6 -"),
        ("Seite 1 von 3", "Seite 2 von 3", "Seite 3 von 3"),
        ("i", "ii", "iii"),
        ("1",),
    ],
)
def test_page_numbers_of_all_shapes_are_left_out(feet: tuple[str, ...]) -> None:
    extract = numbered_pages(*feet)
    assert texts(extract) == [
        f"Auf Blatt {'ABCDEFG'[i]} steht dieser eigene Satz." for i in range(len(feet))
    ]


def test_numbers_that_do_not_count_pages_stay() -> None:
    assert "2023" in texts(numbered_pages("2023", "74", "8"))


def test_title_that_stands_twice_stays() -> None:
    extract = read_pdf(build.deck_pdf())
    assert headings(extract) == [(1, "Start"), (1, "Bilanz"), (1, "Bilanz"), (1, "Ausblick")]
    assert [b.page for b in extract.blocks if b.kind is BlockKind.HEADING] == [1, 2, 3, 4]
    assert "Fachtag Gesundheit" not in texts(extract)


def test_large_title_that_goes_on_over_some_slides_stays() -> None:
    titles = ["Start", "Bilanz", "Bilanz", "Bilanz", "Ziele", "Wege", "Ende"]
    pages = [
        [(60.0, 480.0, 32.0, title), (60.0, 300.0, 20.0, f"Inhalt der Folie {chr(65 + n)}")]
        for n, title in enumerate(titles)
    ]
    extract = read_pdf(build.lines_pdf(pages, size=(960, 540)))
    assert [title for _, title in headings(extract)] == titles


# -- slides -------------------------------------------------------------------------------------


def test_wide_pages_with_little_text_are_slides() -> None:
    extract = read_pdf(build.deck_pdf())
    assert (extract.unit, extract.page_count) == (PageUnit.SLIDE, 4)
    assert texts(extract, BlockKind.ITEM)[:2] == [
        "Förderung im Quartier",
        "Schritt A mit Partnern vor Ort",
    ]


def test_wide_pages_full_of_text_are_pages() -> None:
    lines = [(60.0, 500.0 - 12 * n, 9.0, f"{n} {PROSE[:150]}") for n in range(38)]
    extract = read_pdf(build.lines_pdf([lines] * 2, size=(842, 595)))
    assert extract.unit is PageUnit.PAGE


# -- metadata -----------------------------------------------------------------------------------


def with_info(info: dict[str, str]) -> Extract:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(build.deck_pdf()))
    writer.metadata = None
    writer.add_metadata(info)
    out = io.BytesIO()
    writer.write(out)
    return read_pdf(out.getvalue())


def test_properties_give_title_date_and_type() -> None:
    info = {
        "/Title": "Gesunde  Quartiere",
        "/CreationDate": "D:20231005132000+02'00'",
        "/ModDate": "D:20240101000000Z",
        "/Author": "Paula Muster",
        "/Keywords": "Kita; Typ: Bericht; 2023",
    }
    found = with_info(info).metadata
    assert (found.title, found.date, found.type) == ("Gesunde Quartiere", "2023-10-05", "Bericht")
    assert found.organisation is None


@pytest.mark.parametrize(
    "title",
    [
        "Microsoft Word - Bericht.doc",
        "untitled",
        "(anonymous)",
        "bericht_final2.pdf",
        "PowerPoint-Präsentation",
        "PowerPoint Presentation",
        "Folie 1",
        "Dokument1",
        "2023_10_bericht",
        "",
    ],
)
def test_titles_that_programs_fill_in_are_none(title: str) -> None:
    assert with_info({"/Title": title}).metadata.title is None


@pytest.mark.parametrize("date", ["D:0000", "gestern", "D:19041231000000", "D:29990101000000"])
def test_impossible_dates_are_none(date: str) -> None:
    assert with_info({"/CreationDate": date}).metadata.date is None


# -- errors -------------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", ["RC4-40", "RC4-128", "AES-128", "AES-256-R5", "AES-256"])
def test_password_protected_file_is_encrypted_and_an_empty_password_opens(algorithm: str) -> None:
    assert reason(build.encrypted_pdf("geheim", algorithm)) is Reason.ENCRYPTED
    opened = read_pdf(build.encrypted_pdf("", algorithm))
    assert texts(opened) == texts(read_pdf(build.two_column_pdf()))


def test_encryption_by_certificate_is_encrypted() -> None:
    trailer = "/Encrypt<</Filter/Adobe.PubSec/V 4/SubFilter/adbe.pkcs7.s5>>/ID[<00><00>]"
    data = build.raw_pdf(
        ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 0/Kids[]>>"], trailer=trailer
    )
    assert reason(data) is Reason.ENCRYPTED


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n" + random.Random(7).randbytes(4_000),
        b"%PDF-1.4",
        build.report_pdf()[:4_000],
        build.page_loop_pdf(),
        build.raw_pdf(["<</Type/Catalog>>"]),
    ],
)
def test_broken_file_is_damaged(data: bytes) -> None:
    assert reason(data) is Reason.DAMAGED


def test_file_without_pages_and_scan_have_no_text() -> None:
    none = build.raw_pdf(["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 0/Kids[]>>"])
    assert reason(none) is Reason.NO_TEXT
    with pytest.raises(SourceError, match=r"\(3 Seiten\)"):
        read_pdf(build.scan_pdf(3))
    with pytest.raises(SourceError, match=r"1 Seite\)"):
        read_pdf(build.scan_pdf(1))


def test_pages_without_text_are_named() -> None:
    pages = [written("Text der ersten Seite."), [], written("Text der dritten Seite."), []]
    extract = read_pdf(build.lines_pdf(pages))
    assert extract.warnings == ("Ohne Text: Seiten 2, 4.",)
    assert extract.page_count == 4


def test_one_damaged_page_costs_only_itself() -> None:
    data = build.drawn_pdf("BT /F1 12 Tf 70 700 Td (Erste Seite) Tj ET")
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(build.lines_pdf([written("Zweite Seite.")])))
    writer.append(io.BytesIO(data.replace(b"/Length 42", b"/Filter/Raetsel/Length 42")))
    assert b"/Filter/Raetsel" in data.replace(b"/Length 42", b"/Filter/Raetsel/Length 42")
    out = io.BytesIO()
    writer.write(out)
    extract = read_pdf(out.getvalue())
    assert texts(extract) == ["Zweite Seite."]
    assert extract.warnings == ("Nicht lesbar wegen Beschädigung: Seite 2.",)


def test_page_without_sensible_size_is_read() -> None:
    data = build.drawn_pdf("BT /F1 12 Tf 70 700 Td (Der Text) Tj ET")
    assert texts(read_pdf(data.replace(b"[0 0 595 842]", b"[/a /b /c /d]"))) == ["Der Text"]
    assert texts(read_pdf(data.replace(b"[0 0 595 842]", b"[0 0 0 0]    "))) == ["Der Text"]


def test_too_many_pages_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_PAGES", 3)
    with pytest.raises(SourceError, match="4 Seiten; höchstens 3") as caught:
        read_pdf(build.deck_pdf())
    assert caught.value.reason is Reason.TOO_LARGE


def test_every_error_of_pypdf_is_mapped_and_the_special_ones_come_first() -> None:
    classes = [kind for _, kind in inspect.getmembers(errors, inspect.isclass)]
    public = {kind for kind in classes if issubclass(kind, BaseException)}
    assert public == set(pdf.ERRORS)
    order = list(pdf.ERRORS)
    for kind in order:
        first = next(base for base in order if issubclass(kind, base))
        assert first is kind, f"{first.__name__} hides {kind.__name__}"


@pytest.mark.parametrize(
    "error", [RecursionError(), MemoryError(), KeyError("x"), ValueError(), ZeroDivisionError()]
)
def test_any_other_error_while_opening_is_damage(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(pypdf, "PdfReader", broken)
    assert reason(build.deck_pdf()) is Reason.DAMAGED


def test_pypdf_is_silent_and_its_logger_is_left_as_it_was(caplog: pytest.LogCaptureFixture) -> None:
    level = logging.getLogger("pypdf").level
    data = re.sub(rb"startxref\n\d+", b"startxref\n9", build.deck_pdf())
    with caplog.at_level(logging.DEBUG):
        assert pypdf.PdfReader(io.BytesIO(data)).pages
        assert [r for r in caplog.records if r.name.startswith("pypdf")], "nothing to silence"
        caplog.clear()
        assert read_pdf(data).blocks
    assert [r for r in caplog.records if r.name.startswith("pypdf")] == []
    assert logging.getLogger("pypdf").level == level


DECK = build.deck_pdf()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(DECK) - 1), st.binary(min_size=1, max_size=30))
def test_files_with_a_wound_are_read_or_refused(place: int, wound: bytes) -> None:
    data = DECK[:place] + wound + DECK[place + len(wound) :]
    try:
        blocks: Sequence[Block] = read_pdf(data).blocks
    except SourceError as error:
        blocks = ()
        refused = error.reason
        assert refused in {Reason.DAMAGED, Reason.NO_TEXT, Reason.ENCRYPTED, Reason.TOO_LARGE}
    assert all(block.page in {1, 2, 3, 4} for block in blocks)
