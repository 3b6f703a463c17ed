"""Sitemaps (sitemaps.org): the pages that a site lists. Pure; the files come from strangers."""

from __future__ import annotations

import io
import re
import zlib
from dataclasses import dataclass

from lxml import etree

from ingest.errors import Reason, SourceError

MOST_BYTES = 50_000_000
"""The largest sitemap, unpacked, as the protocol has it."""
MOST_ENTRIES = 50_000
_GZIP = b"\x1f\x8b\x08"
_GZIP_BITS = 31
_HEAD = 4_000
_ROOT = re.compile(rb"<(?:[A-Za-z0-9_-]+:)?(urlset|sitemapindex)[\s>/]")
_ENTRIES = ("url", "sitemap")


@dataclass(frozen=True, slots=True)
class Sitemap:
    """The addresses of pages, and those of further sitemaps, in their order, without repetition."""

    pages: tuple[str, ...]
    sitemaps: tuple[str, ...]


def is_sitemap(data: bytes) -> bool:
    """Tell by its first bytes whether a file is a sitemap, packed or not."""
    head = _unpacked(data, _HEAD)[:_HEAD]
    return _ROOT.search(head) is not None and b"<html" not in head.lower()


def read(data: bytes) -> Sitemap:
    """Read a sitemap or an index of sitemaps, also one packed with gzip.

    Raises:
        SourceError: DAMAGED or TOO_LARGE.
    """
    plain = _unpacked(data, MOST_BYTES + 1)
    if len(plain) > MOST_BYTES:
        raise SourceError(Reason.TOO_LARGE, f"Eine Sitemap hat höchstens {MOST_BYTES} Bytes.")
    found: dict[str, list[str]] = {name: [] for name in _ENTRIES}
    try:
        _collect(plain, found)
    except etree.XMLSyntaxError as exc:
        raise SourceError(Reason.DAMAGED, "Die Sitemap ist kein gültiges XML.") from exc
    pages, sitemaps = (tuple(dict.fromkeys(found[name])) for name in _ENTRIES)
    return Sitemap(pages, sitemaps)


def _collect(data: bytes, found: dict[str, list[str]]) -> None:
    """Walk through the file, keeping nothing but the addresses."""
    walk = etree.iterparse(
        io.BytesIO(data),
        events=("end",),
        load_dtd=False,
        no_network=True,
        resolve_entities=False,
        huge_tree=False,
    )
    count = 0
    for _, node in walk:
        parent = node.getparent()
        if _name(node) == "loc" and parent is not None:
            entry = _name(parent)
            # Other vocabularies (pictures, videos) have a "loc" of their own.
            if entry in found and _space(parent) == _space(node):
                count += 1
                if count > MOST_ENTRIES:
                    detail = f"Eine Sitemap hat höchstens {MOST_ENTRIES} Einträge."
                    raise SourceError(Reason.TOO_LARGE, detail)
                found[entry].append("".join((node.text or "").split()))
        elif parent is not None and parent.getparent() is None:
            node.clear()
            while node.getprevious() is not None:
                del parent[0]


def _name(node: etree._Element) -> str:
    return str(node.tag).rsplit("}", 1)[-1]


def _space(node: etree._Element) -> str:
    return str(node.tag).rpartition("}")[0]


def _unpacked(data: bytes, most: int) -> bytes:
    """Return up to `most` bytes of what the file holds; a broken end is left to the parser."""
    if not data.startswith(_GZIP):
        return data
    try:
        return zlib.decompressobj(_GZIP_BITS).decompress(data, most)
    except zlib.error:
        return b""
