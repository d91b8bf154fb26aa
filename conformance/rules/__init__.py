"""The catalogue: every kind of drift, its stable id, its severity, what it means, and an example."""

from collections.abc import Mapping

from conformance.rules.changes import CHANGES
from conformance.rules.judging import JUDGING
from conformance.rules.rule import SEVERITIES, Rule, Severity, at_least

__all__ = ["CATALOGUE", "SEVERITIES", "Rule", "Severity", "at_least"]

CATALOGUE: Mapping[str, Rule] = {rule.id: rule for rule in (*JUDGING, *CHANGES)}
"""Every rule by its id, in the order of the documentation."""
