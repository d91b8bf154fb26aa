"""What a batch's input must be: each provider's documented rules as a table, and one pass that holds a file to them."""

from conformance.input_rules.check import SHOWN, Offence, Report, Scan, check_input
from conformance.input_rules.request import metadata_offence, window_hours, window_offence
from conformance.input_rules.table import OFFENCES, REMARKS, RULES, InputRules, input_rules

__all__ = [
    "OFFENCES",
    "REMARKS",
    "RULES",
    "SHOWN",
    "InputRules",
    "Offence",
    "Report",
    "Scan",
    "check_input",
    "input_rules",
    "metadata_offence",
    "window_hours",
    "window_offence",
]
