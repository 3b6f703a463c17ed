"""Writers of the starter corpus: one file format, one module."""
