"""Recordings in the forms of other tools: a small module each, and `table` that says which is which."""
