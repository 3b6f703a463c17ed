"""What a sentence must show to be an answer of the kind that is expected. Pure."""

from __future__ import annotations

import re

from assistant.question import Expects

_PHONE = re.compile(
    r"(?:\+49|\b0)\s?[\d(][\d\s/()–—-]{5,}\d|\b116 ?\d{3}\b|\b11[025]\b|\bDurchwahl\W{1,3}\d"
)
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
_WEEKDAY = r"(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch"
_NUMBER = re.compile(
    rf"\d|\b(?:{_WORDED}|zweien|dreien|vieren|fünfen|\w*(?:hundert|tausend|drittel|viertel|(?:wöchent|täg)lich\w*"
    r"|zehntägig\w*)|hälfte|doppelt\w*|(?:fünf|sech|sieb|ach|neun|zehn)s?tel|kein\w*|halbe[nrsm]?"
    rf"|half|quarters?|thirds?|(?:ein|{_WORDED}|mehr|viel|manch|jedes)mal|mehrmals|(?:{_WORDED})fach\w*"
    r"|jede\w* (?:zweite|dritte|vierte|fünfte|zehnte|erste|letzte)\w*"
    rf"|jede\w* (?:{_WEEKDAY}|tag|woche|monat|jahr|quartal|\w*halbjahr)\w*|(?:{_WEEKDAY})s"
    r"|(?:halb|viertel|zwei|drei)?(?:jähr|monat)lich\w*|stunden?|hundred|thousand|none|once|twice"
    r"|daily|(?:bi-?)?(?:weekly|monthly)|yearly|annually|every \w+)\b",
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
    r"(?:[\s-](?:\w+\s)?)(?:\w*(?:sekunde|minute|stunde|tag|woche|monat|jahr|quartal|semester|nacht"
    r"|nächte|abende?n?\b|termine?n?\b|einheit)|std\b|min\b|second|minute|hour|day|week|month|year)"
    r"|(?:minütig|stündig|tägig|wöchig|monatig|jährig)|halb(?:tags|jahr)"
    r"|\b(?:dauerhaft|unbefristet|befristet|vorübergehend|lebenslang|ganzjährig|permanent\w*"
    r"|temporar\w+|solange|unbegrenzt|until|up to|seit|since)\b"
    r"|\bbis (?:zu[mr]?|Ende|Mitte|Anfang|längstens|spätestens|\d|\w+ \d{4})"
    r"|\b\d{1,2}[.:]\d{2}(?: Uhr)? ?(?:bis|–|-|to) ?\d"
    r"|\b(?:anderthalb|eineinhalb|zweieinhalb|innerhalb|binnen|außer Kraft|mit Ablauf|within)\b"
    r"|\bendet|\bläuft\b.*\baus\b|\bauslaufen|\bzum \w+ende\b|\bends?\b|\bexpires?\b",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"\d[\d.,]*\s?(?:€|EUR\b|Euro\b|Mio|Millionen|Prozent|%|euros?\b|cents?\b|DM\b|Mark\b|percent)"
    r"|[€$£]\s?\d|\b(?:kosten|gebühren|beitrags|entgelt)(?:los|frei)\w*"
    r"|\b(?:gratis|unentgeltlich\w*|umsonst|free|eintritt frei|freier eintritt"
    r"|(?:ohne|keine) (?:\w+ )?(?:kosten|gebühr\w*|aufpreis|entgelt|beitrag)"
    r"|no (?:fees?|charge|costs?)|halbe\w* (?:\w*preis|\w*gebühr|\w*beitrag|\w*kosten))\b"
    r"|\b(?:kostet|kosten|zahlen?|zahlt|costs?|pays?)\b.{0,40}\b(?:nichts|nothing)\b"
    r"|\b(?:nichts|nothing)\b.{0,20}\b(?:kostet|kosten|zahlen|zahlt)\b"
    rf"|\b(?:eine[nm]?|{_WORDED}|\w*hundert|\w*tausend|\w* million(?:en)?|one)\s(?:euros?|cents?"
    r"|prozent|percent|pounds?|dollars?)\b",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\b\d{1,2}\.\s?\d{1,2}\.(?!\d{5})|\b(?:19|20)\d{2}\b|\b\d{1,2}:\d{2}\b"
    r"|\b(?:Mo|Di|Mi|Do|Fr|Sa|So)\b\.?(?=[ ,–-]+(?:\d|(?:Mo|Di|Mi|Do|Fr|Sa|So)\b))"
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
# "When?" is often answered by what has to happen first, or by a day without its number.
_OCCASION = re.compile(
    r"\b(?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"
    r"|\w*Jahrhundert\w*|\w+ferien|Ostern|Pfingsten|Weihnachten|century)\b"
    r"|\b(?i:binnen|innerhalb|spätestens|frühestens|jederzeit|sobald|wenn|sofern|falls|bevor|nachdem"
    r"|solange|vorher|zuvor|immer|when|once|before|after|within|if|until|as soon as)\b"
    r"|\b(?i:nach|vor|ab|erst mit) (?:(?:de[mnr]|eine[mnr]?|\d+|\w+ung|Ablauf|Beginn|Ende)\b"
    r"|\w+ (?:Sekunde|Minute|Stunde|\w*[Tt]age?n?\b|Woche|Monat|Jahr))"
    r"|\b(?i:nach|vor|bis|ab|mit) \w*(?i:ende|beginn|start|schluss|vorlage|gang|erhalt|bescheid)\b"
    r"|\b(?i:nach|vor|bis) \w+ung\b"
    r"|\b(?i:am|zum|vom) (?:Ende|\w+ende|\w+ten)\b|\bdas ganze Jahr\b"
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


def can_answer(expects: Expects, sentence: str) -> bool:
    """Tell whether `sentence` may be an answer: it `shows` what is expected, or says upon what."""
    return shows(expects, sentence) or (
        expects is Expects.DATE and bool(_OCCASION.search(sentence))
    )


def counts_money(row: str, around: str) -> bool:
    """Tell whether the row of a table gives a number and what stands around it the currency."""
    return shows(Expects.NUMBER, row) and bool(_CURRENCY.search(around))
