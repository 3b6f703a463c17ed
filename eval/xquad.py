"""Reads XQuAD (Artetxe et al. 2020, CC BY-SA 4.0): passages by article, questions with spans.

``python -m eval.xquad FILE FOLDER`` writes it as a retrieval data set in BEIR form.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Passage:
    """One paragraph of an article; `number` counts over the whole file from 0."""

    number: int
    article: str
    text: str


@dataclass(frozen=True, slots=True)
class XQuestion:
    """A question; `passage` is the number of the paragraph that answers it with `answer`."""

    name: str
    text: str
    passage: int
    answer: str


def read_xquad(path: Path) -> tuple[list[Passage], list[XQuestion]]:
    """Return passages and questions in file order."""
    passages: list[Passage] = []
    questions: list[XQuestion] = []
    for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            number = len(passages)
            passages.append(Passage(number, article["title"], paragraph["context"]))
            questions += [
                XQuestion(qa["id"], qa["question"], number, qa["answers"][0]["text"])
                for qa in paragraph["qas"]
            ]
    return passages, questions


def write_beir(passages: list[Passage], questions: list[XQuestion], folder: Path) -> None:
    """Write each paragraph as a document and each question with the one that answers it."""
    (folder / "qrels").mkdir(parents=True, exist_ok=True)
    documents = [{"_id": str(p.number), "title": "", "text": p.text} for p in passages]
    queries = [{"_id": q.name, "text": q.text} for q in questions]
    rows = ["query-id\tcorpus-id\tscore", *(f"{q.name}\t{q.passage}\t1" for q in questions)]
    for name, lines in (("corpus", documents), ("queries", queries)):
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    (folder / "qrels" / "test.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    write_beir(*read_xquad(given.file), given.folder)
