"""Drift between Batch APIs, their contracts and their clients.

Seen, explained, reported.
"""
