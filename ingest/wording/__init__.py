"""Text → text: encodings, wrapping, sentences, language, misread words."""
