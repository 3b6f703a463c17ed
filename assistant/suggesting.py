"""What a search box offers while somebody types: titles, headings and frequent terms.

Of public documents alone, whoever asks.
"""

from __future__ import annotations

import re
import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain

from assistant.headings import uncounted
from retrieval.analysis import function_words
from retrieval.errors import DocumentUnknown
from retrieval.folding import clean
from retrieval.library import Library
from retrieval.records import DocumentRecord, DocumentText
from retrieval.suggest import Phrase, Suggester, folded_words

LONGEST = 100
"""Characters of a phrase; a longer heading is a sentence."""
MOST_TERMS = 5_000
TERMS_OF_ONE = 60
"""Terms of one document that are counted: its most frequent."""
FREQUENT = 3
"""How often a term must occur in all documents."""
SHORTEST, SHORTEST_ABBREVIATION = 4, 3

_TERM = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Offered:
    """What one document offers; `terms` are its most frequent, with their numbers."""

    document_id: str
    title: str
    date: str
    headings: tuple[str, ...]
    terms: Mapping[str, int]


def offered(record: DocumentRecord, text: DocumentText) -> Offered:
    """Return what a document offers; what was misread is offered as it should have been read."""
    headings = (_phrase(text.display(h.start, h.end)) for h in text.headings)
    return Offered(
        record.document_id,
        _phrase(record.metadata.title or ""),
        record.metadata.date or "",
        tuple(dict.fromkeys(heading for heading in headings if heading)),
        _terms(text.display(0, len(text.text)), record.metadata.language),
    )


def _phrase(text: str) -> str:
    """Return `text` on one line and without its number, empty where it is no phrase to suggest."""
    line = " ".join(text.split())
    line = "".join(sign for sign in clean(line) if sign.isprintable())
    line = uncounted(line)
    return line if len(line) <= LONGEST and _TERM.search(line) else ""


def _terms(text: str, language: str | None) -> dict[str, int]:
    """Count the words that carry a subject: German nouns, by their capital; all in English."""
    counts = Counter(_TERM.findall(clean(text)))
    skip = function_words()
    kept: Counter[str] = Counter()
    for word, count in counts.items():
        least = SHORTEST_ABBREVIATION if word.isupper() else SHORTEST
        if len(word) < least or len(word) > LONGEST or word.lower() in skip:
            continue
        if (word[0].isupper() and count > counts[word.lower()]) or (
            language == "en" and word.islower()
        ):
            kept[word] = count
    return dict(kept.most_common(TERMS_OF_ONE))


def phrases(documents: Iterable[Offered]) -> list[Phrase]:
    """Return what to suggest, the most welcome first; the same may come more than once.

    Titles come first, those of the newest documents before others, then terms by how often they
    occur, then headings by how many documents have them.
    """
    held = sorted(documents, key=lambda one: (one.title, one.document_id))
    held.sort(key=lambda one: one.date, reverse=True)
    owners: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    for one in held:
        for text in filter(None, (one.title, *one.headings)):
            owners[folded_words(text)].add(one.document_id)
    titles = [one.title for one in held if one.title]
    headings = sorted(
        dict.fromkeys(chain.from_iterable(one.headings for one in held)),
        key=lambda text: (-len(owners[folded_words(text)]), len(text), text),
    )
    ordered = chain(titles, _frequent(held), headings)
    return [Phrase(text, _only(owners.get(folded_words(text)))) for text in ordered]


def _only(owners: set[str] | None) -> str | None:
    """Return the one document that holds a phrase, None where none or several do."""
    return next(iter(owners)) if owners and len(owners) == 1 else None


def _frequent(documents: Iterable[Offered]) -> list[str]:
    """Return the most frequent terms in their most frequent spelling."""
    spelled: defaultdict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for one in documents:
        for term, count in one.terms.items():
            spelled[folded_words(term)][term] += count
    totals = {key: forms.total() for key, forms in spelled.items()}
    frequent = (key for key, total in totals.items() if total >= FREQUENT)
    ordered = sorted(frequent, key=lambda key: (-totals[key], key))[:MOST_TERMS]
    return [max(spelled[key].items(), key=lambda form: (form[1], form[0]))[0] for key in ordered]


class Suggestions:
    """Suggests from what is public in a library. Thread-safe; built anew when that changed."""

    def __init__(self, library: Library) -> None:
        """Build nothing yet."""
        self._library = library
        self._lock = threading.Lock()
        self._offers: dict[tuple[str, int], Offered] = {}
        self._built: tuple[str, Suggester] | None = None

    @property
    def current(self) -> bool:
        """Whether what is suggested is built, and of the library as it is now."""
        built = self._built
        return built is not None and built[0] == self._library.stamp

    def suggest(self, typed: str, limit: int) -> list[Phrase]:
        """Return at most `limit` phrases that `typed` may become, best first."""
        return self._suggester().suggest(typed, limit)

    def forget(self, document_id: str) -> None:
        """Keep nothing of an erased document in memory."""
        with self._lock:
            self._built = None
            self._offers = {held: o for held, o in self._offers.items() if held[0] != document_id}

    def _suggester(self) -> Suggester:
        built = self._built
        if built is not None and built[0] == self._library.stamp:
            return built[1]
        with self._lock:
            # Read first: what changes while it is built makes it old at once.
            stamp = self._library.stamp
            built = self._built
            if built is None or built[0] != stamp:
                built = self._built = (stamp, Suggester(phrases(self._all_offers())))
            return built[1]

    def _all_offers(self) -> list[Offered]:
        """Read the public documents; one that did not change since is not read again."""
        known, self._offers = self._offers, {}
        for record in self._library.documents(internal=False):
            edition = (record.document_id, record.generation)
            offer = known.get(edition)
            if offer is None:
                try:
                    offer = offered(record, self._library.text(record.document_id, internal=False))
                except DocumentUnknown:
                    continue  # removed meanwhile
            self._offers[edition] = offer
        return list(self._offers.values())
