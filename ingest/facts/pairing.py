"""Which number and address belongs to which name: the facts of a run → contacts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from ingest.document import Contact
from ingest.facts.sight import folded

_SHORTEST = 3  # letters of a family name that is looked for in a mail address


class Kind(StrEnum):
    """What a fact says."""

    NAME = "name"
    ROLE = "role"
    ORGANISATION = "organisation"
    PHONE = "phone"
    MAIL = "mail"


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact at ``start..end`` of the document text, on piece `number` of its run.

    A name is `sure` where its form shows it, and `announced` where a label stands before it.
    `row` says that the piece is a row of a table: what stands in it belongs to nobody outside.
    """

    kind: Kind
    start: int
    end: int
    text: str
    number: int
    sure: bool = True
    announced: bool = False
    row: bool = False


@dataclass(slots=True)
class _Draft:
    """A contact in the making: at most one fact of each kind."""

    facts: dict[Kind, Fact] = field(default_factory=dict)

    def add(self, fact: Fact) -> None:
        """Take the fact unless there is one of its kind already."""
        self.facts.setdefault(fact.kind, fact)

    @property
    def reached(self) -> bool:
        return Kind.PHONE in self.facts or Kind.MAIL in self.facts

    @property
    def whole(self) -> bool:
        """Tell whether it names somebody and says how to reach them."""
        name = self.facts.get(Kind.NAME)
        if name is None and Kind.ORGANISATION not in self.facts:
            return False
        return self.reached or (name is not None and name.announced)

    def spans(self) -> list[tuple[int, int]]:
        """Return the stretches of text it may stand for, the widest first."""
        facts = self.facts
        own = {kind: fact for kind, fact in facts.items() if kind is not Kind.ORGANISATION}
        order = (Kind.NAME, Kind.PHONE, Kind.MAIL)
        least = next(facts[kind] for kind in order if kind in facts)
        return [_around(facts.values()), _around(own.values()), (least.start, least.end)]

    def contact(self, start: int, end: int) -> Contact:
        """Return the contact at ``start..end`` of the text."""
        texts = {kind.value: fact.text for kind, fact in self.facts.items()}
        return Contact(start, end, **texts)


def pair(*groups: Sequence[Fact]) -> list[Contact]:
    """Make contacts of the facts of one run, given in the order of the text.

    Facts of different groups are never paired. The stretches of text do not overlap: of contacts
    that are interleaved, each stands at its name.
    """
    drafts = [draft for facts in groups for draft in _drafts(facts) if draft.whole]
    spans = [draft.spans() for draft in drafts]
    at = [0] * len(drafts)
    for _ in range(2):
        order = sorted(range(len(drafts)), key=lambda place: spans[place][at[place]])
        crossing: set[int] = set()
        reach, holder = -1, -1
        for place in order:
            start, end = spans[place][at[place]]
            if start < reach:
                crossing |= {place, holder}
            if end > reach:
                reach, holder = end, place
        for place in crossing:
            at[place] += 1
    return [draft.contact(*spans[i][at[i]]) for i, draft in enumerate(drafts)]


def _around(facts: Iterable[Fact]) -> tuple[int, int]:
    known = list(facts)
    return min(fact.start for fact in known), max(fact.end for fact in known)


def _drafts(facts: Sequence[Fact]) -> list[_Draft]:
    """Share the facts of one group out.

    Nothing is paired across a name: a number belongs to the name before it on its line or, where
    there is none, on the lines above; a mail address that holds a family name belongs to that
    person. What stands below several names belongs to none of them.
    """
    names = [fact for fact in facts if fact.kind is Kind.NAME and _is_person(fact, facts)]
    kept = [fact for fact in facts if fact.kind is not Kind.NAME or fact in names]
    owners = {fact: owner for fact in kept if (owner := _owner(fact, names))}
    drafts = _Drafts(frozenset(owners.values()))
    for fact in kept:
        if fact not in owners:
            drafts.take(fact)
    for fact, owner in owners.items():
        drafts.of(owner).add(fact)
    return drafts.all


def _is_person(name: Fact, facts: Sequence[Fact]) -> bool:
    if name.sure or name.announced:
        return True
    return any(fact.kind is Kind.MAIL and _holds(fact, name) for fact in facts)


def _owner(mail: Fact, names: Sequence[Fact]) -> Fact | None:
    """Return the one person whose family name the address holds."""
    if mail.kind is not Kind.MAIL:
        return None
    held = [name for name in names if _holds(mail, name)]
    return held[0] if len({folded(name.text) for name in held}) == 1 else None


def _holds(mail: Fact, name: Fact) -> bool:
    local = _spelt(mail.text.split("@")[0])
    family = name.text.split()[-1]
    return any(
        len(part) >= _SHORTEST and _spelt(part) in local for part in (family, *family.split("-"))
    )


def _spelt(text: str) -> str:
    """Write umlauts as addresses do."""
    for letter, spelt in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        text = text.lower().replace(letter, spelt)
    return text


class _Drafts:
    """Collects contacts while facts come in."""

    def __init__(self, owners: frozenset[Fact]) -> None:
        self._owners = owners
        self.all: list[_Draft] = [_Draft()]
        self._heading: Fact | None = None
        self._role: Fact | None = None

    def of(self, name: Fact) -> _Draft:
        """Return the draft of a person."""
        return next(draft for draft in self.all if draft.facts.get(Kind.NAME) == name)

    def take(self, fact: Fact) -> None:
        """Add one fact to the draft it belongs to."""
        match fact.kind:
            case Kind.NAME:
                self._take_name(fact)
            case Kind.ROLE:
                self._take_role(fact)
            case Kind.ORGANISATION:
                self._take_organisation(fact)
            case _:
                self._take_reach(fact)

    def _take_name(self, name: Fact) -> None:
        last = self.all[-1]
        early = [fact for fact in last.facts.values() if fact.number == name.number]
        if Kind.NAME in last.facts or (last.facts and not early) or last.reached:
            before = last if Kind.NAME not in last.facts and last.reached and early else None
            own = before if before and Kind.ORGANISATION not in before.facts else _Draft()
            if own is not before:
                self.all.append(own)
            last = own
        last.add(name)
        if self._heading:
            last.add(self._heading)
        if self._role and name.number - self._role.number <= 1:
            last.add(self._role)
        self._role = None

    def _take_role(self, role: Fact) -> None:
        last = self.all[-1]
        name = last.facts.get(Kind.NAME)
        if (
            name
            and role.number - name.number <= 1
            and not (last.reached and role.number > name.number)
        ):
            last.add(role)
        else:
            self._role = role

    def _take_organisation(self, organisation: Fact) -> None:
        last = self.all[-1]
        if Kind.NAME in last.facts and not last.reached:
            last.facts[Kind.ORGANISATION] = organisation
            return
        if last.facts:
            self.all.append(_Draft())
        self._heading = organisation
        self.all[-1].add(organisation)

    def _take_reach(self, fact: Fact) -> None:
        last = self.all[-1]
        same = [draft for draft in self.all if _named_on(draft, fact.number)]
        waiting = list(self._waiting())
        if len(same) == 1:
            self._add(same[0], fact)
        elif fact.row and not (self._heading and self._heading.number == fact.number):
            return
        elif len(waiting) > 1 and not _announced_last(waiting):
            if self._heading:  # below several names: nobody's own number
                self.all.append(_Draft({Kind.ORGANISATION: self._heading, fact.kind: fact}))
        else:
            self._add(last, fact)

    def _add(self, draft: _Draft, fact: Fact) -> None:
        """Add a number or address, but no second address to who has one of their own."""
        if fact.kind is not Kind.MAIL or draft.facts.get(Kind.NAME) not in self._owners:
            draft.add(fact)

    def _waiting(self) -> Iterator[_Draft]:
        """Yield the last persons in a row who have neither number nor address."""
        for draft in reversed(self.all):
            if Kind.NAME not in draft.facts or draft.reached:
                return
            yield draft


def _named_on(draft: _Draft, number: int) -> bool:
    name = draft.facts.get(Kind.NAME)
    return name is not None and name.number == number


def _announced_last(waiting: Sequence[_Draft]) -> bool:
    """Tell whether only the last of several persons is announced as a contact."""
    return waiting[0].facts[Kind.NAME].announced and not any(
        draft.facts[Kind.NAME].announced for draft in waiting[1:]
    )
