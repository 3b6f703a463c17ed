"""Does a sentence that a language model wrote stand in the passages that it cites? No model."""
