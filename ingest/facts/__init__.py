"""What a document shows about itself, and whom it names to turn to."""
