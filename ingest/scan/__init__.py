"""Pictures of text → segments of a page, with Tesseract."""
