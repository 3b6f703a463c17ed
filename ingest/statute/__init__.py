"""Statutes: recognised by their build, cited by § and Absatz."""
