"""A page of a paged file: what is drawn where, the order people read it in, its blocks."""
