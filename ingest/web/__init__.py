"""Parts of web pages: what is content, what is hidden, what a page declares."""
