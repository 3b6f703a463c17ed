"""Models that are loaded when they are first needed, so that opening a library costs nothing."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future
from threading import Lock, Thread
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from assistant.generation.ports import ChatModel, Message
    from retrieval.joint_reading import Excerpt, SentenceReader
    from retrieval.ports import Embedder, Matrix, Vector
    from retrieval.reranker import Reranker, Scores

Model = TypeVar("Model")


class _Once(Generic[Model]):
    """Something that is built once, by the first thread that needs it."""

    def __init__(self, build: Callable[[], Model]) -> None:
        """Keep the builder."""
        self._build = build
        self._held: Model | None = None
        self._lock = Lock()

    def __call__(self) -> Model:
        """Return it."""
        with self._lock:
            if self._held is None:
                self._held = self._build()
            return self._held


class LazyEmbedder:
    """An `Embedder` that is loaded when it is first needed."""

    def __init__(self, build: Callable[[], Embedder]) -> None:
        """Keep the builder."""
        self._model = _Once(build)

    def loaded(self) -> Embedder:
        """Return the model itself, loaded now at the latest."""
        return self._model()

    @property
    def name(self) -> str:
        """Identify the model and its weights."""
        return self._model().name

    @property
    def dimension(self) -> int:
        """The length of every vector."""
        return self._model().dimension

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        """Return one unit row for each text."""
        return self._model().embed_passages(texts)

    def embed_query(self, text: str) -> Vector:
        """Return the unit vector of a question."""
        return self._model().embed_query(text)

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        """Return one unit row for each question."""
        return self._model().embed_queries(texts)


class LazyReader:
    """A `SentenceReader` that is loaded when it is first needed."""

    def __init__(self, build: Callable[[], SentenceReader]) -> None:
        """Keep the builder."""
        self._model = _Once(build)

    @property
    def name(self) -> str:
        """Identify the model and its weights."""
        return self._model().name

    def read(self, question: str, excerpts: Sequence[Excerpt]) -> list[Scores]:
        """Return for each excerpt how well each of its sentences answers, shape (sentences,)."""
        return self._model().read(question, excerpts)


class LazyReranker:
    """A `Reranker` that is loaded when it is first needed."""

    def __init__(self, build: Callable[[], Reranker]) -> None:
        """Keep the builder."""
        self._model = _Once(build)

    def scores(self, question: str, passages: Sequence[str]) -> Scores:
        """Return how well each passage answers, shape (n,), 0..1."""
        return self._model().scores(question, passages)


class LazyChatModel:
    """A `ChatModel` that is loaded beside other work: its library takes a second to import."""

    def __init__(self, build: Callable[[], ChatModel]) -> None:
        """Begin to load."""
        self._loading: Future[ChatModel] = Future()
        Thread(target=self._load, args=(build,), name="kgc-model-load", daemon=True).start()

    def _load(self, build: Callable[[], ChatModel]) -> None:
        try:
            self._loading.set_result(build())
        except BaseException as error:  # noqa: BLE001  # whoever asks gets it
            self._loading.set_exception(error)

    def stream(self, messages: Sequence[Message]) -> Generator[str]:
        """Yield the answer in pieces."""
        return self._loading.result().stream(messages)

    def close(self) -> None:
        """Let go of the model."""
        if self._loading.exception() is None:
            self._loading.result().close()
