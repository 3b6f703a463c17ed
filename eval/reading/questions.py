"""Training questions with the sentences that answer them, and what counts as such a sentence.

One JSON object a line: ``{"id","question","kind","answerable","documents","sentences","gold"}``,
see ``eval/training/README.md``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from eval.case_files import Json, patterns, read_lines

SHORTEST = 12
"""Characters from which a part of a sentence is recognised as the sentence."""
ALIKE = 0.8
"""Share of the words of the shorter text that the two must share."""

_MARKS = re.compile(r"\\(?=[.*_#])|[*_]{1,2}(?=\w)|(?<=\w)[*_]{1,2}|(?<=[.:!?])[*_]{1,2}")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Learned:
    """A question, whether its corpus answers it, and with which sentences, word for word."""

    name: str
    question: str
    kind: str
    answerable: bool
    documents: tuple[str, ...]
    sentences: tuple[str, ...]
    gold: tuple[re.Pattern[str], ...]


def read_questions(path: Path) -> list[Learned]:
    """Read a file of training questions.

    Raises:
        CasesInvalid: The file or a line is broken.
    """
    return read_lines(path, _learned)


def _learned(line: Json) -> Learned:
    return Learned(
        name=str(line["id"]),
        question=line["question"],
        kind=str(line["kind"]),
        answerable=bool(line["answerable"]),
        documents=tuple(line["documents"]),
        sentences=tuple(line.get("sentences") or ()),
        gold=patterns(line),
    )


def answers(text: str, learned: Learned) -> bool:
    """Tell whether a sentence of a document is one of those that answer the question."""
    plain = _plain(text)
    return any(_same(plain, _plain(wanted)) for wanted in learned.sentences)


def _plain(text: str) -> str:
    return " ".join(_MARKS.sub("", text).split()).casefold()


def _same(one: str, other: str) -> bool:
    if one == other:
        return True
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) >= SHORTEST and shorter in longer:
        return True
    few, many = _WORD.findall(shorter), set(_WORD.findall(longer))
    return len(few) > 3 and sum(word in many for word in few) >= ALIKE * len(few)  # noqa: PLR2004 - words
