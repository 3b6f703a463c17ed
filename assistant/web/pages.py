"""The pages people see, as HTML text: chat, reading view, message. The one user of Jinja2.

Every value is escaped by the templates; no text of a document or an answer becomes markup.
The pages load only files below ``/static/`` of their own server and work under
`CONTENT_SECURITY_POLICY`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader

from assistant.web.markdown import parse_answer
from assistant.web.reading import DocumentView, blocks_of

__all__ = [
    "CONTENT_SECURITY_POLICY",
    "MAX_QUESTION",
    "STATIC_FOLDER",
    "DocumentView",
    "render_chat",
    "render_document",
    "render_message",
]

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
MAX_QUESTION = 1_000  # characters, as POST /v1/chat accepts them
STATIC_FOLDER = Path(__file__).parent / "static"
"""To be served below ``/static/``."""

_PRODUCT = "KGC-Assistent"
_MONTHS = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni"),
    *("Juli", "August", "September", "Oktober", "November", "Dezember"),
)
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?(?:T.*)?")
_LANGUAGE = re.compile(r"[a-z]{2}")
_PHONE = re.compile(r"tel:\+?[0-9]{3,15}")
_UNPRINTED = re.compile(r"[\x00-\x20\x7f\\]")


def render_chat(
    *,
    suggestions: Sequence[str],
    documents: int,
    answer: Mapping[str, object] | None = None,
    question: str = "",
) -> str:
    """Render the chat page.

    Args:
        suggestions: First questions offered as buttons, best first.
        documents: How many public documents are indexed; 0 shows that there are none yet.
        answer: The JSON object of ``POST /v1/chat``; given, it is shown as the first exchange,
            which is how the page works without JavaScript.
        question: What was asked; stands in the input when there is no `answer` to it.

    Returns:
        A complete HTML document.
    """
    return (
        _environment()
        .get_template("chat.html")
        .render(
            suggestions=suggestions,
            documents=documents,
            answer=answer,
            question=question,
            max_question=MAX_QUESTION,
        )
    )


def render_document(view: DocumentView) -> str:
    """Render the reading view of one document with the cited passage highlighted.

    The first highlighted stretch carries the id ``zitat``, pages ``seite-N``, slides ``folie-N``.
    A highlight outside the text is left out.

    Returns:
        A complete HTML document.
    """
    return (
        _environment()
        .get_template("document.html")
        .render(
            view=view,
            blocks=blocks_of(view),
            original=_original_link(view),
            page_original=_safe_link(view.original_url) if view.unit == "page" else None,
            first=_once(),
            page_word="Folie" if view.unit == "slide" else "Seite",
        )
    )


def render_message(title: str, text: str) -> str:
    """Render a page with one message, such as "not found"; both texts are German."""
    return _environment().get_template("message.html").render(title=title, text=text)


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
        german_date=_german_date,
        thousands=lambda number: f"{number:,}".replace(",", "."),
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


def _german_date(value: object) -> str:
    """Write ``2023-10-05`` as "5. Oktober 2023", ``2023-10`` and ``2023`` likewise."""
    found = _DATE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return str(value or "")
    year, month, day = found.groups()
    if month is None or not 1 <= int(month) <= len(_MONTHS):
        return year
    written = f"{_MONTHS[int(month) - 1]} {year}"
    return f"{int(day)}. {written}" if day else written


def _original_link(view: DocumentView) -> str | None:
    """Return the original's address, for paged files with the page the passage stands on."""
    link = _safe_link(view.original_url)
    page = view.cited_page()
    if link is None or page is None or view.unit != "page":
        return link
    return f"{link}#page={page}"
