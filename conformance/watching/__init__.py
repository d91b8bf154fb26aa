"""Exchanges judged while they happen: what is new is told at once, and what was kept is judged again in the end."""
