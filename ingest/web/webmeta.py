"""What a web page declares about itself: meta elements, and data for search engines. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import html

from ingest.document import Metadata
from ingest.facts.naming import is_organisation, organisation_by_form
from ingest.wording.wrapping import HARD_BREAK

_METAS = {
    "title": ("dc.title", "dcterms.title", "og:title", "twitter:title"),
    "date": (
        "dc.date", "dcterms.date", "dcterms.issued", "dcterms.created", "dcterms.modified",
        "dc.date.created", "article:published_time", "date", "ld:datepublished",
        "ld:datecreated", "article:modified_time", "ld:datemodified", "last-modified",
    ),
    "organisation": (
        "dc.publisher", "dcterms.publisher", "publisher", "ld:publisher", "og:site_name",
        "application-name",
    ),
    "author": ("dc.creator", "dcterms.creator", "author", "article:author", "ld:author"),
    "region": ("dc.coverage", "dcterms.coverage", "dcterms.spatial", "dc.coverage.spatial"),
    "type": ("kgc:type", "dc.type", "dcterms.type"),
}  # fmt: skip
_KEYWORDS = (
    "keywords", "news_keywords", "dc.subject", "dcterms.subject", "article:tag", "ld:keywords",
)  # fmt: skip
_NO_TYPES = {"text", "website", "article", "collection", "dataset", "interactiveresource"}
_ISO_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?(?![\d-])")
_LD = ("datepublished", "datecreated", "datemodified", "publisher", "author", "keywords")
_LD_HOLDERS = ("@graph", "mainEntity", "mainEntityOfPage")
_MAX_LD, _MAX_LD_NODES = 200_000, 500
_MAX_VALUE, _MAX_KEYWORD, _MAX_KEYWORDS = 300, 60, 30


def declared_facts(tree: html.HtmlElement) -> Metadata:
    """Return what the page says about itself; to be asked before scripts are taken out."""
    metas = _metas(tree)
    found = {
        fact: next((metas[name][0] for name in names if name in metas), None)
        for fact, names in _METAS.items()
    }
    author = found["author"]
    publisher = found["organisation"] or (author if author and _is_body(author) else None)
    kind = found["type"]
    return Metadata(
        title=_title(tree, found["title"], publisher),
        date=_date(tree, found["date"]),
        organisation=publisher,
        type=None if kind is None or kind.lower() in _NO_TYPES else kind,
        region=found["region"],
        language=_language(tree),
        keyword=_keywords(metas),
    )


def _is_body(author: str) -> bool:
    return is_organisation(author) or organisation_by_form(author) is not None


def headlines(tree: html.HtmlElement) -> list[str]:
    """Return the texts of the page's first-rank headings."""
    return [text for node in tree.iter("h1") if (text := _text(node))]


def _metas(tree: html.HtmlElement) -> dict[str, list[str]]:
    """Collect the values of each name, in order; those of JSON-LD have names with ``ld:``."""
    metas: dict[str, list[str]] = {}
    named = ((node.get("name") or node.get("property") or node.get("itemprop") or "",
              node.get("content", "")) for node in tree.iter("meta"))  # fmt: skip
    for name, content in (*named, *_linked_data(tree)):
        value = " ".join(content.split())
        if name and value:
            metas.setdefault(name.lower(), []).append(value[: _MAX_VALUE * _MAX_KEYWORDS])
    return metas


def _keywords(metas: Mapping[str, list[str]]) -> tuple[str, ...]:
    values = (value for name in _KEYWORDS for value in metas.get(name, ()))
    words = (word.strip() for value in values for word in re.split(r"[,;|]", value))
    fitting = (word for word in words if 1 < len(word) <= _MAX_KEYWORD)
    unique: dict[str, str] = {}
    for word in fitting:
        unique.setdefault(word.casefold(), word)
    return tuple(unique.values())[:_MAX_KEYWORDS]


def _linked_data(tree: html.HtmlElement) -> Iterator[tuple[str, str]]:
    """Yield the facts in JSON-LD as names with ``ld:`` and values."""
    for script in tree.iter("script"):
        text = script.text or ""
        if "ld+json" not in script.get("type", "") or len(text) > _MAX_LD:
            continue
        try:
            data = json.loads(text)
        except (ValueError, RecursionError):
            continue  # what a page gets wrong here says nothing about its text
        yield from _stated(data)


def _stated(data: object) -> Iterator[tuple[str, str]]:
    for node in _things(data):
        for key, value in node.items():
            if key.lower() in _LD:
                yield from ((f"ld:{key.lower()}", text) for text in _texts(value))


def _things(data: object) -> Iterator[Mapping[str, Any]]:
    """Yield the things described, without those they refer to (the author's employer)."""
    waiting: list[Any] = [data]
    for _ in range(_MAX_LD_NODES):
        if not waiting:
            return
        node = waiting.pop(0)
        if isinstance(node, list):
            waiting += node[:_MAX_LD_NODES]
        elif isinstance(node, dict):
            yield node
            waiting += [node[key] for key in _LD_HOLDERS if key in node]


def _texts(value: object) -> Iterator[str]:
    for one in value[:_MAX_LD_NODES] if isinstance(value, list) else [value]:
        name = one.get("name") if isinstance(one, dict) else one
        if isinstance(name, str):
            yield name[: _MAX_VALUE * _MAX_KEYWORDS]


def _title(tree: html.HtmlElement, declared: str | None, site: str | None) -> str | None:
    shown = headlines(tree)
    if len(shown) == 1:
        return shown[0]
    named = declared or next((_text(node) for node in tree.iter("title")), "")
    if site:
        named = re.sub(rf"\s*[|–—·:-]\s*{re.escape(site)}\s*$", "", named)
    return named or None


def _date(tree: html.HtmlElement, declared: str | None) -> str | None:
    stamps = [node.get("datetime", "") for node in tree.iter("time")]
    match = next((m for text in [declared or "", *stamps] if (m := _ISO_DATE.match(text))), None)
    return match.group() if match else None


def _language(tree: html.HtmlElement) -> str | None:
    code = str(tree.get("lang") or tree.get("xml:lang") or "").split("-")[0].lower()
    return code if re.fullmatch("[a-z]{2}", code) else None


def _text(node: html.HtmlElement) -> str:
    return " ".join("".join(node.itertext()).replace(HARD_BREAK, " ").split())
