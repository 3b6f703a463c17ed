"""All settings, from the environment (prefix ``KGC_``) or ``.env``. Nothing else reads them."""

from __future__ import annotations

from pathlib import Path

import platformdirs
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from assistant.errors import SettingsInvalid
from assistant.secret_files import SecretFiles
from assistant.server_settings import ServerSettings
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


class Settings(ServerSettings, BaseSettings):
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
    max_upload: int = Field(default=100, ge=1, description="Größte Datei in MB (10^6 Byte)")
    fetch_hosts: str = Field(
        default="",
        description="Server, von denen Seiten abgerufen werden, mit Komma; .name.de samt "
        "Unterdomänen, * alle öffentlichen",
    )
    fetch_private_hosts: str = Field(
        default="", description="Server im eigenen Netz, die abgerufen werden, als name:port"
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

    server_url: str = Field(
        default="", description="Server, den die Bots fragen; leer = der des Datenordners"
    )
    server_key: SecretStr = Field(
        default=SecretStr(""), description="Schlüssel der Bots für diesen Server"
    )
    bots_public_only: bool = Field(
        default=False, description="Bots zeigen nur öffentliche Dokumente, true oder false"
    )
    slack_bot_token: SecretStr = Field(
        default=SecretStr(""), description="Bot-Token der Slack-App (xoxb-…)"
    )
    slack_app_token: SecretStr = Field(
        default=SecretStr(""), description="App-Token für Socket Mode (xapp-…)"
    )
    slack_signing_secret: SecretStr = Field(
        default=SecretStr(""),
        description="Signing Secret; ist es gesetzt, nimmt der Server /slack/events an",
    )
    slack_workspaces: str = Field(
        default="",
        description="Kennungen erlaubter Workspaces (T…), mit Komma, leer = der des Bot-Tokens",
    )
    slack_channels: str = Field(
        default="",
        description="Kennungen erlaubter Kanäle (C…, G…), mit Komma, leer = alle mit dem Bot; "
        "Direktnachrichten bleiben erlaubt",
    )
    slack_api_url: str = Field(
        default="https://slack.com/api/", description="Adresse der Web-API von Slack"
    )

    matrix_homeserver: str = Field(
        default="", description="Adresse des Homeservers, https://…, für „kgc matrix login“"
    )
    matrix_user: str = Field(default="", description="Konto des Matrix-Bots, @name:server")
    matrix_password: SecretStr = Field(
        default=SecretStr(""), description="Passwort dieses Kontos, nur für „kgc matrix login“"
    )
    matrix_allowed: str = Field(
        default="",
        description="Wer den Matrix-Bot einladen und fragen darf: @name:server oder server, mit "
        "Komma, leer = alle auf dem Server des Bots",
    )
    matrix_rooms: str = Field(
        default="", description="Kennungen erlaubter Räume (!…), mit Komma, leer = alle"
    )
    matrix_edits: int = Field(
        default=2, ge=0, le=3, description="So oft darf eine Antwort beim Schreiben wachsen"
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # pydantic's signature
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the file of a secret go before its variable."""
        files = SecretFiles(settings_cls, env_settings, dotenv_settings)
        return init_settings, files, env_settings, dotenv_settings

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

    @field_validator(
        "llm_base_url", "server_url", "public_url", "slack_api_url", "matrix_homeserver"
    )
    @classmethod
    def _address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError(value)
        return value

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
