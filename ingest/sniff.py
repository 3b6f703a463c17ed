"""Which format a file has. Its content decides; the name only breaks ties between texts."""

from __future__ import annotations

import io
import re
import zipfile
from enum import StrEnum
from pathlib import PurePosixPath

from ingest.errors import Reason, SourceError
from ingest.office.office import main_type
from ingest.wording.encoding import decode


class Format(StrEnum):
    """The formats that are read."""

    PDF = "pdf"
    PPTX = "pptx"
    DOCX = "docx"
    HTML = "html"
    MARKDOWN = "markdown"
    TEXT = "text"
    PICTURE = "picture"
    STATUTE = "statute"


SAMPLE = 64_000
PDF_HEADER_WITHIN = 1_024
_HTML_WITHIN = 2_000
_MIN_MARKS = 2
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_OFFICE = {
    ".docx": Format.DOCX, ".docm": Format.DOCX, ".dotx": Format.DOCX, ".dotm": Format.DOCX,
    ".pptx": Format.PPTX, ".pptm": Format.PPTX, ".ppsx": Format.PPTX, ".ppsm": Format.PPTX,
    ".potx": Format.PPTX, ".potm": Format.PPTX,
}  # fmt: skip
_BINARY_SUFFIXES = {".pdf", *_OFFICE}
_MARKDOWN_SUFFIXES = {".md", ".markdown", ".mdown", ".mkd"}
_HTML_SUFFIXES = {".html", ".htm", ".xhtml", ".xht"}
_XML_SUFFIXES = {".xml", ".xsd", ".xsl", ".svg", ".rss", ".atom"}
_MAGIC: tuple[tuple[re.Pattern[bytes], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL), kind)
    for pattern, kind in (
        (rb"\x89PNG\r\n\x1a\n", "Bild (PNG)"),
        (rb"\xff\xd8\xff", "Bild (JPEG)"),
        (rb"GIF8[79]a", "Bild (GIF)"),
        (rb"II\*\x00|MM\x00\*", "Bild (TIFF)"),
        (rb"BM.{4}\x00\x00\x00\x00", "Bild (BMP)"),
        (rb"RIFF.{4}WEBP", "Bild (WebP)"),
        (rb"8BPS\x00", "Bild (Photoshop)"),
        (rb"ID3[\x02-\x04]|\xff[\xf2\xf3\xfa\xfb]", "Ton (MP3)"),
        (rb"OggS\x00", "Ton oder Video (Ogg)"),
        (rb"fLaC\x00", "Ton (FLAC)"),
        (rb"RIFF.{4}WAVE", "Ton (WAV)"),
        (rb"RIFF.{4}AVI ", "Video (AVI)"),
        (rb"\x00\x00..ftyp", "Ton, Bild oder Video (MP4, HEIC)"),
        (rb"\x1aE\xdf\xa3", "Video (Matroska)"),
        (rb"\x7fELF|\xcf\xfa\xed\xfe|\xca\xfe\xba\xbe", "Programm"),
        (rb"MZ.{0,60}\x00", "Programm"),
        (rb"\x1f\x8b\x08", "Archiv (gzip)"),
        (rb"BZh[1-9]1AY&SY", "Archiv (bzip2)"),
        (rb"\xfd7zXZ\x00", "Archiv (xz)"),
        (rb"7z\xbc\xaf\x27\x1c", "Archiv (7z)"),
        (rb"Rar!\x1a\x07", "Archiv (RAR)"),
        (rb".{257}ustar", "Archiv (tar)"),
        (rb"SQLite format 3\x00", "Datenbank (SQLite)"),
        (rb"\{\\rtf", "RTF; bitte als DOCX oder PDF speichern"),
        (rb"%!PS", "PostScript; bitte als PDF speichern"),
        (rb"wOF[F2]\x00|\x00\x01\x00\x00\x00|OTTO\x00", "Schrift"),
    )
)
_PICTURE = re.compile(
    rb"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR|\xff\xd8\xff(?:\xe0..JFIF|\xe1..Exif|[\xe2-\xef\xdb])"
    rb"|II\*\x00.{3}\x00|MM\x00\*\x00.{3}",
    re.DOTALL,
)
_HTML = re.compile(r"<!doctype\s+html|<(?:html|head|body)[\s>]", re.IGNORECASE)
_TAG = re.compile(r"</?(?:p|div|h[1-6]|ul|ol|li|table|a|span|br|article|section)\b[^>]*>", re.I)
_XML = re.compile(r"^\s*<\?xml\b|^\s*<(?:!DOCTYPE\s+(?!html)|svg\b|rss\b|feed\b)", re.IGNORECASE)
# The XML of gesetze-im-internet.de; a document type with declarations of its own is none of it.
_STATUTE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s{0,99}(?:<\?xml[^<>]{0,200}\?>)?\s{0,99}"
    rb"(?:<!DOCTYPE\s{1,9}dokumente\b[^<>\[]{0,300}>)?\s{0,99}"
    rb"<dokumente\b[^<>]{0,300}>\s{0,99}<norm\b[^<>]{0,300}>\s{0,99}<metadaten>\s{0,99}<jurabk>"
)
_ATX = re.compile(r"^#{1,6} +\S", re.MULTILINE)
_BOLD = re.compile(r"(?<![*\w])\*\*[^*\s](?:[^*\n]*[^*\s])?\*\*")
_BULLET = re.compile(r"^[-*+] +\S", re.MULTILINE)
_LINK = re.compile(r"\[[^\[\]\n]{1,500}\]\([^()\s]{1,2000}\)")
_RULE_ROW = re.compile(r"^ {0,3}\|?(?:[ \t]*:?-{3,}:?[ \t]*\|)+", re.MULTILINE)


def sniff(data: bytes, name: str) -> Format:
    """Tell the format of a file.

    Args:
        data: The whole file.
        name: Its name or path; only the suffix is looked at.

    Raises:
        SourceError: EMPTY; ENCRYPTED for Office files with a password; DAMAGED for broken
            packages; WRONG_TYPE when the suffix promises PDF or Office and the content is none
            of the formats; UNSUPPORTED for everything else that is no readable text.
    """
    suffix = PurePosixPath(name.replace("\\", "/")).suffix.lower()
    if not data.strip(b"\x00\t\n\r\x0b\x0c \xef\xbb\xbf\xfe\xff"):
        raise SourceError(Reason.EMPTY)
    if data.startswith(_OLE):
        raise _ole(data)
    if data.startswith(_ZIP):
        return _package(data, suffix)
    if b"%PDF-" in data[:PDF_HEADER_WITHIN]:
        return Format.PDF
    kind = _known_binary(data)
    if _PICTURE.match(data) and suffix not in _BINARY_SUFFIXES:
        return Format.PICTURE
    if kind:
        raise _refusal(suffix, kind)
    return _text(data, suffix)


def _refusal(suffix: str, kind: str) -> SourceError:
    if suffix in _BINARY_SUFFIXES:
        return SourceError(Reason.WRONG_TYPE, f"({suffix} erwartet, gefunden: {kind})")
    return SourceError(Reason.UNSUPPORTED, f"(gefunden: {kind})")


def _ole(data: bytes) -> SourceError:
    """Say why a compound file is not read: a password, or a format from before 2007."""
    if _ENCRYPTED_PACKAGE in data:
        return SourceError(Reason.ENCRYPTED)
    return SourceError(
        Reason.UNSUPPORTED, "(altes Office-Format; bitte als DOCX, PPTX oder PDF speichern)"
    )


def _package(data: bytes, suffix: str) -> Format:
    if not zipfile.is_zipfile(io.BytesIO(data)):
        if suffix in _BINARY_SUFFIXES:
            raise SourceError(Reason.DAMAGED)
        raise SourceError(Reason.UNSUPPORTED, "(gefunden: beschädigtes Archiv)")
    kind = main_type(data)
    if kind == "document":
        return Format.DOCX
    if kind == "presentation":
        return Format.PPTX
    raise _refusal(
        suffix, "Tabelle (XLSX); bitte als PDF speichern" if kind == "sheet" else "Archiv (zip)"
    )


def _known_binary(data: bytes) -> str | None:
    return next((kind for magic, kind in _MAGIC if magic.match(data)), None)


def _text(data: bytes, suffix: str) -> Format:
    if _STATUTE.match(data) and suffix not in _BINARY_SUFFIXES:
        return Format.STATUTE
    if suffix in _XML_SUFFIXES and not _HTML.search(data[:_HTML_WITHIN].decode("latin-1")):
        raise SourceError(Reason.UNSUPPORTED, "(gefunden: XML)")
    try:
        text = decode(_sample(data))
    except SourceError as exc:
        if suffix in _BINARY_SUFFIXES:
            raise SourceError(Reason.WRONG_TYPE, f"({suffix} erwartet)") from exc
        raise
    if not text.strip("\ufeff \t\n\r\x0b\x0c\x00\u00a0"):
        raise SourceError(Reason.EMPTY)
    if suffix in _BINARY_SUFFIXES:
        raise _refusal(suffix, "Text")
    return _written(text, suffix)


def _sample(data: bytes) -> bytes:
    """Cut a prefix that ends at a line end, so that no character is cut in two."""
    if len(data) <= SAMPLE:
        return data
    head = data[:SAMPLE]
    if b"\x00" in head:
        return data  # UTF-16 or UTF-32, whose line ends are not found byte by byte
    return head[: head.rfind(b"\n") + 1] or data


def _written(text: str, suffix: str) -> Format:
    """Tell HTML, Markdown and plain text apart."""
    if _HTML.search(text[:_HTML_WITHIN]):
        return Format.HTML
    if _XML.match(text):
        raise SourceError(Reason.UNSUPPORTED, "(gefunden: XML)")
    if suffix in _HTML_SUFFIXES:
        return Format.HTML if _TAG.search(text) else Format.TEXT
    if suffix in _MARKDOWN_SUFFIXES or _is_markdown(text):
        return Format.MARKDOWN
    return Format.TEXT


def _is_markdown(text: str) -> bool:
    if len(_ATX.findall(text)) >= _MIN_MARKS or _RULE_ROW.search(text):
        return True
    marks = [len(pattern.findall(text)) for pattern in (_ATX, _BOLD, _LINK)]
    bullets = len(_BULLET.findall(text))
    return sum(marks) >= _MIN_MARKS and (bullets >= _MIN_MARKS or sum(map(bool, marks)) > 1)
