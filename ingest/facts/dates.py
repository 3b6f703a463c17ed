"""Dates as German and English documents write them → ISO 8601, as exact as they are. Pure."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from ingest.facts.tables import table

FIRST_YEAR, LAST_YEAR = 1900, 2099
"""Years outside are taken for something else: a number of pages, a file number."""

_YEAR = r"(?P<y>(?:19|20)\d{2})(?!\d)"


def find_date(text: str, *, year_only: bool = False) -> str | None:
    """Find the first date of a text.

    Args:
        text: Any stretch of text.
        year_only: Accept a year without a month, where the text is known to be a date.

    Returns:
        ``2023-10-05``, ``2023-10`` or ``2023``; None without a possible date. Where two start at
        one place, the more exact one wins.
    """
    return next(iter(find_dates(text, year_only=year_only)), None)


def find_dates(text: str, *, year_only: bool = False) -> list[str]:
    """Find all dates of a text, in its order; arguments and forms as in `find_date`."""
    found = sorted(
        (match.start(), -len(iso), match.end(), iso)
        for pattern in _patterns()[: None if year_only else -1]
        for match in pattern.finditer(text)
        if (iso := _iso(match)) is not None
    )
    dates: list[str] = []
    reached = 0
    # "5. Oktober 2023" holds "Oktober 2023": a date inside a more exact one begins behind it.
    for start, _, end, iso in found:
        if start >= reached:
            dates.append(iso)
            reached = end
    return dates


@cache
def _patterns() -> list[re.Pattern[str]]:
    names = "|".join(sorted(map(re.escape, table("facts")["months"]), key=len, reverse=True))
    month = rf"(?P<name>{names})\b\.?"
    sources = (
        rf"(?<![\d.-]){_YEAR}-(?P<m>\d{{2}})-(?P<d>\d{{2}})(?!\d)",
        rf"(?<![\d.])(?P<d>\d{{1,2}})\.\s?(?P<m>\d{{1,2}})\.\s?{_YEAR}",
        rf"(?<![\d.])(?P<d>\d{{1,2}})(?:\.|st|nd|rd|th)?\s?{month},?\s{_YEAR}",
        rf"\b{month}\s(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s{_YEAR}",
        rf"\b{month},?\s?{_YEAR}",
        rf"(?<![\d.-]){_YEAR}-(?P<m>\d{{2}})(?![\d-])",
        rf"(?<![\d./])(?P<m>\d{{1,2}})[/.]\s?{_YEAR}",
        rf"(?<![\d.,/-]){_YEAR}",
    )
    return [re.compile(source, re.IGNORECASE) for source in sources]


def _iso(match: re.Match[str]) -> str | None:
    groups = match.groupdict()
    year = int(groups["y"])
    name = groups.get("name")
    month = table("facts")["months"][name.lower()] if name else int(groups.get("m") or 0)
    day = int(groups.get("d") or 0)
    try:
        date(year, month or 1, day or 1)
    except ValueError:
        return None
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    return "-".join([str(year), *(f"{part:02d}" for part in (month, day) if part)])
