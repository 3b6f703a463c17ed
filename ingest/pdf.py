"""Reads PDF. The only module that knows pypdf.

pypdf parses, decrypts and decodes; where text stands, in which order it is read and what is a
heading is ours (`drawing`, `segments`, `furniture`, `layout`, `flow`, `sheets`).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO

import pypdf
from pypdf import errors
from pypdf.generic import ArrayObject, ContentStream, DictionaryObject, PdfObject, StreamObject
from pypdf.generic._font import Font

from ingest.document import Extract, Metadata, PageUnit
from ingest.drawing import Drawing, Shown, replay
from ingest.errors import Reason, SourceError
from ingest.furniture import Sheet
from ingest.layout import Line, lines
from ingest.properties import plausible_date, plausible_title, stated_type
from ingest.runs import Matrix, Run
from ingest.segments import segments
from ingest.sheets import blocks_of_sheets, looks_like_slides, page_warnings

PARSER = f"pypdf {pypdf.__version__}"
MAX_PAGES = 3_000
_CLIP = 6.0
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

_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b\ufeff\ufffe\uffff\ud800-\udfff]")
_BOLD = re.compile(r"bold|black|heavy|demi(?!cond)|CMB|[,-]Bd", re.IGNORECASE)
_PICTOGRAMS = re.compile(r"wingdings|webdings|dingbats", re.IGNORECASE)
_ARROWS = {"à": "→", "è": "➔", "ð": "⇨", "\uf0e0": "→", "\uf0e8": "➔", "\uf0f0": "⇨"}
_FURNITURE = {"/Pagination"}
_FORCE_BOLD = 1 << 18
_BOLD_WEIGHT = 600


def read_pdf(data: bytes) -> Extract:
    """Read a PDF file.

    Args:
        data: The file's bytes.

    Returns:
        Blocks with 1-based pages in reading order. The unit is SLIDE for presentations exported
        as PDF (wide pages with little text). Pages without text are named in the warnings.

    Raises:
        SourceError: ENCRYPTED without its password, DAMAGED, TOO_LARGE beyond `MAX_PAGES`,
            NO_TEXT when no page has text.
    """
    with _quiet(), _mapped():
        reader = _open(data)
        sheets, failed = _sheets(reader)
        metadata = _metadata(reader)
    blank = [sheet.number for sheet, _ in sheets if not sheet.segments]
    if len(failed) == len(sheets):
        raise SourceError(Reason.DAMAGED, f"(keine der {len(sheets)} Seiten ist lesbar)")
    if len(blank) == len(sheets):
        unit = "1 Seite" if len(sheets) == 1 else f"{len(sheets)} Seiten"
        raise SourceError(Reason.NO_TEXT, f"(vermutlich ein Scan ohne Texterkennung; {unit})")
    slides = looks_like_slides([sheet for sheet, _ in sheets])
    return Extract(
        blocks=tuple(blocks_of_sheets(sheets, slides=slides)),
        parser=PARSER,
        unit=PageUnit.SLIDE if slides else PageUnit.PAGE,
        page_count=len(sheets),
        metadata=metadata,
        warnings=tuple(page_warnings(blank, failed)),
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


def _sheets(reader: pypdf.PdfReader) -> tuple[list[tuple[Sheet, list[Line]]], list[int]]:
    """Return each page's segments and turned lines, and the numbers of unreadable pages."""
    sheets: list[tuple[Sheet, list[Line]]] = []
    failed: list[int] = []
    fonts: dict[int, _Face] = {}
    for number, page in enumerate(reader.pages, start=1):
        try:
            runs, width, height = _page(page, reader, fonts)
        except (MemoryError, errors.FileNotDecryptedError):
            raise
        except Exception:  # noqa: BLE001 - one damaged page must not cost the others; reported below
            failed.append(number)
            runs, (width, height) = [], _A4
        upright = segments(run for run in runs if run.quadrant == 0)
        turned = [
            line
            for quadrant in (1, 3, 2)
            for line in lines(segments(run for run in runs if run.quadrant == quadrant))
        ]
        if not upright and turned:
            upright, turned = segments(runs), []
        sheets.append((Sheet(number, width, height, tuple(upright)), turned))
    return sheets, failed


def _page(
    page: pypdf.PageObject, reader: pypdf.PdfReader, fonts: dict[int, _Face]
) -> tuple[list[Run], float, float]:
    left, bottom, right, top = _box(page)
    views: dict[int, Matrix] = {
        0: (1, 0, 0, 1, -left, -bottom),
        90: (0, -1, 1, 0, -bottom, right),
        180: (-1, 0, 0, -1, right, top),
        270: (0, 1, -1, 0, top, -left),
    }
    turn = int(page.rotation) % 360
    width, height = right - left, top - bottom
    if turn in (90, 270):
        width, height = height, width
    contents = page.get("/Contents")
    stream = contents.get_object() if contents is not None else None
    if not isinstance(stream, (ArrayObject, StreamObject)):
        return [], width, height
    operations = ContentStream(stream, reader, "bytes").operations
    resources = _Named(_dictionary(page.get("/Resources")), reader, fonts)
    runs = replay(Drawing(operations, resources), views.get(turn, views[0]))
    seen = [r for r in runs if r.quadrant or (-_CLIP < r.y < height and r.x1 > 0 and r.x0 < width)]
    return seen, width, height


def _box(page: pypdf.PageObject) -> tuple[float, float, float, float]:
    """Return the visible part of a page in user space, an A4 page where the file has nonsense."""
    box = page.cropbox
    left, bottom, right, top = (float(v) for v in (box.left, box.bottom, box.right, box.top))
    if right - left < 1 or top - bottom < 1:
        return (0.0, 0.0, *_A4)
    return left, bottom, right, top


@dataclass(slots=True)
class _Named:
    """The resources of one content stream (`drawing.Resources`)."""

    entries: DictionaryObject
    reader: pypdf.PdfReader
    fonts: dict[int, _Face]
    local: dict[str, _Face] = field(default_factory=dict)

    def face(self, name: str) -> _Face | None:
        if name not in self.local:
            found = _dictionary(self.entries.get("/Font")).raw_get(name)
            key = getattr(found, "idnum", -id(found))
            if key not in self.fonts:
                self.fonts[key] = _Face(_dictionary(found))
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

    def furniture(self, properties: object) -> bool:
        if isinstance(properties, str):
            properties = _dictionary(self.entries.get("/Properties")).get(properties)
        return _dictionary(properties).get("/Type") in _FURNITURE


class _Face:
    """A font of the file (`drawing.Typeface`)."""

    def __init__(self, resource: DictionaryObject) -> None:
        self._font = font = Font.from_font_resource(resource)
        flags = font.font_descriptor.flags
        weight = str(font.font_descriptor.weight)
        heavy = weight.isdecimal() and int(weight) >= _BOLD_WEIGHT
        self.bold = bool(_BOLD.search(font.name)) or heavy or bool(int(flags) & _FORCE_BOLD)
        self._scale = 0.001
        if font.sub_type == "Type3":
            self._scale = abs(float(resource.get("/FontMatrix", [0.001])[0]))
        self.space = font.space_width * self._scale
        self._pictograms = bool(_PICTOGRAMS.search(font.name))
        # Glyph numbers without a table that says which characters they are.
        identity = str(resource.get("/Encoding", "")).startswith("/Identity")
        self._readable = font.interpretable and not (identity and not font.character_map)
        self._drop_unmapped = identity

    def show(self, raw: bytes) -> Shown:
        font = self._font
        if isinstance(font.encoding, str):
            codes = raw.decode(font.encoding, "replace")
            characters = codes
        else:
            codes = "".join(map(chr, raw))
            characters = "".join(font.encoding.get(code, chr(code)) for code in raw)
        blank = font.space_char
        width = sum(font.space_width if c == blank else font.get_text_width(c) for c in codes)
        text = "".join(
            font.character_map.get(c, "" if self._drop_unmapped else c) for c in characters
        )
        # Codes that WinAnsi leaves free show a bullet (ISO 32000-2, annex D); 7F is one of them.
        text = _UNPRINTABLE.sub("", text.replace("\x7f", "•")) if self._readable else ""
        if self._pictograms:
            text = "".join(c if c.isspace() else _ARROWS.get(c, "•") for c in text)
        single = not isinstance(font.encoding, str)
        return Shown(text, width * self._scale, len(codes), raw.count(b" ") if single else 0)


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
