"""Markdown → blocks. The only file that knows markdown-it-py.

Markdown arrives here from people, from converters of slides and PDFs, and from collections of
statutes, so two habits of theirs are honoured: front matter, and definitions
(``Term`` / ``: explanation``). Indented code is off: in such texts it is an indented list.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ingest.document import Block, BlockKind, Extract, Metadata
from ingest.office.office import row_texts
from ingest.wording.wrapping import HARD_BREAK

PARSER = f"markdown-it-py {version('markdown-it-py')}"

_FRONT_MATTER = re.compile(r"\A\s*---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_ENTRY = re.compile(
    r"^([A-Za-zÄÖÜäöü_.-]+)[ \t]*:[ \t]*(.*(?:\n(?:[ \t]+|-[ \t]+)\S.*)*)$", re.MULTILINE
)
_FOREIGN_LINE = re.compile(r"^(?![\s#-]|[\w.-]+[ \t]*:).", re.MULTILINE)  # no front matter then
_KEYS = {
    "title": "title", "titel": "title",
    "date": "date", "datum": "date", "stand": "date",
    "organisation": "organisation", "organization": "organisation", "herausgeber": "organisation",
    "publisher": "organisation",
    "type": "type", "typ": "type",
    "region": "region", "land": "region", "bundesland": "region",
    "language": "language", "sprache": "language", "lang": "language",
    "target_group": "target_group", "zielgruppe": "target_group", "zielgruppen": "target_group",
    "setting": "setting", "lebenswelt": "setting", "lebenswelten": "setting",
    "keyword": "keyword", "keywords": "keyword", "tags": "keyword",
    "schlagwörter": "keyword", "schlagworte": "keyword",
}  # fmt: skip
_SHORT_NAME = "jurabk"  # how collections of statutes call it
_LISTS = {"target_group", "setting", "keyword"}
_LIST_SIGN = re.compile(r"^[ \t]*-[ \t]+", re.MULTILINE)
_DEFINITION = re.compile(r"[ \t]*\n:[ \t]+")
_MARKUP = re.compile(r"[\\`*_\[<&\x00]|  \n")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_DROPPED = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_LINE_TAG = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_FILE_NAME = re.compile(
    r"^\s*(?:\S*\.(?:png|jpe?g|gif|svg|webp|bmp|tiff?)|(?:image|img|bild|grafik|picture|figure|"
    r"abbildung|logo|icon|foto)[\s_-]*\d*)\s*$",
    re.IGNORECASE,
)
_LETTERED = re.compile(r"^(?:\(?[a-z]{1,2}\)|\d+[a-z]+\.)\s")


def read_markdown(text: str) -> Extract:
    r"""Read a Markdown text.

    Returns:
        Blocks whose text has ``\n`` for a soft line break and `HARD_BREAK` for a hard one, no
        markup and no addresses of links. Front matter becomes metadata and is no part of it.
    """
    metadata, body = _front_matter(text)
    parser = MarkdownIt("commonmark", {"maxNesting": 100}).enable("table")
    parser.disable(["code", "inline"])  # most text has no markup in it: `_Walk` looks first
    walk = _Walk(parser)
    for token in parser.parse(body, walk.env):
        walk.take(token)
    return Extract(blocks=tuple(walk.blocks), parser=PARSER, metadata=metadata)


@dataclass(slots=True)
class _List:
    """An open list: `number` is the next item's, None for bullets."""

    number: int | None
    fresh: str | None = None


@dataclass(slots=True)
class _Walk:
    """Turns the flat token stream into blocks; `env` holds the definitions of links."""

    parser: MarkdownIt
    env: dict[str, Any] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    lists: list[_List] = field(default_factory=list)
    level: int = 0
    rows: list[list[str]] = field(default_factory=list)
    row: list[str] | None = None

    def take(self, token: Token) -> None:
        """Add what one token holds."""
        match token.type:
            case "heading_open":
                self.level = int(token.tag[1:])
            case "heading_close":
                self.level = 0
            case "inline":
                self._text(self._inline(token.content))
            case "fence":
                self._text(token.content.rstrip("\n").replace("\n", HARD_BREAK))
            case "html_block":
                self._text(_visible(token.content))
            case _:
                self._take_list(token)
                self._take_table(token.type)

    def _inline(self, content: str) -> str:
        if not _MARKUP.search(content):
            return "\n".join(line.lstrip(" \t").removesuffix(" ") for line in content.split("\n"))
        tokens: list[Token] = []
        self.parser.inline.parse(content, self.parser, self.env, tokens)
        return _visible("".join(_pieces(tokens)))

    def _take_list(self, token: Token) -> None:
        match token.type:
            case "bullet_list_open":
                self.lists.append(_List(None))
            case "ordered_list_open":
                start = token.attrGet("start")
                self.lists.append(_List(1 if start is None else int(start)))
            case "bullet_list_close" | "ordered_list_close":
                self.lists.pop()
            case "list_item_open":
                self._open_item()

    def _take_table(self, kind: str) -> None:
        match kind:
            case "table_open":
                self.rows = []
            case "tr_open":
                self.row = []
            case "tr_close":
                self.rows.append(self.row or [])
                self.row = None
            case "table_close":
                for text in row_texts(self.rows, header=True):
                    self._add(BlockKind.ROW, text)

    def _open_item(self) -> None:
        current = self.lists[-1]
        current.fresh = ""
        if current.number is not None:
            current.fresh = f"{current.number}. "
            current.number += 1

    def _text(self, text: str) -> None:
        if self.row is not None:
            self.row.append(" ".join(text.replace(HARD_BREAK, " ").split()))
        elif self.level:
            self._add(BlockKind.HEADING, text)
        elif self.lists and self.lists[-1].fresh is not None:
            fresh, self.lists[-1].fresh = self.lists[-1].fresh, None
            self._add(BlockKind.ITEM, fresh + text)
        elif self._in_list() and _LETTERED.match(text):
            self._add(BlockKind.ITEM, text)
        else:
            self._add(BlockKind.PARAGRAPH, _DEFINITION.sub(": ", text))

    def _in_list(self) -> bool:
        return bool(self.lists) or (bool(self.blocks) and self.blocks[-1].kind is BlockKind.ITEM)

    def _add(self, kind: BlockKind, text: str) -> None:
        if text.strip():
            self.blocks.append(Block(kind, text, self.level if kind is BlockKind.HEADING else 0))


def _pieces(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        match token.type:
            case "text" | "code_inline" | "text_special":
                yield html.escape(token.content, quote=False)
            case "softbreak":
                yield "\n"
            case "hardbreak":
                yield HARD_BREAK
            case "html_inline":
                yield token.content
            case "image":
                alt = "".join(_pieces(token.children or ()))
                yield "" if _FILE_NAME.match(alt) else alt


def _visible(source: str) -> str:
    """Return the text of HTML: tags, comments, scripts and styles gone, entities resolved."""
    source = _DROPPED.sub(" ", _COMMENT.sub(" ", source))
    return html.unescape(_TAG.sub("", _LINE_TAG.sub(HARD_BREAK, source)))


def _front_matter(text: str) -> tuple[Metadata, str]:
    match = _FRONT_MATTER.match(text)
    entries = _ENTRY.findall(match[1]) if match else []
    if match is None or not entries or _FOREIGN_LINE.search(match[1]):
        return Metadata(), text
    found: dict[str, Any] = {}
    short = ""
    for key, value in entries:
        name = _KEYS.get(key.lower())
        plain = " ".join(value.split()).strip("\"'")
        if name and plain:
            found.setdefault(name, _several(value) if name in _LISTS else plain)
        if key.lower() == _SHORT_NAME:
            short = plain
    if short and "title" in found:
        found["title"] += f" ({short})"  # so do statutes show it themselves
    return Metadata(**found), text[match.end() :]


def _several(value: str) -> tuple[str, ...]:
    """Split the values of a list: "[a, b]", "a; b" or one on each line behind a hyphen."""
    rows = [row for row in _LIST_SIGN.sub("", value).split("\n") if row.strip()]
    parts = rows if len(rows) > 1 else re.split(r"[;,]", value.strip(" []\n-"))
    return tuple(plain for part in parts if (plain := part.strip(" \t\"'")))
