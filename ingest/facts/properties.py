"""What a file's own properties say, told apart from what programs write there. Pure."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

_EARLIEST = 1985
_OPEN_FOR = timedelta(days=366)
# Creation days of the templates that python-docx and python-pptx start new files from.
_TEMPLATES = {date(2013, 12, 23), date(2013, 1, 27)}
_MAX_TITLE = 300
_PROGRAM = re.compile(
    r"^(?:microsoft (?:word|powerpoint|office)\b|powerpoint[- ]pr(?:ä|ae?|e)sentation|"
    r"(?:folie|slide|dokument|document|pr(?:ä|ae?|e)sentation)\s?\d*$|"
    r"\(?(?:untitled|unbenannt|ohne titel|kein folientitel|no slide title|anonymous|title|titel)"
    r"\s?\d*\)?$|print|scan|img[_\s-]?\d|vorlage\b|template\b|layout\s?\d*$)",
    re.IGNORECASE,
)
_FILE_NAME = re.compile(r"\.(?:docx?|pptx?|pdf|odt|odp|indd|qxd|rtf|xlsx?|txt|pub)$", re.IGNORECASE)
_TYPE = re.compile(r"\btyp\s*:\s*([^;,|\n]{2,40})", re.IGNORECASE)
_SUMMARY = re.compile(r"\bzusammenfassung\b", re.IGNORECASE)


def plausible_title(text: str | None) -> str | None:
    """Return a title that a person gave, None for file names and what programs fill in."""
    title = " ".join((text or "").split())
    if not title or len(title) > _MAX_TITLE or not any(c.isalpha() for c in title):
        return None
    if _PROGRAM.match(title) or _FILE_NAME.search(title):
        return None
    if " " not in title and ("_" in title or any(c.isdigit() for c in title)):
        return None
    return title


def plausible_date(created: datetime | None, modified: datetime | None = None) -> str | None:
    """Return the day of `created` as ISO 8601, None where it says nothing about the document.

    Files made from a template keep the template's day. It is not trusted when the file was
    changed more than `_OPEN_FOR` after it, or when it is the day of a library's own template.
    """
    if created is None:
        return None
    day = created.date()
    if day.year < _EARLIEST or day > datetime.now(UTC).date() + timedelta(days=1):
        return None
    if day in _TEMPLATES or (modified and modified.date() - day > _OPEN_FOR):
        return None
    return day.isoformat()


def stated_type(*properties: str | None) -> str | None:
    """Return the kind of document where a property names it: ``Typ: X`` or ``Zusammenfassung``."""
    for text in properties:
        match = _TYPE.search(text or "")
        if match:
            return match[1].strip()
        if text and _SUMMARY.search(text):
            return "Zusammenfassung"
    return None
