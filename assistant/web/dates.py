"""Dates as people write them. Pure."""

from __future__ import annotations

import re

__all__ = ["german_date"]

_MONTHS = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni"),
    *("Juli", "August", "September", "Oktober", "November", "Dezember"),
)
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?(?:T.*)?")


def german_date(value: object) -> str:
    """Write ``2023-10-05`` as "5. Oktober 2023", ``2023-10`` and ``2023`` likewise."""
    found = _DATE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return str(value or "")
    year, month, day = found.groups()
    if month is None or not 1 <= int(month) <= len(_MONTHS):
        return year
    written = f"{_MONTHS[int(month) - 1]} {year}"
    return f"{int(day)}. {written}" if day else written
