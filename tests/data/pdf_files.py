"""Makes PDF files in memory: set ones with reportlab, raw ones object by object."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import pypdf
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

from tests.data.texts import MORE_PROSE, PROSE

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
