"""Questions → answers with proof, and the ways to ask: command line, HTTP, chat page."""

__all__: list[str] = []
