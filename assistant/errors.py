"""Why a question or a command could not be carried out.

The tree::

    AssistantError            anything this package refuses on purpose, with a German sentence
    ├── QuestionInvalid       empty, too long, or a history that is too long
    ├── ServerUnreachable     the data folder's owner does not answer
    ├── FolderBusy            another command owns the data folder and does not let go
    ├── NotAllowed            the request needs a key that it does not carry
    ├── SettingsInvalid       a setting has a value that makes no sense
    └── ServerRefused         the server answered with a problem document
"""

from __future__ import annotations


class AssistantError(Exception):
    """Base of everything `assistant` raises on purpose; `message` is German, for people."""

    def __init__(self, message: str) -> None:
        """Keep the sentence."""
        self.message = message
        super().__init__(message)


class QuestionInvalid(AssistantError):
    """The question is empty or too long, or its history is too long."""


class ServerUnreachable(AssistantError):
    """A server owns the data folder but does not answer."""


class FolderBusy(AssistantError):
    """Another command owns the data folder and does not let go in time."""


class NotAllowed(AssistantError):
    """The request needs a key that it does not carry."""


class SettingsInvalid(AssistantError):
    """A setting of the environment or of ``.env`` has a value that makes no sense."""


class ServerRefused(AssistantError):
    """The server answered with a problem document."""

    def __init__(self, message: str, kind: str, status: int, reason: str | None = None) -> None:
        """Keep the sentence, the problem's type, the HTTP status, and why a source failed."""
        super().__init__(message)
        self.kind = kind
        self.status = status
        self.reason = reason
