"""Files → documents → chunks. No models, no database, no environment."""

__all__: list[str] = []
