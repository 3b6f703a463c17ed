"""Messages that are not for the sources: thanks, greetings, emergencies, medical advice. Pure.

The texts, links and patterns stand in `data/replies.toml`, which says how they are matched.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from assistant.answer import Kind, Link

_SIGNS = re.compile(r"[^\w§]+")
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
_SPELLED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_CLAUSE = re.compile(r"[^.!?,;:\n–—()]*[.!?,;:\n–—()]*\s*")
# Where somebody leaves out the sign after a greeting or thanks.
_JOINED = re.compile(
    r"^(\W*(?:danke\w*|(?:vielen|besten|herzlichen) dank|hallo|hi|hey|moin|servus"
    r"|guten (?:tag|morgen|abend)|hello|thanks|thank you|ok|okay))\s+"
    r"(?=(?:und|aber|jetzt|dann|noch|ich|wir|wer|wie|was|wo|wann|warum|welche\w?|kann|können|gibt"
    r"|and|but|i|we|who|how|what|when|where|why|which|is|can)\b)",
    re.IGNORECASE,
)
_AND = re.compile(r"\s+(?:und|and)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reply:
    """A fixed text for messages that match one of the patterns; texts and links by language.

    `courtesy` marks greetings, thanks and the like, which may also stand around a question; the
    text ``simple`` is German in Leichte Sprache.
    """

    kind: Kind
    patterns: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]
    texts: dict[str, str]
    links: dict[str, tuple[Link, ...]]
    courtesy: bool

    def fits(self, plain: str) -> bool:
        """Tell whether a message, as `_plain` leaves it, gets this reply."""
        if self.kind is not Kind.HINT:
            return any(pattern.fullmatch(plain) for pattern in self.patterns)
        found = any(pattern.search(plain) for pattern in self.patterns)
        return found and not any(pattern.search(plain) for pattern in self.unless)


@cache
def replies() -> tuple[Reply, ...]:
    """Return the fixed replies in order of precedence, from `data/replies.toml`."""
    table = tomllib.loads(
        files("assistant").joinpath("data/replies.toml").read_text(encoding="utf-8")
    )
    links = table["links"]
    return tuple(
        Reply(
            Kind(entry["kind"]),
            _compiled(entry["patterns"]),
            _compiled(entry.get("unless", ())),
            {code: entry[code].strip() for code in ("de", "en", "simple") if code in entry},
            {
                code: tuple(Link(links[n][code], links[n]["link"]) for n in entry.get("links", ()))
                for code in ("de", "en")
            },
            entry.get("courtesy", False),
        )
        for entry in table["reply"]
    )


def fixed_reply(
    message: str, language: str, *, simple: bool = False
) -> tuple[Kind, str, tuple[Link, ...]] | None:
    """Return kind, text and links of a fixed reply, None where the sources must answer.

    Args:
        message: What somebody wrote.
        language: The language to reply in; German unless ``en``.
        simple: Reply in Leichte Sprache where there is such a text; there is none in English.
    """
    code = language if language == "en" else "de"
    whole = _plain(message)
    found = next((r for r in replies() if r.kind is Kind.HINT and r.fits(whole)), None)
    found = found or _small_talk(message)
    if found is None:
        return None
    text = found.texts.get("simple") if simple and code == "de" else None
    return found.kind, text or found.texts[code], found.links[code]


def without_courtesies(message: str) -> str:
    """Return `message` without greetings and thanks around the question; unchanged if all is that.

    "Danke! Und wer bezahlt das?" is the question "Und wer bezahlt das?".
    """
    clauses = _clauses(message)
    first, last = 0, len(clauses)
    while first < last and _is_courtesy(clauses[first]):
        first += 1
    while first < last and _is_courtesy(clauses[last - 1]):
        last -= 1
    kept = "".join(clauses[first:last]).strip().rstrip(",;:–—").strip()
    if not kept or (first, last) == (0, len(clauses)):
        return message.strip()
    return kept[0].upper() + kept[1:]


def _small_talk(message: str) -> Reply | None:
    """Return the reply to a message all of whose clauses are small talk."""
    whole = _first_fit(_plain(message))
    if whole is not None:
        return whole
    parts = [part for clause in _clauses(message) for part in _AND.split(clause)]
    found = [_first_fit(plain) for plain in map(_plain, parts) if plain]
    if not found or None in found:
        return None
    return min((r for r in found if r is not None), key=replies().index)


def _first_fit(plain: str) -> Reply | None:
    return next((r for r in replies() if r.kind is Kind.SMALLTALK and r.fits(plain)), None)


def _is_courtesy(clause: str) -> bool:
    plain = _plain(clause)
    return not plain or any(reply.courtesy and reply.fits(plain) for reply in replies())


def _clauses(message: str) -> Sequence[str]:
    parted = _JOINED.sub(r"\1, ", message)
    return [found.group() for found in _CLAUSE.finditer(parted) if found.group()]


def _plain(message: str) -> str:
    small = message.lower().translate(_SPELLED)
    return _SIGNS.sub(" ", _REPEATED.sub(r"\1", small)).strip()


def _compiled(patterns: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(map(re.compile, patterns))
