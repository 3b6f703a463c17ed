"""The settings of the HTTP server: where it is, who may ask it and how often, what it logs."""

from __future__ import annotations

import ipaddress
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, field_validator

from assistant.proxies import Network, networks, root_path
from assistant.scopes import Need
from assistant.widget import entries

PUBLIC_RATE = 60


class ServerSettings(BaseModel):
    """A part of `assistant.settings.Settings`, which reads them."""

    host: str = Field(default="127.0.0.1", description="Adresse, an der der Server lauscht")
    port: int = Field(default=8000, ge=0, le=65_535, description="Port des Servers, 0 = freier")
    public_url: str = Field(
        default="", description="Adresse, unter der andere diesen Server im Browser erreichen"
    )
    rate_limit: int | None = Field(
        default=None, ge=0, description="Anfragen je Minute und Client, 0 = unbegrenzt"
    )
    most_waiting: int = Field(
        default=500, ge=1, description="Fragen, die zugleich warten dürfen; weitere bekommen 503"
    )
    key_required: str = Field(
        default="",
        description="Was es nur mit Schlüssel gibt: search, chat, read, mit Komma",
    )
    trusted_proxies: str = Field(
        default="",
        description="Adressen und Netze der Proxys, denen X-Forwarded-For geglaubt wird, mit Komma",
    )
    root_path: str = Field(
        default="", description="Pfad, unter dem ein Proxy den Server zeigt, wie /assistent"
    )
    log: Literal["text", "json"] = Field(
        default="text", description="Form der Meldungen auf stderr: text oder json"
    )
    log_level: Literal["debug", "info", "warning", "error"] | None = Field(
        default=None,
        description="Ab welcher Stufe gemeldet wird: debug, info, warning, error; leer = info bei "
        "json, sonst warning",
    )

    @field_validator("key_required")
    @classmethod
    def _required(cls, value: str) -> str:
        return ",".join(sorted(Need(entry) for entry in entries(value, ",")))

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        networks(entries(value, ","))
        return value

    @field_validator("root_path")
    @classmethod
    def _path(cls, value: str) -> str:
        return root_path(value)

    @field_validator("log_level", mode="before")
    @classmethod
    def _unset(cls, value: object) -> object:
        return value or None

    @property
    def needs_key(self) -> frozenset[Need]:
        """Return what is given with a key only."""
        return frozenset(Need(entry) for entry in entries(self.key_required, ","))

    @property
    def proxies(self) -> tuple[Network, ...]:
        """Return the networks of the proxies whose word counts."""
        return networks(entries(self.trusted_proxies, ","))

    def public_hosts(self, host: str) -> tuple[str, ...] | None:
        """Return the names that others know a server at `host` by; None means any name.

        A server for this machine alone goes by no other name unless `public_url` says so: a page
        elsewhere could let its own name lead here.
        """
        if self.public_url:
            return (urlsplit(self.public_url).netloc.lower(),)
        return () if host == "localhost" or _is_loopback(host) else None

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
