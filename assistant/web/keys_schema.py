"""The wire models of API keys."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from assistant.keys import LONGEST_DAYS, LONGEST_NAME, MOST_PER_MINUTE, named
from assistant.keystore import Wish
from assistant.scopes import Scope


class KeyWish(BaseModel):
    """A key that is to be made."""

    model_config = ConfigDict(extra="forbid")

    scopes: Annotated[list[Scope], Field(min_length=1, max_length=len(Scope))]
    name: Annotated[str, Field(max_length=LONGEST_NAME), AfterValidator(named)] = ""
    days: Annotated[int | None, Field(ge=1, le=LONGEST_DAYS)] = None
    per_minute: Annotated[int | None, Field(ge=0, le=MOST_PER_MINUTE)] = None

    def wish(self) -> Wish:
        """Return what is wanted."""
        return Wish(frozenset(self.scopes), self.name, self.days, self.per_minute)


class ShownKey(BaseModel):
    """What may be shown of a key; `last_used` is a day."""

    id: str
    name: str
    scopes: list[Scope]
    created: str
    expires: str | None
    expired: bool
    per_minute: int | None
    last_used: str | None


class NewKey(ShownKey):
    """A key that was just made; `key` is shown this once."""

    key: str


class ShownKeys(BaseModel):
    """All keys."""

    keys: list[ShownKey]
    total: int
