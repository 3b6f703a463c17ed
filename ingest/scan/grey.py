"""A page as a grey picture: what rendering makes and recognition reads. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

POINTS_PER_INCH = 72.0
RESOLUTION = 300  # dots per inch that recognition is trained for
MAX_PIXELS = 20_000_000  # an A3 page in full resolution; larger ones are drawn smaller
_LEAST_RESOLUTION, _MOST_RESOLUTION = 70, 2_400  # what Tesseract takes for plausible
_LEAST_CONTRAST = 32


@dataclass(frozen=True, slots=True)
class Grey:
    """A picture row by row from the top, one byte a pixel, 0 = black; `dpi` are dots per inch."""

    width: int
    height: int
    dpi: float
    pixels: bytes

    def pgm(self) -> bytes:
        """Return the picture as a file in the simplest format there is (Netpbm's P5)."""
        return b"P5 %d %d 255\n" % (self.width, self.height) + self.pixels

    def is_blank(self) -> bool:
        """Whether nothing stands out from the ground."""
        return not self.pixels or max(self.pixels) - min(self.pixels) < _LEAST_CONTRAST

    @property
    def stated_dpi(self) -> int:
        """The resolution as recognition may be told it."""
        return min(max(round(self.dpi), _LEAST_RESOLUTION), _MOST_RESOLUTION)


def scale_for(width: float, height: float, most: int = MAX_PIXELS) -> float:
    """Return the pixels per point at which a page is drawn.

    Args:
        width: Width of the page in points.
        height: Its height in points.
        most: How many pixels the picture may have.
    """
    scale = RESOLUTION / POINTS_PER_INCH
    area = max(width, 1.0) * max(height, 1.0)
    return min(scale, sqrt(most / area))
