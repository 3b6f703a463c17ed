"""The steps of the search, each of which can be left out to measure what it is worth."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Steps:
    """Which steps take part; the product runs with all defaults, ablations switch single ones.

    Legs: `dense` compares vectors, `stems` and `grams` are the two lexical fields. Analysis:
    `fold` umlauts and misreadings, `stemming`, `gender` forms, compound `parts`, `concepts`
    (abbreviations and synonyms), legal `references`, `numbers` (dates and numbers in their
    variants), `heads` (title and headings beside a passage's words), `glossary` (the question's
    words in the other language). Meaning: `balance` takes the language out of vectors. Ranking:
    `named` lifts the statute's unit that a question names, `whole` scores whole sections lexically
    beside their passages, `crowd` lets other documents be heard after some passages of one.
    """

    dense: bool = True
    stems: bool = True
    grams: bool = True
    fold: bool = True
    stemming: bool = True
    gender: bool = True
    parts: bool = True
    concepts: bool = True
    references: bool = True
    numbers: bool = True
    heads: bool = True
    balance: bool = True
    named: bool = True
    whole: bool = True
    glossary: bool = True
    crowd: bool = True


ALL = Steps()
