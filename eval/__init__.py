"""Measures retrieval and answers. Not shipped in the wheel."""
