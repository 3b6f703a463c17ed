"""Draws a page of a PDF as a grey picture. The only module that knows pypdfium2."""

from __future__ import annotations

import pypdfium2  # type: ignore[import-untyped]  # ships no types

from ingest.errors import Reason, SourceError
from ingest.scan.grey import POINTS_PER_INCH, Grey, scale_for

RENDERER = f"pypdfium2 {pypdfium2.PYPDFIUM_INFO}"
_LEAST_SIDE = 3.0  # points; nobody writes on less
_GLANCE_PIXELS = 150_000


def draw(data: bytes, number: int) -> Grey:
    """Draw one page as people see it, turned as the file says.

    Args:
        data: The PDF file's bytes.
        number: The page, counted from 1.

    Returns:
        The picture in 300 dots per inch, less where the page is very large. A page on which
        nothing shows at a glance is drawn small.

    Raises:
        SourceError: DAMAGED, the page cannot be drawn.
    """
    try:
        document = pypdfium2.PdfDocument(data)
        try:
            return _drawn(document[number - 1])
        finally:
            document.close()
    except (pypdfium2.PdfiumError, IndexError, ValueError) as exc:
        raise SourceError(Reason.DAMAGED, f"(Seite {number} lässt sich nicht darstellen)") from exc


def _drawn(page: pypdfium2.PdfPage) -> Grey:
    width, height = page.get_size()
    if min(width, height) < _LEAST_SIDE:
        return Grey(0, 0, POINTS_PER_INCH, b"")
    glance = _at(page, scale_for(width, height, _GLANCE_PIXELS))
    return glance if glance.is_blank() else _at(page, scale_for(width, height))


def _at(page: pypdfium2.PdfPage, scale: float) -> Grey:
    bitmap = page.render(scale=scale, grayscale=True, limit_image_cache=True)
    try:
        rows = memoryview(bitmap.buffer).cast("B")
        width, height, stride = bitmap.width, bitmap.height, bitmap.stride
        pixels = bytes(rows[: stride * height])
    finally:
        bitmap.close()
    if stride != width:
        pixels = b"".join(pixels[y * stride : y * stride + width] for y in range(height))
    return Grey(width, height, scale * POINTS_PER_INCH, pixels)
