"""The composition root: settings → the parts that work together.

Heavy libraries (torch, chromadb, FastAPI) are imported here, inside the builders, so that
``kgc --help`` and the pure parts never pay for them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Thread
from typing import TYPE_CHECKING, Literal, TypeVar

from filelock import FileLock

from assistant.backend import Backend, KeyDesk
from assistant.errors import FolderBusy
from assistant.lazy import LazyChatModel, LazyEmbedder, LazyReader, LazyReranker
from assistant.ownership import published, take
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.client import Client
    from assistant.generation.generate import Writer
    from assistant.keystore import KeyRing
    from assistant.langchain_model import LangChainModel
    from assistant.service import Service
    from retrieval.joint_reading import SentenceReader
    from retrieval.ports import Embedder
    from retrieval.registry import Registry
    from retrieval.reranker import Reranker

_Kind = TypeVar("_Kind")

WAIT_SECONDS = 60.0
_PAUSE_SECONDS = 0.2


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


def reader(
    settings: Settings, registry: Registry | None = None, beside: LazyEmbedder | None = None
) -> SentenceReader | None:
    """Return the model that reads passages, loaded on first use; it is part of the package.

    Args:
        settings: Where the packaged model is unpacked to.
        registry: Knows the precision that was measured for this machine.
        beside: The embedding model of the library; the same one lends its tokenizer.
    """

    def load() -> SentenceReader:
        from retrieval.embed import SentenceTransformerEmbedder  # noqa: PLC0415  # imports torch
        from retrieval.neural_reader import NeuralReader  # noqa: PLC0415
        from retrieval.packaged_model import packaged_model  # noqa: PLC0415

        held = registry.note("precision") if registry else None
        precision: Literal["float32", "bfloat16"] = "bfloat16" if held == "bfloat16" else "float32"
        own = beside.loaded() if beside and not settings.embedding_model else None
        lent = own.tokenizer if isinstance(own, SentenceTransformerEmbedder) else None
        folder = packaged_model(settings.cache_dir)
        return NeuralReader(folder, precision=precision, tokenizer=lent)

    from retrieval.remembered import RememberingReader  # noqa: PLC0415  # imports numpy

    return RememberingReader(LazyReader(load))


def writer(settings: Settings) -> Writer | None:
    """Return what writes answers with a language model; None where the settings name none."""
    if not (settings.llm_base_url and settings.llm_model):
        return None
    from assistant.generation.generate import Writer  # noqa: PLC0415
    from assistant.generation.limits import Limits  # noqa: PLC0415
    from assistant.generation.warm import warm  # noqa: PLC0415
    from assistant.verification.check import verify  # noqa: PLC0415

    limits = Limits(
        settings.llm_first_token_seconds, settings.llm_timeout_seconds, settings.llm_parallel
    )
    model = LazyChatModel(lambda: chat_model(settings))
    Thread(target=warm, args=(verify,), name="kgc-check-load", daemon=True).start()
    return Writer(model, verify, limits, show_unsupported=settings.llm_show_unsupported)


def chat_model(settings: Settings) -> LangChainModel:
    """Return the language model that the settings name; nothing is sent yet."""
    from assistant.langchain_model import Endpoint, LangChainModel  # noqa: PLC0415  # langchain

    seconds = settings.llm_timeout_seconds
    place = Endpoint(settings.llm_base_url, settings.llm_model, settings.llm_api_key, seconds)
    return LangChainModel(place)


def service(settings: Settings) -> Service:
    """Open the data folder, which the caller owns, and build the assistant on it."""
    from assistant.conversation import Conversations  # noqa: PLC0415  # imports numpy
    from assistant.feedback.desk import FeedbackDesk  # noqa: PLC0415  # imports numpy
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
    library = Library(
        stores,
        SharedQueries(model),
        reranker=reranker(settings),
        reader=reader(settings, stores.registry, model),
    )
    limits = Limits(input_bytes=settings.max_upload_bytes)
    fetcher = Fetcher(settings.fetching, settings.max_upload_bytes)
    held = settings.conversation_minutes * 60
    desk = FeedbackDesk(
        settings.data_dir, library, keeping=settings.keep_questions, remembered=held
    )
    talks = Conversations(seconds=held)
    return Service(library, Sandbox(limits), fetcher, desk, writer(settings), talks)


def key_ring(settings: Settings) -> KeyRing:
    """Open the API keys of the data folder, which the caller owns."""
    from assistant.keystore import KeyRing  # noqa: PLC0415

    return KeyRing(settings.data_dir)


def key_desk(settings: Settings) -> tuple[KeyDesk, FileLock | None]:
    """Return who makes and revokes keys: the server that owns the folder, else this process.

    Returns:
        The desk, and the lock on the data folder where this process now owns it.

    Raises:
        FolderBusy: Another command owns the folder and does not let go in time.
    """
    return _opened(settings, lambda: key_ring(settings))


def backend(settings: Settings) -> tuple[Backend, FileLock | None]:
    """Return the way to work: through the server that owns the folder, else on it directly.

    Returns:
        The backend, and the lock on the data folder where this process now owns it.

    Raises:
        FolderBusy: Another command owns the folder and does not let go in time.
    """

    def local() -> Backend:
        from assistant.service import LocalBackend  # noqa: PLC0415

        return LocalBackend(service(settings), settings.max_upload_bytes)

    return _opened(settings, local)


def _opened(
    settings: Settings, local: Callable[[], _Kind]
) -> tuple[_Kind | Client, FileLock | None]:
    """Return the running server's client, or what `local` opens once this process owns the folder.

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
        try:
            return local(), lock
        except BaseException:
            lock.release()
            raise


def _through_server(settings: Settings) -> Client | None:
    address = published(settings.data_dir)
    if address is None:
        return None
    from assistant.client import Client, is_alive  # noqa: PLC0415  # imports httpx

    return Client(address, settings.max_upload_bytes) if is_alive(address) else None
