"""The rule tables of this package: TOML files under ``ingest/data`` that people may extend."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def table(name: str) -> dict[str, Any]:
    """Read ``ingest/data/<name>.toml`` once.

    Raises:
        FileNotFoundError: There is no such table: a fault of the installation, not of a document.
    """
    path = files("ingest") / "data" / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def function_words(language: str) -> frozenset[str]:
    """Return the lower-case function words of a language ("de", "en", "abbreviations")."""
    words: str = table("function_words")[language]
    return frozenset(words.split())
