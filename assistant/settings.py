"""All settings, from the environment (prefix ``KGC_``) or ``.env``. Nothing else reads them."""

from __future__ import annotations

import ipaddress
from pathlib import Path

import platformdirs
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from assistant.errors import SettingsInvalid
from assistant.widget import (
    LONGEST_SUGGESTION,
    MOST_SUGGESTIONS,
    Links,
    WidgetOptions,
    entries,
    origin,
    web_address,
)
from ingest.fetching.addresses import Policy, policy

_APP = "kgc-assistant"
PUBLIC_RATE = 60


class Settings(BaseSettings):
    """Every setting with its default; the README's table lists the same."""

    model_config = SettingsConfigDict(
        env_prefix="KGC_", env_file=".env", frozen=True, extra="ignore"
    )

    data_dir: Path = Field(
        default_factory=lambda: Path(platformdirs.user_data_dir(_APP)),
        description="Ordner mit Index, Texten und Originalen",
    )
    cache_dir: Path = Field(
        default_factory=lambda: Path(platformdirs.user_cache_dir(_APP)),
        description="Ordner für das ausgepackte Sprachmodell",
    )
    embedding_model: str = Field(
        default="", description="Ordner oder Name eines sentence-transformers-Modells"
    )
    reranker_model: str = Field(
        default="", description="Ordner oder Name eines CrossEncoder-Modells, leer = keines"
    )
    concepts: Path | None = Field(
        default=None, description="TOML-Datei mit weiteren Synonymen, Aufbau wie im README"
    )
    host: str = Field(default="127.0.0.1", description="Adresse, an der der Server lauscht")
    port: int = Field(default=8000, ge=0, le=65_535, description="Port des Servers, 0 = freier")
    max_upload: int = Field(default=100, ge=1, description="Größte Datei in MB (10^6 Byte)")
    fetch_hosts: str = Field(
        default="",
        description="Server, von denen Seiten abgerufen werden, mit Komma; .name.de samt "
        "Unterdomänen, * alle öffentlichen",
    )
    fetch_private_hosts: str = Field(
        default="", description="Server im eigenen Netz, die abgerufen werden, als name:port"
    )
    rate_limit: int | None = Field(
        default=None, ge=0, description="Anfragen je Minute und Client, 0 = unbegrenzt"
    )
    conversation_minutes: float = Field(
        default=30.0,
        ge=0,
        le=1_440,
        description="Wie lange ein Gespräch im Arbeitsspeicher bleibt, 0 = gar nicht",
    )
    keep_questions: bool = Field(
        default=False,
        description="Abgelehnte und schlecht bewertete Fragen ohne Angaben zu Personen 90 Tage "
        "speichern, true oder false",
    )
    widget_origins: str = Field(
        default="",
        description="Seiten, die das Chat-Fenster einbetten, mit Komma, je https://name ohne Pfad",
    )
    link_privacy: str = Field(default="", description="Adresse der Datenschutzerklärung, http(s)")
    link_imprint: str = Field(default="", description="Adresse des Impressums, http(s)")
    link_accessibility: str = Field(
        default="", description="Adresse der Erklärung zur Barrierefreiheit, http(s)"
    )
    suggestions: str = Field(
        default="",
        description=f"Erste Fragen, mit | getrennt, höchstens {MOST_SUGGESTIONS} zu je "
        f"{LONGEST_SUGGESTION} Zeichen, leer = aus dem Index",
    )
    llm_base_url: str = Field(default="", description="OpenAI-kompatibler Endpunkt")
    llm_model: str = Field(default="", description="Modell an diesem Endpunkt")
    llm_api_key: SecretStr = Field(default=SecretStr(""), description="Schlüssel des Endpunkts")
    llm_api_key_file: Path | None = Field(
        default=None, description="Datei, in der dieser Schlüssel steht"
    )
    llm_first_token_seconds: float = Field(
        default=20.0, gt=0, le=600, description="Längste Wartezeit bis zum ersten Wort in Sekunden"
    )
    llm_timeout_seconds: float = Field(
        default=60.0, gt=0, le=600, description="Längste Dauer einer Antwort in Sekunden"
    )
    llm_parallel: int = Field(
        default=4, ge=1, le=6, description="Antworten des Sprachmodells zur gleichen Zeit"
    )
    llm_show_unsupported: bool = Field(
        default=False, description="Unbelegte Sätze des Sprachmodells als solche zeigen"
    )

    @field_validator("fetch_hosts", "fetch_private_hosts")
    @classmethod
    def _hosts(cls, value: str, info: ValidationInfo) -> str:
        private = info.field_name == "fetch_private_hosts"
        policy("" if private else value, value if private else "")
        return value

    @field_validator("widget_origins")
    @classmethod
    def _origins(cls, value: str) -> str:
        return ",".join(map(origin, entries(value, ",")))

    @field_validator("link_privacy", "link_imprint", "link_accessibility")
    @classmethod
    def _link(cls, value: str) -> str:
        return web_address(value.strip()) if value.strip() else ""

    @field_validator("suggestions")
    @classmethod
    def _questions(cls, value: str) -> str:
        given = entries(value, "|")
        if len(given) > MOST_SUGGESTIONS or any(len(q) > LONGEST_SUGGESTION for q in given):
            raise ValueError(value)
        return "|".join(given)

    @field_validator("llm_base_url")
    @classmethod
    def _address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError(value)
        return value

    @property
    def llm_key(self) -> SecretStr:
        """Return the key of the language model's endpoint, empty where there is none.

        Raises:
            SettingsInvalid: Its file cannot be read.
        """
        if self.llm_api_key_file is None:
            return self.llm_api_key
        try:
            return SecretStr(self.llm_api_key_file.read_text(encoding="utf-8").strip())
        except (OSError, UnicodeDecodeError) as exc:
            raise SettingsInvalid(
                f"KGC_LLM_API_KEY_FILE ist nicht lesbar: {self.llm_api_key_file}."
            ) from exc

    @property
    def fetching(self) -> Policy:
        """Return which addresses may be fetched; by default none."""
        return policy(self.fetch_hosts, self.fetch_private_hosts)

    @property
    def widget(self) -> WidgetOptions:
        """Return what is set about the chat widget."""
        told = (self.link_privacy, self.link_imprint, self.link_accessibility)
        return WidgetOptions(
            entries(self.widget_origins, ","),
            Links(*(address or None for address in told)),
            entries(self.suggestions, "|"),
        )

    @property
    def max_upload_bytes(self) -> int:
        """Return the largest accepted file in bytes."""
        return self.max_upload * 1_000_000

    def requests_per_minute(self, host: str) -> int:
        """Return how many requests a client may make at `host`; 0 means as many as it likes."""
        if self.rate_limit is not None:
            return self.rate_limit
        return 0 if host == "localhost" or _is_loopback(host) else PUBLIC_RATE


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def load() -> Settings:
    """Read the settings now.

    Raises:
        SettingsInvalid: With the names of the wrong settings and what each is for.
    """
    try:
        return Settings()
    except ValidationError as exc:
        names = sorted({str(entry["loc"][0]) for entry in exc.errors(include_input=False)})
        wrong = "; ".join(
            f"KGC_{name.upper()} ({Settings.model_fields[name].description})" for name in names
        )
        raise SettingsInvalid(f"Diese Einstellungen sind nicht gültig: {wrong}.") from exc
