"""The HTTP server: contract routes, start page, reading view. The only FastAPI."""

__all__: list[str] = []
