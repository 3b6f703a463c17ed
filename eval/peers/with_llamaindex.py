"""LlamaIndex as its starter tutorial builds an index over a folder.

- `SimpleDirectoryReader(…).load_data()`, `VectorStoreIndex.from_documents(…)` with nothing set:
  developers.llamaindex.ai/python/framework/getting_started/starter_example_local
- `HuggingFaceEmbedding` with `query_instruction` and `text_instruction`:
  developers.llamaindex.ai/python/examples/embeddings/huggingface
- passages are those of the default `SentenceSplitter` (1,024 tokens of tiktoken, overlap 200); the
  model reads the first 512 of its own
"""

from __future__ import annotations

from collections.abc import Sequence

from llama_index.core import Document, SimpleDirectoryReader, VectorStoreIndex
from llama_index.embeddings.huggingface import HuggingFaceEmbedding

from eval.peers.exchange import PASSAGE_PROMPT, QUERY_PROMPT, Hit, Source, serve

PLACE = "file_path"
"""Where its reader notes the file; like every note it stands above the text that is embedded."""


class LlamaIndex:
    """Directory reader → sentence splitter → vector index in memory → retriever."""

    def __init__(self, model: str) -> None:
        """Load the model."""
        self._embedder = HuggingFaceEmbedding(
            model_name=model, query_instruction=QUERY_PROMPT, text_instruction=PASSAGE_PROMPT
        )
        self._index = VectorStoreIndex([], embed_model=self._embedder)
        self._sources: dict[str, str] = {}

    def index(self, sources: Sequence[Source]) -> int:
        """Read, split and embed; returns the number of passages."""
        documents = []
        for source in sources:
            self._sources[source.path] = source.source
            documents += _documents(source)
        self._index = VectorStoreIndex.from_documents(documents, embed_model=self._embedder)
        return len(self._index.docstore.docs)

    def search(self, question: str, limit: int) -> list[Hit]:
        """Return the `limit` nearest passages."""
        found = self._index.as_retriever(similarity_top_k=limit).retrieve(question)
        return [Hit(self._sources[hit.node.metadata[PLACE]], hit.node.text) for hit in found]


def _documents(source: Source) -> list[Document]:
    if source.given:
        return [Document(text=source.text, metadata={PLACE: source.path})]
    documents: list[Document] = SimpleDirectoryReader(input_files=[source.path]).load_data()
    return documents


if __name__ == "__main__":
    serve(LlamaIndex, ["llama-index-core", "llama-index-embeddings-huggingface"])
