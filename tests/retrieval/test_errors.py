from __future__ import annotations

import re

import pytest

from retrieval import errors
from retrieval.errors import RetrievalError

KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, RetrievalError) and kind is not RetrievalError
]


def test_the_tree_in_the_docstring_names_every_error() -> None:
    named = re.findall(r"[├└]── (\w+)", errors.__doc__ or "")
    assert sorted(named) == sorted(kind.__name__ for kind in KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_each_has_a_sentence_of_its_own_and_carries_the_detail(kind: type[RetrievalError]) -> None:
    assert kind.sentence != RetrievalError.sentence
    assert kind().message == kind.sentence
    assert str(kind("Es fehlen 3 Dateien.")) == f"{kind.sentence} Es fehlen 3 Dateien."
