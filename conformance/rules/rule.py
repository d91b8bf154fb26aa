"""What a rule is, and how severe."""

from typing import Literal

from attrs import frozen

Severity = Literal["breaking", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("info", "warning", "breaking")
"""From the least to the most severe."""


@frozen
class Rule:
    """A kind of drift. `severity` is the usual one; a few rules lower it with the case, as their sentence says.

    `finder` is what finds it: module and name, below this package.
    """

    id: str
    severity: Severity
    sentence: str
    example: str
    finder: str = "compare.drifts:compare"


def at_least(severity: Severity, floor: Severity) -> bool:
    """Whether a severity reaches a floor."""
    return SEVERITIES.index(severity) >= SEVERITIES.index(floor)
