"""Measures the repair of text that was recognised with a model for another language.

``python -m eval.misread --shared FOLDER`` needs ``data/xquad.de.json`` and its twin
``data/xquad.de.ocr-noisy.json`` in FOLDER. Rules were made by the passages with even numbers; the
figures are those of the odd ones unless ``--half`` says otherwise. ``--beir FOLDER`` also writes
the twin as read and as repaired, for ``python -m eval retrieval``.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path

from eval.xquad import Passage, read_xquad, write_beir
from ingest.document import Repair, repaired
from ingest.wording.dictionary import german
from ingest.wording.misread import misread_stretches, repairs

Figures = dict[str, int | float]

_WORD = re.compile(r"[^\W_]+")
HALVES = {"even": (0,), "odd": (1,), "all": (0, 1)}


@dataclass(frozen=True, slots=True)
class Pair:
    """A word as it is and as it was read; `start` is its place in the text as read."""

    right: str
    read: str
    start: int


def pairs(right: str, read: str) -> Iterator[Pair]:
    """Yield the words that stand for each other; words split or joined in reading are left out."""
    lines, found = list(_WORD.finditer(right)), list(_WORD.finditer(read))
    matcher = SequenceMatcher(
        None, [word.group() for word in lines], [word.group() for word in found], autojunk=False
    )
    for _, i1, i2, j1, j2 in matcher.get_opcodes():
        if i2 - i1 == j2 - j1:
            for a, b in zip(lines[i1:i2], found[j1:j2], strict=True):
                yield Pair(a.group(), b.group(), b.start())


def repair_figures(right: Sequence[str], read: Sequence[str]) -> Figures:
    """Repair each text of `read` and compare it with its twin in `right`, word by word."""
    counts = dict.fromkeys(("wrong", "repaired", "misrepaired", "good", "broken"), 0)
    for text, twin in zip(read, right, strict=True):
        made = {repair.start: repair.text for repair in _forced(text)}
        for pair in pairs(twin, text):
            shown = made.get(pair.start, pair.read)
            if pair.right == pair.read:
                counts["good"] += 1
                counts["broken"] += shown != pair.right
            else:
                counts["wrong"] += 1
                counts["repaired"] += shown == pair.right
                counts["misrepaired"] += shown not in (pair.right, pair.read)
    return {
        **counts,
        "repaired_share": round(counts["repaired"] / max(1, counts["wrong"]), 4),
        "broken_share": round(counts["broken"] / max(1, counts["good"]), 5),
    }


def detection_figures(right: Sequence[str], read: Sequence[str]) -> Figures:
    """Count the texts that are taken for misread, each alone and all as one document."""
    return {
        "flagged_right": sum(bool(misread_stretches(text)) for text in right),
        "flagged_read": sum(bool(misread_stretches(text)) for text in read),
        "texts": len(right),
        "flagged_right_joined": len(misread_stretches("\n\n".join(right))),
        "flagged_read_joined": len(misread_stretches("\n\n".join(read))),
        "broken_in_right_if_forced": sum(len(_forced(text)) for text in right),
    }


def _forced(text: str) -> tuple[Repair, ...]:
    return repairs(text, [(0, len(text))], german())


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(prog="python -m eval.misread", description=__doc__)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--half", choices=HALVES, default="odd")
    parser.add_argument("--beir", type=Path)
    given = parser.parse_args(arguments)
    passages, questions = read_xquad(given.shared / "data" / "xquad.de.json")
    twin = given.shared / "data" / "xquad.de.ocr-noisy.json"
    read: list[str] = json.loads(twin.read_text(encoding="utf-8"))["contexts"]
    wanted = [p.number for p in passages if p.number % 2 in HALVES[given.half]]
    right_half = [passages[number].text for number in wanted]
    read_half = [read[number] for number in wanted]
    figures = repair_figures(right_half, read_half) | detection_figures(right_half, read_half)
    sys.stdout.write(json.dumps(figures, indent=1) + "\n")
    if given.beir:
        shown = [repaired(text, 0, _forced(text)) for text in read]
        write_beir(_with_texts(passages, read), questions, given.beir / "read")
        write_beir(_with_texts(passages, shown), questions, given.beir / "repaired")
    return 0


def _with_texts(passages: Sequence[Passage], texts: Sequence[str]) -> list[Passage]:
    return [replace(p, text=text) for p, text in zip(passages, texts, strict=True)]


if __name__ == "__main__":
    sys.exit(main())
