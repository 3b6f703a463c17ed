"""Who published a document, and which Bundesland it is about. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.document import Metadata
from ingest.facts.dates import find_dates
from ingest.facts.dating import DECLARING
from ingest.facts.kinds import is_kind
from ingest.facts.names import name_at
from ingest.facts.naming import (
    Organisation,
    organisation_by_form,
    organisation_in,
    organisation_span,
    regions_in,
)
from ingest.facts.sight import Sight, folded, labelled_values
from ingest.facts.tables import table
from ingest.sniff import Format
from ingest.wording.wrapping import starts_contact

_MIN_MENTIONS = 2
_READ = 100_000  # characters of the text in which mentions are counted
_BEHIND = re.compile(r"\s*(?:$|[,;|–—·:(/@-]|und\s|and\s|\d)")
_COPYRIGHT = re.compile(
    r"^\W*(?:©|\(c\)|copyright)\s*(?:by\s)?(?:(?:19|20)\d{2}[\s–,-]*){0,2}(?P<name>.+?)"
    r"[\s,]*(?:(?:19|20)\d{2})?$",
    re.IGNORECASE,
)
_PARTS = re.compile(r"[,;|·/]\s")


def publisher_of(sight: Sight, given: Metadata, fmt: Format) -> Organisation | None:
    """Find who publishes the document: declared, labelled, in masthead, imprint or footer."""
    declared = _stated(given.organisation)
    if declared and fmt in DECLARING:
        return declared
    return (
        _labelled(sight)
        or next(_imprinted(sight), None)
        or next(_mastheads(sight), None)
        or declared
    )


def is_masthead(line: str) -> bool:
    """Tell whether a line names an organisation and says nothing else."""
    kind_of_body = line.strip().lower() in table("facts")["organisation_forms"]["beginnings"]
    return kind_of_body or (not is_kind(line) and organisation_line(line) is not None)


def region_of(
    sight: Sight, title: str, given: Metadata, publisher: Organisation | None, text: str
) -> str | None:
    """Find the one Bundesland a document is about; None where it names several or none."""
    declared = list(regions_in(given.region or ""))
    if len(declared) == 1:
        return declared[0]
    labelled = _regions_behind_labels(sight.labelled)
    if labelled:
        # Several, also far below, are those of the entries of a list.
        only = len(labelled | _regions_behind_labels(sight.declaring)) == 1
        return labelled.pop() if only else None
    in_title = list(regions_in(title, cities=not find_dates(title)))
    if in_title:
        return in_title[0] if len(in_title) == 1 else None
    if publisher and publisher.region:
        return publisher.region
    lines = [line for line in sight.head if not _is_sponsor(line)]
    in_head = {name for line in lines for name in regions_in(line, cities=not find_dates(line))}
    if in_head:
        return in_head.pop() if len(in_head) == 1 else None
    counts = regions_in(text[:_READ], cities=False)
    name, mentions = next(iter(counts.items()), ("", 0))
    return name if len(counts) == 1 and mentions >= _MIN_MENTIONS else None


def _regions_behind_labels(lines: Sequence[str]) -> set[str]:
    values = labelled_values(lines, table("facts")["labels"]["region"])
    return {name for value in values for name in regions_in(value)}


def _labelled(sight: Sight) -> Organisation | None:
    """Return the publisher behind a label; several different ones are those of a list."""
    values = labelled_values(sight.labelled, table("facts")["labels"]["organisation"])
    named = list(filter(None, map(_stated, values)))
    if not named:
        return None
    first = named[0].name
    same = all(first in other.name or other.name in first for other in named)
    return named[0] if same else None


def _stated(name: str | None) -> Organisation | None:
    """Return the organisation of the table that `name` means, else one of just this name."""
    if not name:
        return None
    regions = list(regions_in(name, cities=False))
    plain = Organisation(name, regions[0] if len(regions) == 1 else None)
    return organisation_in(name) or plain


def _imprinted(sight: Sight) -> Iterator[Organisation]:
    """Yield who answers for the text, from "V.i.S.d.P.: …" and "© 2023 …"."""
    values = list(labelled_values(sight.labelled, table("facts")["labels"]["imprint"]))
    values += [match["name"] for line in sight.labelled if (match := _COPYRIGHT.match(line))]
    for value in values:
        parts = map(organisation_line, _PARTS.split(value))
        yield from filter(None, (organisation_line(value), *parts))


def _mastheads(sight: Sight) -> Iterator[Organisation]:
    """Yield the organisations that lines of head and foot consist of, the head first."""
    for line in sight.head:
        named = None if _is_sponsor(line) or is_kind(line) else organisation_line(line)
        if named:
            yield named
    authors = set(filter(None, map(_affiliation, sight.head)))
    yield from authors if len(authors) == 1 else ()  # several: a list of speakers
    for line, following in zip(sight.foot, (*sight.foot[1:], ""), strict=False):
        known = None if _is_sponsor(line) else _known_masthead(line)
        addressed = starts_contact(following) and not _is_sponsor(line)
        named = known or (organisation_by_form(line) if addressed else None)
        if named:
            yield named


def organisation_line(line: str) -> Organisation | None:
    """Return the organisation that a line of a masthead or address names and is about."""
    if name_at(line.partition(", ")[0]):
        return None
    return _known_masthead(line) or organisation_by_form(_without_lead(line))


def _known_masthead(line: str) -> Organisation | None:
    """Return the organisation of the table that a line begins with, as mastheads do.

    Nothing may follow the name that makes a sentence or a heading of the line.
    """
    bare = _without_lead(line)
    found = organisation_span(bare)
    if found is None or found[1] > 0 or not _BEHIND.match(bare, found[2]):
        return None
    return found[0]


def _without_lead(line: str) -> str:
    bare = line.strip().lstrip("©|–-•* ")
    for lead in table("facts")["mastheads"]:
        if bare.lower().startswith(f"{lead} "):
            return bare[len(lead) :].strip()
    return bare


def _affiliation(line: str) -> Organisation | None:
    """Return the organisation of "Dr. Anna Beispiel, Verein für Gesundheit e. V."."""
    person, comma, rest = line.partition(", ")
    if not comma or name_at(person) is None:
        return None
    return organisation_line(rest)


def _is_sponsor(line: str) -> bool:
    return folded(line).startswith(tuple(map(folded, table("facts")["sponsors"])))
