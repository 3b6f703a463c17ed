"""Which list to bring whole, which item of it to bring alone. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.evidence import Evidence
from assistant.generation.planted import speaks_to_a_model
from assistant.lists import ListBlock, goes_on, list_at, list_below, table_at
from assistant.question import Expects, Question
from assistant.signs import INDISPENSABLE, shows

ITEMS_LOOKED_AT = 12
FEW_ITEMS = 4
SHORT_LIST = 400
"""Characters of an announced list of `FEW_ITEMS` that supports an answer whole: "two ways:"."""
SHORTEST_ITEM = 25
ALIKE = 2.0
"""Logits that two items of a list may lie apart to answer as well as each other."""
# Reasons and ways are often a whole list; a single fact is one of its items.
_TOLD_BY_LISTS = frozenset({Expects.REASON, Expects.STATEMENT, Expects.LIST})


def item_first(question: Question, ranked: Sequence[Evidence], text: str) -> Sequence[Evidence]:
    """Put the best item of a list before its announcement, where one item is asked for."""
    best = ranked[0]
    told = question.expects in INDISPENSABLE and shows(question.expects, best.text)
    if question.expects in _TOLD_BY_LISTS or best.item or told:
        return ranked
    block = list_below(text, best.start, best.end)
    if block is None:
        return ranked
    for place, e in enumerate(ranked[1:ITEMS_LOOKED_AT], start=1):
        if _is_of(e, best, block):
            return [e, *ranked[:place], *ranked[place + 1 :]]
    return ranked


def list_of_best(
    question: Question, ranked: Sequence[Evidence], text: str, least: float, longest: int
) -> ListBlock | None:
    """Return the list to bring with the best sentence: the one it announces or is part of.

    Where a list is asked for, a row brings its table.

    Args:
        question: What is asked.
        ranked: The evidence, best first, at least one.
        text: That of the best sentence's document.
        least: The logit from which another item answers nearly as well.
        longest: The most characters of an item with its announcement.
    """
    best = ranked[0]
    if not best.item:
        many = question.expects is Expects.LIST
        wanted = goes_on(best.text) or many or best.heading
        below = list_below(text, best.start, best.end) if wanted else None
        table = table_at(text, best.start) if many and below is None else None
        return table if table is not None and _fits(table, text, longest) else below
    block = list_at(text, best.start)
    if question.expects is Expects.LIST or block is None:
        return block
    if _answers_whole(question, ranked, block, text, least):
        return block
    return _of_open_sentence(block, best, text, longest)


def list_of_support(
    question: Question,
    ranked: Sequence[Evidence],
    text: str,
    least: float,
    longest: int,
    *,
    whole: bool,
) -> ListBlock | None:
    """Return the list to bring with a supporting sentence, the first of `ranked`.

    An announcement brings its list, an item one that answers as a whole or is short; else an item
    that ends a sentence begun above the list is brought with that beginning, if it is more than a
    word or two. The arguments are those of `list_of_best`, `longest` being the room that is left;
    `whole` allows more than one item.
    """
    said = ranked[0]
    if not said.item:
        block = list_below(text, said.start, said.end) if goes_on(said.text) else None
        return block if block is not None and whole and _fits(block, text, longest) else None
    block = list_at(text, said.start)
    if block is None:
        return None
    short = block.intro is not None and len(block.items) <= FEW_ITEMS
    if short and _fits(block, text, min(longest, SHORT_LIST)):
        return block
    if whole and _answers_whole(question, ranked, block, text, least):
        return block if _fits(block, text, longest) else None
    alone = len(said.text) >= SHORTEST_ITEM
    return _of_open_sentence(block, said, text, longest) if alone else None


def _answers_whole(
    question: Question, ranked: Sequence[Evidence], block: ListBlock, text: str, least: float
) -> bool:
    """Tell whether the list of the first item answers as a whole.

    To the reading model another item has to answer from `least` on. Items below a colon are one
    statement. Below a heading they may be statements of their own, so that the other item has to
    answer as well by `ALIKE`, most of them where one person may be asked for, and the list to be
    short.
    """
    if question.expects not in _TOLD_BY_LISTS | {Expects.PERSON}:
        return False
    best, needed = ranked[0], 1
    if block.intro is None or not text[: block.intro[1]].endswith(":"):
        if not _fits(block, text, SHORT_LIST):
            return False
        least = max(least, best.read - ALIKE)
        needed = len(block.items) // 2 if question.expects is Expects.PERSON else 1
    others = [
        e
        for e in ranked[1:ITEMS_LOOKED_AT]
        if _is_of(e, best, block) and e.start != best.start and e.read >= least
    ]
    return len(others) >= needed


def _of_open_sentence(
    block: ListBlock, item: Evidence, text: str, longest: int
) -> ListBlock | None:
    """Return the item with its announcement where that is a sentence which only items end."""
    if block.intro is None or not goes_on(text[slice(*block.intro)].rstrip(":")):
        return None
    said = text[block.start : item.end]
    if len(said) > longest or speaks_to_a_model(said):
        return None
    return ListBlock(block.intro, tuple(i for i in block.items if i[0] <= item.start < i[1]))


def _is_of(evidence: Evidence, other: Evidence, block: ListBlock) -> bool:
    """Tell whether `evidence` is an item of the list `block` of the document of `other`."""
    same = evidence.hit.document.document_id == other.hit.document.document_id
    return evidence.item and same and block.items[0][0] <= evidence.start < block.end


def _fits(block: ListBlock, text: str, longest: int) -> bool:
    said = text[block.start : block.end]
    return len(said) <= longest and not speaks_to_a_model(said)
