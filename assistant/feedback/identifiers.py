"""Patterns of personal identifiers: addresses, numbers of offices and insurers, dates of birth."""

from __future__ import annotations

import re

_MONTHS = (
    r"(?:jan(?:uar|uary)?|jän(?:ner)?|feb(?:ruar|ruary)?|mär(?:z)?|march|apr(?:il)?|mai|may"
    r"|jun[ie]?|jul[iy]?|aug(?:ust)?|sep(?:t(?:ember)?)?|o[kc]t(?:ober)?|nov(?:ember)?"
    r"|de[zc](?:ember)?)\.?"
)
_DAY = rf"(?:\d{{1,2}}\s?[./-]\s?\d{{1,2}}\s?[./-]\s?|\d{{1,2}}\.?\s?{_MONTHS}\s?)"
# A word of its own so that "Aktenzeichen von Bescheiden" is left alone.
_CODE = r"(?=[^\s,;?!]*\d)[\w./-]*\w(?:\s(?=[^\s,;?!]*\d)[\w./-]*\w)*"
_LABELS = (
    r"aktenzeichen|az|gz|geschäftszeichen|kassenzeichen|vorgangsnummer|fallnummer|antragsnummer"
    r"|(?:bg|bedarfsgemeinschafts?|kunden|versicherten|versicherungs|sozialversicherungs"
    r"|rentenversicherungs|kranken(?:versicherten|versicherungs|kassen)|mitglieds|personal|steuer"
    r"|steueridentifikations|ausweis|pass|personalausweis|konto|patienten|melde|schwerbehinderten"
    r"ausweis|handy|telefon|fax)[\s-]?(?:nummer|nr\.?|id|zeichen)|steuer-?id|svnr|rvnr|kvnr|blz|bic"
    r"|iban|tel|telefon|mobil|handy|fax|durchwahl"
)
_WAY = (
    r"(?:[Ss]tra(?:ß|ss)e|[Ss]tr\.|[Ww]eg|[Pp]latz|[Aa]llee|[Gg]asse|[Rr]ing|[Dd]amm|[Uu]fer"
    r"|[Cc]haussee|[Ss]teig|[Ss]tieg|[Pp]fad|[Bb]erg|[Hh]of|[Gg]raben|[Pp]romenade|[Ww]all|[Mm]arkt"
    r"|[Bb]rücke)"
)
# "Lindenweg", "Breiter Weg", "Karl-Marx-Straße"; "der Weg" alone is none.
_STREET = rf"(?:[\w-]{{2,}}{_WAY}|(?:[A-ZÄÖÜ][\w.-]*\s){{1,2}}{_WAY})"
_HOUSE = (
    r"\d{1,4}(?:\s?[a-zA-Z]\b)?(?:\s?[-–/]\s?\d{1,4}\s?[a-zA-Z]?)?(?![\w%]|[.,]\d)"
    r"(?:,?\s\d{5}\b)?"
)


def _rule(mark: str, pattern: str, *, exact: bool = False) -> tuple[str, re.Pattern[str]]:
    return mark, re.compile(pattern, 0 if exact else re.IGNORECASE)


RULES: tuple[tuple[str, re.Pattern[str]], ...] = (
    # An address of the web may hold a session, a search or a name.
    _rule("Link", r"\b(?:[a-z][a-z0-9+.-]{1,20}://|www\.)\S+"),
    _rule("Link", r"(?<![\w@])(?:[a-z0-9-]+\.)+[a-z]{2,10}/\S+"),
    _rule("E-Mail", r"[^\s@]+\s?@\s?[^\s@]+\.[a-z]{2,}"),
    _rule("E-Mail", r"[\w.+-]+\s+(?:at|ät)\s+[\w-]+\s+(?:dot|punkt)\s+[a-z]{2,}\b"),
    _rule("Konto", r"(?<![\w@])@[\w.:-]{2,}"),
    # IBAN: country, check digits, up to 30 characters in groups.
    _rule("Nummer", r"\b[a-z]{2}\d{2}(?:[ -]?[a-z0-9]{4}){2,7}(?:[ -]?[a-z0-9]{1,4})?\b(?<=\d)"),
    # A court's file number: S 12 AS 345/20 ER, 4 K 123/22.MD.
    _rule(
        "Nummer",
        r"\b(?:[A-Z]{1,2} ?)?\d{1,3} [A-Z]{1,3} \d{1,5}/\d{2,4}(?:[ .][A-Z]{1,2}\b)?",
        exact=True,
    ),
    _rule("Nummer", rf"\b(?:{_LABELS})\b\.?\s*(?:ist|lautet|war)?\s*[:#=]?\s*(?P<it>{_CODE})"),
    # Benefit community of a Jobcenter (12345//0001234, 12345BG0001234), customer (123A456789).
    _rule("Nummer", r"\b\d{5}\s?(?://|bg)\s?\d{4,7}\b"),
    _rule("Nummer", r"\b\d{3}\s?[a-z]\s?\d{6}\b"),
    # Health insurance number: a letter and nine digits; pension insurance: 65 170839 J 003.
    _rule("Nummer", r"\b[a-z][ -]?\d{3}[ -]?\d{3}[ -]?\d{3}\b"),
    _rule("Nummer", r"\b\d{2}[ ]?\d{6}[ ]?[a-z][ ]?\d{3}\b"),
    _rule("Nummer", r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])"),
    _rule("Nummer", r"(?<![\w:])(?:[0-9a-f]{0,4}:){3,7}[0-9a-f]{1,4}(?![\w:])"),
    _rule(
        "Geburtsdatum",
        r"(?:\bgeb(?:oren(?:e[rsn]?)?|\.)?\s*(?:am|:)?\s*"
        r"|\bgeburts(?:datum|tag)\W{0,3}(?:ist\s|am\s)?"
        rf"|\bborn\s(?:on\s)?|\*\s?)(?P<it>{_DAY}\d{{2,4}}|{_DAY}|(?:19|20)\d\d\b)",
    ),
    _rule(
        "Geburtsdatum", r"\b(?:jahrgang|geboren\s(?:im\s(?:jahr\s)?)?)\s?(?P<it>(?:19|20)?\d\d)\b"
    ),
    # A whole date before 2005 is hardly ever the date of what is asked about.
    _rule("Datum", rf"(?<!\d){_DAY}(?:(?:19\d\d|200[0-4])|[5-9]\d)(?!\d)"),
    _rule("Datum", r"(?<!\d)(?:19\d\d|200[0-4])-\d\d-\d\d(?!\d)"),
    _rule("Alter", r"\b(?:ich\s+bin|bin\s+ich|i\s+am|i['’]m)\s+(?:\w{4,5}\s)?(?P<it>\d{1,3})\b"),
    _rule("Adresse", rf"\b{_STREET}\s*(?:[Nn]r\.?\s?)?{_HOUSE}", exact=True),
    _rule("Adresse", rf"\b[\w-]{{2,}}(?:stra(?:ß|ss)e|str\.|weg|platz|allee|gasse)\s*{_HOUSE}"),
    _rule(
        "Adresse",
        r"\b(?:Straße de[rs]|Am|An de[rmn]|Im|In de[rmn]|Auf de[rm]|Zu[mr]|Unter de[nm]"
        rf"|Hinter de[rm]|Beim?)(?: [A-ZÄÖÜ][\w-]+){{1,3}} {_HOUSE}",
        exact=True,
    ),
    _rule("PLZ", r"(?:\b(?:D-|plz:?\s?)|(?<=[,\]] )|(?<=\bin )|(?<=\baus ))\d{5}\b"),
    _rule("PLZ", r"\b(?:0\d{4})\b(?=\s[A-ZÄÖÜ])", exact=True),
)
"""What to look for in this order, each with the mark that takes its place.

Where a pattern has the group `it`, only that part is taken out.
"""

LAST_RULES: tuple[tuple[str, re.Pattern[str]], ...] = (
    # Long numbers of any kind, but no date, no sum of money ("1.500.000 Euro"), no span of years.
    _rule(
        "Nummer",
        r"(?<![\w.,/-])(?!(?:19|20)\d\d\s?[-–/]\s?(?:19|20)\d\d\b)"
        r"(?!\d{1,2}\.\s?\d{1,2}\.\s?20\d\d(?!\s?\d))(?!\d{1,3}(?:[. ]\d{3})+\b(?![\d/-]))"
        r"\+?\d(?:[ ./–-]?\d){6,}(?!\s?(?:€|euro|eur|prozent|%))(?!\w)",
    ),
    # Tokens, hashes and keys, but no long word with a year.
    _rule(
        "Nummer",
        r"(?<![\w-])(?![^\W\d]+(?:-[^\W\d]+)*-?(?:19|20)\d\d(?![\w-]))(?=[^\W\d-]*-*\d|\w*\d)"
        r"[\w-]{18,}(?![\w-])",
    ),
)
"""What to look for when telephone numbers are out: numbers and keys that nothing names."""
