"""The wire models of ``/v1/models`` and ``/v1/chat/completions``, in OpenAI's form.

What clients send beside these fields (temperature, tools, user, …) is read by nobody.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.completions import MODEL


class Part(BaseModel):
    """A part of a message; only text is read."""

    model_config = ConfigDict(extra="ignore")

    type: str = "text"
    text: str | None = None


class ChatMessage(BaseModel):
    """One message of the conversation; `content` is a text or a list of parts."""

    model_config = ConfigDict(extra="ignore")

    role: str
    content: str | list[Part] | None = None

    @property
    def text(self) -> str:
        """Return the text without its outer white space."""
        if isinstance(self.content, list):
            return "\n".join(p.text for p in self.content if p.type == "text" and p.text).strip()
        return (self.content or "").strip()


class StreamOptions(BaseModel):
    """What a stream holds beside the answer."""

    model_config = ConfigDict(extra="ignore")

    include_usage: bool | None = None


class CompletionRequest(BaseModel):
    """A conversation whose last user message is the question."""

    model_config = ConfigDict(extra="ignore")

    model: str = MODEL
    messages: Annotated[list[ChatMessage], Field(min_length=1)]
    stream: bool | None = None
    stream_options: StreamOptions | None = None


class UrlCitation(BaseModel):
    """A source; ``content[start_index:end_index]`` is its first marker, in code points."""

    url: str
    title: str
    start_index: int
    end_index: int


class Annotation(BaseModel):
    """A source of the answer, in the order of the markers' numbers."""

    type: Literal["url_citation"]
    url_citation: UrlCitation


class Reply(BaseModel):
    """The answer as Markdown with its sources under it."""

    role: Literal["assistant"]
    content: str
    refusal: str | None
    annotations: list[Annotation]


class Choice(BaseModel):
    """The only choice there is."""

    index: int
    message: Reply
    logprobs: None
    finish_reason: Literal["stop"]


class Usage(BaseModel):
    """Words, not tokens, of what was read and what was written."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class Completion(BaseModel):
    """A whole answer."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[Choice]
    usage: Usage


class Model(BaseModel):
    """The assistant, as a model."""

    id: str
    object: Literal["model"]
    created: int
    owned_by: str


class Models(BaseModel):
    """All models there are: one."""

    object: Literal["list"]
    data: list[Model]
