"""What editors may correct on a document, and how a correction changes what was found. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from unicodedata import category

from retrieval.errors import CorrectionInvalid
from retrieval.records import DocumentRecord, Found, Visibility

FIELDS = ("title", "date", "organisation", "type", "region", "language")
EDITABLE = (*FIELDS, "visibility")
_FORMS = {
    "date": (re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?"), "2023, 2023-10 oder 2023-10-05"),
    "language": (re.compile(r"[a-z]{2}"), "de oder en"),
    "visibility": (re.compile("|".join(v.value for v in Visibility)), "public oder internal"),
}
_LONGEST = 300


def check(values: Mapping[str, str]) -> None:
    """Refuse unknown keys and values of the wrong form; an empty value takes a correction back.

    Raises:
        CorrectionInvalid: With the key, the value and what is allowed.
    """
    for key, value in values.items():
        if key not in EDITABLE:
            raise CorrectionInvalid(f"„{key}“ gibt es nicht. Möglich sind {', '.join(EDITABLE)}.")
        if len(value) > _LONGEST:
            raise CorrectionInvalid(f"„{key}“ hat {len(value)} Zeichen, erlaubt sind {_LONGEST}.")
        if value and not _readable(value):
            raise CorrectionInvalid(f"„{key}“ muss sichtbarer Text in einer Zeile sein.")
        form, example = _FORMS.get(key, (None, ""))
        fits = form is None or (form.fullmatch(value) and (key != "date" or _real(value)))
        if value and not fits:
            raise CorrectionInvalid(f"„{key}“ darf {example} sein, nicht „{value}“.")


def _readable(value: str) -> bool:
    return bool(value.strip()) and not any(category(c) in ("Cc", "Cs", "Zl", "Zp") for c in value)


def _real(day: str) -> bool:
    """Tell whether the calendar has this year, month or day."""
    try:
        date.fromisoformat(day + "-01-01"[len(day) - 4 :])
    except ValueError:
        return False
    return True


def corrected(
    record: DocumentRecord, found: Found, corrections: Mapping[str, str]
) -> DocumentRecord:
    """Return `record` labelled with what was found and the corrections laid over it."""
    facts = {key: value for key, value in corrections.items() if key in FIELDS}
    return replace(
        record,
        metadata=replace(found.metadata, **facts),
        visibility=Visibility(corrections.get("visibility", found.visibility)),
    )
