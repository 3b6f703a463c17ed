"""Contacts as documents show them: who to turn to, in what role, by telephone and mail. Pure.

A text is cut into pieces (lines, or sentences of running text). Pieces with a number, an address
or "Ansprechpartnerin: …" and the short lines around them are a run; inside a run, what follows a
name belongs to it until the next name. What cannot be paired for sure is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice

from ingest.document import Contact
from ingest.facts.names import Name, names_in
from ingest.facts.origin import organisation_line
from ingest.facts.pairing import Fact, Kind, pair
from ingest.facts.reach import mails_in, phones_in
from ingest.facts.sight import folded
from ingest.facts.tables import table

MOST = 200
"""Contacts of one document at most: a directory is no list of people to turn to."""

_SENTENCES = 200  # a longer line is running text
_MAX_PIECE = 600
_MAX_LINE = 120
_LONGEST_LINE = 20_000  # a longer one is data, not text
_MOST_ANCHORS = 3000
_ABOVE, _BELOW = 5, 2
_SENTENCE_END = re.compile(
    r"(?<=[a-zäöüß]{3}[.!?])(?<!\b[Pp]hil\.)(?<!\b[Mm]ed\.)(?<!\b[Nn]at\.)(?<!\b[Pp]ol\.)"
    r"(?<!\b[Rr]er\.)(?<!\b[Pp]rof\.)(?<!\b[Dd]ipl\.) (?=[A-ZÄÖÜ])"
)
_PROSE = re.compile(r"[a-zäöüß]{3}[.!?]$")
_LIKELY = re.compile(r"@|\d{3}|[(\[{]\s?at|[Aa]nsprech|[Kk]ontakt|[Cc]ontact|[Tt]elefon")
_LABEL = re.compile(r"^\W*(?P<label>[^\W\d][^:|]{2,60}?)(?:\s?:\s?|\s(?:ist|is|sind)\s)")
_SEGMENT = re.compile(
    r"[,;|]|\((?!in(?:nen)?\))|(?<!\(in)(?<!\(innen)\)|\s[–—·•/-]\s|\bE-?Mail\b|\bTel\b"
)
_MAX_ROLE = 80
_CELL = " | "
_SHORT_NAME = re.compile(r"(?!(?:TEL|FAX|FON|MBA|MPH|MSC|MA|BA|LLM)\b)[A-ZÄÖÜ]{3,8}")
_CELL_NAMES = re.compile(r"(?:^|; )[A-ZÄÖÜ][^:;]{1,30}: ")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A line or sentence of the text at `start`; `prose` is no line of an address."""

    start: int
    text: str
    prose: bool


def contacts_in(text: str) -> tuple[Contact, ...]:
    """Find the contacts of a document text, ordered by their place, at most `MOST`."""
    found: list[Contact] = []
    for run in _runs(list(_pieces(text))):
        found += pair(*(list(_facts(part)) for part in _parts(run)))
        if len(found) >= MOST:
            break
    ordered = sorted(found[:MOST], key=lambda contact: (contact.start, contact.end))
    # Runs share lines above and below: what two of them claim belongs to the first.
    kept: list[Contact] = []
    for contact in ordered:
        if not kept or contact.start >= kept[-1].end:
            kept.append(contact)
    return tuple(kept)


def _parts(run: list[_Piece]) -> Iterator[list[_Piece]]:
    """Yield what may be paired: the run, or where persons stand side by side, its columns.

    Nothing of a run whose lines differ in their number of cells: no contact is better than a
    wrong one.
    """
    rows = [place for place, piece in enumerate(run) if _CELL in piece.text]
    if not any(_side_by_side(run[place].text.split(_CELL)) for place in rows):
        yield run
        return
    lines = [list(_cells(piece)) for piece in run[rows[0] : rows[-1] + 1]]
    if len({len(cells) for cells in lines}) > 1:
        return
    yield run[: rows[0]]
    yield from map(list, zip(*lines, strict=True))
    yield run[rows[-1] + 1 :]


def _side_by_side(cells: Sequence[str]) -> bool:
    """Tell whether a line is about several people: names or addresses, or numbers without name."""
    names = sum(any(name.sure for name in names_in(cell)) for cell in cells)
    mails = sum(any(True for _ in mails_in(cell)) for cell in cells)
    phones = sum(any(True for _ in phones_in(cell)) for cell in cells)
    return names > 1 or mails > 1 or (names == 0 and phones > 1)


def _cells(piece: _Piece) -> Iterator[_Piece]:
    at = piece.start
    for cell in piece.text.split(_CELL):
        yield replace(piece, start=at, text=cell)
        at += len(cell) + len(_CELL)


def _pieces(text: str) -> Iterator[_Piece]:
    at = 0
    for line in text.split("\n"):
        if line.strip() and len(line) <= _LONGEST_LINE:
            yield from _pieces_of(line, at)
        at += len(line) + 1


def _pieces_of(line: str, at: int) -> Iterator[_Piece]:
    ends = [match.end() for match in _SENTENCE_END.finditer(line)]
    if len(line) <= _SENTENCES and not ends:
        prose = bool(_PROSE.search(line)) or len(line) > _MAX_LINE
        yield _Piece(at, line, prose)
        return
    begin = 0
    for end in (*ends, len(line)):
        for cut in range(begin, end, _MAX_PIECE):
            yield _Piece(at + cut, line[cut : min(end, cut + _MAX_PIECE)], prose=True)
        begin = end


def _runs(pieces: Sequence[_Piece]) -> Iterator[list[_Piece]]:
    """Yield the stretches that may hold contacts: anchors with the short lines around them."""
    places = (place for place, piece in enumerate(pieces) if _is_anchor(piece))
    anchors = list(islice(places, _MOST_ANCHORS))
    run: list[int] = []
    for place in anchors:
        if pieces[place].prose:
            if run:
                yield _stretch(pieces, run)
            yield [pieces[place]]
            run = []
        elif run and _joined(pieces, run[-1], place):
            run.append(place)
        else:
            if run:
                yield _stretch(pieces, run)
            run = [place]
    if run:
        yield _stretch(pieces, run)


def _is_anchor(piece: _Piece) -> bool:
    if not _LIKELY.search(piece.text):
        return False
    reached = any(True for _ in phones_in(piece.text)) or any(True for _ in mails_in(piece.text))
    return reached or _label_of(piece.text) is not None


def _joined(pieces: Sequence[_Piece], last: int, place: int) -> bool:
    between = pieces[last + 1 : place]
    return len(between) <= _ABOVE and not any(piece.prose for piece in between)


def _stretch(pieces: Sequence[_Piece], run: Sequence[int]) -> list[_Piece]:
    first, last = run[0], run[-1]
    while first > max(0, run[0] - _ABOVE) and not pieces[first - 1].prose:
        first -= 1
    while last + 1 < min(len(pieces), run[-1] + 1 + _BELOW) and not pieces[last + 1].prose:
        last += 1
    return list(pieces[first : last + 1])


def _facts(run: Sequence[_Piece]) -> Iterator[Fact]:
    """Yield what the pieces of a run show, in the order of the text."""
    labelled = False
    for number, piece in enumerate(run):
        label = _label_of(piece.text)
        opens = label is not None and not piece.text[label[1] :].strip()
        facts = sorted(_facts_of(piece, number, label, labelled), key=lambda fact: fact.start)
        yield from facts
        named = any(fact.kind is Kind.NAME for fact in facts)
        labelled = opens or (labelled and not named and len(facts) == 0)


def _facts_of(
    piece: _Piece, number: int, label: tuple[str, int] | None, labelled: bool
) -> Iterator[Fact]:
    text, at = piece.text, piece.start
    blank = Fact(Kind.NAME, 0, 0, "", number, row=_is_row(text))
    reaches = [(Kind.PHONE, reach) for reach in phones_in(text)]
    reaches += [(Kind.MAIL, reach) for reach in mails_in(text)]
    for kind, reach in reaches:
        yield replace(blank, kind=kind, start=at + reach.start, end=at + reach.end, text=reach.text)
    personal = labelled or (label is not None and _is_personal(label[0]))
    names: list[Name] = []
    for name in names_in(text):
        announced = personal and not names
        if _inside(name, reaches) or (not name.sure and _is_role(name.text)):
            continue
        names.append(replace(name, sure=name.sure or announced))
        start, end = at + name.start, at + name.end
        yield Fact(Kind.NAME, start, end, name.text, number, name.sure, announced)
    yield from _described(piece, number, label, [name for name in names if name.sure])


def _is_row(text: str) -> bool:
    return _CELL in text or len(_CELL_NAMES.findall(text)) > 1


def _inside(name: Name, reaches: Sequence[tuple[Kind, object]]) -> bool:
    return any(
        name.start < getattr(reach, "end", 0) and getattr(reach, "start", 0) < name.end
        for _, reach in reaches
    )


def _described(
    piece: _Piece, number: int, label: tuple[str, int] | None, names: Sequence[Name]
) -> Iterator[Fact]:
    """Yield roles and organisations: parts of a line between commas, or the word before ":"."""
    if label is not None and names and _is_role(label[0]):
        start = piece.start + piece.text.index(label[0])
        yield Fact(Kind.ROLE, start, start + len(label[0]), label[0], number)
    if piece.prose and len(piece.text) > _SENTENCES:
        return
    begin = label[1] if label else 0
    for start, part in _segments(piece.text, begin, names):
        place = piece.start + start
        organisation = organisation_line(part)
        if organisation or (_SHORT_NAME.fullmatch(part) and any(n.end <= start for n in names)):
            shown = organisation.name if organisation else part
            yield Fact(Kind.ORGANISATION, place, place + len(part), shown, number)
        elif _is_role(part):
            yield Fact(Kind.ROLE, place, place + len(part), part, number)


def _segments(text: str, begin: int, names: Sequence[Name]) -> Iterator[tuple[int, str]]:
    """Cut a line at commas, brackets and names; yield the parts with their places."""
    cuts = [(match.start(), match.end()) for match in _SEGMENT.finditer(text, begin)]
    cuts += [(name.start, name.end) for name in names]
    cuts += [(match.start(), match.end()) for match in _CELL_NAMES.finditer(text, begin)]
    for start, end in [*sorted(cuts), (len(text), len(text))]:
        if start > begin:
            part = text[begin:start]
            lead = len(part) - len(part.lstrip(" :-–•"))
            if plain := part.strip(" :-–•"):
                yield begin + lead, plain
        begin = max(begin, end)


def _label_of(text: str) -> tuple[str, int] | None:
    """Return the words that announce a contact and where their value begins."""
    alone = len(text) <= _MAX_LINE and ":" not in text
    match = _LABEL.match(f"{text}:" if alone else text)
    if match is None:
        return None
    label = match["label"].strip()
    if folded(label) in _labels() or (not alone and ":" in match.group() and _is_role(label)):
        return label, min(match.end(), len(text))
    return None


@cache
def _labels() -> frozenset[str]:
    tables = table("contacts")
    return frozenset(map(folded, (*tables["labels"], *tables["roles_before"])))


@cache
def _roles() -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the labels that are roles, and the endings of words that are."""
    tables = table("contacts")
    return frozenset(map(folded, tables["roles_before"])), tuple(
        map(folded, tables["role_endings"])
    )


def _is_personal(label: str) -> bool:
    """Tell "Ansprechpartnerin:" from "Informationen:", behind which anything may stand."""
    low = folded(label)
    personal = ("ansprech", "ihre ansprech", "ihr ansprech", "kontaktperson", "name", "contact per")
    return low.startswith(personal) or _is_role(label)


def _is_role(text: str) -> bool:
    if len(text) > _MAX_ROLE or any(map(str.isdigit, text)) or not text[:1].isupper():
        return False
    plain = folded(text)
    labels, endings = _roles()
    if plain in _labels():
        return plain in labels
    return any(word.endswith(endings) for word in re.split(r"\W+", plain) if word)
