"""Questions to learn reading from, and what the product's search shows the reader for each."""
