"""One question → the steps of its answer: verbatim, or in a model's words where one is set."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from functools import cache

from assistant.answer import Answer, Kind
from assistant.ask import Request, consider
from assistant.generation.generate import Task, Writer
from assistant.generation.register import Style, style_of, without_style
from assistant.steps import Replaced, Said, Stage, Step, spoken
from retrieval.library import Library


def answering(
    request: Request, style: Style, library: Library, writer: Writer | None
) -> Generator[Step, None, Answer]:
    """Yield what happens until the answer is there; returns the answer.

    Raises:
        QuestionInvalid: The question is empty or longer than 1,000 characters.
    """
    yield Stage("searching")
    style = style_of(request.question, style)
    plain = without_style(request.question) if style is Style.SIMPLE else request.question
    considered = consider(replace(request, question=plain, simple=style is Style.SIMPLE), library)
    yield Stage("answering")
    answer, said = considered.answer, False
    if writer is not None and answer.kind is Kind.ANSWER:
        task = Task(
            considered,
            library.rarity,
            cache(lambda name: library.text(name, internal=request.internal)),
            request.history,
            style,
        )
        answer, said = yield from _written(writer, task)
    if plain != request.question:
        answer = replace(answer, question=" ".join(request.question.split()))
    if said and answer.mode != "generated":
        yield Replaced(answer)
    elif not said:
        yield from spoken(answer)
    return answer


def _written(writer: Writer, task: Task) -> Generator[Step, None, tuple[Answer, bool]]:
    """Pass on what the writer says; returns its answer and whether it has said anything."""
    steps = writer.write(task)
    said = False
    try:
        while True:
            step = next(steps)
            said = said or isinstance(step, Said)
            yield step
    except StopIteration as end:
        return end.value, said
    finally:
        steps.close()
