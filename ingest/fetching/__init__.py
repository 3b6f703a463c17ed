"""Addresses of the web → bytes, within what the operator allows."""
