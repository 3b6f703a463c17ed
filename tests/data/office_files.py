"""Makes Office files and other zip packages in memory."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping

import docx
import docx.document
import pptx
import pptx.presentation
from pptx.util import Inches

from tests.data.texts import PROSE


def zipped(members: Mapping[str, bytes | str]) -> bytes:
    """A zip file with these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return out.getvalue()


def stored(members: dict[str, bytes]) -> bytes:
    """A zip file that holds its members uncompressed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return out.getvalue()


def member(data: bytes, name: str) -> bytes:
    """One member of a zip file."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read(name)


def rezipped(data: bytes, changes: dict[str, bytes | str | None]) -> bytes:
    """Return a package with members replaced or added, None takes one out."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        members: dict[str, bytes | str] = {n: package.read(n) for n in package.namelist()}
    for name, content in changes.items():
        if content is None:
            del members[name]
        else:
            members[name] = content
    return zipped(members)


def bomb(member: str = "word/document.xml", megabytes: int = 40) -> bytes:
    """A package with a member that unpacks to `megabytes` of spaces."""
    return rezipped(sample_docx(), {member: b" " * (megabytes * 1_000_000)})


def password_zip() -> bytes:
    """A zip whose only member is flagged as encrypted."""
    data = bytearray(zipped({"word/document.xml": "x" * 50}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    return bytes(data)


def compound_file(stream_name: str) -> bytes:
    """The beginning of an OLE2 compound file with one stream, as old and locked Office files."""
    name = stream_name.encode("utf-16-le")
    entry = name.ljust(64, b"\x00") + struct.pack("<H", len(name) + 2)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504 + entry.ljust(512, b"\x00")


def sample_docx() -> bytes:
    """A letter with title, headings, bullets, numbers and a table with a header row."""
    document = docx.Document()
    document.core_properties.title = "Leitfaden für gesunde Quartiere"
    document.core_properties.category = "Handreichung"
    document.add_heading("Leitfaden für gesunde Quartiere", 0)
    document.add_heading("Ausgangslage", 1)
    document.add_paragraph(PROSE)
    document.add_paragraph("Spielplätze öffnen", style="List Bullet")
    document.add_paragraph("Wege beleuchten", style="List Bullet")
    document.add_heading("Vorgehen", 2)
    document.add_paragraph("Bedarf erheben", style="List Number")
    document.add_paragraph("Beteiligte einladen", style="List Number")
    table = document.add_table(rows=3, cols=2, style="Light Grid Accent 1")
    for row, values in zip(
        table.rows, (("Ort", "Jahr"), ("Halle", "2021"), ("Köln", "2023")), strict=True
    ):
        for cell, value in zip(row.cells, values, strict=True):
            cell.text = value
    return saved(document)


def saved(document: docx.document.Document | pptx.presentation.Presentation) -> bytes:
    """The bytes of an Office document."""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def sample_pptx() -> bytes:
    """Three slides with titles, bullets, notes and a table; the second one is hidden."""
    presentation = pptx.Presentation()
    presentation.core_properties.title = "PowerPoint-Präsentation"
    first = presentation.slides.add_slide(presentation.slide_layouts[1])
    first.shapes.title.text = "Gesundheit für alle"
    first.placeholders[1].text = "Räume öffnen\nÜbergänge gestalten"
    first.notes_slide.notes_text_frame.text = "Hier das Beispiel aus Köln erzählen."
    second = presentation.slides.add_slide(presentation.slide_layouts[1])
    second.shapes.title.text = "Geheime Reserve"
    second._element.set("show", "0")
    third = presentation.slides.add_slide(presentation.slide_layouts[5])
    third.shapes.title.text = "Standorte"
    frame = third.shapes.add_table(2, 2, Inches(1), Inches(2), Inches(6), Inches(1))
    for row, values in enumerate((("Ort", "Jahr"), ("Halle", "2021"))):
        for column, value in enumerate(values):
            frame.table.cell(row, column).text = value
    return saved(presentation)
