"""LangChain with Chroma, as its documentation builds retrieval over one's own files.

- splitter of the tutorial "Build a RAG agent" (docs.langchain.com/oss/python/langchain/rag):
  `RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200, add_start_index=True)`
- store: docs.langchain.com/oss/python/integrations/vectorstores/chroma, nothing set
- embedder: docs.langchain.com/oss/python/integrations/text_embedding/huggingfacehub; prompts by
  `encode_kwargs` and `query_encode_kwargs`, which is what the class has for them
- loaders: docs.langchain.com/oss/python/integrations/document_loaders; its loaders of PowerPoint
  need the package unstructured, so slides come as the text that our reader extracted
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from langchain_chroma import Chroma
from langchain_community.document_loaders import (
    BSHTMLLoader,
    Docx2txtLoader,
    PyPDFLoader,
    TextLoader,
)
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from eval.peers.exchange import PASSAGE_PROMPT, QUERY_PROMPT, Hit, Source, serve

LOADERS: Final[Mapping[str, Callable[[str], Any]]] = {
    ".pdf": PyPDFLoader,
    ".docx": Docx2txtLoader,
    ".html": lambda path: BSHTMLLoader(path, open_encoding="utf-8"),
    ".md": lambda path: TextLoader(path, encoding="utf-8"),
    ".txt": lambda path: TextLoader(path, encoding="utf-8"),
}


class LangChain:
    """Loader by file type → recursive splitter → Chroma → similarity search."""

    def __init__(self, model: str) -> None:
        """Load the model; Chroma keeps everything in memory."""
        self._store = Chroma(
            embedding_function=HuggingFaceEmbeddings(
                model_name=model,
                encode_kwargs={"prompt": PASSAGE_PROMPT},
                query_encode_kwargs={"prompt": QUERY_PROMPT},
            )
        )
        self._splitter = RecursiveCharacterTextSplitter(
            chunk_size=1000, chunk_overlap=200, add_start_index=True
        )

    def index(self, sources: Sequence[Source]) -> int:
        """Load, split and store; returns the number of passages."""
        passages = []
        for source in sources:
            for text in _texts(source):
                passages += self._splitter.create_documents([text], [{"source": source.source}])
        self._store.add_documents(passages)
        return len(passages)

    def search(self, question: str, limit: int) -> list[Hit]:
        """Return the `limit` nearest passages."""
        found = self._store.similarity_search(question, k=limit)
        return [Hit(passage.metadata["source"], passage.page_content) for passage in found]


def _texts(source: Source) -> list[str]:
    """Return the pages of a file, or its whole text where the loader knows no pages."""
    loader = LOADERS.get(Path(source.path).suffix.lower())
    if source.given or loader is None:
        return [source.text]
    return [document.page_content for document in loader(source.path).load()]


if __name__ == "__main__":
    serve(LangChain, ["langchain-chroma", "langchain-text-splitters", "chromadb"])
