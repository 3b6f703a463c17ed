"""``python -m eval conversations``: is the last question of a conversation understood and answered?

Every conversation is held twice: the server remembers it by its id, and the client sends it along.
The follow-up questions offered with the last answer are asked too, in the conversation.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.answer import Kind
from assistant.backend import Asked, Backend
from eval.case_files import Json, patterns, read_lines
from eval.metrics import percentile
from eval.proportions import share_of

_MS = 1_000
_HISTORY = 20


@dataclass(frozen=True, slots=True)
class Conversation:
    """Questions in order; `gold` are expressions for the last answer."""

    name: str
    turns: tuple[str, ...]
    gold: tuple[re.Pattern[str], ...]
    answerable: bool


@dataclass(frozen=True, slots=True)
class Held:
    """What came of a conversation.

    `right` is that of the last answer, `same` says that it is the same with the client's history,
    `offered` has an entry for each follow-up question: was it answered, and in how many seconds.
    """

    case: Conversation
    right: bool
    same: bool
    answer: str
    kind: str
    seconds: float
    offered: tuple[tuple[str, bool], ...]


def read_conversations(path: Path) -> list[Conversation]:
    """Read the cases, one JSON object a line.

    Raises:
        CasesInvalid: The file or a line is broken.
    """
    return read_lines(path, _case)


def _case(line: Json) -> Conversation:
    turns = tuple(str(turn) for turn in line["turns"])
    return Conversation(str(line["id"]), turns, patterns(line), bool(line["answerable"]))


def halves(cases: Sequence[Conversation]) -> tuple[list[Conversation], list[Conversation]]:
    """Part into dev and test: ordered by the SHA-256 of the id, the first half is dev."""
    order = sorted(cases, key=lambda case: hashlib.sha256(case.name.encode()).hexdigest())
    middle = (len(order) + 1) // 2
    return order[:middle], order[middle:]


def hold(case: Conversation, backend: Backend) -> Held:
    """Hold one conversation both ways."""
    said: list[tuple[str, str]] = []
    name: str | None = None
    for question in case.turns[:-1]:
        given = backend.ask(Asked(question, name))
        name = given["conversation_id"]
        said += [("user", question), ("assistant", given["answer"])]
    asked = case.turns[-1]
    other = backend.ask(Asked(asked, None, said[-_HISTORY:]))
    last = backend.ask(Asked(asked, name))
    said += [("user", asked), ("assistant", last["answer"])]
    offered = tuple(
        (question, backend.ask(Asked(question, None, said[-_HISTORY:]))["kind"] == Kind.ANSWER)
        for question in last["follow_ups"]
    )
    return Held(
        case=case,
        right=_is_right(case, last),
        same=(other["kind"], other["answer"]) == (last["kind"], last["answer"]),
        answer=last["answer"],
        kind=last["kind"],
        seconds=float(last["seconds"]),
        offered=offered,
    )


def _is_right(case: Conversation, answer: Json) -> bool:
    answered = answer["kind"] == Kind.ANSWER
    if not case.answerable:
        return not answered
    said = "\n".join([answer["answer"], *(cited["quote"] for cited in answer["citations"])])
    return answered and any(gold.search(said) for gold in case.gold)


def report(held: Sequence[Held], shown: Callable[[Conversation], bool]) -> Json:
    """Return the share right in percent, over all and by kind, and what went wrong.

    Args:
        held: What came of the conversations.
        shown: Tells which single conversations may be looked at.
    """
    answerable = [one for one in held if one.case.answerable]
    silent = [one for one in held if not one.case.answerable]
    offered = [answered for one in held for _, answered in one.offered]
    rates = {
        "right": share_of(one.right for one in held),
        "right_answerable": share_of(one.right for one in answerable),
        "right_unanswerable": share_of(one.right for one in silent),
        "same_with_history": share_of(one.same for one in held),
        "follow_ups_answered": share_of(offered),
    }
    seconds = [one.seconds for one in held]
    return {
        **{name: rate.percent for name, rate in rates.items()},
        "intervals": {name: rate.interval for name, rate in rates.items()},
        "counts": {"conversations": len(held), "follow_ups": len(offered)},
        "answer_ms_p50": round(_MS * percentile(seconds, 0.50), 1),
        "answer_ms_p95": round(_MS * percentile(seconds, 0.95), 1),
        "cases": [_shown(one) for one in held if shown(one.case)],
    }


def _shown(one: Held) -> Json:
    return {
        "id": one.case.name,
        "turns": list(one.case.turns),
        "right": one.right,
        "same": one.same,
        "kind": one.kind,
        "answer": one.answer,
        "follow_ups": [{"question": q, "answered": answered} for q, answered in one.offered],
    }


def measure(cases: Sequence[Conversation], part: str, backend: Backend) -> Json:
    """Hold the conversations of a part, ``dev``, ``test`` or ``all``; tests are told as a total."""
    dev, test = halves(cases)
    chosen = {"dev": dev, "test": test, "all": [*dev, *test]}[part]
    names = {case.name for case in dev}
    held = [hold(case, backend) for case in chosen]
    return report(held, lambda case: case.name in names)
