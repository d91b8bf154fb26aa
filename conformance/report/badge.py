"""The report as a badge: JSON for shields.io's endpoint badge."""

import orjson

from conformance.report.summary import Counts, count, counts_text
from conformance.report.tree import Tree
from conformance.report.words import Say

_COLORS = {"conforms": "brightgreen", "differs": "yellowgreen", "drift": "red", "could-not-check": "lightgrey"}
_BY_EXIT = {1: "drift", 2: "could-not-check"}


def render(tree: Tree, say: Say) -> str:
    """Schema version 1 of https://shields.io/badges/endpoint-badge: one of the four words, with what is new."""
    differs = any(pair["outcome"] == "differs" for pair in tree["pairs"])
    outcome = _BY_EXIT.get(tree["exit_code"], "differs" if differs else "conforms")
    counts = count(tree["findings"])
    new = counts_text(Counts(counts.breaking, counts.warning, counts.info), say)
    message = say(outcome)
    if outcome == "drift" and new:
        message = say("with-figures", text=message, figures=new)
    badge = {
        "schemaVersion": 1,
        "label": say("badge"),
        "message": message,
        "color": _COLORS[outcome],
        "isError": tree["exit_code"] != 0,
    }
    return orjson.dumps(badge, option=orjson.OPT_INDENT_2).decode() + "\n"
