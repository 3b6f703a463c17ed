"""How well legal references are recognised: ``python -m eval.references FOLDER``.

FOLDER holds ``legalref_documents.jsonl`` and ``legalref_annotations.jsonl`` (judgments with marked
references). A reference counts as found when it overlaps a marked one and has its number. The marks
leave out a § without a law (of contracts, of the law just spoken of), so those are not counted.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from retrieval.references import LegalReference, find_references


@dataclass(frozen=True, slots=True)
class Mark:
    """One marked reference; `number` is lower case without blanks, empty where none is marked."""

    start: int
    end: int
    number: str


def read_marks(folder: Path) -> Iterator[tuple[str, list[Mark]]]:
    """Yield the text of each judgment with its marked references to laws."""
    lines = (folder / "legalref_documents.jsonl").read_text(encoding="utf-8").splitlines()
    texts = {held["doc_id"]: held["text"] for held in map(json.loads, lines)}
    for line in (folder / "legalref_annotations.jsonl").read_text(encoding="utf-8").splitlines():
        held = json.loads(line)
        laws = [entry for entry in held["citations"] if entry["type"] == "law"]
        marks = [
            Mark(e["span"]["start"], e["span"]["end"], (e["number"] or "").replace(" ", "").lower())
            for e in laws
        ]
        yield texts[held["doc_id"]], marks


def matched(found: Sequence[LegalReference], marks: Sequence[Mark]) -> int:
    """Return how many references of `found` are marked, each mark counted once."""
    free = list(marks)
    for reference in found:
        for mark in free:
            overlaps = reference.start < mark.end and mark.start < reference.end
            # Some marks leave the letter out that stands apart: "§ 74 a".
            same = mark.number in ("", reference.number, reference.number.rstrip("abcdefgh"))
            if overlaps and same:
                free.remove(mark)
                break
    return len(marks) - len(free)


def evaluate(folder: Path) -> dict[str, float]:
    """Return precision, recall and F1, 0..100, over all judgments."""
    right = found = wanted = 0
    for text, marks in read_marks(folder):
        references = [reference for reference in find_references(text) if reference.law]
        right += matched(references, marks)
        found += len(references)
        wanted += len(marks)
    precision, recall = right / found, right / wanted
    f1 = 2 * precision * recall / (precision + recall)
    figures = {"precision": precision, "recall": recall, "f1": f1}
    return {name: round(100 * value, 1) for name, value in figures.items()}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    for name, value in evaluate(parser.parse_args().folder).items():
        sys.stdout.write(f"{name:12} {value}\n")
