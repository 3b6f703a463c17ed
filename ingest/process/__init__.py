"""The child process that reads untrusted files, and the pipe to it."""
