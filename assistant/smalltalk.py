"""Questions that are not for the sources: thanks, greetings, emergencies, medical advice. Pure."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from assistant.answer import Kind


@dataclass(frozen=True, slots=True)
class Reply:
    """A fixed text for questions that match one of the patterns; texts by language."""

    kind: Kind
    patterns: tuple[re.Pattern[str], ...]
    texts: dict[str, str]


@cache
def replies() -> tuple[Reply, ...]:
    """Return the fixed replies in order of precedence, from `data/replies.toml`."""
    table = files("assistant").joinpath("data/replies.toml").read_text(encoding="utf-8")
    return tuple(
        Reply(
            Kind(entry["kind"]),
            tuple(re.compile(pattern, re.IGNORECASE) for pattern in entry["patterns"]),
            {"de": entry["de"].strip(), "en": entry["en"].strip()},
        )
        for entry in tomllib.loads(table)["reply"]
    )


def fixed_reply(question: str, language: str) -> tuple[Kind, str] | None:
    """Return the kind and text of a fixed reply, None where the sources must answer."""
    plain = " ".join(question.split())
    for reply in replies():
        if any(pattern.search(plain) for pattern in reply.patterns):
            return reply.kind, reply.texts.get(language, reply.texts["de"])
    return None
