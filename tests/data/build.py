"""Makes the sample and the nasty files of the tests, in memory; nothing binary is checked in.

Run as a script, it writes all of them into a folder, to be looked at or to be ingested:
``python tests/data/build.py FOLDER``.
"""

from __future__ import annotations

import io
import struct
import sys
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import docx
import docx.document
import pptx
import pptx.presentation
import pypdf
from pptx.util import Inches
from reportlab.lib.enums import TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Frame,
    ListFlowable,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)
from reportlab.platypus.flowables import Flowable

PROSE = (
    "In Großstädten wohnen Familien mit wenig Einkommen oft an lauten Straßen. Grünflächen sind "
    "dort knapp, und Vereine für Kinder gibt es kaum. Die Stadtteilkonferenz hat deshalb "
    "beschlossen, Bewegungsangebote dort zu schaffen, wo die Menschen täglich sind: in der Kita, "
    "in der Schule und im Jugendzentrum. Fachkräfte begleiten die Eltern über zwei Jahre hinweg."
)
MORE_PROSE = (
    "Für ältere Menschen, die allein leben, übernehmen Nachbarschaftshelferinnen kleine Wege und "
    "laden zum Mittagstisch ein. Wer möchte, wird zu Hause besucht. Die Erfahrungen zeigen, dass "
    "persönliche Ansprache mehr bewirkt als Faltblätter, denn Vertrauen wächst im Gespräch."
)
_DEJAVU = Path("/usr/share/fonts/truetype/dejavu")


def fonts() -> tuple[str, str]:
    """Return names of a regular and a bold type: TrueType where installed, else built in."""
    if not (_DEJAVU / "DejaVuSans.ttf").is_file():
        return "Helvetica", "Helvetica-Bold"
    if "Sans" not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont("Sans", str(_DEJAVU / "DejaVuSans.ttf")))
        pdfmetrics.registerFont(TTFont("Sans-Bold", str(_DEJAVU / "DejaVuSans-Bold.ttf")))
    return "Sans", "Sans-Bold"


def style(size: float = 10, *, bold: bool = False, truetype: bool = False) -> ParagraphStyle:
    regular, heavy = fonts() if truetype else ("Helvetica", "Helvetica-Bold")
    return ParagraphStyle(
        "s",
        fontName=heavy if bold else regular,
        fontSize=size,
        leading=size * 1.25,
        spaceAfter=size * 0.7,
        alignment=0 if bold else TA_JUSTIFY,
    )


def pdf(
    story: Sequence[Flowable],
    *,
    columns: int = 1,
    head: str = "",
    foot: str = "",
    title: str = "",
    spanning: float = 0.0,
) -> bytes:
    """Set `story` as a PDF; in `head` and `foot` the sign # stands for the page's number.

    `spanning` is the height in points of a frame over all columns at the top of the first page.
    """
    out = io.BytesIO()
    width, height = A4
    margin, gap = 60.0, 24.0
    column = (width - 2 * margin - (columns - 1) * gap) / columns

    def frames(top: float) -> list[Frame]:
        tall = height - 2 * margin - top
        return [
            Frame(margin + i * (column + gap), margin, column, tall, 0, 0, 0, 0)
            for i in range(columns)
        ]

    def furniture(canvas: Canvas, _: object) -> None:
        canvas.setFont("Helvetica", 8)
        number = str(canvas.getPageNumber())
        canvas.drawString(margin, height - 35, head.replace("#", number))
        canvas.drawRightString(width - margin, 30, foot.replace("#", number))

    first = frames(spanning)
    if spanning:
        wide = Frame(margin, height - margin - spanning, width - 2 * margin, spanning, 0, 0, 0, 0)
        first.insert(0, wide)
    document = BaseDocTemplate(out, pagesize=A4, title=title or None)
    document.addPageTemplates(
        [
            PageTemplate("first", first, onPage=furniture, autoNextPageTemplate="later"),
            PageTemplate("later", frames(0), onPage=furniture),
        ]
    )
    document.build(list(story))
    return out.getvalue()


def report_pdf(*, truetype: bool = True) -> bytes:
    """A report of three pages: headings, justified and hyphenated text, bullets, a table."""
    body, big = style(truetype=truetype), style(20, bold=True, truetype=truetype)
    middle = style(14, bold=True, truetype=truetype)
    items = ListFlowable(
        [Paragraph(text, body) for text in ("Öffentliche Räume beleben", MORE_PROSE, "Übergänge")],
        bulletType="bullet",
        start="•",
        leftIndent=18,
    )
    table = Table(
        [
            ["Maßnahme", "Ort", "Jahr"],
            ["Mittagstisch", "Halle", "2021"],
            ["Kochkurs", "Köln", "2023"],
        ]
    )
    story: list[Flowable] = [
        Paragraph("Gesund aufwachsen im Quartier", big),
        Paragraph(PROSE, body),
        Paragraph("1 Ausgangslage", middle),
        Paragraph(MORE_PROSE, body),
        items,
        Spacer(1, 12),
        Paragraph("1.1 Zielgruppen", style(10, bold=True, truetype=truetype)),
        Paragraph(PROSE, body),
        table,
        Paragraph("2 Ergebnisse", middle),
        *[Paragraph(f"{PROSE} {MORE_PROSE}", body) for _ in range(14)],
    ]
    return pdf(
        story,
        head="Landesstelle für Chancengleichheit",
        foot="Seite # von 3",
        title="Gesund aufwachsen im Quartier",
    )


def two_column_pdf() -> bytes:
    """One page with a title across both columns and text that runs from left to right."""
    body = style(9)
    story: list[Flowable] = [
        Paragraph(
            "Bewegung im Alltag fördern: ein Bericht aus vier Stadtteilen", style(20, bold=True)
        ),
        *[Paragraph(f"Absatz {n}: {PROSE}", body) for n in range(1, 13)],
    ]
    return pdf(story, columns=2, spanning=60, title="Microsoft Word - bericht_final2.doc")


Piece = tuple[float, float, float, str]


def lines_pdf(pages: Sequence[Sequence[Piece]], *, size: tuple[float, float] = A4) -> bytes:
    """Draw (x, y, size, text) pieces, one sequence a page, in exactly this order."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=size)
    for page in pages:
        for x, y, height, text in page:
            canvas.setFont("Helvetica", height)
            canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def deck_pdf() -> bytes:
    """A presentation of four wide pages; a title that stands twice, a foot on every page."""
    pages = []
    for number, title in enumerate(("Start", "Bilanz", "Bilanz", "Ausblick"), start=1):
        pages.append(
            [
                (60, 470, 32, title),
                (60, 380, 20, "• Förderung im Quartier"),
                (60, 340, 20, f"• Schritt {'ABCD'[number - 1]} mit Partnern vor Ort"),
                (60, 25, 10, "Fachtag Gesundheit"),
                (880, 25, 10, str(number)),
            ]
        )
    return lines_pdf(pages, size=(960, 540))


def scan_pdf(pages: int = 3) -> bytes:
    """Pages with nothing but a grey area, as a scan without text recognition has."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    for _ in range(pages):
        canvas.setFillGray(0.8)
        canvas.rect(50, 50, 400, 600, fill=1)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def encrypted_pdf(user: str, algorithm: str, data: bytes | None = None) -> bytes:
    """Encrypt with `algorithm` (RC4-40, RC4-128, AES-128, AES-256-R5, AES-256)."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data or two_column_pdf()))
    writer.encrypt(user, "eigentuemer", algorithm=algorithm)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def raw_pdf(objects: Sequence[str], root: int = 1, trailer: str = "") -> bytes:
    """Write numbered objects (from 1) with a correct cross-reference table."""
    out = bytearray(b"%PDF-1.5\n")
    offsets = []
    for number, text in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{text}\nendobj\n".encode("latin-1")
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{offset:010d} 00000 n \n".encode() for offset in offsets)
    out += f"trailer\n<</Size {len(objects) + 1}/Root {root} 0 R{trailer}>>\n".encode()
    out += f"startxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def page_loop_pdf() -> bytes:
    """A page tree that holds itself."""
    return raw_pdf(
        ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 2/Kids[3 0 R]>>",
         "<</Type/Pages/Count 2/Parent 2 0 R/Kids[2 0 R]>>"]
    )  # fmt: skip


def drawn_pdf(
    content: str, *, resources: str = "", extra: Sequence[str] = (), page: str = ""
) -> bytes:
    """One page with a raw content stream; font /F1 is Helvetica, `extra` objects count from 6."""
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Count 1/Kids[3 0 R]>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        f"/Resources<</Font<</F1 5 0 R>>{resources}>>{page}>>",
        stream(content),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        *extra,
    ]
    return raw_pdf(objects)


def stream(content: str, entries: str = "") -> str:
    """A stream object around `content`."""
    return f"<</Length {len(content.encode('latin-1'))}{entries}>>\nstream\n{content}\nendstream"


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
    table = document.add_table(rows=3, cols=2)
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


FILES: dict[str, Callable[[], bytes]] = {
    "bericht.pdf": report_pdf,
    "zweispaltig.pdf": two_column_pdf,
    "folien.pdf": deck_pdf,
    "scan.pdf": scan_pdf,
    "passwort.pdf": lambda: encrypted_pdf("geheim", "AES-256"),
    "ohne_passwort_verschluesselt.pdf": lambda: encrypted_pdf("", "RC4-128"),
    "abgeschnitten.pdf": lambda: report_pdf()[:6_000],
    "schleife.pdf": page_loop_pdf,
    "leitfaden.docx": sample_docx,
    "vortrag.pptx": sample_pptx,
    "kaputt.docx": lambda: sample_docx()[:5_000],
    "bombe.docx": bomb,
    "passwort.docx": lambda: compound_file("EncryptedPackage"),
    "alt.doc": lambda: compound_file("WordDocument"),
    "leer.txt": lambda: b"",
    "archiv.docx": lambda: zipped({"brief.txt": "Kein Word."}),
}


def main(folder: Path) -> None:
    """Write all files into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in FILES.items():
        (folder / name).write_bytes(make())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
