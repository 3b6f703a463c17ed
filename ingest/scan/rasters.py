"""Reads pictures of pages: PNG, JPEG, TIFF. The only module that knows Pillow."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from math import atan, degrees

import PIL
from PIL import Image, ImageOps, UnidentifiedImageError

from ingest.document import Extract, PageUnit
from ingest.errors import Reason, SourceError
from ingest.page.furniture import Sheet
from ingest.page.sheets import blocks_of_sheets
from ingest.scan.grey import MAX_PIXELS, POINTS_PER_INCH, RESOLUTION, Grey

PARSER = f"Pillow {PIL.__version__}"
MAX_PAGES = 1_000
_FORMATS = ("PNG", "JPEG", "TIFF")
_MOST_PIXELS = 90_000_000
_LONG_SIDE = 11.7  # inches, of an A4 page: what a picture without a plausible size is taken for
_PLAUSIBLE = (4.0, 24.0)
_DEEP = "I"


def read_picture(data: bytes, recognised: Mapping[int, Sheet] | None = None) -> Extract:
    """Read a picture of one page, or of several pages in a TIFF file.

    Args:
        data: The file's bytes.
        recognised: The pages (by their numbers) whose text was recognised.

    Raises:
        SourceError: NO_TEXT with the pages to be recognised where none is; DAMAGED, TOO_LARGE.
    """
    with _mapped(), Image.open(BytesIO(data), formats=_FORMATS) as picture:
        pages = tuple(range(1, _count(picture) + 1))
    known = recognised or {}
    unread = tuple(number for number in pages if number not in known)
    if len(unread) == len(pages):
        raise SourceError(Reason.NO_TEXT, "(ein Bild)", unread)
    sheets = [(known[number], ()) for number in pages if number in known]
    return Extract(
        blocks=tuple(blocks_of_sheets(sheets, slides=False)),
        parser=PARSER,
        unit=PageUnit.PAGE,
        page_count=len(pages),
        unread=unread,
    )


def develop(data: bytes, number: int) -> Grey:
    """Return one page of a picture in grey and in the resolution that recognition wants.

    Raises:
        SourceError: TOO_LARGE, DAMAGED.
    """
    with _mapped(), Image.open(BytesIO(data), formats=_FORMATS) as picture:
        picture.seek(number - 1)
        if picture.width * picture.height > _MOST_PIXELS:
            detail = f"Das Bild hat {picture.width} × {picture.height} Punkte."
            raise SourceError(Reason.TOO_LARGE, detail)
        dpi = _resolution(picture)
        grey = _grey(ImageOps.exif_transpose(picture))
        share = (MAX_PIXELS / (grey.width * grey.height)) ** 0.5
        scale = min(RESOLUTION / dpi, share)
        size = (max(round(grey.width * scale), 1), max(round(grey.height * scale), 1))
        drawn = grey.resize(size, Image.Resampling.LANCZOS)
        return Grey(drawn.width, drawn.height, dpi * scale, drawn.tobytes())


def levelled(picture: Grey, skew: float) -> Grey:
    """Return a picture turned so that lines that sloped by `skew` are level."""
    drawn = Image.frombytes("L", (picture.width, picture.height), picture.pixels)
    ground = max(range(256), key=drawn.histogram().__getitem__)
    turned = drawn.rotate(degrees(atan(skew)), Image.Resampling.BICUBIC, fillcolor=ground)
    return replace(picture, pixels=turned.tobytes())


def _count(picture: Image.Image) -> int:
    if picture.format != "TIFF":
        return 1
    number = 0
    try:
        while number <= MAX_PAGES:
            picture.seek(number)
            number += 1
    except EOFError:
        return number
    raise SourceError(Reason.TOO_LARGE, f"(höchstens {MAX_PAGES} Seiten werden gelesen)")


def _resolution(picture: Image.Image) -> float:
    longest = max(picture.size)
    stated = picture.info.get("dpi", (0.0, 0.0))[0]
    dpi = float(stated) if stated else 0.0
    plausible = dpi > 0 and _PLAUSIBLE[0] <= longest / dpi <= _PLAUSIBLE[1]
    return dpi if plausible else max(longest / _LONG_SIDE, POINTS_PER_INCH / 2)


def _grey(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith(_DEEP):
        return picture.convert("I").point(lambda value: value / 256).convert("L")
    if picture.has_transparency_data:
        shown = picture.convert("RGBA")
        ground = Image.new("RGBA", shown.size, "white")
        return Image.alpha_composite(ground, shown).convert("L")
    return picture.convert("L")


@contextmanager
def _mapped() -> Iterator[None]:
    """Turn whatever a broken picture makes Pillow raise into a `SourceError`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # remarks on broken tags, and on size, judged above
            yield
    except (SourceError, MemoryError):
        raise
    except Image.DecompressionBombError as exc:
        raise SourceError(Reason.TOO_LARGE, "(das Bild hat zu viele Punkte)") from exc
    except (UnidentifiedImageError, OSError, EOFError) as exc:
        raise SourceError(Reason.DAMAGED) from exc
    except Exception as exc:
        raise SourceError(Reason.DAMAGED, f"({type(exc).__name__})") from exc
