"""Answers in a language model's words, of which only checked sentences are shown."""
