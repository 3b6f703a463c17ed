"""A search as the JSON of the contract: hits, counts and, on request, a short answer above them."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator

from assistant import wire
from assistant.answer import Answer
from assistant.answering import answering
from assistant.ask import Request, checked
from assistant.backend import Json, Sought
from assistant.generation.generate import Writer
from assistant.generation.register import Style
from assistant.question import read_question
from assistant.steps import Step
from retrieval.arrangement import Arrangement, Order
from retrieval.library import Library
from retrieval.records import Filters

Told = Callable[[Answer, float], None]
"""Is told an answer and the seconds it took."""


def found(
    sought: Sought,
    library: Library,
    writer: Writer | None,
    *,
    internal: bool,
    told: Told = lambda *_: None,
) -> Json:
    """Search as `sought` says.

    Args:
        sought: The search; with `answer`, its words are answered like a question without history.
        library: Where to search.
        writer: Words the answer, verbatim without one.
        internal: The asker may see internal documents.
        told: Called with what was answered, a refusal too.

    Raises:
        QuestionInvalid: The query is empty or longer than 1,000 characters.
    """
    begun = time.monotonic()
    question = read_question(checked(sought.query))
    query = library.query(question.text, question.language)
    filters = Filters(internal=internal, facets=sought.filters)
    wanted = Arrangement(sought.group == "document", Order(sought.sort))
    results = library.results(query, filters, sought.offset + sought.limit, wanted)
    as_json = wire.grouped_hit if wanted.grouped else wire.hit
    result: Json = {
        "query": question.text,
        "total": results.total,
        "hits": [as_json(hit, question.text) for hit in results.hits[sought.offset :]],
        "facets": wire.facets(results.facets),
    }
    if sought.answer:
        result["answer"] = _answer(sought, library, writer, internal, told)
    return result | {"seconds": round(time.monotonic() - begun, 4)}


def _answer(
    sought: Sought,
    library: Library,
    writer: Writer | None,
    internal: bool,
    told: Told,
) -> Json | None:
    """Return the answer to the query, None where the sources have none.

    It begins no conversation and counts as no gap: caches hand it to others, and words typed into
    a search box are seldom a question.
    """
    begun = time.monotonic()
    request = Request(sought.query, (), internal=internal, facets=sought.filters)
    answer = _last(answering(request, Style.STANDARD, library, writer))
    seconds = time.monotonic() - begun
    told(answer, seconds)
    return None if answer.abstained else wire.answer(answer, None, seconds)


def _last(steps: Generator[Step, None, Answer]) -> Answer:
    while True:
        try:
            next(steps)
        except StopIteration as end:
            answer: Answer = end.value
            return answer
