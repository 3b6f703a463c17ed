"""The command ``kgc`` with an embedding model that needs no weights: real in all other parts.

``python -m tests.assistant.offline ingest FOLDER`` is a process of its own, as ``kgc`` is.
"""

from __future__ import annotations

import pytest

from assistant import abstain, cli, wiring
from tests.fakes import HashEmbedder


def install(patch: pytest.MonkeyPatch) -> None:
    """Let this process work without the real model, and without what is fitted to it."""
    plain = abstain.Model(weights={"cosine": 12.0}, bias=-4.5, threshold=0.5)
    patch.setattr(wiring, "embedder", lambda *_: HashEmbedder(dimension=1024))
    patch.setattr(abstain, "models", lambda: {"same": plain, "foreign": plain})


if __name__ == "__main__":
    install(pytest.MonkeyPatch())
    cli.main()
