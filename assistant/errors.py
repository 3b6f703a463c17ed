"""Why a question or a command could not be carried out.

The tree::

    AssistantError            anything this package refuses on purpose, with a German sentence
    ├── QuestionInvalid       empty, too long, or a history that is too long
    ├── ServerUnreachable     the data folder's owner does not answer
    ├── FolderBusy            another command owns the data folder and does not let go
    ├── NotAllowed            the request needs a key that it does not carry
    ├── ScopeMissing          its key is good, but not for this
    ├── Overloaded            too many requests wait already
    ├── KeysUnavailable       the file of keys cannot be written or read
    ├── KeyUnknown            there is no key of this id
    ├── FeedbackUnavailable   votes and kept questions cannot be written or read
    ├── SettingsInvalid       a setting has a value that makes no sense
    ├── BotUnavailable        a bot cannot go on for now: its homeserver or its file does not answer
    ├── ModelFailed           the language model gave no usable answer; never shown with an answer
    │   ├── ModelUnreachable  nobody answers at its address, or the connection broke
    │   ├── ModelSlow         the first word or the end did not come in time
    │   ├── ModelBusy         it has too much to do (429), or all our own places are taken
    │   ├── ModelRefused      it answered with an error: wrong key, no such model, broken inside
    │   ├── ModelGarbled      what it sent is no answer, or not a whole one
    │   └── ModelPaused       it failed too often in a row and is left alone for a while
    ├── BotMisconfigured      a bot cannot work as it is set up: wrong token, missing library
    ├── MessageRefused        a chat service did not take a message; its code says why
    └── ServerRefused         the server answered with a problem document
"""

from __future__ import annotations

from typing import Self


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


class ScopeMissing(AssistantError):
    """The request's key is good, but has none of the scopes that this takes."""


class Overloaded(AssistantError):
    """Too many requests wait already; some seconds later there may be room."""


class KeysUnavailable(AssistantError):
    """The file of API keys cannot be written or read."""


class KeyUnknown(AssistantError):
    """There is no API key of this id."""


class FeedbackUnavailable(AssistantError):
    """Votes and kept questions cannot be written or read."""


class SettingsInvalid(AssistantError):
    """A setting of the environment or of ``.env`` has a value that makes no sense."""


class BotUnavailable(AssistantError):
    """A bot cannot go on for now: its homeserver or its file does not answer."""


class ModelFailed(AssistantError):
    """The language model gave no usable answer; the verbatim answer takes its place."""


class ModelUnreachable(ModelFailed):
    """Nobody answers at the model's address, or the connection broke."""


class ModelSlow(ModelFailed):
    """The first word, or the end of the answer, did not come in time."""


class ModelBusy(ModelFailed):
    """The model has too much to do, or all places for parallel answers are taken."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        """Keep the sentence and after how many seconds the server wants to be asked again."""
        super().__init__(message)
        self.retry_after = retry_after


class ModelRefused(ModelFailed):
    """The model's server answered with an error."""


class ModelGarbled(ModelFailed):
    """What the model sent is no answer, or breaks off."""


class ModelPaused(ModelFailed):
    """The model failed too often in a row and is left alone for a while."""


class BotMisconfigured(AssistantError):
    """A bot cannot work as it is set up (wrong token, missing library); trying again is no use."""


class MessageRefused(AssistantError):
    """A chat service did not take a message; `code` is its own word for the reason."""

    def __init__(self, message: str, code: str) -> None:
        """Keep the sentence and the service's code."""
        super().__init__(message)
        self.code = code


class ServerRefused(AssistantError):
    """The server answered with a problem document."""

    def __init__(self, message: str, kind: str, status: int, reason: str | None = None) -> None:
        """Keep the sentence, the problem's type, the HTTP status, and why a source failed."""
        super().__init__(message)
        self.kind = kind
        self.status = status
        self.reason = reason

    @classmethod
    def of(cls, problem: object, status: int) -> Self:
        """Make an error of a problem document, or of whatever came in its place."""
        told = problem if isinstance(problem, dict) else {}
        detail = str(told.get("detail") or f"Der Server antwortet mit dem Fehler {status}.")
        kind = str(told.get("type") or "server_error").rsplit("/", 1)[-1]
        shown = told.get("status")
        return cls(detail, kind, shown if isinstance(shown, int) else status, told.get("reason"))
