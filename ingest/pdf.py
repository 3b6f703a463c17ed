"""Reads PDF. The only module that knows pypdf.

pypdf parses, decrypts and decodes; where text stands, in which order it is read and what is a
heading is ours (`drawing`, `segments`, `furniture`, `layout`, `flow`, `sheets`).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO

import pypdf
from pypdf import errors
from pypdf.generic import ArrayObject, ContentStream, DictionaryObject, PdfObject, StreamObject
from pypdf.generic._font import Font

from ingest.document import Extract, Metadata, PageUnit
from ingest.errors import Reason, SourceError
from ingest.facts.properties import plausible_date, plausible_title, stated_type
from ingest.page.content import Drawing
from ingest.page.drawing import replay
from ingest.page.furniture import Sheet
from ingest.page.layout import Line, lines
from ingest.page.runs import Replayed, view
from ingest.page.segments import segments
from ingest.page.sheets import (
    blocks_of_sheets,
    hidden_warnings,
    looks_like_slides,
    page_warnings,
    with_recognised,
)
from ingest.page.typeface import Face, is_bold, is_pictograms
from ingest.scan.pictures import Painted, unread_pages

PARSER = f"pypdf {pypdf.__version__}"
MAX_PAGES = 3_000
_NOTHING = Replayed([], 0, ())
_A4 = (595.0, 842.0)

ERRORS: dict[type[BaseException], Reason] = {
    errors.WrongPasswordError: Reason.ENCRYPTED,
    errors.FileNotDecryptedError: Reason.ENCRYPTED,
    errors.EmptyFileError: Reason.EMPTY,
    errors.LimitReachedError: Reason.TOO_LARGE,
    errors.DependencyError: Reason.UNSUPPORTED,
    errors.DeprecationError: Reason.UNSUPPORTED,
    errors.PdfStreamError: Reason.DAMAGED,
    errors.PdfReadError: Reason.DAMAGED,
    errors.PdfReadWarning: Reason.DAMAGED,
    errors.PageSizeNotDefinedError: Reason.DAMAGED,
    errors.ParseError: Reason.DAMAGED,
    errors.EmptyImageDataError: Reason.DAMAGED,
    errors.XmpDocumentError: Reason.DAMAGED,
    errors.PyPdfError: Reason.DAMAGED,
}

_FURNITURE = {"/Pagination"}
_NORMAL = {"/Normal", "/Compatible"}
_SPACES = {"/CalGray": 1, "/CalRGB": 3}


def read_pdf(data: bytes, recognised: Mapping[int, Sheet] | None = None) -> Extract:
    """Read a PDF file.

    Args:
        data: The file's bytes.
        recognised: Pages (by their numbers) whose text was recognised in a picture of them.

    Returns:
        Blocks with 1-based pages in reading order. The unit is SLIDE for presentations exported
        as PDF (wide pages with little text). Pages without text are named in the warnings.

    Raises:
        SourceError: ENCRYPTED without its password, DAMAGED, TOO_LARGE beyond `MAX_PAGES`,
            NO_TEXT when no page has usable text, with the pages that may be recognised.
    """
    with _quiet(), _mapped():
        reader = _open(data)
        sheets, failed, painted = _sheets(reader)
        metadata = _metadata(reader)
        hidden = hidden_warnings([sheet for sheet, _ in sheets])
        unread = unread_pages([sheet for sheet, _ in sheets], painted)
    sheets, unread = with_recognised(sheets, unread, recognised or {})
    blank = [sheet.number for sheet, _ in sheets if not sheet.segments]
    if len(failed) == len(sheets):
        raise SourceError(Reason.DAMAGED, f"(keine der {len(sheets)} Seiten ist lesbar)")
    if len({*blank, *unread}) == len(sheets):
        unit = "1 Seite" if len(sheets) == 1 else f"{len(sheets)} Seiten"
        raise SourceError(Reason.NO_TEXT, f"({unit})", unread)
    slides = looks_like_slides([sheet for sheet, _ in sheets])
    return Extract(
        blocks=tuple(blocks_of_sheets(sheets, slides=slides)),
        parser=PARSER,
        unit=PageUnit.SLIDE if slides else PageUnit.PAGE,
        page_count=len(sheets),
        metadata=metadata,
        warnings=(*page_warnings(blank, failed, unread), *hidden),
        unread=unread,
    )


def _open(data: bytes) -> pypdf.PdfReader:
    try:
        reader = pypdf.PdfReader(BytesIO(data), strict=False)
    except NotImplementedError as exc:
        # Raised for encryption by certificate, which no password opens.
        raise SourceError(Reason.ENCRYPTED) from exc
    if reader.is_encrypted and not reader.decrypt(""):
        raise SourceError(Reason.ENCRYPTED)
    count = len(reader.pages)
    if count > MAX_PAGES:
        raise SourceError(
            Reason.TOO_LARGE, f"({count} Seiten; höchstens {MAX_PAGES} werden gelesen)"
        )
    if count == 0:
        raise SourceError(Reason.NO_TEXT, "(die Datei hat keine Seiten)")
    return reader


def _sheets(
    reader: pypdf.PdfReader,
) -> tuple[list[tuple[Sheet, list[Line]]], list[int], list[Painted]]:
    """Return each page's segments and turned lines, the unreadable pages, what pages show."""
    sheets: list[tuple[Sheet, list[Line]]] = []
    failed: list[int] = []
    painted = [Painted() for _ in reader.pages]
    fonts: dict[int, Face] = {}
    for number, page in enumerate(reader.pages, start=1):
        try:
            shown, width, height = _page(page, reader, fonts, painted[number - 1])
        except (MemoryError, errors.FileNotDecryptedError):
            raise
        except Exception:  # noqa: BLE001 - one damaged page must not cost the others; reported below
            failed.append(number)
            shown, (width, height) = _NOTHING, _A4
        runs = shown.runs
        upright = segments(run for run in runs if run.quadrant == 0)
        turned = [
            line
            for quadrant in (1, 3, 2)
            for line in lines(segments(run for run in runs if run.quadrant == quadrant))
        ]
        if not upright and turned:
            upright, turned = segments(runs), []
        sheet = Sheet(number, width, height, tuple(upright), shown.frames, shown.hidden)
        sheets.append((sheet, turned))
    return sheets, failed, painted


def _page(
    page: pypdf.PageObject, reader: pypdf.PdfReader, fonts: dict[int, Face], painted: Painted
) -> tuple[Replayed, float, float]:
    box = left, bottom, right, top = _box(page)
    turn = int(page.rotation) % 360
    width, height = right - left, top - bottom
    if turn in (90, 270):
        width, height = height, width
    contents = page.get("/Contents")
    stream = contents.get_object() if contents is not None else None
    if not isinstance(stream, (ArrayObject, StreamObject)):
        return _NOTHING, width, height
    operations = ContentStream(stream, reader, "bytes").operations
    resources = _Named(_dictionary(page.get("/Resources")), reader, fonts)
    shown = replay(Drawing(operations, resources), view(box, turn), painted)
    return shown.on_page(width, height), width, height


def _box(page: pypdf.PageObject) -> tuple[float, float, float, float]:
    """Return the visible part of a page in user space, an A4 page where the file has nonsense."""
    box = page.cropbox
    left, bottom, right, top = (float(v) for v in (box.left, box.bottom, box.right, box.top))
    if right - left < 1 or top - bottom < 1:
        return (0.0, 0.0, *_A4)
    return left, bottom, right, top


@dataclass(slots=True)
class _Named:
    """The resources of one content stream (`content.Resources`)."""

    entries: DictionaryObject
    reader: pypdf.PdfReader
    fonts: dict[int, Face]
    local: dict[str, Face] = field(default_factory=dict)

    def face(self, name: str) -> Face | None:
        if name not in self.local:
            found = _dictionary(self.entries.get("/Font")).raw_get(name)
            key = getattr(found, "idnum", -id(found))
            if key not in self.fonts:
                self.fonts[key] = _face(_dictionary(found))
            self.local[name] = self.fonts[key]
        return self.local[name]

    def form(self, name: str) -> Drawing | None:
        found = _dictionary(self.entries.get("/XObject")).get(name)
        form = found.get_object() if found is not None else None
        if not isinstance(form, StreamObject) or form.get("/Subtype") != "/Form":
            return None
        own = _dictionary(form.get("/Resources")) or self.entries
        a, b, c, d, e, f = (float(v) for v in form.get("/Matrix", (1, 0, 0, 1, 0, 0)))
        operations = ContentStream(form, self.reader, "bytes").operations
        return Drawing(operations, _Named(own, self.reader, self.fonts), (a, b, c, d, e, f))

    def opacity(self, name: str) -> float | None:
        state = _dictionary(_dictionary(self.entries.get("/ExtGState")).get(name))
        if state.get("/BM", "/Normal") not in _NORMAL:
            return 0.5  # how the colours mix is not known
        found = state.get("/ca")
        return float(found) if found is not None else None

    def components(self, name: str) -> int:
        found = _dictionary(self.entries.get("/ColorSpace")).get(name)
        space = found.get_object() if found is not None else None
        if isinstance(space, ArrayObject) and len(space) > 1:
            if space[0] == "/ICCBased":
                return int(_dictionary(space[1]).get("/N", 0))
            return _SPACES.get(str(space[0]), 0)
        return 0

    def furniture(self, properties: object) -> bool:
        if isinstance(properties, str):
            properties = _dictionary(self.entries.get("/Properties")).get(properties)
        return _dictionary(properties).get("/Type") in _FURNITURE


def _face(resource: DictionaryObject) -> Face:
    font = Font.from_font_resource(resource)
    descriptor = font.font_descriptor
    scale = 0.001
    if font.sub_type == "Type3":
        scale = abs(float(resource.get("/FontMatrix", [0.001])[0]))
    # Glyph numbers without a table that says which characters they are.
    identity = str(resource.get("/Encoding", "")).startswith("/Identity")

    def width_of(code: str) -> float:
        return font.space_width if code == font.space_char else font.get_text_width(code)

    return Face(
        bold=is_bold(font.name, str(descriptor.weight), int(descriptor.flags)),
        space=font.space_width * scale,
        scale=scale,
        encoding=font.encoding,
        meanings=font.character_map,
        width_of=width_of,
        readable=font.interpretable and not (identity and not font.character_map),
        strict=identity,
        pictograms=is_pictograms(font.name),
    )


def _dictionary(value: object) -> DictionaryObject:
    found = value.get_object() if isinstance(value, PdfObject) else value
    return found if isinstance(found, DictionaryObject) else DictionaryObject()


def _metadata(reader: pypdf.PdfReader) -> Metadata:
    try:
        info = reader.metadata
        if info is None:
            return Metadata()
        return Metadata(
            title=plausible_title(info.title),
            date=plausible_date(info.creation_date),
            type=stated_type(info.subject, info.keywords),
        )
    except (errors.PyPdfError, ValueError, TypeError, AttributeError, KeyError):
        # Broken properties cost the properties, not the document.
        return Metadata()


@contextmanager
def _mapped() -> Iterator[None]:
    """Turn whatever a broken file makes pypdf raise into a `SourceError`."""
    try:
        yield
    except SourceError:
        raise
    except Exception as exc:
        reason = next((r for kind, r in ERRORS.items() if isinstance(exc, kind)), Reason.DAMAGED)
        raise SourceError(reason) from exc


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep pypdf's remarks on every oddity of a file out of the log of a run."""
    logger = logging.getLogger("pypdf")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)
