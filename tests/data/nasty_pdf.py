"""PDF files that mean harm: small on disk, large, slow or endless to read."""

from __future__ import annotations

import struct
import zlib

from tests.data.pdf_files import raw_pdf

_MIB = 1 << 20
_ADLER_BASE = 65_521


def zeros(mebibytes: int) -> bytes:
    """A zlib stream that unpacks to `mebibytes` MiB of zeros, made without unpacking it."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    first = packer.compress(bytes(_MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    check = (mebibytes * _MIB) % _ADLER_BASE << 16 | 1  # Adler-32 of that many zeros
    return b"\x78\xda" + first * mebibytes + b"\x03\x00" + struct.pack(">I", check)


def _binary(data: bytes, entries: str) -> str:
    return f"<</Length {len(data)}{entries}>>\nstream\n{data.decode('latin-1')}\nendstream"


def _pages(contents: str, *extra: str, pages: int = 1, resources: str = "") -> bytes:
    """A document of `pages` pages that all show object 4; `extra` objects count from 6."""
    first = 6 + len(extra)
    kids = " ".join(f"{first + n} 0 R" for n in range(pages))
    page = (
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        f"/Resources<</Font<</F1 5 0 R>>{resources}>>>>"
    )
    return raw_pdf(
        [
            "<</Type/Catalog/Pages 2 0 R>>",
            f"<</Type/Pages/Count {pages}/Kids[{kids}]>>",
            "null",
            contents,
            "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
            *extra,
            *[page] * pages,
        ]
    )


def flate_bomb(gibibytes: int = 2) -> bytes:
    """A page whose content unpacks to `gibibytes` GiB."""
    return _pages(_binary(zeros(gibibytes << 10), "/Filter/FlateDecode"))


def nested_flate(mebibytes: int = 4096) -> bytes:
    """A page whose content is packed three times."""
    packed = zlib.compress(zlib.compress(zeros(mebibytes), 9), 9)
    return _pages(_binary(packed, "/Filter[/FlateDecode/FlateDecode/FlateDecode]"))


def _operators(count: int) -> str:
    content = b"BT /F1 10 Tf " + b"(a) Tj 1 0 Td " * (count // 2) + b"ET"
    return _binary(zlib.compress(content, 9), "/Filter/FlateDecode")


def shared_stream(pages: int = 10, operators: int = 100_000) -> bytes:
    """Pages that share one long content stream: as much work as pages times operators."""
    return _pages(_operators(operators), pages=pages)


def many_operators(count: int = 1_500_000) -> bytes:
    """One page of `count` operators."""
    return _pages(_operators(count))


def nested_arrays(depth: int = 200_000) -> bytes:
    """A page whose content opens arrays within arrays."""
    return _pages(_binary(zlib.compress(b"[" * depth + b"]" * depth), "/Filter/FlateDecode"))


def nested_objects(depth: int = 200_000) -> bytes:
    """A document whose catalogue holds arrays within arrays."""
    return raw_pdf(
        [
            f"<</Type/Catalog/Pages 2 0 R/Names {'[' * depth}{']' * depth}>>",
            "<</Type/Pages/Count 1/Kids[3 0 R]>>",
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
        ]
    )


def huge_image(side: int = 30_000) -> bytes:
    """A page that shows a picture of side² pixels and no text."""
    entries = (
        f"/Type/XObject/Subtype/Image/Width {side}/Height {side}/ColorSpace/DeviceRGB"
        "/BitsPerComponent 8/Filter/FlateDecode"
    )
    picture = _binary(zeros(3 * side * side // _MIB + 1), entries)
    return _pages(
        _binary(b"q 595 0 0 842 0 0 cm /I1 Do Q", ""), picture, resources="/XObject<</I1 6 0 R>>"
    )


def self_calling_form() -> bytes:
    """A form that draws itself twice."""
    entries = "/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X1 6 0 R>>>>"
    form = _binary(b"/X1 Do /X1 Do", entries)
    return _pages(_binary(b"/X1 Do", ""), form, resources="/XObject<</X1 6 0 R>>")


def form_cascade(levels: int = 24) -> bytes:
    """Forms that each draw the next one twice: 2 to the power of `levels` drawings."""
    forms = []
    for number in range(levels):
        entries = (
            "/Type/XObject/Subtype/Form/BBox[0 0 9 9]"
            f"/Resources<</Font<</F1 5 0 R>>/XObject<</X {7 + number} 0 R>>>>"
        )
        last = number == levels - 1
        forms.append(_binary(b"BT /F1 9 Tf (a) Tj ET" if last else b"/X Do /X Do", entries))
    return _pages(_binary(b"/X Do", ""), *forms, resources="/XObject<</X 6 0 R>>")
