"""The pages people see, as HTML text: start page, reading view, message. The one user of Jinja2.

Every value is escaped by the templates; no text of a document or an answer becomes markup.
The pages load only files below ``/static/`` and ``/widget/`` of their own server and work under
`CONTENT_SECURITY_POLICY`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader

from assistant.web.dates import german_date
from assistant.web.home import Holdings, Measured
from assistant.web.markdown import parse_answer
from assistant.web.reading import DocumentView, blocks_of

__all__ = [
    "CONTENT_SECURITY_POLICY",
    "STATIC_FOLDER",
    "DocumentView",
    "Told",
    "Tried",
    "render_chat",
    "render_document",
    "render_message",
]

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'"
)
_MOST_TYPED = 5_000  # characters; the server names a limit, a browser would just cut a text off
STATIC_FOLDER = Path(__file__).parent / "static"
"""To be served below ``/static/``."""

_PRODUCT = "KGC-Assistent"
_LANGUAGE = re.compile(r"[a-z]{2}")
_PHONE = re.compile(r"tel:\+?[0-9]{3,15}")
_UNPRINTED = re.compile(r"[\x00-\x20\x7f\\]")


@dataclass(frozen=True, slots=True)
class Told:
    """What the start page says besides the chat; what is None or empty is not shown.

    `links` maps ``privacy``, ``imprint`` and ``accessibility`` to addresses of the operator.
    """

    holdings: Holdings | None = None
    measured: Measured | None = None
    links: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of the page's form, which works without JavaScript.

    `answer` is the JSON object of ``POST /v1/chat``; without one the question stands in the form,
    with `fault`, a German sentence, where it could not be answered.
    """

    question: str = ""
    answer: Mapping[str, object] | None = None
    fault: str = ""


def render_chat(
    *,
    suggestions: Sequence[str],
    documents: int,
    tried: Tried | None = None,
    told: Told | None = None,
    widget: str | None = None,
    root: str = "",
) -> str:
    """Render the start page with the chat.

    With JavaScript the chat widget takes the place of the form, but not where the form has just
    been sent: a person sees what it came to.

    Args:
        suggestions: First questions offered as buttons, best first.
        documents: How many public documents are indexed; 0 shows that there are none yet.
        tried: What was typed and what came of it.
        told: What else the page says.
        widget: The path of the chat widget's file; without one the form stays.
        root: The path below which the server is seen, empty for ``/``.

    Returns:
        A complete HTML document.
    """
    return (
        _environment()
        .get_template("chat.html")
        .render(
            suggestions=suggestions,
            documents=documents,
            tried=tried or Tried(),
            most_typed=_MOST_TYPED,
            told=told or Told(),
            widget=None if tried and (tried.answer or tried.fault) else widget,
            root=root,
        )
    )


def render_document(view: DocumentView, root: str = "") -> str:
    """Render the reading view of one document with the cited passage highlighted.

    The first highlighted stretch carries the id ``zitat``, pages ``seite-N``, slides ``folie-N``.
    A highlight outside the text is left out. All links begin with `root`.

    Returns:
        A complete HTML document.
    """
    return (
        _environment()
        .get_template("document.html")
        .render(
            view=view,
            root=root,
            blocks=blocks_of(view),
            original=_below(root, _original_link(view)),
            page_original=(
                _below(root, _safe_link(view.original_url)) if view.unit == "page" else None
            ),
            first=_once(),
            page_word="Folie" if view.unit == "slide" else "Seite",
        )
    )


def render_message(title: str, text: str, root: str = "") -> str:
    """Render a page with one message, such as "not found"; both texts are German."""
    return _environment().get_template("message.html").render(title=title, text=text, root=root)


def _below(root: str, link: str | None) -> str | None:
    return root + link if link and link.startswith("/") else link


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(product=_PRODUCT, parse_answer=parse_answer)
    environment.filters.update(
        link=_safe_link,
        web_link=lambda value: _safe_link(value) if _is_web(value) else None,
        german_date=german_date,
        thousands=lambda number: f"{number:,}".replace(",", "."),
        percent=lambda value: "–" if value is None else f"{int(value + 0.5)}\N{NO-BREAK SPACE}%",
        language=lambda value: value if _is_language(value) else None,
    )
    return environment


def _once() -> Callable[[object], bool]:
    """Return a function that is true the first time it is given a value."""
    seen: set[object] = set()

    def first(value: object) -> bool:
        if value in seen:
            return False
        seen.add(value)
        return True

    return first


def _safe_link(value: object) -> str | None:
    """Return the link when it leads to this server, by http(s) elsewhere or calls, else None."""
    if not isinstance(value, str) or _UNPRINTED.search(value):
        return None
    if value.startswith("/"):
        return None if value.startswith("//") else value
    return value if _is_web(value) or _PHONE.fullmatch(value) else None


def _is_web(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


def _is_language(value: object) -> bool:
    return isinstance(value, str) and _LANGUAGE.fullmatch(value) is not None


def _original_link(view: DocumentView) -> str | None:
    """Return the original's address, for paged files with the page the passage stands on."""
    link = _safe_link(view.original_url)
    page = view.cited_page()
    if link is None or page is None or view.unit != "page":
        return link
    return f"{link}#page={page}"
