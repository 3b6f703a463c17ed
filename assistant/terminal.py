"""What people see in the terminal. Data goes to stdout, messages and progress to stderr."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from assistant.answer import bulleted

Json = Mapping[str, Any]

_CONTROL = {code: None for code in (*range(9), *range(11, 32), *range(127, 160))}


def prepare() -> None:
    """Let no character that an encoding lacks, and no broken input, stop a command."""
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def finish(code: int) -> int:
    """Write what is still to be written; returns `code`, 1 where nobody reads it any more."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        # The interpreter flushes once more at its end and would complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code


def plain(text: str) -> str:
    """Return text of a document without control characters, which could steer a terminal."""
    return text.translate(_CONTROL)


def put(text: str = "") -> None:
    """Write one line of data."""
    print(text)


def put_json(value: object) -> None:
    """Write the one JSON document of a command."""
    foreign = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    indent = 2 if sys.stdout.isatty() else None
    sys.stdout.write(json.dumps(value, ensure_ascii=foreign, indent=indent) + "\n")
    sys.stdout.flush()


def put_bytes(data: bytes) -> None:
    """Write a file's content."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.flush()


def say(text: str) -> None:
    """Write one message to people."""
    print(text, file=sys.stderr, flush=True)


def place(entry: Json) -> str:
    """Return ", Seite 3" or ", Folie 4", nothing where the source has neither."""
    if entry.get("page") is not None:
        return f", Seite {entry['page']}"
    return f", Folie {entry['slide']}" if entry.get("slide") is not None else ""


_WORDS = {
    "de": {
        "sources": "Quellen",
        "related": "Siehe auch",
        "nearest": "Am nächsten kommen",
        "outside": "Hier bekommen Sie Hilfe",
        "on": "Weiterfragen",
    },
    "en": {
        "sources": "Sources",
        "related": "See also",
        "nearest": "Nearest",
        "outside": "Where you get help",
        "on": "Ask on",
    },
}


def put_answer(answer: Json) -> None:
    """Write an answer with its sources."""
    if answer["sentences"]:
        put_sentences(answer["sentences"])
    else:
        put(plain(answer["answer"]))
    words = _WORDS["en" if answer.get("language") == "en" else "de"]
    if answer["citations"]:
        put(f"\n{words['sources']}:")
    for cited in answer["citations"]:
        put(f"[{cited['id']}] {plain(_source(cited))}{place(cited)} ({plain(cited['source'])})")
    inside = [other for other in answer["related"] if other["document_id"]]
    outside = [other for other in answer["related"] if not other["document_id"]]
    near = words["nearest" if answer["abstained"] else "related"]
    _put_list(near, [other["title"] for other in inside])
    _put_list(words["outside"], [f"{other['title']} ({other['link']})" for other in outside])
    _put_list(words["on"], answer["follow_ups"])


def _put_list(heading: str, entries: Sequence[str]) -> None:
    if entries:
        put(f"\n{heading}:")
    for entry in entries:
        put(f"  {plain(entry)}")


def _source(cited: Json) -> str:
    """Name a source; a statute by the unit cited and the day up to which its text goes."""
    date = cited["date"]
    if date and cited.get("state"):
        date = f"Stand {'.'.join(reversed(date.split('-')))}"
    parts = (cited.get("reference"), cited["title"], cited["organisation"], date)
    return ", ".join(str(part) for part in parts if part)


def put_sentences(sentences: Sequence[Json]) -> None:
    """Write the sentences of an answer, list items on lines of their own."""
    line = ""
    for sentence in sentences:
        rows = _rows(sentence)
        if sentence["item"] or sentence["lead"] or len(rows) > 1:
            if line:
                put(line)
            line = ""
            put("\n".join(rows))
        else:
            line = f"{line} {rows[0]}".strip()
    if line:
        put(line)


def _rows(sentence: Json) -> list[str]:
    """Return the lines of a sentence with their markers; those of a list have their own."""
    listed = sentence.get("listed") or []
    if listed:
        lines = plain(sentence["text"]).split("\n")
        head = f"{sentence['lead']}{' '.join(lines[: -len(listed)])}".rstrip()
        items = [f"{line} [{n}]" for line, n in zip(lines[-len(listed) :], listed, strict=True)]
        items[-1] += "".join(f"[{n}]" for n in sentence["citations"] if n not in listed)
        return [head, *items] if head else items
    marks = "".join(f"[{number}]" for number in sentence["citations"])
    text = f"{sentence['lead']}{plain(sentence['text'])} {marks}".rstrip()
    return [bulleted(text) if sentence["item"] else text]


def put_hits(result: Json) -> None:
    """Write ranked passages."""
    if not result["hits"]:
        put("Nichts gefunden.")
    for number, hit in enumerate(result["hits"], start=1):
        section = f" – {plain(hit['section'])}" if hit["section"] else ""
        unit = f"{plain(hit['reference'])}, " if hit.get("reference") else ""
        put(f"{number}. {unit}{plain(hit['title'])}{place(hit)}{section}  ({hit['score']:.2f})")
        put(f"   {' '.join(plain(hit['text']).split())}")
        for other in hit.get("passages", ()):
            put(f"   –{place(other).lstrip(',')} {' '.join(plain(other['text']).split())}")


def put_report(report: Json) -> None:
    """Write what an ingest run did."""
    put(
        f"{report['added']} neu, {report['updated']} aktualisiert, "
        f"{report['unchanged']} unverändert, {len(report['failed'])} nicht gelesen"
    )
    put_failures(report)


def put_failures(report: Json) -> None:
    """Write what was not read, and what was read with a warning."""
    for failed in report["failed"]:
        say(f"  {plain(failed['source'])}: {failed['message']} [{failed['reason']}]")
    for document in report["documents"]:
        for warning in document.get("warnings", ()):
            say(f"  {plain(document['source'])}: {plain(warning)}")


_LISTS = (("Zielgruppe", "target_group"), ("Lebenswelt", "setting"), ("Schlagwörter", "keyword"))


def put_document(document: Json) -> None:
    """Write what is known about a document, without its text."""
    facts = (document["type"], document["organisation"], document["date"], document["region"])
    shown = ", ".join(plain(str(fact)) for fact in facts if fact)
    internal = " [intern]" if document["visibility"] == "internal" else ""
    put(f"{document['document_id']}  {plain(document['title'])}{internal}")
    put(f"    {plain(document['source'])}" + (f" · {shown}" if shown else ""))
    for label, key in _LISTS:
        if values := document.get(key):
            put(f"    {label}: {plain(', '.join(values))}")
    for contact in document.get("contacts", ()):
        parts = (contact[key] for key in ("name", "role", "organisation", "phone", "mail"))
        put(f"    Kontakt: {plain(', '.join(part for part in parts if part))}")


def prompt(text: str) -> None:
    """Write what stands before the typed line."""
    print(text, end="", file=sys.stderr, flush=True)


def note(text: str) -> None:
    """Write one message about what is going on, for somebody who watches a terminal."""
    if sys.stderr is not None and sys.stderr.isatty():
        say(text)
