"""From a drift report, the Overlay that would make each contract agree with what was seen."""

from conformance.mend.overlay import MendError, mend

__all__ = ["MendError", "mend"]
