"""What people say about an answer instead of asking anew: "mehr dazu", "kürzer bitte". Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wish:
    """How an answer is to be given; `rest` is the question beside it, empty where there is none."""

    rest: str
    language: str | None = None
    more: bool = False
    short: bool = False
    listed: bool = False


_PLEASE = r"(?:\s*,?\s*(?:bitte|please|nochmal|noch ?mal|noch einmal|again|mal|danke))*"
_TONGUES = {"de": r"(?:deutsch\w*|german)", "en": r"(?:englisch\w*|english)"}
_WHOLE_LANGUAGE = {
    code: re.compile(
        rf"^\W*(?:(?:und|and|jetzt|nun|bitte|please|noch ?mal|das|die antwort|same|the same)\s+)*"
        rf"(?:(?:kannst du|können sie|könntest du|could you|can you)\s+(?:mir\s+)?(?:das|es"
        rf"|that|it)\s+)?"
        rf"(?:(?:antworte\w*|schreib\w*|sag\w*|übersetz\w*|answer|say|translate)\s+(?:mir |das "
        rf"|es |it |that )*)?"
        rf"(?:(?:auf|in|ins|into)\s+)?{tongue}{_PLEASE}"
        rf"(?:\s+(?:antworten|sagen|schreiben|übersetzen|wiederholen))?{_PLEASE}\W*$",
        re.IGNORECASE,
    )
    for code, tongue in _TONGUES.items()
}
_ASIDE_LANGUAGE = {
    code: re.compile(
        rf"[\s,.;:?!(–-]+(?:bitte\s+|please\s+|answer\s+|antworte\w*\s+)*(?:auf"
        rf"|in)\s+{tongue}{_PLEASE}\W*$",
        re.IGNORECASE,
    )
    for code, tongue in _TONGUES.items()
}
# "Wie heißt das auf Englisch?" asks for a word, and no answer in English.
_FOR_A_WORD = re.compile(
    r"\bwie (?:heiß|hieß|nenn|nannt|laute|sagt|schreibt|übersetz)|\b(?:name|bezeichnung|begriff"
    r"|titel|übersetzung|called|translated|word|term)\b|\bhow do (?:you|i) say\b",
    re.IGNORECASE,
)
_PARTED = re.compile(r"[,.;:?!(–-]|bitte|please|antwort|answer", re.IGNORECASE)
_MORE = re.compile(
    r"^\W*(?:(?:und|ja|ok|bitte|and|yes|please|ich (?:möchte|will|würde gerne?)|kannst du(?: mir)?"
    r"|können sie(?: mir)?|gibt es|hast du|haben sie|was|can you|is there|do you have"
    r"|i want to)\s+)*"
    r"(?:(?:erzähl\w*|sag\w*|schreib\w*|zeig\w*|nenn\w*|tell|say|show|know)\s+)?(?:mir |uns "
    r"|me |us |dazu |davon |darüber |noch |etwas )*"
    r"(?:mehr|weiter(?:e\w*)?|genauer|ausführlicher|details?|einzelheiten|näheres|noch (?:etwas"
    r"|was|mehr)"
    r"|sonst noch(?: (?:etwas|was))?|noch|(?:some )?more|further|go on|continue|anything else"
    r"|what else|else)"
    r"(?:\s+(?:dazu|davon|darüber|hierzu|daran|zu dem thema|zum thema|informationen|infos?"
    r"|details?|einzelheiten"
    r"|erzählen|sagen|wissen|erfahren|bitte|about (?:it|that|this)|on (?:it|that|this)"
    r"|information|please"
    r"|im detail|in detail|noch|dann|erklären|geht es(?: noch)?|angaben))*\W*$",
    re.IGNORECASE,
)
_SHORT = re.compile(
    r"^\W*(?:(?:bitte|geht das|geht es|das|please|und|jetzt|make it|die antwort|noch)\s+)*"
    r"(?:(?:etwas |viel |auch |a bit )?(?:kürzer|knapper|kurz(?:fassung)?|kurz und knapp"
    r"|in kürze|in einem satz"
    r"|zusammengefasst|fass\w* (?:das |es )?(?:kurz |bitte )*zusammen|zu lang|shorter|briefly"
    r"|in short"
    r"|in (?:one|a) sentence|tl;?dr|summari[sz]e))(?:\s+(?:bitte|please|zusammen|fassen|it"
    r"|that))*\W*$",
    re.IGNORECASE,
)
_LISTED = re.compile(
    r"^\W*(?:(?:bitte|das|geht das|please|und|jetzt|gib mir das|kannst du das|can you put that"
    r"|die antwort)\s+)*"
    r"(?:als|in|as)\s+(?:eine[rn]?\s+|a\s+)?(?:liste|aufzählung|stichpunkte\w*|stichworte\w*"
    r"|punkten|list|bullet ?points|bullets)"
    r"(?:\s+(?:bitte|please|machen|schreiben|geben|darstellen))*\W*$|^\W*(?:stichpunkte|liste"
    r"|aufzählung)(?: bitte)?\W*$",
    re.IGNORECASE,
)
_NO = (
    r"(?:(?:nein|nee|ne|sorry|entschuldig\w*|pardon|falsch|quatsch|moment|halt|oh|ach|ups|äh"
    r"|doch|eher|lieber|no|oops|actually)[\s,.!:–-]+)*"
)
_MEANT = re.compile(
    rf"^\W*{_NO}(?:ich (?:meint?e|wollte)(?: (?:eigentlich|doch|natürlich|aber|ja|eher|damit))*"
    r"|gemeint (?:ist|sind|war|waren)|es geht (?:mir )?um|mir geht es um|i (?:meant?"
    r"|was asking about)"
    rf"|korrektur:?|richtig ist|besser:?|vielmehr)[\s,:]+(?P<right>.+?)(?:\s+gemeint)?\W*$",
    re.IGNORECASE,
)
_BUT = re.compile(
    rf"^\W*{_NO}(?:ich meint?e )?(?:nicht|not|keine?n?)\s+(?P<wrong>.+?),?\s+(?:sondern"
    rf"|but)\s+(?P<right>.+?)\W*$",
    re.IGNORECASE,
)
_NOT = re.compile(
    rf"^\W*{_NO}(?:ich meint?e |i meant? )?(?P<right>[^,?]+?),?\s+(?:nicht|statt|anstatt|not"
    rf"|instead of)\s+(?P<wrong>[^,?]+?)\W*$",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"^\W*(?:nein|nee|falsch|sorry|quatsch|no)[\s,.!:–-]+(?:(?:doch|eher|lieber|dann)\s+)*"
    r"(?P<right>(?:\S+\s*){1,4}?)\W*$",
    re.IGNORECASE,
)
_LONGEST_PHRASE = 6
"""Words; what is longer is a sentence of its own."""


def read(message: str) -> Wish:
    """Read what `message` wishes about the answer, and what it asks beside."""
    for code, whole in _WHOLE_LANGUAGE.items():
        if whole.match(message):
            return Wish("", language=code)
    if _MORE.match(message):
        return Wish("", more=True)
    if _SHORT.match(message):
        return Wish("", short=True)
    if _LISTED.match(message):
        return Wish("", listed=True)
    return _with_language(message)


def _with_language(message: str) -> Wish:
    for code, aside in _ASIDE_LANGUAGE.items():
        found = aside.search(message)
        if found is None or not found.start():
            continue
        parted = _PARTED.search(found.group().rstrip(" .?!"))
        if parted or not _FOR_A_WORD.search(message):
            return Wish(_asked(message[: found.start()], message), language=code)
    return Wish(message)


def _asked(rest: str, message: str) -> str:
    return rest + "?" if "?" in message and not rest.endswith("?") else rest


def correction(message: str) -> tuple[str, str] | None:
    """Return (what is right, what was wrong or empty) of a correction, None where it is none."""
    for pattern in (_BUT, _MEANT, _NOT, _DENIED):
        found = pattern.match(message)
        if found is None:
            continue
        right = found["right"].strip(" ?!.,")
        wrong = found.groupdict().get("wrong") or ""
        if pattern is _NOT and len(message.split()) > _LONGEST_PHRASE:
            continue
        split = _NOT.match(right) if pattern is _MEANT else None
        if split is not None and len(right.split()) <= _LONGEST_PHRASE:
            right, wrong = split["right"].strip(" ,"), split["wrong"]
        return right, wrong.strip(" ?!.,")
    return None
