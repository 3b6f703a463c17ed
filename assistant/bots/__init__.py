"""Chat bots: each asks a running server as any other program does, and writes what it answers."""
