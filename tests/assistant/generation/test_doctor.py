"""``kgc doctor`` on the language model; its settings."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from assistant import doctor, wiring
from assistant.generation.ports import Message
from assistant.settings import Settings
from tests.llm_server import ScriptedServer


def finding(**given: object) -> doctor.Finding:
    return doctor._language_model(Settings(**given))  # type: ignore[arg-type]  # as typed by people


def test_without_one_answers_are_verbatim() -> None:
    assert finding().ok
    assert wiring.writer(Settings()) is None
    assert wiring.writer(Settings(llm_base_url="http://127.0.0.1:9/v1")) is None


def test_a_model_that_is_there(llm: ScriptedServer) -> None:
    found = finding(llm_base_url=llm.url, llm_model="skript")
    assert found.ok
    assert "erreichbar" in found.state


def test_a_model_that_is_not_there(llm: ScriptedServer) -> None:
    found = finding(llm_base_url=llm.url, llm_model="anderes")
    assert not found.ok
    assert "skript" in found.cure
    assert "KGC_LLM_MODEL" in found.cure


def test_no_server_and_no_name() -> None:
    found = finding(llm_base_url="http://wer:geheim@127.0.0.1:9/v1", llm_model="x")
    assert not found.ok
    assert "KGC_LLM_BASE_URL" in found.cure
    assert "geheim" not in found.state
    assert not finding(llm_base_url="http://127.0.0.1:9/v1").ok


@pytest.mark.parametrize("url", ["localhost:11434", "file:///etc/passwd", "ftp://x/v1"])
def test_an_address_is_one_of_the_web(url: str) -> None:
    with pytest.raises(ValidationError):
        Settings(llm_base_url=url)


def test_nothing_of_the_environment_changes_whom_it_talks_to(
    llm: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "HTTP_PROXY": "http://127.0.0.1:9",
        "http_proxy": "http://127.0.0.1:9",
        "ALL_PROXY": "http://127.0.0.1:9",
        "NO_PROXY": "",
        "OPENAI_PROXY": "http://127.0.0.1:9",
        "OPENAI_API_KEY": "fremd",
        "OPENAI_ORG_ID": "fremd",
        "OPENAI_PROJECT_ID": "fremd",
        "OPENAI_BASE_URL": "http://127.0.0.1:9/v1",
        "OPENAI_API_BASE": "http://127.0.0.1:9/v1",
        "LANGSMITH_TRACING": "true",
        "LANGCHAIN_TRACING_V2": "true",
        "LANGSMITH_ENDPOINT": "http://127.0.0.1:9",
        "LANGSMITH_API_KEY": "fremd",
    }.items():
        monkeypatch.setenv(name, value)
    llm.says("Hallo.")
    model = wiring.chat_model(Settings(llm_base_url=llm.url, llm_model="skript"))
    assert "".join(model.stream([Message("user", "Frage?")])) == "Hallo."
    model.close()
    assert "fremd" not in str(llm.script.headers)
