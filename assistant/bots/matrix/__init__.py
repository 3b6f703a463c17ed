"""The Matrix bot: pure rules and texts, a memory on disk, and one sub-package that knows nio."""
