"""Our search as a LangChain retriever, for people who build chains on it.

The only file of this package that knows langchain_core. Import it yourself; nothing here does.
"""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from ingest.wording.language import of_question
from retrieval.library import Library
from retrieval.records import Filters, Hit


class KgcRetriever(BaseRetriever):
    """Returns passages with what is needed to cite them in ``metadata``.

    Example:
        >>> KgcRetriever(library=library, limit=4).invoke("Was ist eine KGC?")  # doctest: +SKIP
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    library: Library
    limit: int = 8
    filters: Filters = Filters()

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        prepared = self.library.query(query, of_question(query))
        hits = self.library.search(prepared, self.filters, self.limit)
        return [_document(hit) for hit in hits]


def _document(hit: Hit) -> Document:
    passage, record = hit.passage, hit.document
    before, after = hit.neighbours
    metadata: dict[str, Any] = {
        "document_id": record.document_id,
        "chunk_id": passage.chunk_id,
        "title": record.title,
        "section": passage.section,
        "before": before,
        "after": after,
        "source": record.source,
        "start": passage.start,
        "end": passage.end,
        "score": hit.score,
        (record.unit.value if record.unit else "page"): passage.page,
    }
    return Document(page_content=passage.text, metadata=metadata)
