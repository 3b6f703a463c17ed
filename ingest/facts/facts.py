"""What a document shows about itself: title, date, organisation, type, region and more. Pure.

Each fact has an order of places to look, from declared to shown; the words to look for stand in
the tables under ``ingest/data``. A fact that stands nowhere stays empty: nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.document import Block, Metadata, PageUnit
from ingest.facts.audience import settings_of, target_groups_of
from ingest.facts.dating import document_date
from ingest.facts.keywords import keywords_of
from ingest.facts.kinds import kind_of
from ingest.facts.origin import publisher_of, region_of
from ingest.facts.sight import is_value, labelled, sight_of
from ingest.facts.titles import title_of
from ingest.sniff import Format
from ingest.wording.language import detect

LAW = "Gesetz"


def facts(
    blocks: Sequence[Block],
    text: str,
    given: Metadata,
    fmt: Format,
    name: str,
    unit: PageUnit | None = None,
) -> Metadata:
    """Collect what a document shows about itself.

    Args:
        blocks: Its cleaned blocks.
        text: The document text.
        given: What the file's own properties declare.
        fmt: The format, for the types that follow from it.
        name: The file's name, for a title where the document shows none.
        unit: What its pages are; slides make it a presentation.

    Returns:
        Every fact that is shown or declared, None or empty for the others; the title is always
        given.
    """
    sight = sight_of(blocks)
    given = _stated(given)
    title = title_of(blocks, sight, given.title, fmt, name)
    publisher = publisher_of(sight, given, fmt)
    kind = kind_of(sight, title, given, fmt, unit)
    return Metadata(
        title=title,
        date=document_date(sight, given.date, fmt, kind, title),
        organisation=publisher.name if publisher else None,
        type=kind,
        region=region_of(sight, title, given, publisher, text),
        language=detect(text) or given.language or labelled(sight.labelled, "language"),
        state=given.state,
        target_group=target_groups_of(blocks, title, given.target_group, statute=kind == LAW),
        setting=settings_of(blocks, title, given.setting, statute=kind == LAW),
        keyword=keywords_of(blocks, given.keyword),
    )


def _stated(given: Metadata) -> Metadata:
    """Take out of the properties what says that a fact is not known: "unbekannt", "k. A."."""

    def known(value: str | None) -> str | None:
        return value if value and is_value(value) else None

    return replace(
        given,
        title=known(given.title),
        date=known(given.date),
        organisation=known(given.organisation),
        type=known(given.type),
        region=known(given.region),
        language=known(given.language),
        target_group=tuple(filter(is_value, given.target_group)),
        setting=tuple(filter(is_value, given.setting)),
        keyword=tuple(filter(is_value, given.keyword)),
    )
