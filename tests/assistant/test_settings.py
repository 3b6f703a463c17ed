"""Settings come from the environment and from .env, nowhere else, and secrets stay secret."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from assistant.errors import SettingsInvalid
from assistant.scopes import Need
from assistant.settings import Settings, load


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"KGC_{name.upper()}", raising=False)
        monkeypatch.delenv(f"KGC_{name.upper()}_FILE", raising=False)
    monkeypatch.chdir(tmp_path)


def test_defaults_serve_on_this_machine_only() -> None:
    settings = load()
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.max_upload_bytes == 100_000_000
    assert settings.data_dir.is_absolute()
    assert settings.llm_base_url == ""


def test_the_servers_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KGC_KEY_REQUIRED", "search, read")
    monkeypatch.setenv("KGC_TRUSTED_PROXIES", "10.0.0.0/8, 192.168.1.7, fd00::/8")
    monkeypatch.setenv("KGC_ROOT_PATH", "assistent/")
    monkeypatch.setenv("KGC_LOG_LEVEL", "")
    settings = load()
    assert settings.needs_key == {Need.SEARCH, Need.READ}
    assert [str(network) for network in settings.proxies] == [
        "10.0.0.0/8", "192.168.1.7/32", "fd00::/8"
    ]  # fmt: skip
    assert settings.root_path == "/assistent"
    assert settings.log_level is None


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
        ("KGC_KEY_REQUIRED", "search,alles"),
        ("KGC_TRUSTED_PROXIES", "10.0.0.0/8,proxy.example"),
        ("KGC_ROOT_PATH", "/a b"),
        ("KGC_MOST_WAITING", "0"),
        ("KGC_LOG", "xml"),
        ("KGC_LOG_LEVEL", "laut"),
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


SECRETS = [name for name, field in Settings.model_fields.items() if field.annotation is SecretStr]


@pytest.mark.parametrize("name", SECRETS)
def test_every_secret_may_stand_in_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    variable = f"KGC_{name.upper()}"
    (tmp_path / "geheim").write_text("  sehr-geheim\n")
    monkeypatch.setenv(variable, "aus der Umgebung")
    (tmp_path / ".env").write_text(f"{variable}_FILE={tmp_path / 'geheim'}\n")
    settings = load()
    assert getattr(settings, name).get_secret_value() == "sehr-geheim"
    assert "sehr-geheim" not in f"{settings!r}{settings.model_dump_json()}"
    (tmp_path / "anderes").write_text("anderes")
    monkeypatch.setenv(f"{variable}_FILE", str(tmp_path / "anderes"))
    assert getattr(load(), name).get_secret_value() == "anderes"
    for place in ("fehlt", "leer", "."):
        (tmp_path / "leer").write_text("\n")
        monkeypatch.setenv(f"{variable}_FILE", str(tmp_path / place))
        with pytest.raises(SettingsInvalid, match=f"{variable}_FILE"):
            load()


def test_only_secrets_are_read_from_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "host").write_text("0.0.0.0")
    monkeypatch.setenv("KGC_HOST_FILE", str(tmp_path / "host"))
    assert load().host == "127.0.0.1"
    assert "llm_api_key" in SECRETS


def test_the_key_does_not_show_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KGC_LLM_API_KEY", "sehr-geheim")
    assert load().llm_api_key.get_secret_value() == "sehr-geheim"
    assert "sehr-geheim" not in f"{load()!r}{load().model_dump_json()}"
