"""Settings come from the environment and from .env, nowhere else, and secrets stay secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import SettingsInvalid
from assistant.settings import Settings, load


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"KGC_{name.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)


def test_defaults_serve_on_this_machine_only() -> None:
    settings = load()
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.max_upload_bytes == 100_000_000
    assert settings.data_dir.is_absolute()
    assert settings.llm_base_url == ""


def test_environment_goes_before_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("KGC_PORT=8100\nKGC_HOST=0.0.0.0\nANDERES=1\n")
    monkeypatch.setenv("KGC_PORT", "8200")
    assert (load().port, load().host) == (8200, "0.0.0.0")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KGC_PORT", "70000"),
        ("KGC_PORT", "http"),
        ("KGC_MAX_UPLOAD", "0"),
        ("KGC_RATE_LIMIT", "-1"),
        ("KGC_CONVERSATION_MINUTES", "-1"),
    ],
)
def test_wrong_values_are_named_but_not_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    monkeypatch.setenv("KGC_LLM_API_KEY", "sehr-geheim")
    with pytest.raises(SettingsInvalid, match=name) as raised:
        load()
    assert "sehr-geheim" not in str(raised.value)


def test_the_key_does_not_show_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KGC_LLM_API_KEY", "sehr-geheim")
    assert load().llm_api_key.get_secret_value() == "sehr-geheim"
    assert "sehr-geheim" not in f"{load()!r}{load().model_dump_json()}"
