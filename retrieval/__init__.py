"""Chunks → index → ranked hits: embedding, storage and hybrid search over what `ingest` cut."""

__all__: list[str] = []
