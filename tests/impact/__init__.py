"""Tests of what clients make of what was received."""
