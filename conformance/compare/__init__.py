"""Contract × contract → drift: what a client of the old contract meets where the new one holds."""

from conformance.compare.drifts import compare
from conformance.compare.result import result

__all__ = ["compare", "result"]
