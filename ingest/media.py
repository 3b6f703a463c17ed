"""The media type under which an original may be handed out. Pure."""

from __future__ import annotations

PDF = "application/pdf"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TEXT = "text/plain"
PICTURES = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"II*\x00": "image/tiff",
            b"MM\x00*": "image/tiff"}  # fmt: skip

_HEAD = 1024


def media_type(data: bytes) -> str:
    """Return the type of a file that was read successfully, by its content.

    HTML and Markdown count as plain text: handed out as HTML, a foreign page would run in our name.
    """
    if b"%PDF-" in data[:_HEAD]:
        return PDF
    if data.startswith(b"PK"):
        # Member names stand uncompressed in a zip file.
        return PPTX if b"ppt/presentation.xml" in data else DOCX
    return next((kind for magic, kind in PICTURES.items() if data.startswith(magic)), TEXT)
