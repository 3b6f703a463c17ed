"""What the process had in its memory must not get into a file of the vector store.

Run as a program, this file is a process that fills and searches a store. The C library fills
memory that is given out with a pattern, so that what was written without being set shows.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from retrieval import heap
from retrieval.chroma import ChromaIndex
from retrieval.ports import VectorRecord

DIMENSION = 384
FILL = 0x5A
"""The C library writes the complement of this byte into memory that it gives out."""
RUN = bytes([FILL ^ 0xFF]) * 64


def work(folder: Path) -> None:
    heap.USUAL = FILL  # or the first change of the store would end the pattern
    vectors = np.eye(8, DIMENSION, dtype=np.float32)
    for turn in range(2):
        index = ChromaIndex(folder)
        index.search(vectors[0], 5, internal=True, facets={})
        for internal in (False, True):
            names = [(f"d{turn}-{internal}", number) for number in range(8)]
            index.add([VectorRecord(d, 1, n, vectors[n], internal, {}) for d, n in names])
        index.search(vectors[0], 5, internal=True, facets={})
        index.close()


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="needs glibc's MALLOC_PERTURB_")
def test_no_file_holds_what_was_in_memory(tmp_path: Path) -> None:
    environment = {**os.environ, "MALLOC_PERTURB_": str(FILL)}
    subprocess.run([sys.executable, __file__, str(tmp_path)], env=environment, check=True)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 5
    assert [path.name for path in files if RUN in path.read_bytes()] == []


if __name__ == "__main__":
    work(Path(sys.argv[1]))
