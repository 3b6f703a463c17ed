"""Source → .pdf: an upright report with running head, or slides exported in landscape."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    ListFlowable,
    ListItem,
    PageBreak,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
)

from writers.slides import slides_of
from writers.source import Block, Kind, Source, grouped

INK = colors.HexColor("#12465b")
BODY, BOLD = "Vera", "VeraBd"  # come with reportlab; embedded, so every sign reads back as itself
for _font in (BODY, BOLD):
    pdfmetrics.registerFont(TTFont(_font, f"{_font}.ttf"))


def write_report(source: Source) -> bytes:
    """Return the bytes of an upright report: title page, running head, page numbers."""
    story: list[Flowable] = [Spacer(1, 6 * cm), *_opening(source, 24), PageBreak()]
    story += _flow(source.blocks, 11)
    head = source.title.split(" – ", maxsplit=1)[0]

    def furniture(canvas: Canvas, template: SimpleDocTemplate) -> None:
        width, height = A4
        canvas.setFont(BODY, 8)
        canvas.drawString(2.5 * cm, height - 1.5 * cm, head)
        canvas.drawRightString(width - 2.5 * cm, height - 1.5 * cm, source.organisation)
        canvas.drawCentredString(width / 2, 1.2 * cm, f"Seite {template.page}")

    return _build(source, story, A4, furniture)


def write_slide_pdf(source: Source) -> bytes:
    """Return the bytes of a landscape PDF with one slide a page."""
    story: list[Flowable] = []
    for title, blocks in slides_of(source):
        if title is None:
            lines = (Paragraph(escape(block.text), _style(18)) for block in blocks)
            story += [Spacer(1, 4 * cm), *_opening(source, 32), *lines]
        else:
            story += [PageBreak(), Paragraph(escape(title), _style(26, head=True))]
            story += _flow(tuple(blocks), 17)

    def furniture(canvas: Canvas, template: SimpleDocTemplate) -> None:
        canvas.setFont(BODY, 10)
        canvas.drawRightString(landscape(A4)[0] - 1.5 * cm, 1 * cm, str(template.page))

    return _build(source, story, landscape(A4), furniture)


def _build(
    source: Source, story: list[Flowable], size: tuple[float, float], furniture: object
) -> bytes:
    out = BytesIO()
    template = SimpleDocTemplate(
        out,
        pagesize=size,
        leftMargin=2.5 * cm,
        rightMargin=2.5 * cm,
        topMargin=2.5 * cm,
        bottomMargin=2 * cm,
        title=source.title,
        author=source.organisation,
        subject=source.type,
        creator=source.organisation,
        lang=source.language,
        invariant=1,
    )

    def first(canvas: Canvas, _: SimpleDocTemplate) -> None:
        canvas.setDateFormatter(lambda *_: f"D:{source.day:%Y%m%d%H%M%S}+00'00'")

    template.build(story, onFirstPage=first, onLaterPages=furniture)
    return out.getvalue()


def _style(size: float, head: bool = False) -> ParagraphStyle:
    return ParagraphStyle(
        f"{'head' if head else 'body'}{size}",
        fontName=BOLD if head else BODY,
        fontSize=size,
        leading=size * 1.35,
        spaceBefore=size if head else 0,
        spaceAfter=size * 0.6,
        textColor=INK if head else colors.black,
        keepWithNext=int(head),
    )


def _opening(source: Source, size: float) -> Iterator[Flowable]:
    yield Paragraph(escape(source.title), _style(size, head=True))
    for line in source.markers:
        yield Paragraph(escape(line), _style(12))


def _flow(blocks: tuple[Block, ...], size: float) -> list[Flowable]:
    story: list[Flowable] = []
    for group in grouped(blocks):
        first = group[0]
        if first.kind is Kind.HEADING:
            story.append(CondPageBreak(4 * cm))
            story.append(Paragraph(escape(first.text), _style(size + 9 - 2 * first.level, True)))
        elif first.kind is Kind.ROW:
            story += [_table(group, size), Spacer(1, size)]
        elif first.kind is Kind.PARAGRAPH:
            paragraph = Paragraph(escape(first.text), _style(size))
            paragraph.keepWithNext = first.text.endswith(":")
            story.append(paragraph)
        else:
            story.append(_list(group, size))
    return story


def _list(group: tuple[Block, ...], size: float) -> ListFlowable:
    bullet = "1" if group[0].kind is Kind.NUMBER else "bullet"
    items = [ListItem(Paragraph(escape(block.text), _style(size))) for block in group]
    start = None if bullet == "1" else "•"
    return ListFlowable(
        items, bulletType=bullet, start=start, bulletFontName=BODY, bulletFontSize=size
    )


def _table(rows: tuple[Block, ...], size: float) -> Table:
    cells = [[Paragraph(escape(text), _style(size - 3)) for text in row.cells] for row in rows]
    style = [("GRID", (0, 0), (-1, -1), 0.5, INK), ("VALIGN", (0, 0), (-1, -1), "TOP")]
    return Table(cells, style=style, repeatRows=1)
