"""Deliberately wrong servers, and right ones of different tastes, that the harness is tried on."""
