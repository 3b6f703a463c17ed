"""What editors may correct on a document, and how a correction changes what was found. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from unicodedata import category

from ingest.document import Metadata
from ingest.facts.keywords import LONGEST as LONGEST_VALUE
from ingest.facts.keywords import MOST as MOST_VALUES
from ingest.facts.naming import region_names
from retrieval.errors import CorrectionInvalid
from retrieval.records import DocumentRecord, Found, Visibility

FIELDS = ("title", "date", "organisation", "type", "region", "language")
LISTS = ("target_group", "setting", "keyword")
"""Facts that may have several values; in a correction they are set apart by a semicolon."""
EDITABLE = (*FIELDS, *LISTS, "visibility")
_FORMS = {
    "date": (re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?"), "2023, 2023-10 oder 2023-10-05"),
    "language": (re.compile(r"[a-z]{2}"), "de oder en"),
    "visibility": (re.compile("|".join(v.value for v in Visibility)), "public oder internal"),
}
_LONGEST = 300
NATIONWIDE = "Bund"
"""What an editor may set as region of a document about the whole country; no reader finds it."""


def check(values: Mapping[str, str]) -> None:
    """Refuse unknown keys and values of the wrong form; an empty value takes a correction back.

    Raises:
        CorrectionInvalid: With the key, the value and what is allowed.
    """
    for key, value in values.items():
        if key not in EDITABLE:
            raise CorrectionInvalid(f"„{key}“ gibt es nicht. Möglich sind {', '.join(EDITABLE)}.")
        if value and not _readable(value):
            raise CorrectionInvalid(f"„{key}“ muss sichtbarer Text in einer Zeile sein.")
        if value and key in LISTS:
            _check_list(key, value)
        elif len(value) > _LONGEST:
            raise CorrectionInvalid(f"„{key}“ hat {len(value)} Zeichen, erlaubt sind {_LONGEST}.")
        elif value:
            _check_one(key, value)


def _check_one(key: str, value: str) -> None:
    form, example = _FORMS.get(key, (None, ""))
    fits = form is None or (form.fullmatch(value) and (key != "date" or _real(value)))
    if not fits:
        raise CorrectionInvalid(f"„{key}“ darf {example} sein, nicht „{value}“.")
    regions = (*region_names(), NATIONWIDE)
    if key == "region" and value not in regions:
        raise CorrectionInvalid(
            f"„{value}“ ist kein Bundesland. Möglich sind {', '.join(regions)}."
        )


def _check_list(key: str, value: str) -> None:
    parts = parts_of(value)
    if not parts:
        raise CorrectionInvalid(
            f"„{key}“ nennt keinen Wert. Ein leerer Wert („{key}=“) nimmt die Korrektur zurück."
        )
    if len(parts) > MOST_VALUES:
        raise CorrectionInvalid(f"„{key}“ hat {len(parts)} Werte, erlaubt sind {MOST_VALUES}.")
    longest = max(parts, key=len)
    if len(longest) > LONGEST_VALUE:
        raise CorrectionInvalid(
            f"„{key}“ hat einen Wert mit {len(longest)} Zeichen, erlaubt sind {LONGEST_VALUE}. "
            "Mehrere Werte trennt ein Semikolon."
        )


def parts_of(value: str) -> tuple[str, ...]:
    """Return the values of a list, each once, without blanks at their ends."""
    return tuple(dict.fromkeys(part for raw in value.split(";") if (part := raw.strip())))


def _readable(value: str) -> bool:
    return bool(value.strip()) and not any(category(c) in ("Cc", "Cs", "Zl", "Zp") for c in value)


def _real(day: str) -> bool:
    """Tell whether the calendar has this year, month or day."""
    try:
        date.fromisoformat(day + "-01-01"[len(day) - 4 :])
    except ValueError:
        return False
    return True


def corrected_metadata(found: Metadata, corrections: Mapping[str, str]) -> Metadata:
    """Return the facts with the corrections laid over them."""
    single = {key: value for key, value in corrections.items() if key in FIELDS}
    several = {key: parts_of(value) for key, value in corrections.items() if key in LISTS}
    return replace(found, **single, **several)  # type: ignore[arg-type]  # keys are field names


def corrected(
    record: DocumentRecord, found: Found, corrections: Mapping[str, str]
) -> DocumentRecord:
    """Return `record` labelled with what was found and the corrections laid over it."""
    return replace(
        record,
        metadata=corrected_metadata(found.metadata, corrections),
        visibility=Visibility(corrections.get("visibility", found.visibility)),
    )
