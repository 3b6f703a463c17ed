"""Words of the field that mean the same: one term for all their forms, from data files. Pure.

The packaged file is ``data/concepts.toml``; editors extend it with a file of their own, in the same
form, without code (`load_table`, `use`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import chain
from pathlib import Path

from retrieval.errors import ConceptsInvalid

_ABBREVIATION = re.compile(r"[A-ZÄÖÜ][A-ZÄÖÜa-zäöü]{0,3}[A-ZÄÖÜ]|[A-ZÄÖÜ]{2,}")
_VOWEL = re.compile(r"[AEIOUÄÖÜY]", re.IGNORECASE)
_SHORT = 3  # letters
_WORD = re.compile(r"[^\W_]+")
EXACT = "="
"""Before a form that matches only as it is written, with a small or a capital letter."""
_WORDS, _REGIONS = "words", "regions"
_LANGUAGES = ("de", "en")
_TOML_LINE = re.compile(r"at line (\d+)")


@dataclass(frozen=True, slots=True)
class Concept:
    """An occurrence: words ``first..last`` (exclusive) of a text name the concept `term`."""

    term: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Forms:
    """How a concept is written: in German, in English, and the same way in both."""

    german: tuple[str, ...] = ()
    english: tuple[str, ...] = ()
    both: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[str]:
        """Yield every form."""
        return chain(self.both, self.german, self.english)

    def joined(self, other: Forms) -> Forms:
        """Return the forms of both, each once, those of `self` first."""
        pairs = ((self.german, other.german), (self.english, other.english))
        german, english, both = (
            tuple(dict.fromkeys((*mine, *theirs)))
            for mine, theirs in (*pairs, (self.both, other.both))
        )
        return Forms(german, english, both)


@dataclass(frozen=True, eq=False)
class Table:
    """Concepts by name; `regions` are the names of those that stand for a Bundesland."""

    concepts: Mapping[str, Forms]
    regions: frozenset[str] = field(default_factory=frozenset)


def load_table(extra: Path | None = None) -> Table:
    """Return the packaged table, with the concepts and forms of the file `extra` added.

    Raises:
        ConceptsInvalid: `extra` cannot be read; the message is German and names the line.
    """
    packaged = files("retrieval").joinpath("data/concepts.toml").read_text(encoding="utf-8")
    base = _parse(packaged, "concepts.toml")
    if extra is None:
        return base
    try:
        text = extra.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as exc:
        raise ConceptsInvalid(f"„{extra}“ ist keine lesbare Textdatei (UTF-8).") from exc
    return _merged(base, _parse(text, str(extra)), _Source(str(extra), text))


_current: list[Table] = []


def use(extra: Path | None) -> None:
    """Set the table of this process, once and before any text is analysed.

    Terms of an index made with another table do not fit: see `retrieval.analysis.fingerprint`.

    Raises:
        ConceptsInvalid: As `load_table`.
    """
    _current[:] = [load_table(extra)]


def current() -> Table:
    """Return the table of this process: what `use` has set, else the packaged one."""
    return _current[0] if _current else _packaged()


@cache
def _packaged() -> Table:
    return load_table()


def regions() -> frozenset[str]:
    """Return the terms that stand for a Bundesland."""
    return frozenset(f"={name}" for name in current().regions)


@dataclass(frozen=True, slots=True)
class _Source:
    name: str
    text: str

    def invalid(self, key: str, problem: str) -> ConceptsInvalid:
        """Make the error for the line on which `key` stands."""
        lines = self.text.splitlines()
        begin = re.compile(rf"\s*\[?\s*[\"']?{re.escape(key)}[\"']?\s*[=\]]")
        number = next((at for at, line in enumerate(lines, 1) if begin.match(line)), 1)
        return ConceptsInvalid(f"„{self.name}“, Zeile {number}: {problem}")


def _parse(text: str, name: str) -> Table:
    source = _Source(name, text)
    try:
        sections = tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        found = _TOML_LINE.search(str(exc))
        line = found[1] if found else str(len(text.splitlines()))
        raise ConceptsInvalid(
            f"„{name}“, Zeile {line}: kein gültiges TOML. Richtig ist zum Beispiel "
            f'kgk = ["KGK", "Kommunale Gesundheitskonferenz"].'
        ) from exc
    concepts: dict[str, Forms] = {}
    for section, entries in sections.items():
        if section not in (_WORDS, _REGIONS) or not isinstance(entries, dict):
            raise source.invalid(section, f"„{section}“ ist weder [{_WORDS}] noch [{_REGIONS}].")
        for key, value in entries.items():
            if key in concepts:
                raise source.invalid(key, f"„{key}“ steht in beiden Abschnitten.")
            concepts[key] = _forms(key, value, source)
    return Table(concepts, frozenset(sections.get(_REGIONS, ())))


def _forms(key: str, value: object, source: _Source) -> Forms:
    lists = value if isinstance(value, dict) else {"": value}
    held: dict[str, tuple[str, ...]] = {}
    for language, forms in lists.items():
        if language not in ("", *_LANGUAGES):
            raise source.invalid(key, f"„{language}“ ist keine Sprache, möglich sind de und en.")
        if not isinstance(forms, list) or not all(map(_is_form, forms)):
            raise source.invalid(
                key, f"„{key}“ braucht eine Liste von Wörtern in Anführungszeichen."
            )
        held[language] = tuple(forms)
    return Forms(held.get("de", ()), held.get("en", ()), held.get("", ()))


def _is_form(value: object) -> bool:
    return isinstance(value, str) and bool(re.search(r"[^\W_]", value))


def _merged(base: Table, extra: Table, source: _Source) -> Table:
    unknown = sorted(extra.regions - base.regions)
    if unknown:
        raise source.invalid(unknown[0], f"„{unknown[0]}“ ist keines der 16 Länder.")
    owners = {form: name for name, forms in base.concepts.items() for form in forms}
    concepts = dict(base.concepts)
    for name, forms in extra.concepts.items():
        taken = next((form for form in forms if owners.get(form, name) != name), None)
        if taken is not None:
            raise source.invalid(name, f"„{taken}“ gehört schon zu „{owners[taken]}“.")
        concepts[name] = concepts[name].joined(forms) if name in concepts else forms
    return Table(concepts, base.regions)


class ConceptTable:
    """Finds concepts in a sequence of words."""

    def __init__(
        self,
        forms: Mapping[str, Sequence[str]],
        stem: Callable[[str], str],
        *,
        capitalised: bool = False,
    ) -> None:
        """Index `forms` by the term of their concept.

        Args:
            forms: The spellings of each term.
            stem: Reduces one word, the same way for forms and texts.
            capitalised: Single words count only with a capital letter, as German nouns have it.
        """
        self._stem = stem
        self._capitalised = capitalised
        self._fixed: dict[str, str] = {}
        self._phrases: dict[tuple[str, ...], str] = {}
        for term, spellings in forms.items():
            for form in spellings:
                if is_abbreviation(form) or form.startswith(EXACT):
                    self._fixed.update(dict.fromkeys(as_typed(form), term))
                else:
                    phrase = tuple(stem(word) for word in _WORD.findall(form))
                    self._phrases.setdefault(phrase, term)
        lengths: dict[str, set[int]] = {}
        for phrase in self._phrases:
            lengths.setdefault(phrase[0], set()).add(len(phrase))
        self._lengths = {
            first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()
        }

    def find(self, words: Sequence[str], stems: Sequence[str] | None = None) -> Iterator[Concept]:
        """Yield the concepts in `words`, of overlapping forms the first and longest.

        Args:
            words: The words of a text in order.
            stems: What this table's stemmer makes of them, where the caller has it already.
        """
        if stems is None:
            stems = [self._stem(word) for word in words]
        lengths, fixed = self._lengths, self._fixed
        done = 0
        for at, (word, stem) in enumerate(zip(words, stems, strict=True)):
            if at >= done and (stem in lengths or word in fixed):
                concept = self._longest_at(at, word, stems)
                if concept is not None:
                    yield concept
                    # What stands inside is not meant by itself: "Lower Saxony" does not speak of
                    # Saxony.
                    done = concept.last

    def _longest_at(self, first: int, word: str, stems: Sequence[str]) -> Concept | None:
        for length in self._lengths.get(stems[first], ()):
            phrase = tuple(stems[first : first + length])
            term = self._phrases.get(phrase)
            single = len(phrase) == 1 and self._capitalised
            if term is not None and (not single or word[0].isupper()):
                return Concept(term, first, first + len(phrase))
        if word in self._fixed:
            return Concept(self._fixed[word], first, first + 1)
        return None


def is_abbreviation(form: str) -> bool:
    """Tell whether a form is written in capitals: "KGC", "BZgA"."""
    return _ABBREVIATION.fullmatch(form) is not None


def as_written(form: str) -> str:
    """Return how a form is shown: a name that matches only as it is written has a capital."""
    return form.removeprefix(EXACT).capitalize() if form.startswith(EXACT) else form


def as_typed(abbreviation: str) -> tuple[str, ...]:
    """Return how people type it: in small letters too where that is no word ("gkv", not "who")."""
    if abbreviation.startswith(EXACT):
        plain = abbreviation.removeprefix(EXACT)
        return (plain, plain.capitalize())
    length = len(abbreviation)
    safe = length > _SHORT or (length == _SHORT and not _VOWEL.search(abbreviation))
    return (abbreviation, abbreviation.lower()) if safe else (abbreviation,)
