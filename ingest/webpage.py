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

from ingest.document import Block, BlockKind, Extract
from ingest.errors import Reason, SourceError
from ingest.office.office import hidden_text
from ingest.web.webhidden import drop, remove_unseen
from ingest.web.webmeta import declared_facts, headlines
from ingest.web.webtree import blocks_of, repeat_spanned
from ingest.wording.encoding import decode, decode_as
from ingest.wording.wrapping import HARD_BREAK

PARSER = f"trafilatura {version('trafilatura')}"

_CHARSET = re.compile(
    rb"""<(?:meta|\?xml)\b[^>]{0,300}?(?:charset|encoding)\s*=\s*["']?([\w-]+)""", re.I
)
_HEAD_BYTES = 4096
_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
# What lxml refuses to write into a tree, as a character and as a reference to one.
_NO_XML = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]|"
    "&#0*(?:[0-8]|1[124-9]|2[0-9]|3[01]|5529[6-9]|5[56][0-9]{3}|5734[0-3]|6553[45]);?(?![0-9])|"
    "&#x0*(?:[0-8bcef]|1[0-9a-f]|d[89a-f][0-9a-f]{2}|fff[ef]);?(?![0-9a-f])",
    re.IGNORECASE,
)
_LONG_TAG = re.compile(r"(<[A-Za-z][A-Za-z0-9-]{0,40})[^<>]{10000,}")
_MAX_ATTRIBUTES = 1000  # libxml2 compares each with all the others
_MAX_NESTED = 8  # tables in tables; trafilatura reads each once more with all that is in it
_MIN_SHARE = 0.25
_DOUBT = "Der Hauptinhalt war nicht sicher zu erkennen, die ganze Seite wurde gelesen."
_CONTACT = re.compile(r"[\w.+-]{1,64}@[\w.-]{4,200}|(?:\+49|\b0\d{2,5})[\d\s/()–-]{5,}\d")
_FURNITURE = (
    "//nav | //footer[not(ancestor::article)] | //aside | //*[@role='navigation'] | "
    "//*[@role='banner'][not(.//h1)] | //*[@role='contentinfo'] | //*[@role='search'] | "
    "//header[not(ancestor::article) and not(ancestor::main) and not(.//h1)]"
)
_FURNITURE_NAME = re.compile(
    r"\b(?:cookie|consent|breadcrumbs?|skip-?links?|pagination|share)\b", re.I
)
_MAIN = ("//main", "//*[@role='main']", "//article", "//*[@id='content' or @id='main']", "//body")


def read_webpage(data: bytes) -> Extract:
    """Read the main content of a saved or fetched page. Nothing is loaded or executed.

    Raises:
        SourceError: `UNSUPPORTED` when the bytes are no text, `DAMAGED` when no tree can be
            built from them, `NO_TEXT` when the page itself holds none (frames, scripts).
    """
    tree = _tree(_decoded(data))
    metadata = declared_facts(tree)
    cure = _cure(tree)
    hidden, opened = remove_unseen(tree)
    _keep_lines(tree)
    _settle(tree)
    found = _main_content(copy.deepcopy(tree))
    whole = blocks_of(_without_furniture(tree))
    share = len(_joined(found)) / max(1, len(_joined(whole)))
    kept = share >= _MIN_SHARE and len(found) >= _MIN_SHARE * len(whole)
    good = kept and _keeps_contacts(found, whole) and _keeps_headings(found, whole)
    good = good and _keeps_opened(found, whole, opened)
    blocks = _titled(found if good else whole, metadata.title, tree)
    if not any(any(map(str.isalpha, block.text)) for block in blocks):
        raise SourceError(Reason.NO_TEXT, cure)
    doubt = [] if kept or not whole else [_DOUBT]
    return Extract(
        blocks=blocks,
        parser=PARSER,
        metadata=metadata,
        warnings=(*doubt, *([hidden_text(hidden)] if hidden else [])),
    )


def _cure(tree: html.HtmlElement) -> str:
    """Say what to do if the page turns out to hold no text."""
    if next(tree.iter("frameset", "frame"), None) is not None:
        return "Sie besteht aus Rahmen. Bitte die Seiten in den Rahmen einzeln einlesen."
    if next(tree.iter("script"), None) is not None:
        return (
            "Die Seite lädt ihren Text erst im Browser (JavaScript). "
            "Bitte im Browser als PDF speichern und das PDF einlesen."
        )
    return ""


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
    source = _NO_XML.sub(" ", _XML_DECLARATION.sub("", text)).replace(HARD_BREAK, " ")
    source = _LONG_TAG.sub(_plain_tag, source)
    parser = html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True
    )
    try:
        tree: html.HtmlElement = html.document_fromstring(
            source.encode("utf-8", "replace"), parser=parser
        )
    except etree.ParserError as exc:  # the parser found no element at all
        raise SourceError(Reason.NO_TEXT) from exc
    except (etree.LxmlError, ValueError) as exc:
        raise SourceError(Reason.DAMAGED, "Es ist keine lesbare HTML-Seite.") from exc
    return tree


def _plain_tag(match: re.Match[str]) -> str:
    """Leave the attributes of a tag out where there are so many that the parser takes ages."""
    return match.group() if match.group().count("=") <= _MAX_ATTRIBUTES else match[1]


def _keep_lines(tree: html.HtmlElement) -> None:
    """Mark the line ends of preformatted text, which are white space anywhere else."""
    for pre in tree.iter("pre"):
        pre.text = (pre.text or "").strip("\n").replace("\n", HARD_BREAK)
        for node in pre.iterdescendants():
            node.text = (node.text or "").replace("\n", HARD_BREAK)
            node.tail = (node.tail or "").replace("\n", HARD_BREAK)


def _settle(tree: html.HtmlElement) -> None:
    """Put captions before their tables and take boxes out of definition lists.

    Both are where trafilatura does not look for them.
    """
    for caption in list(tree.iter("caption")):
        table = next(caption.iterancestors("table"), None)
        if table is not None and table.getparent() is not None:
            drop(caption)
            caption.tag, caption.tail = "p", None
            table.addprevious(caption)
    _unnest(tree)
    for table in tree.iter("table"):
        repeat_spanned(table)
    for box in list(tree.iter("div")):
        parent = box.getparent()
        if parent is not None and parent.tag == "dl":
            box.drop_tag()


def _unnest(tree: html.HtmlElement) -> None:
    """Make boxes of the tables that stand too deep in other tables to be anything else."""
    depth, deep = 0, []
    for event, table in etree.iterwalk(tree, events=("start", "end"), tag="table"):
        depth += 1 if event == "start" else -1
        if event == "start" and depth > _MAX_NESTED:
            deep.append(table)
    for table in deep:
        table.tag = "div"


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
        drop(node)
    for node in list(main.iter("div", "section", "ul", "ol", "p")):
        name = f"{node.get('class', '')} {node.get('id', '')}"
        if _FURNITURE_NAME.search(name) and node is not main:
            drop(node)
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


def _keeps_opened(found: Sequence[Block], whole: Sequence[Block], opened: Sequence[str]) -> bool:
    """Tell whether no answer is lost that a click on its question shows."""
    text, all_text = _squeezed(_joined(found)), _squeezed(_joined(whole))
    return all(one in text or one not in all_text for one in map(_squeezed, opened))


def _joined(blocks: Sequence[Block]) -> str:
    return " ".join(block.text for block in blocks)


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _titled(
    blocks: Sequence[Block], title: str | None, tree: html.HtmlElement
) -> tuple[Block, ...]:
    """Put the page's own headline back where only its text was taken for content."""
    if (
        title
        and title in headlines(tree)
        and not any(block.text.strip() == title for block in blocks)
    ):
        return (Block(BlockKind.HEADING, title, 1), *blocks)
    return tuple(blocks)
