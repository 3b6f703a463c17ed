"""Which of a document's dates is its own: declared, labelled or shown in head or foot. Pure.

A period, a deadline, the date of a law, a reference to literature and the day of an announced
event are dates of other things. A file's creation day is written by a program: it only says that
the same year, where the document shows it, is the document's year.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache

from ingest.facts.dates import find_date, find_dates
from ingest.facts.sight import Sight
from ingest.facts.tables import table
from ingest.sniff import Format
from ingest.wording.headings import is_date_line

DECLARING = {Format.MARKDOWN, Format.HTML}
"""Formats whose metadata people write; in the others programs do."""

_ANNOUNCING = {"Einladung", "Flyer", "Programm"}  # the date in their head is that of an event
_RECORDING = {"Protokoll", "Dokumentation"}  # the day of the event is theirs
_BESIDE = 3
_DATELINE = re.compile(
    r"^[A-ZÄÖÜ][\w .()/-]{2,40},\s(?:den\s|im\s)?(?=\d|[A-ZÄÖÜa-z]{3,9}\.?\s\d{4})"
)
_DATELINE_REACH = 400
_LONGEST_DATE = len("30. September 2024")
_HOURS = re.compile(
    r"\b\d{1,2}(?:[.:]\d{2})?\s?(?:Uhr\s?)?(?:bis|–|-)\s?\d{1,2}(?:[.:]\d{2})?\s?Uhr\b|"
    r"\b\d{1,2}(?:[.:]\d{2})?\s?Uhr\b",
    re.IGNORECASE,
)
_PERIOD = re.compile(
    r"\b(?:laufzeit|zeitraum|dauer|\w*phase|projektzeit|seit|ab)\b|"
    r"\d{1,2}\.\s?\d{1,2}\.\s*(?:bis|–|-)\s*\d|\d{4}\s*(?:bis|–|/)\s*\d{2,4}\b|"
    r"\d{4}\s*-\s*(?:19|20)\d{2}\b",
    re.IGNORECASE,
)
# What must be done until a day, or takes place on it, does not date the document.
_DEADLINE = re.compile(
    r"\b(?:bis|spätestens|\w*frist|\w*schluss|anmeld\w*|bewerb\w*|einsend\w*|einladung|deadline|"
    r"register|termine?|nächste[rn]?|next|beginn|kursbeginn|save the date)\b",
    re.IGNORECASE,
)
_LAW = re.compile(
    r"§|\bBGBl|\bG\s+v\.|\bin kraft\b|"
    r"\b\w*(?:gesetz|verordnung|richtlinie|beschluss|urteil|erlass|satzung|bekanntmachung|fassung|"
    r"vertrag|vereinbarung)(?:e?s|e|en)?\b.{0,40}\b(?:vom|v\.|am)\s",
    re.IGNORECASE,
)
_LITERATURE = re.compile(
    r"\((?:[^()]{0,40}, )?(?:19|20)\d{2}[a-z]?\)|\b(?:hrsg\.|hg\.|in:|doi|isbn|issn|abgerufen|"
    r"retrieved|accessed|zugriff|et al|aufl\.|auflage)|\bS\.\s?\d|^\W*\[\d{1,3}\]\s",
    re.IGNORECASE,
)
_BIRTH = re.compile(
    r"\b(?:geb\.|geboren|born|gegründet|founded|verstorben)|[*†]\s?\d", re.IGNORECASE
)
_OTHERS = (_LAW, _LITERATURE, _BIRTH)
_COPYRIGHT = re.compile(r"©|\(c\)|copyright", re.IGNORECASE)
_LABEL = re.compile(r"^\W*[A-ZÄÖÜ][\w ./-]{1,30}:\s")
_BARE = r"(?:^|[(,|–·;/]\s?){label}\s(?P<near>.{{2,25}})"


def document_date(
    sight: Sight, declared: str | None, fmt: Format, kind: str | None, title: str
) -> str | None:
    """Find the date of a document.

    Args:
        sight: Where it shows its facts.
        declared: What the file's own properties say, any spelling.
        fmt: The format, which says who wrote the properties.
        kind: The type of the document; invitations show the day of their event.
        title: Its title.

    Returns:
        An ISO 8601 date as exact as shown, None where no date is surely the document's.
    """
    stated = find_date(declared or "", year_only=True)
    if stated and fmt in DECLARING:
        return stated
    past = kind in _RECORDING
    sight = sight if past else replace(sight, labelled=_own(sight.labelled), head=_own(sight.head))
    return (
        _labelled(sight.labelled)
        or _shown(sight, title, announcing=kind in _ANNOUNCING)
        or (_confirmed(stated, (title, *sight.head, *sight.foot)) if stated else None)
    )


def _own(lines: Sequence[str]) -> tuple[str, ...]:
    """Leave out "Datum: …" that stands beside "Ort: …" or "Uhrzeit: …": the day of an event."""
    event, day = (_any_label(name) for name in ("event", "event_date"))
    kept = []
    for place, line in enumerate(lines):
        beside = lines[max(0, place - _BESIDE) : place + _BESIDE + 1]
        if not (day.match(line) and any(event.search(other) for other in beside)):
            kept.append(line)
    return tuple(kept)


@cache
def _any_label(name: str) -> re.Pattern[str]:
    words = "|".join(map(re.escape, table("facts")["labels"][name]))
    return re.compile(rf"(?:^\W*|[,;|]\s)(?:{words})\s*:", re.IGNORECASE)


def _labelled(lines: Iterable[str]) -> str | None:
    given = list(lines)
    for label in table("facts")["labels"]["date"]:
        # Without a colon only "Stand Mai 2024": the verb and a year alone prove nothing.
        bare = _BARE.format(label=re.escape(label[0].upper() + label[1:]))
        pattern = re.compile(rf"\b(?i:{re.escape(label)})\s*:(?P<sure>.{{2,60}})|{bare}")
        found = {date for line in given if (date := _behind(pattern, line))}
        if found:
            # Several days behind one word are the column of a table or a list.
            return found.pop() if len(found) == 1 else None
    return None


def _behind(pattern: re.Pattern[str], line: str) -> str | None:
    match = pattern.search(line)
    if match is None or _LITERATURE.search(line):
        return None
    sure = match["sure"] is not None
    value = match["sure"] if sure else match["near"]
    dates = find_dates(value, year_only=sure)
    if not dates or _is_period(value) or (not sure and not _ends_with_date(value)):
        return None
    return dates[0]


def _ends_with_date(value: str) -> bool:
    """Tell "Mai 2024)" from "Dezember 2018 wieder."."""
    return not re.search(r"(?:19|20)\d{2}\W*\s[a-zäöü]", value)


def _shown(sight: Sight, title: str, *, announcing: bool) -> str | None:
    """Find the date that head or foot shows on its own, else the only one of the head."""
    head = [line for line in map(_without_hours, sight.head) if _is_own(line)]
    alone = _distinct(line for line in head if is_date_line(line))
    if announcing:
        months = [date for date in alone if len(date) == len("2023-10")]
        return months[0] if len(months) == len(alone) == 1 else None
    if len(alone) == 1:
        return alone[0]
    placed = _distinct(line for line in head if _DATELINE.match(line) and not alone)
    if len(placed) == 1:
        return placed[0]
    in_title = find_dates(_without_hours(title)) if _is_own(title) else []
    if len(in_title) == 1:
        return in_title[0]
    others = _distinct(line for line in head if not _LABEL.match(line))
    if len(others) == 1:
        return others[0]
    return (_dateline(sight.prose) or _signed(sight.foot)) if not others else None


def _distinct(lines: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(date for line in lines for date in find_dates(line)))


def _without_hours(line: str) -> str:
    """Take the hours off: "von 9 bis 12 Uhr" is no period of days."""
    return re.sub(r"\b(?:von|ab|um)\s*(?=[\s,|]*$)", "", _HOURS.sub(" ", line)).strip(" ,|–-")


def _is_own(line: str) -> bool:
    """Tell whether a date in this line may be the document's."""
    return _may_confirm(line) and not _COPYRIGHT.search(line)


def _may_confirm(line: str) -> bool:
    others = any(pattern.search(line) for pattern in _OTHERS)
    return not (others or _is_period(line) or _DEADLINE.search(line))


def _is_period(line: str) -> bool:
    return len(set(find_dates(line))) > 1 or bool(_PERIOD.search(line))


def _dateline(prose: str) -> str | None:
    """Read the place and day that a press release begins with."""
    opening = prose[:_DATELINE_REACH]
    place = _DATELINE.match(opening)
    return find_date(opening[place.end() :][:_LONGEST_DATE]) if place else None


def _signed(foot: Iterable[str]) -> str | None:
    """Read the place and day that a letter or a position ends with."""
    lines = [line for line in foot if _DATELINE.match(line) and _is_own(line)]
    placed = _distinct(line for line in lines if is_date_line(line.split(",", 1)[1]))
    return placed[0] if len(placed) == 1 else None


def _confirmed(stated: str, lines: Iterable[str]) -> str | None:
    """Return the year of a creation day where the document shows that year as its own."""
    year = re.compile(rf"(?<![\d.,/-]){stated[:4]}(?![\d/-])")
    shown = any(year.search(line) and _may_confirm(line) for line in lines)
    return stated[:4] if shown else None
