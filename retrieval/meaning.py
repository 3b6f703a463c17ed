"""What needs the embedding model, once it is loaded and known to match the index."""

from __future__ import annotations

from dataclasses import dataclass

from retrieval.balance import LanguageBalance
from retrieval.errors import IndexMismatch
from retrieval.ports import Embedder
from retrieval.registry import Registry


@dataclass(frozen=True, slots=True)
class Meaning:
    """The balance of languages that the index was built with."""

    balance: LanguageBalance

    @classmethod
    def matching(cls, registry: Registry, embedder: Embedder, *, balanced: bool = True) -> Meaning:
        """Make sure that the index was built with `embedder`; a new index takes it on.

        Args:
            registry: Where the index keeps what it was built with.
            embedder: The model.
            balanced: Take the language out of vectors.

        Raises:
            IndexMismatch: The vectors were made by another model. Nothing is changed.
        """
        return cls(_balance(registry, embedder) if balanced else LanguageBalance({}, {}))


def _balance(registry: Registry, embedder: Embedder) -> LanguageBalance:
    mine = f"{embedder.name} ({embedder.dimension})"
    held = registry.note("model")
    if held is not None and held != mine:
        raise IndexMismatch(
            f"Er wurde mit dem Modell „{held}“ erstellt, eingestellt ist „{mine}“. "
            "Bitte KGC_EMBEDDING_MODEL zurücksetzen oder mit einem anderen KGC_DATA_DIR "
            "neu einlesen."
        )
    balance = registry.note("language_balance")
    if held is not None and balance is not None:
        return LanguageBalance.from_json(balance)
    measured = LanguageBalance.measured(embedder)
    registry.set_note("language_balance", measured.to_json())
    registry.set_note("model", mine)
    return measured
