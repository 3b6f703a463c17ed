"""The measured rates that the start page shows: ``answers-report --measured``.

Pure but for `write`. Only sets that nothing was fitted or tuned on are told; the page reads the
file from the package.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

Json = Mapping[str, Any]

HELD_BACK: Final = {
    "test": "Startbestand",
    "starter-test": "Startbestand",
    "statutes-test": "SGB V und SGB II",
    "landkreis": "Erfundener Landkreis",
}
"""The sets that are told, by their names in the report, and what people call them.

Not `familie`: the reading model did not learn from it, but ranking and refusal are fitted on it.
"""
RATES: Final = ("false_answer", "false_refusal", "quote_exact", "answer_hit", "first_sentence_hit")


def summary(found: Json, made: Json) -> dict[str, Any]:
    """Return the day, the number of questions and the rates in percent of each set held back."""
    sets = [
        {"name": HELD_BACK[name], **held["counts"], **{rate: held[rate] for rate in RATES}}
        for name, held in found.items()
        if name in HELD_BACK
    ]
    questions = sum(held["answerable"] + held["unanswerable"] for held in sets)
    return {"date": made["day"], "questions": questions, "sets": sets}


def write(found: Json, made: Json, path: Path) -> None:
    """Write the summary to `path`."""
    text = json.dumps(summary(found, made), ensure_ascii=False, indent=2)
    path.write_text(text + "\n", encoding="utf-8")
