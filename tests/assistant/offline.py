"""The command ``kgc`` with an embedding model that needs no weights: real in all other parts.

``python -m tests.assistant.offline ingest FOLDER`` is a process of its own, as ``kgc`` is.
"""

from __future__ import annotations

import pytest

from assistant import cli, wiring
from tests.fakes import HashEmbedder


def install(patch: pytest.MonkeyPatch) -> None:
    """Let this process work without the real models: it reads by the words alone."""
    patch.setattr(wiring, "embedder", lambda *_: HashEmbedder(dimension=1024))
    patch.setattr(wiring, "reader", lambda *_: None)


if __name__ == "__main__":
    install(pytest.MonkeyPatch())
    cli.main()
