"""Mends an Office package of which parts are broken, so that the rest of it can be read.

Knows zip, XML and how parts of a package refer to each other; nothing about Word or PowerPoint
beyond the names of their parts.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import unquote
from xml.sax.saxutils import quoteattr

from lxml import etree

# Elements of an lxml tree, which is untyped.
Node: TypeAlias = Any

_TYPES = "[Content_Types].xml"
_OOXML = "application/vnd.openxmlformats-officedocument."
# What a part is follows from the relation that leads to it, whatever the package calls it.
_BY_RELATION = {
    "slide": "presentationml.slide",
    "slideLayout": "presentationml.slideLayout",
    "slideMaster": "presentationml.slideMaster",
    "notesSlide": "presentationml.notesSlide",
    "notesMaster": "presentationml.notesMaster",
    "chart": "drawingml.chart",
    "styles": "wordprocessingml.styles",
    "numbering": "wordprocessingml.numbering",
    "footnotes": "wordprocessingml.footnotes",
    "endnotes": "wordprocessingml.endnotes",
}
_NAMES = (
    ("slides/", "Folie"),
    ("notesSlides/", "Notizen"),
    ("charts/", "Diagramm"),
    ("diagrams/", "Schaubild"),
    ("footnotes", "Fußnoten"),
    ("endnotes", "Endnoten"),
    ("numbering", "Nummerierung"),
    ("styles.xml", "Formatvorlagen"),
    ("document.xml", "Haupttext"),
    ("presentation.xml", "Folienliste"),
)
_OFFERED = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
_LENIENT = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)


@dataclass(frozen=True, slots=True)
class Mended:
    """A package of XML parts only, all of which can be parsed; the names of those that lost."""

    data: bytes
    losses: tuple[str, ...]


def mend(data: bytes) -> Mended:
    """Take out of a package what is broken, missing, or no XML.

    Of a part that is cut short, what stands before the cut is kept.

    Raises:
        zipfile.BadZipFile: It is no zip file.
    """
    parts, losses = _parts(data)
    missing: list[str] = []
    kept = {name: text for name, text in parts.items() if not name.endswith(".rels")}
    kinds: dict[str, str] = {}
    for name in [name for name in parts if name.endswith(".rels")]:
        kept[name] = _relations(parts[name], _owner_folder(name), kept, (kinds, missing))
    kept[_TYPES] = _types(kept.get(_TYPES, b""), kept, kinds)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as package:
        for name, text in kept.items():
            package.writestr(name, text)
    losses += [name for name in missing if name.endswith(".xml") and name not in losses]
    return Mended(out.getvalue(), tuple(losses))


def loss_names(losses: Iterable[str], places: Mapping[str, str]) -> list[str]:
    """Return what people call lost parts: by `places`, else by kind; unread kinds are left out."""
    found = (
        places.get(name) or next((shown for key, shown in _NAMES if key in name), "")
        for name in losses
    )
    return list(dict.fromkeys(filter(None, found)))


def _parts(data: bytes) -> tuple[dict[str, bytes], list[str]]:
    parts: dict[str, bytes] = {}
    losses: list[str] = []
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for member in package.infolist():
            if not member.filename.endswith((".xml", ".rels")):
                continue
            try:
                content = package.read(member)
            except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
                losses.append(member.filename)
                continue
            whole = _is_xml(content)
            text = content if whole else _recovered(content)
            if not whole:
                losses.append(member.filename)
            if text:
                parts[member.filename] = text
    return parts, losses


def _is_xml(content: bytes) -> bool:
    try:
        etree.fromstring(content, _OFFERED)
    except (etree.XMLSyntaxError, ValueError):
        return False
    return True


def _recovered(content: bytes) -> bytes:
    try:
        root = etree.fromstring(content, _LENIENT)
    except (etree.XMLSyntaxError, ValueError):
        return b""
    return b"" if root is None else bytes(etree.tostring(root, encoding="utf-8"))


def _owner_folder(name: str) -> str:
    """Return the folder that the targets in a .rels file are counted from."""
    return posixpath.dirname(posixpath.dirname(name))


def _relations(
    content: bytes,
    folder: str,
    kept: Mapping[str, bytes],
    notes: tuple[dict[str, str], list[str]],
) -> bytes:
    """Take relations to missing parts out; `notes` learn what the others are, and the missing."""
    kinds, missing = notes
    root = etree.fromstring(content, _LENIENT)
    for link in list(root):
        if not isinstance(link.tag, str) or link.get("TargetMode") == "External":
            continue
        target = unquote(str(link.get("Target", "")))
        name = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        if name in kept:
            kinds[name] = str(link.get("Type", "")).rsplit("/", 1)[-1]
        else:
            missing.append(name)
            root.remove(link)
    return bytes(etree.tostring(root, encoding="utf-8"))


def _types(content: bytes, kept: Mapping[str, bytes], kinds: Mapping[str, str]) -> bytes:
    declared = {
        match[1].decode("utf-8", "replace").lstrip("/"): match[2].decode("utf-8", "replace")
        for match in re.finditer(
            rb"""<Override\b(?=[^<>]*\bPartName="([^"<>]+)")(?=[^<>]*\bContentType="([^"<>]+)")""",
            content,
        )
    }
    lines = []
    for name in kept:
        kind = _BY_RELATION.get(kinds.get(name, ""))
        stated = f"{_OOXML}{kind}+xml" if kind else declared.get(name)
        if stated and name != _TYPES:
            part = quoteattr(f"/{name}")
            lines.append(f"<Override PartName={part} ContentType={quoteattr(stated)}/>")
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{"".join(lines)}</Types>'
    ).encode()
