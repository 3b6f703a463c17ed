"""Undo line wrapping: which line ends are layout, which are meant, and what a hyphen there is.

Two signs tell them apart. Greedy wrapping leaves at a line's end less room than the next word
needs, so a line that ends early was ended on purpose. And German and English grammar: a line
that ends in an article or begins in lower case goes on.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

from ingest.facts.tables import function_words

HARD_BREAK = "\u2028"
"""A line end that is meant (an address, a list of words)."""

_SLACK = 0.82  # characters differ in width: a line may look this much shorter than it is
_LIST_SHARE = 0.5  # with a greater share of early line ends, a block is a list of lines

_MAX_WRAP = 160  # no layout makes longer lines: such text is not wrapped
_MIN_LIST_ENDS = 2  # fewer line ends prove nothing
_PROSE_FILL = 0.78  # wrapped prose fills its lines better than this on average
_HYPHEN = re.compile(r"[^\W_][*:/_]?[-¬\u00ad]$")
_SUSPENDED = re.compile(
    r"(?:und|oder|und/oder|bzw\.|beziehungsweise|sowie|als auch|u\.|o\.|and|or)(?:\s|$)",
    re.IGNORECASE,
)
# "Gesund- heit": the line end was lost before the text came here, the hyphen stayed. The last
# group keeps lists of suspended words ("Kinder- jugend- und ...") as they are.
_TORN = re.compile(
    r"(?<![^\W_])(?<!-)([^\W\d_][a-zäöüß]{1,40})- ([a-zäöüß]{2,40})(?![\w*:/]|-(?:\s|$)|\.\w)"
)
_VOWEL = re.compile("[aeiouyäöü]")
_MIN_WHOLE = 6
_AFTER_SUSPENDED = frozenset(
    [
        "aber",
        "anstatt",
        "anstelle",
        "außer",
        "beziehungsweise",
        "bis",
        "bzw",
        "denn",
        "doch",
        "entweder",
        "inkl",
        "inklusive",
        "mal",
        "minus",
        "noch",
        "plus",
        "resp",
        "respektive",
        "samt",
        "sowie",
        "sowohl",
        "statt",
        "trotz",
        "versus",
        "via",
        "vs",
        "weder",
        "wider",
    ]
)
_COUNT = re.compile(r"(?:\b(?:ein|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn)|\d)-$", re.I)
_ABBREVIATION = re.compile(r"(?:^|[^\w])(?:[A-ZÄÖÜ]{1,5}s?|\d+)-$")
_MAX_CONTACT_LINE = 60
_LABEL = re.compile(
    r"(?i:(?:tel(?:efon)?|(?:tele)?fax|mobil|phone|e-?mail|mail|internet|web(?:site)?|kontakt|"
    r"contact|ansprechpartner(?:in|innen)?|ansprechperson(?:en)?|adresse|anschrift|address)"
    r"\b\.?\s*(?::|[+(\d])|www\.|https?://)|\S{1,64}@\S{1,200}\.\w|(?:D-)?\d{5} [A-ZÄÖÜ]|"
    r"[A-ZÄÖÜ][\w.-]*(?:[Ss]tr\.|[Ss]tra(?:ß|ss)e|weg|[Pp]latz|[Aa]llee|gasse|ring|damm|ufer)"
    r"\s+\d"
)


# "(3)" and "(3a)" number the parts of a paragraph of a statute.
_SUBSECTION = re.compile(r"\(\d{1,2}[a-z]?\)\s")
_FIELD = re.compile(r"[A-ZÄÖÜ][\w./-]*(?: [\w./-]+){0,2}:\s")


def unwrap(text: str) -> str:
    r"""Join what layout broke.

    Returns:
        The text without ``\n``: a wrapped line end became a space or, after a hyphen, what the
        word needs; a line end that is meant became `HARD_BREAK`.
    """
    return HARD_BREAK.join(_unwrap_stretch(part) for part in text.split(HARD_BREAK))


def mend_torn(text: str) -> str:
    """Join words that a line end tore apart before the line ends of a text were lost.

    "Gesund- heit" becomes "Gesundheit"; "Vor- und Nachteile" and "Kinder- wie Jugendhilfe" stay,
    for a word that ties others together goes on after a suspended one. Joins in lines only.
    """
    return _TORN.sub(_mended, text)


def _mended(found: re.Match[str]) -> str:
    first, second = found.groups()
    stays = (
        second in _AFTER_SUSPENDED
        or second in open_words()
        or second in function_words("closing")
        or first.lower() in open_words()
        or len(first) + len(second) < _MIN_WHOLE
        or not _VOWEL.search(second)
    )
    return found.group() if stays else first + second


def broken_word(line: str, following: str) -> bool:
    """Tell whether `line` ends in the first half of a word that `following` begins with."""
    broken = _HYPHEN.search(line) and following[:1].isalnum()
    return bool(broken and not _SUSPENDED.match(following))


@cache
def open_words() -> frozenset[str]:
    """Return the lower-case words no line or heading ends with: something has to follow."""
    words = function_words("de") | function_words("en") | function_words("abbreviations")
    return words - function_words("closing")


def starts_contact(line: str) -> bool:
    """Tell whether a line begins a unit of an address: a label, a street, a web or mail address."""
    return bool(_LABEL.match(line))


def goes_on(line: str, following: str) -> bool:
    """Tell by grammar whether `following` continues the sentence or word that `line` breaks."""
    last = line.rsplit(None, 1)[-1].lower() if line else ""
    if last in open_words() or (_HYPHEN.search(line) and following[:1].isalnum()):
        return True
    return following[:1].islower() and not starts_contact(following)


def ends_early(line: str, following: str, width: int) -> bool:
    """Tell whether the next word would have fitted: `line` was ended on purpose.

    Args:
        line: The line before the break.
        following: The line after it.
        width: Characters of a full line.
    """
    word = following.split(None, 1)[0] if following.strip() else ""
    return len(line) + 1 + len(word) <= _SLACK * width


def _unwrap_stretch(text: str) -> str:
    lines = [line for raw in text.split("\n") if (line := raw.strip())]
    if not lines:
        return ""
    parts = [lines[0]]
    for following, soft in zip(lines[1:], _soft_ends(lines), strict=True):
        line, glue = _seam(parts[-1], following) if soft else (parts[-1], HARD_BREAK)
        parts[-1] = line + glue
        parts.append(following)
    return "".join(parts)


def _soft_ends(lines: list[str]) -> list[bool]:
    """Judge each line end but the last: True where layout wrapped."""
    width = max(map(len, lines))
    pairs = list(pairwise(lines))
    open_ends = [goes_on(line, following) for line, following in pairs]
    early = [ends_early(line, following, width) for line, following in pairs]
    a_list = _is_list(lines, open_ends, early)
    labels = sum(map(bool, map(_FIELD.match, lines))) > 1
    return [
        not _starts_unit(pair[1], labels)
        and (is_open or not (a_list or is_early or _is_contact(*pair)))
        for pair, is_early, is_open in zip(pairs, early, open_ends, strict=True)
    ]


def _starts_unit(line: str, labels: bool) -> bool:
    """Tell a line that begins something new: "(3) Mitglieder …", one of several "Ort: Rathaus"."""
    return bool(_SUBSECTION.match(line) or (labels and _FIELD.match(line)))


def _is_list(lines: list[str], open_ends: list[bool], early: list[bool]) -> bool:
    """Tell a list of lines (words, an address) from wrapped prose.

    Args:
        lines: All lines of the block.
        open_ends: For each line end but the last: grammar says it goes on.
        early: For each line end but the last: the next word would have fitted.
    """
    width = max(map(len, lines))
    if width > _MAX_WRAP or (width <= _MAX_CONTACT_LINE and any(map(starts_contact, lines))):
        return True
    unsure = [place for place, is_open in enumerate(open_ends) if not is_open]
    if len(unsure) < _MIN_LIST_ENDS:
        return False
    if sum(early[place] for place in unsure) > _LIST_SHARE * len(unsure):
        return True
    fill = sum(len(lines[place]) for place in unsure) / len(unsure) / width
    return len(unsure) > _MIN_LIST_ENDS and fill < _PROSE_FILL and sum(open_ends) <= len(unsure) / 2


def _is_contact(line: str, following: str) -> bool:
    return len(line) <= _MAX_CONTACT_LINE and starts_contact(following)


def _seam(line: str, following: str) -> tuple[str, str]:
    """Join two halves of a wrapped line: the first as it shall stand, and what comes between."""
    if not _HYPHEN.search(line):
        return line, " "
    if line[-1] != "-":
        return line[:-1], ""  # a soft hyphen or ¬ stands only where a word is broken
    if _SUSPENDED.match(following) or (following.startswith("bis ") and _COUNT.search(line)):
        return line, " "  # "Gesundheits- und Sozialamt", "ein- bis zweimal"
    if following[0].islower() and not _ABBREVIATION.search(line):
        return line[:-1], ""
    return line, "" if following[0].isalnum() else " "
