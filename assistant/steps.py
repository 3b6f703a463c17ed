"""What happens while a question is answered, in order. Every surface that streams shows these."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.answer import Answer, Citation, Kind, Sentence


@dataclass(frozen=True, slots=True)
class Stage:
    """What goes on now: ``searching`` or ``answering``."""

    name: str


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of the answer, checked, with the citations that it is the first to use.

    `text` is what it adds to the answer's Markdown. A fixed reply has no `sentence`.
    """

    text: str
    sentence: Sentence | None = None
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing happened for a moment; whoever listens may leave."""


@dataclass(frozen=True, slots=True)
class Replaced:
    """What was said does not count; this answer does."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class Done:
    """The whole answer, its conversation's id (None where none are kept), the seconds it took."""

    answer: Answer
    conversation_id: str | None
    seconds: float


Step = Stage | Said | Waiting | Replaced | Done


def spoken(answer: Answer) -> Iterator[Said]:
    """Say a finished answer sentence by sentence."""
    if not answer.sentences:
        yield Said(answer.markdown)
        return
    cited = {citation.id: citation for citation in answer.citations}
    for place, sentence in enumerate(answer.sentences):
        new = tuple(cited.pop(number) for number in sentence.citations if number in cited)
        yield Said(added(answer.sentences[:place], sentence), sentence, new)


def added(before: Sequence[Sentence], sentence: Sentence) -> str:
    """Return what `sentence` adds to the Markdown of the sentences before it."""
    return _markdown((*before, sentence))[len(_markdown(before)) :]


def _markdown(sentences: Sequence[Sentence]) -> str:
    return Answer("", Kind.ANSWER, "", 0.0, tuple(sentences)).markdown
