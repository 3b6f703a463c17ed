"""Makes scans: pages of text as pictures, askew, noisy and sideways as scanners deliver them."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pypdf
import pypdfium2  # type: ignore[import-untyped]  # ships no types
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

_PAPER, _INK = 240, 20


def pictures(
    pdf: bytes, *, angle: float = 0.0, noise: float = 0.0, dpi: int = 200
) -> list[Image.Image]:
    """Return each page of `pdf` as a grey picture, turned by `angle` degrees anticlockwise."""
    found = []
    for page in pypdfium2.PdfDocument(pdf):
        drawn = page.render(scale=dpi / 72, grayscale=True).to_pil()
        drawn = drawn.rotate(angle, Image.Resampling.BICUBIC, fillcolor=255)
        drawn = drawn.point([_INK + value * (_PAPER - _INK) // 255 for value in range(256)])
        if noise:
            grain = Image.effect_noise(drawn.size, noise * 2)
            drawn = Image.blend(drawn, grain, 0.5).point([min(v * 2 - 128, 255) if v > 64 else 0
                                                          for v in range(256)])  # fmt: skip
        found.append(drawn)
    return found


def pdf_of(shown: Sequence[Image.Image], *, dpi: int = 200, caption: str = "") -> bytes:
    """Put each picture on a page of its own, with `caption` (a stamp) in real text over it."""
    out = io.BytesIO()
    canvas = Canvas(out)
    for picture in shown:
        size = (picture.width * 72 / dpi, picture.height * 72 / dpi)
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=70)
        canvas.setPageSize(size)
        canvas.drawImage(ImageReader(buffer), 0, 0, *size)
        canvas.setFont("Helvetica", 8)
        canvas.drawString(30, 15, caption)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def scanned(pdf: bytes, *, angle: float = 0.0, noise: float = 0.0, caption: str = "") -> bytes:
    """Return `pdf` as a scan without text."""
    return pdf_of(pictures(pdf, angle=angle, noise=noise), caption=caption)


def saved(shown: Sequence[Image.Image], kind: str) -> bytes:
    """Return pictures as one file: PNG and JPEG hold the first, TIFF all of them."""
    out = io.BytesIO()
    more = {"save_all": True, "append_images": list(shown[1:])} if kind == "TIFF" else {}
    shown[0].save(out, kind, dpi=(200, 200), **more)
    return out.getvalue()


def joined(*parts: bytes, turn: int = 0) -> bytes:
    """Return the pages of all `parts` in one PDF, turned by `turn` degrees (/Rotate)."""
    writer = pypdf.PdfWriter()
    for part in parts:
        for page in pypdf.PdfReader(io.BytesIO(part)).pages:
            writer.add_page(page.rotate(turn) if turn else page)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
