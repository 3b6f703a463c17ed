"""A message that leans on the conversation → what is meant by it. Pure.

"Und in Sachsen-Anhalt?", "Nein, ich meinte Kitas", "Wer bezahlt das?", "Mehr dazu" and "Auf
Englisch bitte" are read together with what they refer to: the question before, and where it asked
who or what, the thing that its answer names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from assistant import commands
from assistant.question import Expects, read_question
from assistant.smalltalk import fixed_reply, without_courtesies
from assistant.wording import (
    PREPOSITIONS,
    corrected,
    exchanged,
    names_land,
    names_paragraph,
    things,
    years,
)
from retrieval import analysis
from retrieval.concepts import regions

# A question with this many things of its own needs no other, whatever words it uses.
SELF_SUFFICIENT = 3

_OPENING = re.compile(
    r"^\W*(?:(?:und|aber|oder|auch|sondern|nein|doch|and|but|or)\b[\s,]*)*"
    r"(?:(?:wie (?:sieht es|ist es|steht es)(?: denn)?(?: (?:aus|mit))?|was ist (?:denn )?mit"
    r"|what about"
    r"|how about)\b\s*)?",
    re.IGNORECASE,
)
# "das" before a noun is an article; "Sie" and "Ihr" with a capital letter address us.
_POINTING = re.compile(
    r"\b[Dd]as\b(?!\s+(?:\w+e[nrs]?\s+)?[A-ZÄÖÜ])"
    r"|\b[Dd](?:ies|iese[rsnm]?|afür|avon|azu|aran|amit|arüber|arin|araus|abei|ort|eren|essen"
    r"|enen)\b"
    r"|\b(?:jene[rsnm]?|solche[rsnm]?|ihre?[rsnm]?|ihnen|ihm|ihn|er|sie|seine?[rsnm]?)\b"
    r"|\b(?i:its?|this|these|those|they|them|their|he|she|his|her)\b"
)
_IT = re.compile(r"\b[Ee]s\b")
_PERSONAL = re.compile(r"\b(?:sie|er|ihn|ihm|ihnen|denen|they|them|he|she)\b")
_OWNED = re.compile(r"\b(?:ihre?[rsnm]?|seine?[rsnm]?|deren|dessen|its|their)\s+(?P<what>\w+)")
_HIM = re.compile(r"\b(?:er|ihn|ihm)\b")
_MASCULINE = frozenset({"der", "den", "dem", "einen", "einem"})
_THAT = re.compile(r"\b[Dd]as\b")
_COUNTING = re.compile(
    r"\b(?:wie viele|how many)\b(?=\s+(?:gibt|gab|sind|waren|existieren|haben|hat|are|were"
    r"|do)\b)",
    re.I,
)
_OF_THEM = re.compile(r"\s+(?:davon|von ihnen|of them)\b", re.IGNORECASE)
_THERE = re.compile(
    r"^\W*(?:gibt|gab) es (?:denn |schon |eigentlich "
    r"|auch )*(?P<what>.+)$",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"^\W*(?:\w{1,4} )?(?:we[rmn]|wessen|was|wie|wo\w*|wann|warum|weshalb|wieso|welche\w?"
    r"|who\w*|what|how"
    r"|where|when|why|which)\b",
    re.IGNORECASE,
)
_DEFINES = re.compile(
    r"^\W*(?:was (?:ist|sind|bedeute[tn]|heißt|heißen|meint|regelt|steht in)|wofür steht"
    r"|wer (?:ist|sind)"
    r"|what (?:is|are|does)|who (?:is|are))\b",
    re.IGNORECASE,
)
_SHORT_PHRASE = 3  # words
_ADJECTIVE = ("e", "en", "er", "em", "es")
_VERBS = frozenset(
    {"ist", "sind", "war", "hat", "haben", "gilt", "gibt", "kann", "muss", "darf", "wird", "werden"}
    | {"soll", "is", "are", "has", "have", "does"}
)
_NAMING = frozenset({Expects.PERSON, Expects.LIST, Expects.CONTACT, Expects.ADDRESS})
_CITED = re.compile(r"(?<!\\)\[\d+\]")
_MARKERS = re.compile(r"\[\d+\]|[\\*_`]")
_CAPITALS = re.compile(r"(?<![.!?:] )(?<!^)\b[A-ZÄÖÜ][\w-]+(?:\s+[A-ZÄÖÜ][\w-]+)*|\b[A-ZÄÖÜ]{2,}\b")
_SENTENCE = re.compile(r"[^.!?\n]+")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One earlier question with the answer it got (Markdown, may be empty)."""

    question: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Meant:
    """A question that stands alone, and how it is to be answered.

    `text` is what to search with; empty where the message refers to something that was never said.
    `leans` says that it differs from the message, `added` is its part that asks something else
    than the question before, `focus` what was put into that one. `language` is the answer's where
    one is wished for, `more` leaves out what was said, `short` and `listed` are wishes for form.
    """

    text: str
    leans: bool = False
    added: str = ""
    focus: str = ""
    language: str | None = None
    more: bool = False
    short: bool = False
    listed: bool = False


@dataclass(frozen=True, slots=True)
class _Topic:
    """What the conversation is about: a question that stands alone, one asked on top of it."""

    subject: str = ""
    added: str = ""
    focus: str = ""

    @property
    def text(self) -> str:
        return f"{self.subject} {self.added}".strip()


def exchanges(turns: Iterable[tuple[str, str]]) -> list[Exchange]:
    """Join messages (role, content), oldest first, to questions with their answers."""
    found: list[Exchange] = []
    for role, content in turns:
        if role == "user":
            found.append(Exchange(content))
        elif role == "assistant" and found and not found[-1].answer:
            found[-1] = replace(found[-1], answer=content)
    return found


def standalone(question: str, earlier: Sequence[str]) -> str:
    """Return `question` with what it refers to, unchanged if it stands alone.

    Args:
        question: What is asked now.
        earlier: The questions of the conversation so far, oldest first.
    """
    return meant(question, [Exchange(before) for before in earlier]).text or question


def meant(question: str, earlier: Sequence[Exchange]) -> Meant:
    """Return what `question` means after the exchanges `earlier`, oldest first."""
    topic, answer = _Topic(), ""
    for exchange in earlier:
        if fixed_reply(exchange.question, "de") is None:
            topic = _next(commands.read(exchange.question).rest, topic, answer)
            # Only what was answered from sources names things; a refusal has no citation.
            answer = exchange.answer if _CITED.search(exchange.answer) else ""
    asked = without_courtesies(question)
    wish = commands.read(asked)
    now = _next(wish.rest, topic, answer) if wish.rest else topic
    text = now.text
    return Meant(
        text=text,
        leans=text != " ".join(question.split()),
        added=now.added,
        focus=now.focus if wish.rest else "",
        language=wish.language,
        more=wish.more,
        short=wish.short,
        listed=wish.listed,
    )


def leans(question: str) -> bool:
    """Tell whether `question` cannot be understood without the one before it."""
    return _shape(question) != "alone"


def _next(message: str, topic: _Topic, answer: str) -> _Topic:
    """Return what the conversation is about after `message`."""
    message = without_courtesies(" ".join(message.split()))
    correction = commands.correction(message)
    if correction is not None:
        return _after_correction(*correction, topic)
    shape = _shape(message) if message else "alone"
    if not message or not topic.subject:
        return _Topic(message) if message else topic
    rest = _OPENING.sub("", message)
    if shape == "alone":
        return _Topic(_begun(rest))
    if shape == "phrase":
        phrase = rest.rstrip(" ?!.")
        return replace(topic, subject=exchanged(topic.subject, phrase), focus=phrase)
    named = _referent(message, topic.subject, answer)
    return _Topic(_with(named, message)) if named else _Topic(topic.subject, message)


def _after_correction(right: str, wrong: str, topic: _Topic) -> _Topic:
    if not topic.subject or _is_whole(right):
        return _Topic(right + "?" if _ASKS.match(right) else right)
    return replace(topic, subject=corrected(topic.subject, right, wrong), focus=right)


def _shape(message: str) -> str:
    """Tell apart questions that stand ``alone``, a ``phrase`` to exchange, and those that lean."""
    units = read_question(message).units
    rest = _OPENING.sub("", message)
    opened = len(rest) < len(message.lstrip())
    if not units:
        return "leans"
    only_slots = all(_is_slot(unit[0]) for unit in units)
    led = rest.split(" ", 1)[0].lower() in PREPOSITIONS
    if (opened or only_slots or led) and _is_phrase(rest):
        return "phrase"
    if len(units) >= SELF_SUFFICIENT:
        return "alone"
    points = _POINTING.search(message) or (_IT.search(message) and not things(message))
    defines = _DEFINES.match(rest) and things(rest)
    return "leans" if points or only_slots or (opened and not defines) else "alone"


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]


def _is_slot(term: str) -> bool:
    return term in regions() or term.isdigit() or term.startswith("§")


def _is_phrase(rest: str) -> bool:
    """Tell whether `rest` is a noun with what belongs to it, no sentence: "bei den Kitas"."""
    words = re.findall(r"[\w§.*-]+", rest)
    if _ASKS.match(rest) or not words:
        return False
    if names_paragraph(rest) or (years(rest) and len(words) <= _SHORT_PHRASE):
        return True
    if _VERBS & {word.lower() for word in words} or _POINTING.search(rest):
        return False
    skip = analysis.function_words()
    return all(
        word.lower() in skip
        or word[0].isupper()
        or word[0].isdigit()
        or (word.endswith(_ADJECTIVE) and following[:1].isupper())
        for word, following in zip(words, [*words[1:], ""], strict=True)
    )


def _is_whole(text: str) -> bool:
    long = len(text.split()) >= _SHORT_PHRASE
    return long and bool(_ASKS.match(text)) and bool(read_question(text).units)


def _referent(message: str, subject: str, answer: str) -> str:
    """Return what the pronoun of `message` stands for, empty where that is not clear."""
    held = things(subject)
    thing = subject[held[0].start : held[0].end] if len(held) == 1 else ""
    if not (_PERSONAL.search(message) or _OWNED.search(message)):
        there = _THERE.match(subject)
        whole = _THAT.search(message) or _COUNTING.search(message)
        found = thing if whole and _DEFINES.match(subject) else ""
        return there["what"].rstrip(" ?!.") if whole and there else found
    masculine = [t for t in held if t.article.lower() in _MASCULINE]
    if _HIM.search(message) and len(masculine) == 1:
        return subject[masculine[0].start : masculine[0].end]
    naming = read_question(subject).expects in _NAMING and not _DEFINES.match(subject)
    if naming and answer:
        return _named_in(answer)
    return thing if not names_land(subject) else ""


def _named_in(answer: str) -> str:
    """Return the longest name in the first sentence of an answer."""
    plain = _MARKERS.sub("", answer)
    first = _SENTENCE.search(plain)
    names = _CAPITALS.findall(first.group()) if first else []
    return max(names, key=lambda name: (len(name.split()), name.isupper()), default="")


def _with(named: str, message: str) -> str:
    """Return `message` with the name in place of its pronoun."""
    text = _begun(_OPENING.sub("", message))
    joint = "of" if read_question(message).language == "en" else "von"
    bare = named.split(" ", 1)[-1] if named.split(maxsplit=1)[0].islower() else named
    owned = _OWNED.sub(lambda found: f"{found['what']} {joint} {bare}", text)
    if owned != text:
        return owned
    if _COUNTING.search(text):
        counted = _COUNTING.sub(lambda found: f"{found.group()} {bare}", text)
        return _OF_THEM.sub("", counted)
    pointing = _PERSONAL if _PERSONAL.search(text) else _THAT
    return pointing.sub(lambda _: named, text, count=1)
