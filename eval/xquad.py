"""Reads XQuAD (Artetxe et al. 2020, CC BY-SA 4.0): passages by article, questions with spans.

``python -m eval.xquad FILE FOLDER`` writes it as a retrieval data set in BEIR form. The same
passages and questions exist in several languages under the same ids, so it can also ask across
languages and scripts:

- ``--questions OTHER`` asks the questions of another language on the passages of FILE;
- ``--texts TWIN`` takes the passages' wording from a twin, ``{"contexts": [text…]}`` in the order
  of FILE, such as the passages as a recognition program read them;
- ``--mixed OTHER`` takes the passages of every second article from another language, and
  ``--answered-in own|other`` keeps the questions whose passage is in FILE's language or in OTHER's.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

ABOUT = "about.txt"
"""Beside a data set: one line that says what it holds."""


class TwinDiffers(ValueError):
    """Two files that should hold the same passages or questions do not; the message counts them."""


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


def asked_from(questions: Sequence[XQuestion], other: Sequence[XQuestion]) -> list[XQuestion]:
    """Return `questions` in the wording of `other`, matched by id; passages and answers stay.

    Raises:
        TwinDiffers: A question is missing in `other`.
    """
    wording = {question.name: question.text for question in other}
    lacking = [question.name for question in questions if question.name not in wording]
    if lacking:
        raise TwinDiffers(
            f"{len(lacking)} of {len(questions)} questions have no counterpart, first {lacking[0]}"
        )
    return [replace(question, text=wording[question.name]) for question in questions]


def read_contexts(path: Path) -> list[str]:
    """Return the texts of a twin file, in the order of the passages."""
    return [str(text) for text in json.loads(path.read_text(encoding="utf-8"))["contexts"]]


def retold(passages: Sequence[Passage], texts: Sequence[str]) -> list[Passage]:
    """Return `passages` in the wording of `texts`, one for each.

    Raises:
        TwinDiffers: There are more or fewer texts than passages.
    """
    if len(passages) != len(texts):
        raise TwinDiffers(f"{len(texts)} texts for {len(passages)} passages")
    return [replace(passage, text=text) for passage, text in zip(passages, texts, strict=True)]


def every_second_article(passages: Sequence[Passage]) -> frozenset[str]:
    """Return half of the articles, those with an odd place in the order of their names' hashes.

    So topics are shared out by chance, the same every time and whatever the order of the file.
    """
    ordered = sorted(
        {passage.article for passage in passages},
        key=lambda article: hashlib.sha256(article.encode()).digest(),
    )
    return frozenset(ordered[1::2])


def mixed(passages: Sequence[Passage], other: Sequence[Passage]) -> list[Passage]:
    """Return the passages of every second article as they stand in `other`.

    Raises:
        TwinDiffers: The files have other passages or articles.
    """
    if [p.article for p in passages] != [p.article for p in other]:
        raise TwinDiffers(f"{len(passages)} and {len(other)} passages, not of the same articles")
    taken = every_second_article(passages)
    return [
        there if here.article in taken else here
        for here, there in zip(passages, other, strict=True)
    ]


def write_beir(
    passages: Sequence[Passage], questions: Sequence[XQuestion], folder: Path, about: str = ""
) -> None:
    """Write each paragraph as a document and each question with the one that answers it.

    Args:
        passages: The documents.
        questions: Their questions.
        folder: Where to; made where it is missing.
        about: One line that says what the data set holds, for reports.
    """
    (folder / "qrels").mkdir(parents=True, exist_ok=True)
    documents = [{"_id": str(p.number), "title": "", "text": p.text} for p in passages]
    queries = [{"_id": q.name, "text": q.text} for q in questions]
    rows = ["query-id\tcorpus-id\tscore", *(f"{q.name}\t{q.passage}\t1" for q in questions)]
    for name, lines in (("corpus", documents), ("queries", queries)):
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    (folder / "qrels" / "test.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    if about:
        (folder / ABOUT).write_text(about + "\n", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the data set; returns 1 where the files do not belong together, else 0."""
    given = _options(arguments)
    about = f"passages of {given.file.name}"
    try:
        own, questions = read_xquad(given.file)
        passages: Sequence[Passage] = own
        if given.texts:
            passages = retold(passages, read_contexts(given.texts))
            about += f", worded as in {given.texts.name}"
        if given.mixed:
            passages = mixed(passages, read_xquad(given.mixed)[0])
            about += f", every second article from {given.mixed.name}"
        if given.answered_in:
            taken = every_second_article(own)
            wanted = given.answered_in == "other"
            questions = [q for q in questions if (own[q.passage].article in taken) is wanted]
            about += f", only questions whose passage is in the {given.answered_in} language"
        if given.questions:
            questions = asked_from(questions, read_xquad(given.questions)[1])
            about += f", questions of {given.questions.name}"
    except TwinDiffers as error:
        sys.stderr.write(f"{error}\n")
        return 1
    write_beir(passages, questions, given.folder, f"XQuAD: {about}")
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m eval.xquad",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--questions", type=Path, metavar="OTHER")
    parser.add_argument("--texts", type=Path, metavar="TWIN")
    parser.add_argument("--mixed", type=Path, metavar="OTHER")
    parser.add_argument("--answered-in", choices=("own", "other"), help="with --mixed")
    given = parser.parse_args(arguments)
    if given.answered_in and not given.mixed:
        parser.error("--answered-in needs --mixed")
    return given


if __name__ == "__main__":
    sys.exit(main())
