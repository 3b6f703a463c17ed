"""After a run: which documents are no longer there, and what people are told about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from retrieval.places import Placed, Seen, may_remove, vanished


@dataclass(frozen=True, slots=True)
class Aftermath:
    """Documents that are no longer there, and those among them that may be removed unasked."""

    vanished: tuple[Placed, ...]
    removable: tuple[Placed, ...]


def aftermath(documents: Iterable[Placed], seen: Seen) -> Aftermath:
    """Return what became of documents that were found at the same places before."""
    missing = tuple(vanished(documents, seen))
    return Aftermath(missing, tuple(found for found in missing if may_remove(found, seen)))


def told(report: Mapping[str, Any], *, pruned: bool) -> list[str]:
    """Return German lines about what vanished: on what to do, or what was done."""
    missing, removed = report["vanished"], report["removed"]
    if not missing:
        return []
    named = [f"  {found['source']} ({found['document_id']})" for found in missing]
    count = len(missing)
    what = "1 Dokument ist" if count == 1 else f"{count} Dokumente sind"
    if not pruned:
        cure = "Entfernen: mit --prune noch einmal einlesen oder „kgc documents remove KENNUNG“."
        where = "an seinem Ort" if count == 1 else "an ihrem Ort"
        return [f"{what} nicht mehr {where}:", *named, cure]
    lines = [f"{what} nicht mehr da, {removed} davon entfernt:", *named]
    if removed < count:
        lines.append(
            "Nicht entfernt wird, was in einem leeren Ordner oder einer leeren Sitemap lag: das "
            "sieht ein nicht eingehängtes Laufwerk auch so aus. Einzeln: „kgc documents remove "
            "KENNUNG“."
        )
    return lines
