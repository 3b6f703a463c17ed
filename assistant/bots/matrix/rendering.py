"""Answers → Matrix messages: a plain body, and HTML of a few allowed tags. Pure.

Tags: p, ul, ol, li, strong, em, blockquote, br, a with href. Every text goes through
`harmless`; links lead to sources only. Both forms together stay below `MOST_BYTES`, because a
homeserver takes 65,536 bytes per event and an encrypted edit holds every text twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from assistant.bots.matrix.harmless import harmless, link_target, marked_up
from assistant.bots.matrix.wording import Words, words
from assistant.web.markdown import Inline, parse_answer

__all__ = ["MOST_BYTES", "Rendered", "answer", "hits", "plain_text", "sources", "unfinished"]

Json = Mapping[str, Any]
MOST_BYTES = 20_000
_LIST_BYTES = 3_000
_LONGEST_NAME = 300
_MOST_FOLLOW_UPS = 3


@dataclass(frozen=True, slots=True)
class Rendered:
    """One message in both forms."""

    body: str
    html: str


def answer(given: Json, base: str = "") -> Rendered:
    """Render an answer of the contract with its sources.

    Args:
        given: The JSON of ``POST /v1/chat``.
        base: The server's address for browsers, "" where links to it would lead nowhere.
    """
    told = words(given.get("language"))
    cited = given["citations"] if given["kind"] == "answer" else []
    parts = _prose(str(given["answer"]), [int(entry["id"]) for entry in cited])
    tail = _rows(told["sources"], [_source(entry, told, base) for entry in cited])
    doubtful = [said["text"] for said in given["sentences"] if not said["supported"]]
    parts += _list(told["unsupported"], [_text(_one_line(text)) for text in doubtful])
    inside = [_related(entry, base) for entry in given["related"] if entry["document_id"]]
    outside = [_related(entry, base) for entry in given["related"] if not entry["document_id"]]
    tail += _list(told["near"] if given["abstained"] else told["related"], inside)
    tail += _list(told["help"], outside)
    follow_ups = list(given["follow_ups"])[:_MOST_FOLLOW_UPS]
    tail += _list(told["on"], [_text(_short(_one_line(question))) for question in follow_ups])
    below = _fitting(tail, MOST_BYTES // 2, told)
    above = _fitting(parts, MOST_BYTES - sum(map(_size, below)), told)
    return _joined([*above, *below])


def sources(given: Json, base: str = "") -> Rendered:
    """Render the sources of an answer with everything known about them and their wording."""
    told = words(given.get("language"))
    parts = [Rendered(f"{told['sources']}:", f"<p><strong>{told['sources']}</strong></p>")]
    for cited in given["citations"]:
        line = _source(cited, told, base, full=True)
        quote = _text(cited.get("display") or cited["quote"])
        body = "\n".join(f"> {row}" for row in quote.body.split("\n"))
        quoted = quote.html.replace("\n", "<br>")
        html = f"<p>{line.html}</p><blockquote>{quoted}</blockquote>"
        parts.append(Rendered(f"{line.body}\n{body}", html))
    return _joined(_fitting(parts, MOST_BYTES, told))


def hits(query: str, found: Json, base: str = "") -> Rendered:
    """Render what a search found."""
    told = words("de")
    if not found["hits"]:
        return plain_text(told["nothing"])
    parts = [_text(f"{told['hits']} „{query}“:", "p")]
    lines = []
    for number, hit in enumerate(found["hits"], start=1):
        name = _source({**hit, "id": number}, told, base)
        text = _text(_short(" ".join(str(hit.get("display") or hit["text"]).split())))
        lines.append(
            Rendered(f"{name.body}\n   {text.body}", f"{name.html}<br><em>{text.html}</em>")
        )
    parts += [Rendered(line.body, f"<p>{line.html}</p>") for line in lines]
    return _joined(_fitting(parts, MOST_BYTES, told))


def unfinished(markdown: str) -> Rendered:
    """Render the beginning of an answer that is still being written."""
    parts = [*_prose(markdown, range(1, 1_000)), Rendered("…", "<p>…</p>")]
    return _joined(_fitting(parts, MOST_BYTES, words("de")))


def plain_text(text: str) -> Rendered:
    """Render text of our own: paragraphs, and lines with ``- `` as lists."""
    return _joined(_fitting(_prose(text, ()), MOST_BYTES, words("de")))


def _size(part: Rendered) -> int:
    return len(part.body.encode()) + len(part.html.encode())


def _fitting(parts: Sequence[Rendered], most: int, told: Words) -> list[Rendered]:
    """Return as many blocks as fit into `most` bytes; a cut is told."""
    kept: list[Rendered] = []
    left = most - 100
    for part in parts:
        left -= _size(part)
        if left < 0:
            return [*kept, Rendered(told["cut"], f"<p>{told['cut']}</p>")]
        kept.append(part)
    return kept


def _joined(parts: Sequence[Rendered]) -> Rendered:
    return Rendered("\n\n".join(part.body for part in parts), "".join(part.html for part in parts))


def _prose(markdown: str, citations: Iterable[int]) -> list[Rendered]:
    parts = []
    for block in parse_answer(markdown, set(citations)):
        lines = [_line(line) for line in block.lines]
        if block.tag == "p":
            parts += [Rendered(line.body, f"<p>{line.html}</p>") for line in lines]
        else:
            ordered = block.tag == "ol"
            parts += _items(lines, block.start if ordered else 0)
    return parts


def _items(lines: Sequence[Rendered], start: int = 0) -> list[Rendered]:
    """Render a list, numbered from `start` where that is not 0, in parts that can be left out."""
    parts = []
    at = 0
    while at < len(lines):
        size, end = 0, at
        while end < len(lines) and (end == at or size + _size(lines[end]) <= _LIST_BYTES):
            size += _size(lines[end])
            end += 1
        parts.append(_list_of(lines[at:end], start + at if start else 0))
        at = end
    return parts


def _list_of(lines: Sequence[Rendered], start: int) -> Rendered:
    marks = [f"{start + n}. " if start else "- " for n in range(len(lines))]
    body = "\n".join(mark + line.body for mark, line in zip(marks, lines, strict=True))
    opened, closed = (f'<ol start="{start}">', "</ol>") if start else ("<ul>", "</ul>")
    return Rendered(body, opened + "".join(f"<li>{line.html}</li>" for line in lines) + closed)


def _line(runs: Sequence[Inline]) -> Rendered:
    body = "".join(harmless(run.text) for run in runs)
    html = ""
    for run in runs:
        text = marked_up(run.text).replace("\n", "<br>")
        html += f"<strong>{text}</strong>" if run.strong else text
    # Signs that a run alone does not hold may meet in the line: "@**room**".
    return Rendered(harmless(body), html if harmless(body) == body else marked_up(body))


def _list(heading: str, lines: Sequence[Rendered]) -> list[Rendered]:
    return _under(heading, _items(lines))


def _rows(heading: str, lines: Sequence[Rendered]) -> list[Rendered]:
    """Render lines that bring their own numbers, in blocks of ten."""
    parts = []
    for at in range(0, len(lines), 10):
        some = lines[at : at + 10]
        html = "<br>".join(line.html for line in some)
        parts.append(Rendered("\n".join(line.body for line in some), f"<p>{html}</p>"))
    return _under(heading, parts)


def _under(heading: str, parts: Sequence[Rendered]) -> list[Rendered]:
    if not parts:
        return []
    first = parts[0]
    html = f"<p><strong>{heading}:</strong></p>{first.html}"
    return [Rendered(f"{heading}:\n{first.body}", html), *parts[1:]]


def _source(cited: Json, told: Words, base: str, *, full: bool = False) -> Rendered:
    """Name a source: number, title, page or slide; with `full` all that is known; its link."""
    title = _short(_one_line(cited.get("reference"), cited.get("title")) or "–")
    more = [_place(cited, told)]
    if full:
        more = [cited.get("section"), *more]
    more += [cited.get("organisation"), _date(cited, told)]
    known = _short(_one_line(*more))
    target = link_target(cited.get("link"), base) or link_target(cited.get("url"))
    name = marked_up(title)
    linked = f'<a href="{marked_up_address(target)}">{name}</a>' if target else name
    number = int(cited["id"])
    tail = f", {harmless(known)}" if known else ""
    if full and target is None:
        tail += f" ({harmless(_short(_one_line(cited['source'])))})"
    shown = f" – {target}" if target else ""
    body = f"[{number}] {harmless(title)}{tail}{shown}"
    return Rendered(body, f"[{number}] {linked}{escape(tail)}")


def marked_up_address(target: str) -> str:
    """Return an address, as `link_target` lets it through, for an attribute."""
    return target.replace("&", "&amp;")


def _related(entry: Json, base: str) -> Rendered:
    title = _short(_one_line(entry["title"]) or "–")
    target = link_target(entry["link"], base)
    if target is None:
        return _text(title)
    shown = "" if target.startswith("tel:") else f" – {target}"
    html = f'<a href="{marked_up_address(target)}">{marked_up(title)}</a>'
    return Rendered(f"{harmless(title)}{shown}", html)


def _place(entry: Json, told: Words) -> str | None:
    for kind in ("page", "slide"):
        if isinstance(entry.get(kind), int):
            return f"{told[kind]} {entry[kind]}"
    return None


def _date(entry: Json, told: Words) -> str | None:
    """Return a date as people write it: day, month, year."""
    date = entry.get("date")
    if not date:
        return None
    written = ".".join(reversed(str(date).split("-")))
    return f"{told['state']} {written}" if entry.get("state") else written


def _one_line(*parts: object) -> str:
    return ", ".join(" ".join(str(part).split()) for part in parts if part)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_NAME else text[: _LONGEST_NAME - 1].rstrip() + "…"


def _text(text: object, tag: str = "") -> Rendered:
    shown = str(text)
    html = marked_up(shown)
    return Rendered(harmless(shown), f"<{tag}>{html}</{tag}>" if tag else html)
