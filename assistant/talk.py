"""A conversation line by line."""

from __future__ import annotations

from typing import TextIO

from assistant import terminal
from assistant.backend import Asked, Backend, Json
from assistant.errors import QuestionInvalid, ServerRefused

_WELCOME = (
    "KI-System: Antworten kommen aus den eingelesenen Dokumenten, mit Belegen. Bitte keine "
    "persönlichen Gesundheitsdaten eingeben. Leere Zeile oder Strg-D beendet das Gespräch."
)

_HISTORY = 20  # messages that POST /v1/chat accepts


def talk(backend: Backend, lines: TextIO, *, quiet: bool) -> list[Json]:
    """Answer line after line until an empty one or the end; returns all answers.

    Args:
        backend: Answers the questions.
        lines: Where the questions come from.
        quiet: Write no answers, only return them.
    """
    interactive = lines.isatty()
    if not quiet:
        terminal.say(_WELCOME)
    turns: list[Json] = []
    conversation_id: str | None = None
    said: list[tuple[str, str]] = []  # for a server that keeps no conversations
    while True:
        if interactive:
            terminal.prompt("Frage: ")
        line = lines.readline()
        question = line.strip()
        if not question:
            return turns
        try:
            answer = backend.ask(Asked(question, conversation_id, () if conversation_id else said))
        except (QuestionInvalid, ServerRefused) as error:
            terminal.say(error.message)
            continue
        conversation_id = answer["conversation_id"]
        said = [*said, ("user", question), ("assistant", answer["answer"])][-_HISTORY:]
        turns.append(answer)
        if not quiet:
            terminal.put_answer(answer)
            terminal.put()
