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
    ADDRESS = "address"
    CONTACT = "contact"
    MONEY = "money"
    PERSON = "person"
    DATE = "date"
    PLACE = "place"
    DURATION = "duration"
    NUMBER = "number"
    LIST = "list"
    REASON = "reason"
    DECISION = "decision"
    STATEMENT = "statement"


# Contact data are asked for wherever they are named. Of the other kinds the one that is asked for
# first decides, the first of two in the same place ("Warum kostet das …?" wants a reason).
_NAMED = frozenset({Expects.PHONE, Expects.MAIL, Expects.ADDRESS, Expects.CONTACT})
_PATTERNS: tuple[tuple[Expects, str, re.Pattern[str]], ...] = tuple(
    (kind, language, re.compile(pattern, re.IGNORECASE))
    for kind, language, pattern in (
        (
            Expects.PHONE,
            "de",
            r"\btelefon(nummer|isch erreich)|\bruf(nummer|e ich)|\btelefon (von|der|des|vom)\b",
        ),
        (
            Expects.PHONE,
            "en",
            r"\b(tele)?phone numbers?( of| for|\W*\?|\W*$)|^\W*(tele)?phone\b(?! call)"
            r"|\bnumber\b.*\b(call|ring|dial)\b|\b(call|ring|reach)\b.*\bby (tele)?phone\b",
        ),
        (Expects.MAIL, "de", r"(?<!per )(?<!via )\be-?mail|\bmailadresse"),
        (Expects.MAIL, "en", r"\be-?mail"),
        (Expects.ADDRESS, "de", r"(?<!net)(?<!web)adresse|anschrift|\bwo\b.*\bsitz(t|en)?\b"),
        (
            Expects.ADDRESS,
            "en",
            r"\b(postal|street|mailing|the|what|whose|your|their|its) address\b|\baddress of\b",
        ),
        (
            Expects.CONTACT,
            "de",
            r"ansprechp|kontakt(?!e knüpf)|\berreiche? (ich|man)\b|\berreicht man\b|\berreichbar"
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
            Expects.DURATION,
            "de",
            r"\bwie lange\b|\bwie\s?viele?n? (minuten|stunden|tagen?|wochen|monaten?|jahren?)\b"
            r"|\bwelche[rn]? (dauer|laufzeit)\b",
        ),
        (
            Expects.DURATION,
            "en",
            r"\bhow long\b|\bhow many (minutes|hours|days|weeks|months|years)",
        ),
        (
            Expects.NUMBER,
            "de",
            r"\bwie\s?viele?n?\b(?! uhr)|\bwie (hoch|oft|häufig|groß|alt|weit|laut|schnell|schwer"
            r"|lang|breit)\b|\bwelche[rsn]? (anteil|anzahl|höhe|zahl|quote)",
        ),
        (Expects.NUMBER, "en", r"\bhow (many|much|often|high|old|large)\b"),
        (
            Expects.DATE,
            "de",
            r"\b(seit|bis|ab)? ?wann\b|\bin welchem (jahr|monat)|\b(an )?welche[mns] "
            r"(tag(en)?|datum|uhrzeit)|\bum wie ?viel uhr|\bwie spät",
        ),
        (
            Expects.DATE,
            "en",
            # "when it rains" asks for nothing.
            r"\bwhen (is|are|was|were|do|does|did|will|would|can|could|should|must|may|has|have)\b"
            r"|\b(since|until|till|by|know|tell me|say|clear|decided|out) when\b|^\W*when\W*$"
            r"|\bwhat (year|date|time|day|month)\b|\bwhich (year|day|month)\b",
        ),
        (
            Expects.LIST,
            "de",
            # Before who and where: "Wer gehört alles dazu?" Keywords name what they want many of.
            r"^\W*(was|we[rmn]|wo\w*|\w+ we[rmn])\b.*\balles\b|\bder reihe nach\b"
            r"|\bschritt für schritt\b|\breihenfolge\b|\bwie (läuft|laufen|lief|verläuft)\b.*\bab\b"
            r"|\b(woraus|aus we[mn]|aus was) (besteht|bestehen|setz)|\bgliedert\b"
            r"|\bverteil(t|en|ten)\b"
            r"|^\W*(ablauf|schritte|gemeinsamkeiten|unterschiede|voraussetzungen|\w*kriterien|aufgaben"
            r"|bausteine|themen|ziele|tipps|gründe|regeln|fristen|termine|rechte|pflichten|vorteile"
            r"|nachteile|hindernisse|hürden|werkzeuge|methoden|beispiele|\w+faktoren|mitglieder|angebote"
            r"|leistungen|unterlagen|maßnahmen|vergleich|empfehlungen|\w*checkliste|packliste)\b(?!.*\bw(as|ie|er)\b)",
        ),
        (Expects.PLACE, "de", r"\bwo(her|hin)?\b|\bin welche[rmn] (stadt|ort|land|kommune)"),
        (Expects.PLACE, "en", r"\bwhere\b"),
        (Expects.PERSON, "de", r"\bwe[rmn]\b|\bwessen\b"),
        (Expects.PERSON, "en", r"\bwho(m|se)?\b"),
        (Expects.REASON, "de", r"\b(warum|weshalb|wieso|wozu)\b|\baus welche[mn] gr[uü]nd"),
        (Expects.REASON, "en", r"\bwhy\b"),
        (
            Expects.LIST,
            "de",
            r"(^|[.!–] )\W*(welche|nenne|liste|was sind|an welche|in welchen|mit welchen|für welche"
            r"|auf welche)\b",
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
# A text counts people by what they are there: members, guests, children.
_ANYBODY = frozenset({"Leute", "Leuten", "Menschen", "Personen"})
# What numbers are given in. "120 Stunden" is all the answer there is, and no sum says "Geld".
_MEASURE = re.compile(
    r"(?:Geld\w*|Euros?|Cents?|Prozent\w*|Zeit|Sekunden?|Minuten?|Stunden?|Uhr|Tagen?|Wochen?|Monaten?"
    r"|Quartalen?|Jahren?|Meter|Metern|Kilometern?|Quadratmetern?|Liter|Kilo\w*|Gramm|Punkten?|Mal)\b"
)
_COUNTED = re.compile(r"\b(?i:wie)\s?viele?n?\s+(?:[a-zäöü]\w*e[rn]?\s+)?(?P<noun>[A-ZÄÖÜ][\w-]+)")


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
    units = tuple(dict.fromkeys(analysis.units(plain, language)))
    return Question(plain, language, _expected(plain, language), units, _counted(plain, language))


def _expected(text: str, language: str) -> Expects:
    first: tuple[int, Expects] | None = None
    for kind, code, pattern in _PATTERNS:
        found = pattern.search(text) if code == language else None
        if found is None:
            continue
        if kind in _NAMED:
            return kind
        if kind is Expects.DECISION and first is not None:
            break  # "Wissen Sie, wann …?" wants more than yes
        if first is None or found.start() < first[0]:
            first = (found.start(), kind)
    return first[1] if first is not None else Expects.STATEMENT


def _counted(text: str, language: str) -> tuple[str, ...] | None:
    found = _COUNTED.search(text)
    if found is None or found["noun"] in _ANYBODY or _MEASURE.match(found["noun"]):
        return None
    return next(iter(analysis.units(found["noun"], language)), None)
