"""What a sentence must show to be an answer of the kind that is expected. Pure."""

from __future__ import annotations

import re

from assistant.question import Expects

_PHONE = re.compile(r"(?:\+49|\b0)\s?[\d(][\d\s/()–—-]{5,}\d")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_ADDRESS = re.compile(
    r"\b\d{5} [A-ZÄÖÜ][a-zäöüß]+"
    r"|\b[A-ZÄÖÜ][\w.-]*(?:straße|str\.|platz|allee|weg|gasse|ring) ?\d{1,4}(?! ?\d{5})"
)
_WORDED = (
    r"zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|dreizehn|vierzehn|fünfzehn|sechzehn"
    r"|siebzehn|achtzehn|neunzehn|\w*zwanzig|\w*dreißig|\w*(?:vier|fünf|sech|sieb|acht|neun)zig|dutzend"
    r"|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty"
)
_NUMBER = re.compile(
    rf"\d|\b(?:{_WORDED}|\w*hundert|\w*tausend|hälfte|\w*drittel|viertel|doppelt\w*|kein\w*|half"
    r"|jede\w* (?:zweite|dritte|vierte|fünfte|zehnte)\w*|einmal|zweimal|mehrmals|täglich"
    r"|wöchentlich|monatlich|jährlich|stunden?|hundred|thousand|none|once|twice|daily|weekly|monthly|yearly)\b",
    re.IGNORECASE,
)
# The figures of a date, an ordinal, a §, a page, an address or a telephone number count nothing.
_LABEL = re.compile(
    r"(?:\+49|\b0)\s?[\d(][\d\s/()–—-]{5,}\d"
    r"|\b\d{5} (?=[A-ZÄÖÜ])|(?:straße|str\.|platz|allee|weg|gasse|ring) ?\d+\w?(?:/\d+)?"
    r"|§§?\s?\d+\w*(?:(?:,| und| bis)\s\d+\w*)*"
    r"|\b(?:Abs(?:atz|\.)|Satz|Nr\.|Nummer|Art(?:ikel|\.)|Kap(?:itel|\.)|Seiten?|S\.|Abb(?:ildung|\.)"
    r"|Tab(?:elle|\.)|Ziffer|Folie|Band|ISBN|Phase|Stufe|Kriterium|Sections?|Chapter|Volume|pp?\.)"
    r"\s?\d[\w./–-]*"
    r"|\b\d{1,2}\.\s?\d{1,2}\.(?:\s?\d{2,4})?|\b\d{1,2}[.:]\d{2} ?(?:Uhr|bis|–|-)"
    r"|\b\d{1,3}\.\s(?=\w)"
    r"|\b(?:[Jj]ahre?n?s?|[Ss]eit|Ende|Anfang|Mitte|Stand|[Ss]ince|[Uu]ntil|Januar|Februar|März|April"
    r"|Mai|Juni|Juli|August|September|Oktober|November|Dezember|January|February|March|May|June|July"
    r"|October|December) (?:19|20)\d{2}\b"
    r"|(?<![\d.,])\b(?:19|20)\d{2}\b(?! [A-ZÄÖÜ]|[.,]\d)"
)
_DURATION = re.compile(
    rf"(?:\d|\b(?:eine?[rnms]?|halbe[rns]?|mehrere[rn]?|wenige[rn]?|einige[rn]?|a|an|one|{_WORDED})\b)"
    r"(?:[\s-](?:\w+\s)?)(?:sekunde|minute|stunde|tag|woche|monat|jahr|quartal|semester|halbjahr"
    r"|second|minute|hour|day|week|month|year)"
    r"|(?:minütig|stündig|tägig|wöchig|monatig|jährig)|halb(?:tags|jahr)"
    r"|\b(?:dauerhaft|unbefristet|befristet|vorübergehend|lebenslang|ganzjährig|permanent\w*"
    r"|temporar\w+|solange|unbegrenzt|until|up to|seit|since)\b"
    r"|\bbis (?:zu[mr]?|Ende|Mitte|Anfang|längstens|spätestens|\d|\w+ \d{4})"
    r"|\b\d{1,2}[.:]\d{2}(?: Uhr)? ?(?:bis|–|-|to) ?\d",
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
    # In statutes a time hangs on what happens: from the day of the finding, once a child is three.
    r"|\b(?:[Aa]m|[Vv]om|[Aa]b dem|[Ss]eit dem|[Bb]is zum|[Mm]it dem) (?:\w+ )?Tage?s?\b"
    r"|\b(?:[Nn]ach|[Mm]it|[Vv]or|[Bb]is zum|[Aa]b|[Zz]u) (?:Ablauf|Beginn|Ende|Vollendung)\b"
    r"|Lebens(?:jahr|monat)|\b[Ss]obald\b"
)
_REASON = re.compile(
    r"\b(?:weil|da|denn|deshalb|daher|damit|um|dadurch|wegen|aufgrund|grund|gründe|because|since"
    r"|therefore|in order to|due to)\b",
    re.IGNORECASE,
)
_CURRENCY = re.compile(r"€|\b(?:Euro|EUR)\b")
_NAME = re.compile(r"\b[A-ZÄÖÜ][\w.-]+\s+[A-ZÄÖÜ][\w-]+")

# Kinds of answer that can be seen in a sentence, so that one without them is unlikely to answer.
VISIBLE = frozenset(
    {
        Expects.PHONE,
        Expects.MAIL,
        Expects.ADDRESS,
        Expects.CONTACT,
        Expects.NUMBER,
        Expects.DURATION,
        Expects.DATE,
    }
)

# What a sentence must show to be an answer at all.
INDISPENSABLE = frozenset(
    {
        Expects.PHONE,
        Expects.MAIL,
        Expects.MONEY,
        Expects.NUMBER,
        Expects.DURATION,
        Expects.DATE,
    }
)

_SHOWN: dict[Expects, tuple[re.Pattern[str], ...]] = {
    Expects.PHONE: (_PHONE,),
    Expects.MAIL: (_MAIL,),
    Expects.ADDRESS: (_ADDRESS,),
    Expects.CONTACT: (_PHONE, _MAIL),
    Expects.MONEY: (_MONEY,),
    Expects.NUMBER: (_NUMBER,),
    Expects.DURATION: (_DURATION,),
    Expects.DATE: (_DATE,),
    Expects.REASON: (_REASON,),
    Expects.PERSON: (_NAME,),
}


def shows(expects: Expects, sentence: str) -> bool:
    """Tell whether `sentence` holds the kind of thing that is expected."""
    if expects is Expects.NUMBER:
        sentence = _LABEL.sub(" ", sentence)
    return any(pattern.search(sentence) for pattern in _SHOWN.get(expects, ()))


def counts_money(row: str, around: str) -> bool:
    """Tell whether the row of a table gives a number and what stands around it the currency."""
    return shows(Expects.NUMBER, row) and bool(_CURRENCY.search(around))
