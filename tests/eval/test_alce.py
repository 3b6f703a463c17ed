from __future__ import annotations

from collections.abc import Sequence

import pytest

from eval.alce import Cited, Stated, citations, over_all


def supports(sentence: str, passages: Sequence[str]) -> bool:
    """Every word of the sentence stands in one of the passages."""
    assert passages
    held = {word for passage in passages for word in passage.split()}
    return held.issuperset(sentence.split())


def test_a_sentence_may_need_all_its_passages() -> None:
    both = Stated("Brunnen Mai", ["der Brunnen", "im Mai"])
    assert citations([both], supports) == Cited(1.0, 1.0)


def test_a_citation_that_bears_nothing_costs_precision_only() -> None:
    padded = Stated("Brunnen Mai", ["der Brunnen im Mai", "die Bücherei"])
    assert citations([padded], supports) == Cited(1.0, 0.5)


def test_two_passages_that_each_bear_it_are_both_precise() -> None:
    twice = Stated("Brunnen", ["der Brunnen", "ein Brunnen"])
    assert citations([twice], supports) == Cited(1.0, 1.0)


@pytest.mark.parametrize("passages", [[], ["die Bücherei"], [None], ["der Brunnen", None]])
def test_what_is_not_borne_has_no_precise_citation(passages: list[str | None]) -> None:
    assert citations([Stated("Brunnen", passages)], supports) == Cited(
        0.0, 0.0 if passages else None
    )


def test_recall_is_over_sentences_and_precision_over_citations() -> None:
    answer = [
        Stated("Brunnen", ["der Brunnen", "die Bücherei", "der Wall"]),
        Stated("Mai", []),
    ]
    found = citations(answer, supports)
    assert found.recall == 0.5
    assert found.precision == pytest.approx(1 / 3)


def test_an_answer_without_sentences_is_refused() -> None:
    with pytest.raises(ValueError, match="without sentences"):
        citations([], supports)


def test_each_answer_counts_the_same_and_citing_nothing_is_not_precise() -> None:
    assert over_all([Cited(1.0, 1.0), Cited(0.0, None)]) == Cited(0.5, 0.5)
    assert over_all([]) is None
