from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import Reason, SourceError
from ingest.sniff import Format, sniff
from tests.data import build

GERMAN = "Die Stadt hat für Öffnungszeiten gesorgt.\nÜber 30 Vereine machen mit.\n"
PAGE = "<!DOCTYPE html>\n<html><head><title>Über uns</title></head><body><p>Text</p></body></html>"


def reason(data: bytes, name: str) -> Reason:
    with pytest.raises(SourceError) as caught:
        sniff(data, name)
    return caught.value.reason


@pytest.mark.parametrize("suffix", ["pdf", "docx", "pptx", "txt", "bin", ""])
@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (build.deck_pdf, Format.PDF),
        (build.sample_docx, Format.DOCX),
        (build.sample_pptx, Format.PPTX),
    ],
)
def test_content_decides_whatever_the_suffix(
    make: Callable[[], bytes], expected: Format, suffix: str
) -> None:
    assert sniff(make(), f"ordner/datei.{suffix}") is expected


def test_macro_and_template_packages_are_recognised() -> None:
    docx = build.sample_docx()
    types = build.member(docx, "[Content_Types].xml").replace(
        b"vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        b"vnd.ms-word.document.macroEnabled.main+xml",
    )
    assert sniff(build.rezipped(docx, {"[Content_Types].xml": types}), "a.docm") is Format.DOCX


def test_pdf_header_may_follow_other_bytes_within_the_first_kilobyte() -> None:
    pdf = build.deck_pdf()
    assert sniff(b"\n" * 900 + pdf, "a.pdf") is Format.PDF
    assert reason(b"x\n" * 700 + pdf[:200], "a.pdf") is Reason.WRONG_TYPE


def test_zip_that_stores_a_pdf_is_an_archive() -> None:
    assert reason(build.stored({"a.pdf": build.deck_pdf()}), "a.zip") is Reason.UNSUPPORTED


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "a.txt"),
        (b"", "a.pdf"),
        (b" \r\n\t ", "a.md"),
        (b"\xef\xbb\xbf", "a.txt"),
        (b"\xff\xfe \x00\n\x00", "a.txt"),
        (b"\xef\xbb\xbf \n", "a.html"),
    ],
)
def test_nothing_but_blanks_is_empty(data: bytes, name: str) -> None:
    assert reason(data, name) is Reason.EMPTY


@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a.pptx", "A.PDF"])
def test_promised_binary_with_other_content_is_wrong_type(name: str) -> None:
    assert reason(GERMAN.encode(), name) is Reason.WRONG_TYPE
    assert reason(build.zipped({"brief.txt": GERMAN}), name) is Reason.WRONG_TYPE
    assert reason(b"\x89PNG\r\n\x1a\n" + bytes(50), name) is Reason.WRONG_TYPE


@pytest.mark.parametrize("suffix", ["docx", "pptx", "doc"])
def test_office_file_with_password_is_encrypted(suffix: str) -> None:
    assert reason(build.compound_file("EncryptedPackage"), f"a.{suffix}") is Reason.ENCRYPTED


@pytest.mark.parametrize("stream", ["WordDocument", "PowerPoint Document", "Workbook"])
def test_office_before_2007_is_unsupported(stream: str) -> None:
    assert reason(build.compound_file(stream), "a.doc") is Reason.UNSUPPORTED


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        b"\xff\xd8\xff\xe0" + bytes(100),
        b"GIF89a" + bytes(100),
        b"RIFF\x10\x00\x00\x00WEBPVP8 " + bytes(50),
        b"RIFF\x10\x00\x00\x00WAVEfmt " + bytes(50),
        b"ID3\x03" + bytes(100),
        b"\x00\x00\x00\x18ftypmp42" + bytes(50),
        b"\x7fELF" + bytes(100),
        b"MZ\x90\x00" + bytes(100),
        b"\x1f\x8b\x08" + bytes(100),
        b"{\\rtf1\\ansi Hallo}",
        bytes(range(256)) * 40,
    ],
)
@pytest.mark.parametrize("name", ["a.bin", "a.txt", "a"])
def test_binary_content_is_unsupported(data: bytes, name: str) -> None:
    assert reason(data, name) is Reason.UNSUPPORTED


def test_spreadsheets_open_documents_and_archives_are_unsupported() -> None:
    types = (
        '<Types><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.spreadsheetml.sheet.main+xml"/></Types>'
    )
    assert reason(build.zipped({"[Content_Types].xml": types}), "a.xlsx") is Reason.UNSUPPORTED
    odt = {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"}
    assert reason(build.zipped(odt), "a.odt") is Reason.UNSUPPORTED
    assert reason(build.zipped({"a.txt": "x"}), "a.zip") is Reason.UNSUPPORTED


@pytest.mark.parametrize("name", ["a.docx", "a.pptx"])
def test_broken_package_with_office_suffix_is_damaged(name: str) -> None:
    assert reason(build.sample_docx()[:3_000], name) is Reason.DAMAGED


def test_words_that_look_like_magic_numbers_stay_text() -> None:
    for opening in ("Das ist WEBP und ein Bild.", "ID3 heißt das Format.", "BZh9 ist kein Archiv."):
        assert sniff(f"{opening}\n{GERMAN}".encode(), "a.txt") is Format.TEXT


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"],
)
@pytest.mark.parametrize("name", ["a.txt", "a", "a.unbekannt"])
def test_text_is_text_in_every_encoding(encoding: str, name: str) -> None:
    assert sniff((GERMAN * 20).encode(encoding), name) is Format.TEXT


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-32-be"])
def test_long_text_is_cut_between_characters(encoding: str) -> None:
    assert sniff(("x" + "Größe für alle 😀 " * 9_000).encode(encoding), "a.txt") is Format.TEXT


@pytest.mark.parametrize(
    "text",
    [
        "# Titel\n\nText\n\n## Abschnitt\n\nMehr\n",
        "**Herzlich willkommen**\n\nText\n\n**Ziele**\n\n- eins\n- zwei\n",
        "| Ort | Jahr |\n| --- | ---: |\n| Halle | 2021 |\n",
    ],
)
def test_text_with_markdown_in_it_is_markdown(text: str) -> None:
    assert sniff(text.encode(), "a.txt") is Format.MARKDOWN
    assert sniff(text.encode(), "a") is Format.MARKDOWN


@pytest.mark.parametrize(
    "text",
    [
        "Sieben # acht\nKanal #gesundheit\n",
        "- eins\n- zwei\n- drei\n",
        "Fußnote ** und 2 ** 3\n- a\n- b\n",
        "# nur eine Raute am Anfang\nund Text\n",
    ],
)
def test_lists_and_stray_signs_are_no_markdown(text: str) -> None:
    assert sniff(text.encode(), "a.txt") is Format.TEXT


def test_suffix_settles_texts_without_marks() -> None:
    assert sniff(GERMAN.encode(), "a.md") is Format.MARKDOWN
    assert sniff(GERMAN.encode(), "a.MARKDOWN") is Format.MARKDOWN
    assert sniff(GERMAN.encode(), "a.html") is Format.TEXT
    assert sniff(b"<p>Nur ein Absatz</p>", "a.html") is Format.HTML


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "a.xml", "a"])
def test_page_is_html_whatever_the_suffix(name: str) -> None:
    assert sniff(PAGE.encode(), name) is Format.HTML
    assert sniff(b"<?xml version='1.0'?>\n" + PAGE.encode(), name) is Format.HTML


@pytest.mark.parametrize("name", ["gesetz.xml", "gesetz.txt", "gesetz"])
def test_other_xml_is_unsupported(name: str) -> None:
    xml = '<?xml version="1.0"?><dokumente><norm>§ 20</norm></dokumente>'
    assert reason(xml.encode(), name) is Reason.UNSUPPORTED


def outcome(data: bytes, name: str) -> Format | Reason:
    try:
        return sniff(data, name)
    except SourceError as error:
        return error.reason


@given(st.binary(max_size=400), st.sampled_from(["a.pdf", "a.docx", "a.txt", "a.html", "a", "."]))
def test_any_bytes_have_an_outcome(data: bytes, name: str) -> None:
    assert outcome(data, name) in {
        *Format,
        Reason.EMPTY,
        Reason.WRONG_TYPE,
        Reason.UNSUPPORTED,
        Reason.DAMAGED,
        Reason.ENCRYPTED,
    }


@given(
    st.sampled_from([b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-1.7\n"]),
    st.binary(),
)
def test_any_bytes_after_a_magic_number_give_a_format_or_a_reason(
    magic: bytes, rest: bytes
) -> None:
    assert outcome(magic + rest, "a.docx") in {
        Format.PDF,
        Reason.DAMAGED,
        Reason.UNSUPPORTED,
        Reason.ENCRYPTED,
        Reason.WRONG_TYPE,
    }
