"""Drift between the Batch APIs of Kimi and SiliconFlow, their contracts and their clients.

Seen, explained, reported.
"""
