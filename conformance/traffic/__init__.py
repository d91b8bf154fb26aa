"""The `check` command: recorded traffic in, the same report out as from a live run."""

from conformance.traffic.run import CheckOptions, check
from conformance.traffic.spread import SpreadError

__all__ = ["CheckOptions", "SpreadError", "check"]
