"""OpenAI's own client against a running server: it reads answers, streams and errors as usual."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import openai
import pytest

from tests.assistant import samples
from tests.assistant.processes import Machine, Server
from tests.assistant.samples import FOREIGN_QUESTION, QUESTION, SECRET_QUESTION
from tests.assistant.test_completions import TITLE

pytestmark = pytest.mark.slow  # starts a process


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    folder = tmp_path_factory.mktemp("modell")
    machine = Machine(folder / "daten")
    assert machine.run("ingest", samples.write(folder / "texte") / "netzwerk.md").code == 0
    assert machine.run("ingest", samples.write_internal(folder / "i"), "--internal").code == 0
    return machine


@pytest.fixture(scope="module")
def server(machine: Machine) -> Iterator[Server]:
    with machine.serving() as server:
        yield server


@contextmanager
def client_of(server: Server, key: str = "sk-egal") -> Iterator[openai.OpenAI]:
    own = openai.DefaultHttpxClient(trust_env=False)
    with openai.OpenAI(
        base_url=f"{server.url}/v1", api_key=key, max_retries=0, http_client=own
    ) as made:
        yield made


@pytest.fixture
def client(server: Server) -> Iterator[openai.OpenAI]:
    with client_of(server) as made:
        yield made


def test_models(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["kgc-assistant"]
    assert client.models.retrieve("kgc-assistant").owned_by == "kgc-assistant"


@pytest.mark.parametrize("model", ["kgc-assistant", "gpt-9", "x/y:z"])
def test_an_answer_with_its_annotations(client: openai.OpenAI, server: Server, model: str) -> None:
    done = client.chat.completions.create(
        model=model,
        messages=[
            {"role": "system", "content": "Sprich wie ein Pirat."},
            {"role": "user", "content": [{"type": "text", "text": QUESTION}]},
        ],
        temperature=0.2,
    )
    (choice,) = done.choices
    assert (choice.finish_reason, done.model) == ("stop", "kgc-assistant")
    text = choice.message.content or ""
    assert "im Jahr 2019 gegründet. [1]" in text
    assert f"- [1] [Bewegung im Quartier]({server.url}/documents/" in text
    assert done.usage is not None
    assert done.usage.total_tokens == done.usage.prompt_tokens + done.usage.completion_tokens
    first = (choice.message.annotations or [])[0].url_citation
    assert text[first.start_index : first.end_index] == "[1]"
    assert first.title == "Bewegung im Quartier"
    with server.client() as reader:
        assert "2019" in reader.get(first.url).text


@pytest.mark.parametrize("question", [QUESTION, FOREIGN_QUESTION, TITLE])
def test_a_stream(client: openai.OpenAI, question: str) -> None:
    whole = client.chat.completions.create(
        model="kgc-assistant", messages=[{"role": "user", "content": question}]
    )
    stream = client.chat.completions.create(
        model="kgc-assistant",
        messages=[{"role": "user", "content": question}],
        stream=True,
        stream_options={"include_usage": True},
    )
    chunks = list(stream)
    told = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert told == whole.choices[0].message.content
    assert chunks[0].choices[0].delta.role == "assistant"
    assert chunks[-1].usage == whole.usage
    assert chunks[-2].choices[0].finish_reason == "stop"


def test_the_streaming_helper(client: openai.OpenAI) -> None:
    with client.chat.completions.stream(
        model="kgc-assistant", messages=[{"role": "user", "content": QUESTION}]
    ) as stream:
        done = stream.get_final_completion()
    assert "2019" in (done.choices[0].message.content or "")


def test_a_follow_up_on_the_history(client: openai.OpenAI) -> None:
    first = client.chat.completions.create(
        model="kgc-assistant", messages=[{"role": "user", "content": QUESTION}]
    )
    done = client.chat.completions.create(
        model="kgc-assistant",
        messages=[
            {"role": "user", "content": QUESTION},
            {"role": "assistant", "content": first.choices[0].message.content},
            {"role": "user", "content": "Und wer koordiniert es?"},
        ],
    )
    assert "Gesundheitsamt" in (done.choices[0].message.content or "")


def test_too_long_a_question_is_a_typed_error(client: openai.OpenAI) -> None:
    for stream in (False, True):
        with pytest.raises(openai.UnprocessableEntityError) as raised:
            client.chat.completions.create(
                model="m", messages=[{"role": "user", "content": "Was? " * 300}], stream=stream
            )
        assert raised.value.status_code == 422
        assert raised.value.code == "question_invalid"
        assert raised.value.type == "invalid_request_error"
        assert "1000" in raised.value.message
    with pytest.raises(openai.APIStatusError) as large:
        client.chat.completions.create(
            model="m", messages=[{"role": "user", "content": "x" * 1_100_000}]
        )
    assert large.value.status_code == 413
    with pytest.raises(openai.NotFoundError):
        client.embeddings.create(model="m", input="x")


def test_the_token_opens_internal_documents_and_no_other_key_does(server: Server) -> None:
    for key, opens in ((server.address["token"], True), ("sk-egal", False)):
        with client_of(server, key) as client:
            done = client.chat.completions.create(
                model="m", messages=[{"role": "user", "content": SECRET_QUESTION}]
            )
        assert ("Musterfrau" in (done.choices[0].message.content or "")) is opens


def test_too_many_requests_are_a_typed_error(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("grenze")
    limited = Machine(folder / "daten", more=(("KGC_RATE_LIMIT", "1"),))
    with limited.serving() as server, client_of(server) as client:
        client.models.list()
        with pytest.raises(openai.RateLimitError) as raised:
            client.models.list()
    assert int(raised.value.response.headers["retry-after"]) >= 1
    assert raised.value.code == "too_many_requests"
