"""The HTTP server: contract routes, chat page, reading view. The only FastAPI."""

__all__: list[str] = []
