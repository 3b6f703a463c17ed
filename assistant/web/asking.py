"""A question on its way through this server, counted by what became of it."""

from __future__ import annotations

from collections.abc import Generator

from fastapi import Request

from assistant.backend import Asked
from assistant.service import Service
from assistant.steps import Done, Step
from assistant.web.access import Access
from assistant.web.metrics import Metrics, metrics_of


def steps(request: Request, asked: Asked, granted: Access) -> Generator[Step]:
    """Return what happens while a question is answered; the last step is `Done`."""
    service: Service = request.app.state.service
    return _counted(service.stream(asked, internal=granted.internal), metrics_of(request))


def answered(request: Request, asked: Asked, granted: Access) -> Done:
    """Answer a question.

    Raises:
        QuestionInvalid: The question is empty or too long.
    """
    *_, done = steps(request, asked, granted)
    assert isinstance(done, Done)
    return done


def _counted(going: Generator[Step], metrics: Metrics) -> Generator[Step]:
    try:
        for step in going:
            if isinstance(step, Done):
                metrics.answered(step.answer.kind, step.answer.mode, step.seconds)
            yield step
    finally:
        going.close()
