"""Parts of Office files: packages, slides, Word's lists, styles and tables."""
