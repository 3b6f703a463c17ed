"""Right sentences in other words, by rule: another order, two in one, synonyms, other forms."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from assistant.verification import lexicon
from ingest.wording.dictionary import german

_FORMS = (
    ("Die", "Diese"), ("wird", "wurde"), ("werden", "wurden"), ("haben", "hatten"),
    ("hat", "hatte"), ("sind", "waren"),
)  # fmt: skip


def reworded(text: str, other: str, chance: random.Random) -> Iterator[str]:
    """Yield `text` in other words by rule: another order, merged with `other`, synonyms."""
    plain = text.rstrip(".")
    if found := re.fullmatch(r"(.{25,}?), (wenn|weil|damit|indem|sobald|obwohl) ([^,]+)", plain):
        yield f"{found[2].capitalize()} {found[3]}, gilt: {found[1]}."
    front = re.fullmatch(
        r"((?:Seit|Am|Nach|Für|Bei|Im|Mit) (?:\S+ ){1,5}?)([a-zäöü]{3,}) (.+)", plain
    )
    if front and _is_verb(front[2]):
        phrase = front[1].strip()
        yield f"Laut Unterlage {front[2]} {front[3]}, und zwar {phrase[0].lower()}{phrase[1:]}."
    if other:
        yield f"{plain}, und {_lowered(other)}"
    yield f"Demnach gilt: {plain}."
    changed = _with_synonyms(text, chance)
    if changed != text:
        yield changed
    if (shaped := _shaped(text)) != text:
        yield shaped


def _lowered(text: str) -> str:
    first, _, rest = text.partition(" ")
    plain = first.lower()
    return f"{plain} {rest}" if german().lemma(plain) else text


def _is_verb(word: str) -> bool:
    lemma = german().lemma(word) or ""
    return lemma.endswith("n") and lemma.islower() and lemma != word


def _shaped(text: str) -> str:
    """Change articles and forms of auxiliary verbs."""
    for before, after in _FORMS:
        text = re.sub(rf"\b{before}\b", after, text, count=1)
    return text


@cache
def _synonyms() -> dict[str, tuple[str, ...]]:
    """Return German words that the glossary translates into just the same English words."""
    groups: dict[str, list[str]] = defaultdict(list)
    for part in sorted(files("retrieval").joinpath("data/glossary").iterdir(), key=str):
        for line in part.read_text(encoding="utf-8").splitlines():
            word, tab, english = line.partition("\t")
            if tab and word.isalpha() and not line.startswith("#"):
                groups[english.strip()].append(word)
    return {
        word: tuple(
            other for other in group if other != word and other[0].isupper() == word[0].isupper()
        )
        for group in groups.values()
        for word in group
        if len(group) > 1
    }


def _with_synonyms(text: str, chance: random.Random) -> str:
    """Put one synonym in, where the glossary has one for a word as it stands."""
    words = text.split()
    places = [at for at, word in enumerate(words) if _synonyms().get(word.strip(",.;:()"))]
    bare_words = {at: words[at].strip(",.;:()") for at in places}
    places = [
        at
        for at in places
        if not lexicon.is_name(bare_words[at]) and not lexicon.is_body(bare_words[at])
    ]
    if places:
        at = chance.choice(places)
        bare = words[at].strip(",.;:()")
        words[at] = words[at].replace(bare, chance.choice(_synonyms()[bare]))
    return " ".join(words)
