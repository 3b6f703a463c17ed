"""One page of a file → the page with the text that its picture shows."""

from __future__ import annotations

import time

from ingest.errors import Reason, SourceError
from ingest.page.furniture import Sheet
from ingest.scan.grey import Grey
from ingest.scan.hocr import WordLine, read_hocr
from ingest.scan.rasters import develop, levelled
from ingest.scan.rendering import draw
from ingest.scan.scanned import sheet_of, skew_of
from ingest.scan.tesseract import recognise as recognise_picture
from ingest.sniff import Format, sniff

_ASKEW = 0.025  # 1.4°; from 2.5° on Tesseract begins to lose lines


def recognise(data: bytes, number: int, seconds: float, *, finds_direction: bool) -> Sheet:
    """Recognise the text of one page.

    Args:
        data: The bytes of a PDF file or of a picture.
        number: The page, counted from 1.
        seconds: Computing time that recognition may take.
        finds_direction: Whether to find out if the page lies on its side.

    Returns:
        The page; without segments where nothing is to be seen on it.

    Raises:
        SourceError: TIMEOUT, TOO_LARGE, or DAMAGED where it cannot be drawn or recognised.
    """
    begun = time.monotonic()
    picture = _picture(data, number)
    if picture.is_blank():
        return sheet_of(number, picture, [])
    left = seconds - (time.monotonic() - begun)
    if left <= 0:
        raise SourceError(Reason.TIMEOUT)
    lines = _lines(picture, left, finds_direction=finds_direction)
    skew = skew_of(picture, lines)
    left = seconds - (time.monotonic() - begun)
    if abs(skew) >= _ASKEW and left > seconds / 2:
        picture = levelled(picture, skew)
        lines = _lines(picture, left, finds_direction=finds_direction)
    return sheet_of(number, picture, lines)


def _lines(picture: Grey, seconds: float, *, finds_direction: bool) -> list[WordLine]:
    try:
        return read_hocr(recognise_picture(picture, seconds, finds_direction=finds_direction))
    except ValueError as exc:
        raise SourceError(Reason.DAMAGED, "(die Texterkennung gibt keine Antwort)") from exc


def _picture(data: bytes, number: int) -> Grey:
    return draw(data, number) if sniff(data, "") is Format.PDF else develop(data, number)


_PROBE_WORD = "Gesundheit"
_PROBE_SECONDS = 20.0
_DRAWING = f"BT /F 40 Tf 20 30 Td ({_PROBE_WORD}) Tj ET"
_PROBE = f"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 90]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>
>>endobj
4 0 obj<</Length {len(_DRAWING)}>>stream
{_DRAWING}
endstream endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
trailer<</Root 1 0 R>>
""".encode()


def works() -> bool:
    """Draw a word and recognise it: whether renderer and recognition do what they should.

    Raises:
        SourceError: One of them fails.
    """
    sheet = recognise(_PROBE, 1, _PROBE_SECONDS, finds_direction=False)
    return any(_PROBE_WORD in segment.text for segment in sheet.segments)
