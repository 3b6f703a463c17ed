"""Web page → blocks of its main content. Finds it with trafilatura, reads it with `webtree`.

trafilatura tells content from navigation by text density, which also drops boxes with addresses.
So its choice is checked against all the page shows outside navigation: where it kept too little
or lost a contact, the whole of that is read instead.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from importlib.metadata import version

import trafilatura
from lxml import etree, html

from ingest.document import Block, BlockKind, Extract, Metadata
from ingest.encoding import decode, decode_as
from ingest.errors import Reason, SourceError
from ingest.webtree import blocks_of
from ingest.wrapping import HARD_BREAK

PARSER = f"trafilatura {version('trafilatura')}"

_CHARSET = re.compile(
    rb"""<(?:meta|\?xml)\b[^>]{0,300}?(?:charset|encoding)\s*=\s*["']?([\w-]+)""", re.I
)
_HEAD_BYTES = 4096
_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_MIN_SHARE = 0.25
_DOUBT = "Der Hauptinhalt war nicht sicher zu erkennen, die ganze Seite wurde gelesen."
_CONTACT = re.compile(r"[\w.+-]{1,64}@[\w.-]{4,200}|(?:\+49|\b0\d{2,5})[\d\s/()–-]{5,}\d")
_INVISIBLE = (
    "script", "style", "noscript", "template", "iframe", "object", "svg", "math", "canvas", "audio",
    "video", "select", "textarea", "button", "input", "head",
)  # fmt: skip
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])", re.I)
_FURNITURE = (
    "//nav | //footer[not(ancestor::article)] | //aside | //*[@role='navigation'] | "
    "//*[@role='banner'][not(.//h1)] | //*[@role='contentinfo'] | //*[@role='search'] | "
    "//header[not(ancestor::article) and not(ancestor::main) and not(.//h1)]"
)
_FURNITURE_NAME = re.compile(
    r"\b(?:cookie|consent|breadcrumbs?|skip-?links?|pagination|share)\b", re.I
)
_MAIN = ("//main", "//*[@role='main']", "//article", "//*[@id='content' or @id='main']", "//body")
_METAS = {
    "title": ("dc.title", "dcterms.title", "og:title"),
    "date": (
        "dc.date", "dcterms.date", "dcterms.issued", "dcterms.created", "dcterms.modified",
        "article:published_time", "date", "article:modified_time", "last-modified",
    ),
    "organisation": ("dc.publisher", "dcterms.publisher", "publisher", "og:site_name"),
    "type": ("kgc:type", "dc.type", "dcterms.type"),
}  # fmt: skip
_NO_TYPES = {"text", "website", "article", "collection", "dataset", "interactiveresource"}
_ISO_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?(?![\d-])")


def read_webpage(data: bytes) -> Extract:
    """Read the main content of a saved or fetched page. Nothing is loaded or executed.

    Raises:
        SourceError: `UNSUPPORTED` when the bytes are no text, `DAMAGED` when no tree can be
            built from them.
    """
    tree = _tree(_decoded(data))
    metadata = _metadata(tree)
    _remove_invisible(tree)
    _keep_lines(tree)
    found = _main_content(copy.deepcopy(tree))
    whole = blocks_of(_without_furniture(tree))
    share = len(_joined(found)) / max(1, len(_joined(whole)))
    kept = share >= _MIN_SHARE and len(found) >= _MIN_SHARE * len(whole)
    good = kept and _keeps_contacts(found, whole) and _keeps_headings(found, whole)
    blocks = found if good else whole
    return Extract(
        blocks=_titled(blocks, metadata.title, tree),
        parser=PARSER,
        metadata=metadata,
        warnings=() if kept or not whole else (_DOUBT,),
    )


def _decoded(data: bytes) -> str:
    declared = _CHARSET.search(data[:_HEAD_BYTES])
    name = declared[1].decode("ascii") if declared else ""
    if not name or name.lower().startswith(("utf", "ucs")):
        return decode(data)  # tries UTF first
    try:
        return data.decode("utf-8")  # a wrong declaration is common, valid UTF-8 by chance is not
    except UnicodeDecodeError:
        return decode_as(data, name) or decode(data)


def _tree(text: str) -> html.HtmlElement:
    source = _XML_DECLARATION.sub("", text).replace("\x00", "").replace(HARD_BREAK, " ")
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree: html.HtmlElement = html.document_fromstring(
            source.encode("utf-8", "replace"), parser=parser
        )
    except etree.ParserError as exc:  # the parser found no element at all
        raise SourceError(Reason.NO_TEXT) from exc
    except (etree.LxmlError, ValueError) as exc:
        raise SourceError(Reason.DAMAGED, "Es ist keine lesbare HTML-Seite.") from exc
    return tree


def _remove_invisible(tree: html.HtmlElement) -> None:
    for node in list(tree.iter(*_INVISIBLE)):
        _drop(node)
    for node in list(tree.iter(etree.Element)):
        attributes = node.attrib
        hidden = attributes.get("hidden", "until-found") != "until-found"
        if hidden or _HIDING.search(attributes.get("style", "")):
            _drop(node)


def _keep_lines(tree: html.HtmlElement) -> None:
    """Mark the line ends of preformatted text, which are white space anywhere else."""
    for pre in tree.iter("pre"):
        pre.text = (pre.text or "").strip("\n").replace("\n", HARD_BREAK)
        for node in pre.iterdescendants():
            node.text = (node.text or "").replace("\n", HARD_BREAK)
            node.tail = (node.tail or "").replace("\n", HARD_BREAK)


def _drop(node: html.HtmlElement) -> None:
    """Take a node out of the tree and leave the text behind it."""
    parent = node.getparent()
    if parent is None:
        return
    if node.tail:
        before = node.getprevious()
        if before is None:
            parent.text = (parent.text or "") + node.tail
        else:
            before.tail = (before.tail or "") + node.tail
    parent.remove(node)


def _main_content(tree: html.HtmlElement) -> list[Block]:
    """Return what trafilatura takes for the main content; empty where it finds none."""
    try:
        found = trafilatura.bare_extraction(
            tree, favor_recall=True, include_comments=False, include_tables=True
        )
    except (etree.LxmlError, ValueError, TypeError, AttributeError, RecursionError):
        return []  # the caller reads the whole page and says so
    body = getattr(found, "body", None)
    return [] if body is None else blocks_of(body)


def _without_furniture(tree: html.HtmlElement) -> html.HtmlElement:
    main = next((nodes[0] for path in _MAIN if len(nodes := tree.xpath(path)) == 1), tree)
    for node in main.xpath(_FURNITURE.replace("//", ".//")):
        _drop(node)
    for node in list(main.iter("div", "section", "ul", "ol", "p")):
        name = f"{node.get('class', '')} {node.get('id', '')}"
        if _FURNITURE_NAME.search(name) and node is not main:
            _drop(node)
    return main


def _keeps_contacts(found: Sequence[Block], whole: Sequence[Block]) -> bool:
    text = _squeezed(_joined(found))
    return all(_squeezed(contact) in text for contact in _CONTACT.findall(_joined(whole)))


def _keeps_headings(found: Sequence[Block], whole: Sequence[Block]) -> bool:
    """Tell whether headings stayed headings: for short pages trafilatura melts all into one."""
    text = _joined(found)
    still = {block.text for block in found if block.kind is BlockKind.HEADING}
    headings = [block.text for block in whole if block.kind is BlockKind.HEADING]
    melted = [heading for heading in headings if heading not in still and heading in text]
    return len(melted) <= len(headings) / 2


def _joined(blocks: Sequence[Block]) -> str:
    return " ".join(block.text for block in blocks)


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _titled(
    blocks: Sequence[Block], title: str | None, tree: html.HtmlElement
) -> tuple[Block, ...]:
    """Put the page's own headline back where only its text was taken for content."""
    shown = [text for node in tree.iter("h1") if (text := _text(node))]
    if title and title in shown and not any(block.text.strip() == title for block in blocks):
        return (Block(BlockKind.HEADING, title, 1), *blocks)
    return tuple(blocks)


def _metadata(tree: html.HtmlElement) -> Metadata:
    metas = {
        (node.get("name") or node.get("property") or "").lower(): " ".join(
            node.get("content", "").split()
        )
        for node in reversed(list(tree.iter("meta")))
    }
    found = {
        field: next((metas[name] for name in names if metas.get(name)), None)
        for field, names in _METAS.items()
    }
    kind = found["type"]
    return Metadata(
        title=_title(tree, found["title"], found["organisation"]),
        date=_date(tree, found["date"]),
        organisation=found["organisation"],
        type=None if kind is None or kind.lower() in _NO_TYPES else kind,
        language=_language(tree),
    )


def _title(tree: html.HtmlElement, declared: str | None, site: str | None) -> str | None:
    headlines = [text for node in tree.iter("h1") if (text := _text(node))]
    if len(headlines) == 1:
        return headlines[0]
    named = declared or next((_text(node) for node in tree.iter("title")), "")
    if site:
        named = re.sub(rf"\s*[|–—·:-]\s*{re.escape(site)}\s*$", "", named)
    return named or None


def _date(tree: html.HtmlElement, declared: str | None) -> str | None:
    stamps = [node.get("datetime", "") for node in tree.iter("time")]
    match = next((m for text in [declared or "", *stamps] if (m := _ISO_DATE.match(text))), None)
    return match.group() if match else None


def _language(tree: html.HtmlElement) -> str | None:
    code = str(tree.get("lang") or "").split("-")[0].lower()
    return code if re.fullmatch("[a-z]{2}", code) else None


def _text(node: html.HtmlElement) -> str:
    return " ".join("".join(node.itertext()).replace(HARD_BREAK, " ").split())
