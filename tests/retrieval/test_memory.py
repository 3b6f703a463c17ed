from __future__ import annotations

from collections.abc import Iterator

import pytest

from retrieval.memory import MemoryIndex
from retrieval.ports import Index
from tests.contracts.index_contract import SearchedIndexContract


class TestMemoryIndex(SearchedIndexContract):
    @pytest.fixture
    def index(self) -> Iterator[Index]:
        made = MemoryIndex()
        yield made
        made.close()
