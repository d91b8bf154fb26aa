"""What typed clients make of what was received."""

from conformance.impact.outcomes import silent

__all__ = ["silent"]
