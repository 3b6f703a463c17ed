"""The homeserver through matrix-nio; the only code that knows it."""
