"""The cases are well formed, parted by hash, and a conversation is held both ways."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.backend import Asked
from eval.conversations import Conversation, halves, hold, measure, read_conversations

CASES = Path(__file__).parents[2] / "eval" / "cases" / "conversations.jsonl"


class Echo:
    """Answers with the questions it was told of."""

    def __init__(self) -> None:
        self.talks: dict[str, list[str]] = {}

    def ask(self, asked: Asked) -> dict[str, Any]:
        name = asked.conversation_id or str(len(self.talks))
        known = [content for role, content in asked.history if role == "user"]
        said = self.talks.setdefault(name, known)
        said.append(asked.question)
        known_answer = "Kuchen" not in asked.question
        return {
            "kind": "answer" if known_answer else "refusal",
            "answer": " ".join(said) if known_answer else "nichts",
            "citations": [],
            "follow_ups": ["Und wann?", "Kuchen?"] if known_answer else [],
            "conversation_id": name,
            "seconds": 0.1,
        }


def case(name: str, turns: Sequence[str], gold: str, answerable: bool = True) -> Conversation:
    return Conversation(name, tuple(turns), (re.compile(gold),), answerable)


def test_the_cases_are_enough_and_their_ids_unique() -> None:
    cases = read_conversations(CASES)
    assert len(cases) >= 40
    assert len({one.name for one in cases}) == len(cases)
    assert all(len(one.turns) > 1 and bool(one.gold) is one.answerable for one in cases)
    dev, test = halves(cases)
    assert len(dev) - len(test) in (0, 1)
    assert not {one.name for one in dev} & {one.name for one in test}


def test_a_conversation_is_held_by_id_and_by_history() -> None:
    held = hold(case("a", ["Wer?", "Und wo?"], "Wer\\? Und wo"), Echo())  # type: ignore[arg-type]  # only asks
    assert held.right
    assert held.same
    assert held.offered == (("Und wann?", True), ("Kuchen?", False))


def test_single_conversations_of_the_test_part_are_not_shown() -> None:
    cases = [case(str(n), ["Wer?", "Kuchen?"], "x", answerable=n % 2 == 0) for n in range(6)]
    dev = {one.name for one in halves(cases)[0]}
    told = measure(cases, "all", Echo())  # type: ignore[arg-type]  # only asks
    assert told["right"] == 50.0
    assert {one["id"] for one in told["cases"]} == dev
    assert measure(cases, "test", Echo())["cases"] == []  # type: ignore[arg-type]  # only asks
