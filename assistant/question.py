"""What a question asks for: its language, its things, the kind of answer it expects. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from ingest.wording.language import of_question
from retrieval import analysis

LONGEST = 1_000


class Expects(StrEnum):
    """The kind of answer that a question expects."""

    PHONE = "phone"
    MAIL = "mail"
    CONTACT = "contact"
    MONEY = "money"
    PERSON = "person"
    DATE = "date"
    PLACE = "place"
    NUMBER = "number"
    LIST = "list"
    REASON = "reason"
    DECISION = "decision"
    STATEMENT = "statement"


# In order: the first pattern of the question's language that is found decides.
_PATTERNS: tuple[tuple[Expects, str, re.Pattern[str]], ...] = tuple(
    (kind, language, re.compile(pattern, re.IGNORECASE))
    for kind, language, pattern in (
        (
            Expects.PHONE,
            "de",
            r"\btelefon(nummer|isch erreich)|\bruf(nummer|e ich)|\btelefon (von|der|des|vom)\b",
        ),
        (Expects.PHONE, "en", r"\b(tele)?phone( number)?\b"),
        (Expects.MAIL, "de", r"\be-?mail|\bmailadresse"),
        (Expects.MAIL, "en", r"\be-?mail"),
        (
            Expects.CONTACT,
            "de",
            r"ansprechp|kontakt(?!e knüpf)|adresse|anschrift|\berreiche"
            r"|\bwenden?\b.*\b(mich|uns|sich)\b"
            r"|\b(mich|uns|sich)\b.*\bwenden\b|\bmelde(n|t)? (ich|wir|man)\b",
        ),
        (Expects.CONTACT, "en", r"\bcontact\b|whom (do|can) i"),
        (
            Expects.MONEY,
            "de",
            r"\bwas (hat|haben|wird|würde)\b.*\bkosten|\bkostet|\bgekostet|\bwie teuer|\bwie ?viel "
            r"(geld|euro)|\bwie hoch\b.*\b(kosten|gebühr\w*|\w*betrag|preis\w*|entgelt|miete|etat"
            r"|budget|beitrag\w*)\b|\bwelche[rsn]? (\w*betrag|summe|preis)",
        ),
        (
            Expects.MONEY,
            "en",
            r"\bhow much\b.*\b(cost|pay|fee|money)|\bwhat (does|did)\b.*\bcost",
        ),
        (
            Expects.NUMBER,
            "de",
            r"\bwie\s?viele?n?\b|\bwie (hoch|lange|oft|häufig|groß|alt|weit|laut|schnell|schwer"
            r"|lang|breit)\b|\bwelche[rsn]? (anteil|anzahl|höhe|zahl|quote)",
        ),
        (Expects.NUMBER, "en", r"\bhow (many|much|long|often|high|old|large)\b"),
        (
            Expects.DATE,
            "de",
            r"\b(seit|bis|ab)? ?wann\b|\bin welchem (jahr|monat)|\b(an )?welche[mns] "
            r"(tag(en)?|datum|uhrzeit)|\bum wie ?viel uhr|\bwie spät",
        ),
        (Expects.DATE, "en", r"\bwhen\b|\bwhat (year|date|time)\b|\bwhich (year|day)\b"),
        (Expects.PLACE, "de", r"\bwo(her|hin)?\b|\bin welche[rmn] (stadt|ort|land|kommune)"),
        (Expects.PLACE, "en", r"\bwhere\b"),
        (Expects.PERSON, "de", r"\bwe[rmn]\b|\bwessen\b"),
        (Expects.PERSON, "en", r"\bwho(m|se)?\b"),
        (Expects.REASON, "de", r"\b(warum|weshalb|wieso|wozu)\b|\baus welche[mn] gr[uü]nd"),
        (Expects.REASON, "en", r"\bwhy\b"),
        (
            Expects.LIST,
            "de",
            r"^\W*(welche|nenne|liste|was sind|an welche|in welchen|mit welchen|für welche|auf "
            r"welche)\b",
        ),
        (Expects.LIST, "en", r"^\W*(which|list|name the|what are)\b"),
        (
            Expects.DECISION,
            "de",
            r"^\W*(gibt es|ist|sind|war|hat|gilt|darf|kann|muss|soll|wird)\b"
            r"|^\W*(?!w(as|ie|o|er|e[mn]|ann|arum|elch))[a-zäöüß]+(e|t|en|st) \w+.*\?",
        ),
        (
            Expects.DECISION,
            "en",
            r"^\W*(may|can|must|should|is|are|was|were|does|do|did|has|have|will)\b",
        ),
    )
)
_COUNTED = re.compile(r"\b(?i:wie)\s?viele?n?\s+(?:\w+e[rn]?\s+)?(?P<noun>[A-ZÄÖÜ][\w-]+)")


@dataclass(frozen=True, slots=True)
class Question:
    """A question, read.

    `units` are the things it asks about, see `retrieval.analysis.units`; `counted` is the one of
    which it asks how many there are.
    """

    text: str
    language: str
    expects: Expects
    units: tuple[tuple[str, ...], ...]
    counted: tuple[str, ...] | None = None


def read_question(text: str) -> Question:
    """Read a question; German unless it clearly is English."""
    plain = " ".join(text.split())
    language = of_question(plain)
    expects = next(
        (kind for kind, code, pattern in _PATTERNS if code == language and pattern.search(plain)),
        Expects.STATEMENT,
    )
    units = tuple(dict.fromkeys(analysis.units(plain, language)))
    return Question(plain, language, expects, units, _counted(plain, language))


def _counted(text: str, language: str) -> tuple[str, ...] | None:
    found = _COUNTED.search(text)
    return next(iter(analysis.units(found["noun"], language)), None) if found else None


_PHONE = re.compile(r"(?:\+49|\b0)\s?[\d(][\d\s/()–—-]{5,}\d")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_NUMBER = re.compile(
    r"\d|\b(?:zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|hundert|tausend|hälfte|drittel"
    r"|viertel|doppelt\w*|kein\w*|jede\w* zweite\w*|einmal|zweimal|täglich|wöchentlich|monatlich"
    r"|jährlich|stunden?|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half|none|daily"
    r"|weekly|monthly|yearly)\b",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"\d[\d.,]*\s?(?:€|EUR\b|Euro\b|Mio|Millionen|Prozent|%|euros?\b)|[€$£]\s?\d"
    r"|\b(?:kostenlos|kostenfrei|gratis|unentgeltlich|gebührenfrei|free of charge"
    r"|(?:zwei|drei|vier|fünf|zehn|two|three|five|ten) euros?)\b",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\b\d{1,2}\.\s?\d{1,2}\.\s?\d{2,4}|\b(?:19|20)\d{2}\b"
    r"|\b\d{1,2}\.\s?(?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November"
    r"|Dezember)\b|\b(?:January|February|March|April|May|June|July|August|September|October"
    r"|November|December)\b"
    r"|\b(?:[Mm]ontag|[Dd]ienstag|[Mm]ittwoch|[Dd]onnerstag|[Ff]reitag|[Ss]amstag|[Ss]onntag)"
    r"(?:s|en)?\b|\b\d{1,2}(?:[.:]\d{2})?\s?Uhr\b"
    r"|\b(?:täglich|wöchentlich|monatlich|jährlich|jedes Jahr|alle \w+ (?:Tage|Wochen|Monate|Jahre)"
    r"|Frühjahr|Sommer|Herbst|Winter|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?|spring|summer|autumn"
    r"|winter|every \w+)\b"
)
_REASON = re.compile(
    r"\b(?:weil|da|denn|deshalb|daher|damit|um|dadurch|wegen|aufgrund|grund|gründe|because|since"
    r"|therefore|in order to|due to)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"\b[A-ZÄÖÜ][\w.-]+\s+[A-ZÄÖÜ][\w-]+")


# Kinds of answer that can be seen in a sentence, so that one without them is unlikely to answer.
VISIBLE = frozenset({Expects.PHONE, Expects.MAIL, Expects.CONTACT, Expects.NUMBER, Expects.DATE})


# What a sentence must show to be an answer at all.
INDISPENSABLE = frozenset(
    {Expects.PHONE, Expects.MAIL, Expects.MONEY, Expects.NUMBER, Expects.DATE}
)

_SHOWN: dict[Expects, tuple[re.Pattern[str], ...]] = {
    Expects.PHONE: (_PHONE,),
    Expects.MAIL: (_MAIL,),
    Expects.CONTACT: (_PHONE, _MAIL),
    Expects.MONEY: (_MONEY,),
    Expects.NUMBER: (_NUMBER,),
    Expects.DATE: (_DATE,),
    Expects.REASON: (_REASON,),
    Expects.PERSON: (_NAME,),
}


def shows(expects: Expects, sentence: str) -> bool:
    """Tell whether `sentence` holds the kind of thing that is expected."""
    return any(pattern.search(sentence) for pattern in _SHOWN.get(expects, ()))
