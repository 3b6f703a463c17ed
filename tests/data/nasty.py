"""The nasty files: what each one is called, how it is made, and how reading it may end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ingest.errors import Reason
from tests.data import nasty_office as office
from tests.data import nasty_pdf as pdf
from tests.data import nasty_text as text
from tests.data import office_files, pdf_files


@dataclass(frozen=True, slots=True)
class Nasty:
    """A file that means harm.

    `reasons` are the refusals that are right for it; `readable` says whether a document is.
    `heavy` ones take seconds or hundreds of MiB to make or to read.
    """

    make: Callable[[], bytes]
    reasons: frozenset[Reason] = frozenset()
    readable: bool = False
    heavy: bool = False


def _refused(make: Callable[[], bytes], *reasons: Reason, heavy: bool = False) -> Nasty:
    return Nasty(make, frozenset(reasons), heavy=heavy)


def _read(make: Callable[[], bytes], *reasons: Reason, heavy: bool = False) -> Nasty:
    """A file that is read; `reasons` name what else is right."""
    return Nasty(make, frozenset(reasons), readable=True, heavy=heavy)


_LENGTHY = (Reason.TOO_LARGE, Reason.TIMEOUT)
_BOMB = (Reason.TOO_LARGE, Reason.TIMEOUT, Reason.NO_TEXT, Reason.DAMAGED)

NASTY: dict[str, Nasty] = {
    "flate-2gib.pdf": _refused(pdf.flate_bomb, *_BOMB, heavy=True),
    "flate-verschachtelt.pdf": _refused(pdf.nested_flate, *_BOMB, heavy=True),
    "gemeinsamer-strom.pdf": _read(pdf.shared_stream, *_BOMB, heavy=True),
    "operatoren.pdf": _read(pdf.many_operators, *_BOMB, heavy=True),
    "seitenschleife.pdf": _refused(pdf_files.page_loop_pdf, Reason.DAMAGED, Reason.NO_TEXT),
    "felder.pdf": _refused(pdf.nested_arrays, *_BOMB),
    "felder-im-katalog.pdf": _refused(pdf.nested_objects, *_BOMB),
    "riesenbild.pdf": _refused(pdf.huge_image, *_BOMB, heavy=True),
    "formular-ruft-sich.pdf": _refused(pdf.self_calling_form, *_BOMB),
    "formular-kaskade.pdf": _read(pdf.form_cascade, *_BOMB, heavy=True),
    "passwort.pdf": _refused(
        lambda: pdf_files.encrypted_pdf("geheim", "AES-256"), Reason.ENCRYPTED
    ),
    "abgeschnitten.pdf": _read(lambda: pdf_files.report_pdf()[:6_000], Reason.DAMAGED),
    "textbombe.docx": _refused(office.many_paragraphs, Reason.TOO_LARGE, heavy=True),
    "dichte-textbombe.docx": _refused(office.dense_paragraphs, Reason.TOO_LARGE, heavy=True),
    "ein-text-300mb.docx": _refused(
        office.one_text_node, Reason.TOO_LARGE, Reason.DAMAGED, heavy=True
    ),
    "milliarden.docx": _read(office.billion_laughs, Reason.DAMAGED),
    "fremde-datei.docx": _read(office.external_entity, Reason.DAMAGED),
    "ausbruch.docx": _refused(office.zip_slip, Reason.DAMAGED),
    "zehntausend-teile.docx": _refused(office.many_members, Reason.TOO_LARGE),
    "zip-im-zip.docx": _refused(office.nested_zip, Reason.WRONG_TYPE),
    "tabellen-in-tabellen.docx": _read(office.nested_tables, Reason.DAMAGED),
    "breite-zelle.docx": _read(office.huge_span),
    "laute-eigenschaften.docx": _read(office.loud_properties),
    "weisse-schrift.docx": _read(office.white_text),
    "zwillinge.pptx": _read(office.twins, Reason.DAMAGED),
    "textbombe.pptx": _refused(office.many_slides, Reason.TOO_LARGE, heavy=True),
    "gruppen.pptx": _read(office.nested_groups),
    "makros.docm": _read(lambda: office.with_macros(office_files.sample_docx(), "word")),
    "makros.pptm": _read(lambda: office.with_macros(office_files.sample_pptx(), "powerpoint")),
    "alt.doc": _refused(lambda: office_files.compound_file("WordDocument"), Reason.UNSUPPORTED),
    "passwort.docx": _refused(
        lambda: office_files.compound_file("EncryptedPackage"), Reason.ENCRYPTED
    ),
    "tabelle.xlsx": _refused(office.workbook, Reason.UNSUPPORTED),
    "werte.csv": _read(text.separated_values, Reason.UNSUPPORTED),
    "zip.pdf": _refused(lambda: office_files.zipped({"a.txt": "x"}), Reason.WRONG_TYPE),
    "programm.pdf": _refused(lambda: b"MZ" + bytes(600), Reason.WRONG_TYPE),
    "seite.pdf": _read(text.scripts, Reason.WRONG_TYPE),
    "leer.pdf": _refused(lambda: b"", Reason.EMPTY),
    "leerraum.txt": _refused(lambda: b" \r\n\t\n" * 1000, Reason.EMPTY),
    "nullen.txt": _refused(lambda: bytes(5_000), Reason.EMPTY),
    "nullen-im-text.txt": _read(lambda: b"\x00".join([text.GOOD.encode()] * 3), Reason.UNSUPPORTED),
    "eine-zeile.txt": _read(text.one_line, *_LENGTHY, heavy=True),
    "winzige-saetze.txt": _read(text.tiny_sentences, *_LENGTHY, heavy=True),
    "million-saetze.txt": _read(text.million_sentences, *_LENGTHY, heavy=True),
    "richtungen.txt": _read(text.directions),
    "falsches-utf8.txt": _read(text.invalid_utf8),
    "utf16-ohne-marke.txt": _read(lambda: text.GOOD.encode("utf-16-le")),
    "tiefe-seite.html": _read(text.nested_divs),
    "breite-seite.html": _read(text.wide_page, *_LENGTHY, heavy=True),
    "langes-attribut.html": _read(text.long_attribute),
    "viele-attribute.html": _read(text.attributes),
    "skripte.html": _read(text.scripts),
    "weisse-schrift.html": _read(text.white_page),
    "nur-skript.html": _refused(text.script_only, Reason.NO_TEXT),
    "rahmen.html": _refused(text.frames, Reason.NO_TEXT),
    "bild.svg": _refused(
        lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        Reason.UNSUPPORTED,
    ),
    "zitate.md": _read(text.quotes),
    "klammern.md": _read(text.brackets, *_LENGTHY, heavy=True),
    "listen.md": _read(text.lists),
}
