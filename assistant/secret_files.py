"""Every secret setting may stand in a file: ``KGC_NAME_FILE`` names it, whatever the secret is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource

from assistant.errors import SettingsInvalid

SUFFIX = "_FILE"
_LONGEST = 100_000  # bytes; a larger file holds something else than a secret


class SecretFiles(PydanticBaseSettingsSource):
    """A source of settings: for each field of type `SecretStr` the file that a variable names."""

    def __init__(self, settings: type[BaseSettings], *named: PydanticBaseSettingsSource) -> None:
        """Find the names of files in what `named` read (environment, ``.env``), the first wins."""
        super().__init__(settings)
        variables: dict[str, str | None] = {}
        for source in reversed(named):
            assert isinstance(source, EnvSettingsSource)
            variables |= source.env_vars
        self._variables: Mapping[str, str | None] = variables

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Return what the file of a field holds, None where no variable names one.

        Raises:
            SettingsInvalid: The file cannot be read, or holds nothing.
        """
        variable = f"{self.config.get('env_prefix', '')}{field_name}{SUFFIX}"
        path = self._variables.get(variable.lower()) if field.annotation is SecretStr else None
        return (_read(variable.upper(), Path(path)) if path else None), field_name, False

    def __call__(self) -> dict[str, Any]:
        """Return the secrets that stand in files."""
        fields = self.settings_cls.model_fields.items()
        found = {name: self.get_field_value(field, name)[0] for name, field in fields}
        return {name: secret for name, secret in found.items() if secret is not None}


def _read(variable: str, path: Path) -> str:
    try:
        with path.open("rb") as file:
            text = file.read(_LONGEST).decode().strip()
    except (OSError, UnicodeDecodeError) as exc:
        raise SettingsInvalid(f"{variable} ist nicht lesbar: {path}.") from exc
    if not text:
        raise SettingsInvalid(f"{variable} ist leer: {path}.")
    return text
