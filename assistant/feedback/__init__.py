"""What readers say about answers, and what the sources lack: votes, refused questions, gaps."""
