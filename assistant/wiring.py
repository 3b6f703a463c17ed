"""The composition root: settings → the parts that work together.

Heavy libraries (torch, chromadb, FastAPI) are imported here, inside the builders, so that
``kgc --help`` and the pure parts never pay for them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from threading import Lock
from typing import TYPE_CHECKING

from filelock import FileLock

from assistant.backend import Backend
from assistant.errors import FolderBusy
from assistant.ownership import published, take
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.service import Service
    from retrieval.ports import Embedder, Matrix, Vector
    from retrieval.registry import Registry
    from retrieval.reranker import Reranker, Scores

WAIT_SECONDS = 60.0
_PAUSE_SECONDS = 0.2


class LazyEmbedder:
    """An `Embedder` that is loaded when it is first needed."""

    def __init__(self, build: Callable[[], Embedder]) -> None:
        """Keep the builder."""
        self._build = build
        self._held: Embedder | None = None
        self._lock = Lock()

    def _embedder(self) -> Embedder:
        with self._lock:
            if self._held is None:
                self._held = self._build()
            return self._held

    @property
    def name(self) -> str:
        """Identify the model and its weights."""
        return self._embedder().name

    @property
    def dimension(self) -> int:
        """The length of every vector."""
        return self._embedder().dimension

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        """Return one unit row for each text."""
        return self._embedder().embed_passages(texts)

    def embed_query(self, text: str) -> Vector:
        """Return the unit vector of a question."""
        return self._embedder().embed_query(text)

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        """Return one unit row for each question."""
        return self._embedder().embed_queries(texts)


class LazyReranker:
    """A `Reranker` that is loaded when it is first needed."""

    def __init__(self, build: Callable[[], Reranker]) -> None:
        """Keep the builder."""
        self._build = build
        self._held: Reranker | None = None
        self._lock = Lock()

    def scores(self, question: str, passages: Sequence[str]) -> Scores:
        """Return how well each passage answers, shape (n,), 0..1."""
        with self._lock:
            if self._held is None:
                self._held = self._build()
        return self._held.scores(question, passages)


def embedder(settings: Settings, registry: Registry | None = None) -> Embedder:
    """Load the embedding model; its precision is measured once and kept with the index.

    Raises:
        ModelUnavailable: There is no such model.
    """
    from retrieval.blas_threads import one_thread_per_product  # noqa: PLC0415  # imports numpy
    from retrieval.embed import SentenceTransformerEmbedder  # noqa: PLC0415  # imports torch
    from retrieval.packaged_model import packaged_model  # noqa: PLC0415

    one_thread_per_product()
    chosen = settings.embedding_model
    held = registry.note("precision") if registry else None
    loaded = SentenceTransformerEmbedder(
        chosen or packaged_model(settings.cache_dir),
        precision="bfloat16" if held == "bfloat16" else "float32" if held else "auto",
        allow_download=bool(chosen),
    )
    if registry is not None and held is None:
        registry.set_note("precision", loaded.precision)
    return loaded


def reranker(settings: Settings) -> Reranker | None:
    """Return the re-ranking model, loaded on first use; None where the settings name none."""
    chosen = settings.reranker_model
    if not chosen:
        return None

    def load() -> Reranker:
        from retrieval.rerank import CrossEncoderReranker  # noqa: PLC0415  # imports torch

        return CrossEncoderReranker(chosen, allow_download=True)

    return LazyReranker(load)


def service(settings: Settings) -> Service:
    """Open the data folder, which the caller owns, and build the assistant on it."""
    from assistant.service import Service  # noqa: PLC0415
    from ingest.fetching.fetch import Fetcher  # noqa: PLC0415  # imports httpcore
    from ingest.process.sandbox import Limits, Sandbox  # noqa: PLC0415
    from retrieval import concepts  # noqa: PLC0415
    from retrieval.blas_threads import one_thread_per_product  # noqa: PLC0415  # imports numpy
    from retrieval.folder import open_stores  # noqa: PLC0415  # imports chromadb
    from retrieval.library import Library  # noqa: PLC0415
    from retrieval.shared_queries import SharedQueries  # noqa: PLC0415

    one_thread_per_product()
    concepts.use(settings.concepts)
    stores = open_stores(settings.data_dir)
    model = LazyEmbedder(lambda: embedder(settings, stores.registry))
    library = Library(stores, SharedQueries(model), reranker=reranker(settings))
    limits = Limits(input_bytes=settings.max_upload_bytes)
    fetcher = Fetcher(settings.fetching, settings.max_upload_bytes)
    return Service(library, Sandbox(limits), fetcher)


def backend(settings: Settings) -> tuple[Backend, FileLock | None]:
    """Return the way to work: through the server that owns the folder, else on it directly.

    Returns:
        The backend, and the lock on the data folder where this process now owns it.

    Raises:
        FolderBusy: Another command owns the folder and does not let go in time.
    """
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        through = _through_server(settings)
        if through is not None:
            return through, None
        try:
            lock = take(settings.data_dir)
        except FolderBusy:
            if time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE_SECONDS)
            continue
        from assistant.service import LocalBackend  # noqa: PLC0415

        try:
            return LocalBackend(service(settings), settings.max_upload_bytes), lock
        except BaseException:
            lock.release()
            raise


def _through_server(settings: Settings) -> Backend | None:
    address = published(settings.data_dir)
    if address is None:
        return None
    from assistant.client import Client, is_alive  # noqa: PLC0415  # imports httpx

    return Client(address, settings.max_upload_bytes) if is_alive(address) else None
