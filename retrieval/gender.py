"""Gendered forms → the plain word: "Bürger*innen", "Bürger(innen)" → "Bürger". Pure."""

from __future__ import annotations

import re

_LETTER = r"[^\W\d_]"
# Each alternative begins with one sign, which lets the search skip the rest of the text. Markdown
# writes the sign with a backslash before it.
_FORMS = re.compile(
    # Bürger*innen, Bürger:in, Bürger/-innen
    rf"[*:_/·\\](?<={_LETTER}.)[*_]?-?[Ii]n(?:nen)?(?![^\W_])"
    # Bürger*innenrat: the parts of the compound join
    rf"|[*:_·\\](?<={_LETTER}.)[*_]?innen(?={_LETTER})"
    # jede*r, ein:e, Angehörige/r
    rf"|[*:_·\\](?<={_LETTER}{{2}}.)[*_]?(?:e[rnsm]?|[rnsm])(?![^\W_])"
    rf"|/(?<={_LETTER}{{3}}.)-?(?:e[rn]?|[rn])(?![^\W_])"
    # Bürger(innen), Student(inn)en, jede(r)
    rf"|\((?<={_LETTER}{{3}}.)(?:-?in(?:nen)?\)|inn\)en(?![^\W_])|e?[rn]\)|e\))"
    # BürgerInnen, BürgerInnenrat
    r"|I(?<=[a-zäöüß].)n(?:nen)?(?![^\W_])"
    r"|I(?<=[a-zäöüß].)nnen(?=[a-zäöüß])"
)
# Verbs and other words that only end like the plural.
_NO_PLURAL = re.compile(
    r".*(?:gewinn|spinn|beginn)en|(?:an|be|ent|nach|er|ver|zu)?sinnen|(?:ge|ver|zer|ent)?rinnen"
    r"|[bflz]?innen|(?:dr|dar)innen"
)
# Kinds of persons by their ending; Snowball itself takes "-erin" and "-erinnen" away.
_PERSON = re.compile(
    r"[^\W\d_]+(?:[dktv]or|ssor|[aei]sor|ent|[kdfgrstv]ant|and|ist|log|gog|gra[fp]h?|nom|eut|itekt"
    r"|pert|är|eur|urg|[dks]at|lekt|soph|iot|rät|patron)in"
    r"|[^\W\d_]*(?:[aä]rzt|freund|kolleg|beamt|wirt|w[aä]lt|köch|chef|könig|gött|herzog|gefährt"
    r"|muslim|kommiliton|kamerad|rival|katholik|nachbar|zeug)in"
)
_NO_PERSON = frozenset({"konstantin", "valentin", "quentin", "argentin", "login", "terpentin"})


def plain_forms(text: str) -> str:
    """Return `text` with its gendered forms reduced: "jede*r Bürger*in" → "jede Bürger"."""
    return _FORMS.sub("", text)


def plain_person(word: str) -> str:
    """Return the lower-case `word` without the feminine ending: "kolleginnen" → "kolleg".

    Only the plural is taken back to the singular where the word is no known kind of person.
    """
    if word.endswith("innen") and not _NO_PLURAL.fullmatch(word):
        word = word[:-3]
    if not word.endswith("in") or word in _NO_PERSON:
        return word
    return word[:-2] if _PERSON.fullmatch(word) else word
