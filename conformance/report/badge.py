"""The report as a badge: JSON for shields.io's endpoint badge."""

import orjson

from conformance.report.summary import Counts, count, counts_text
from conformance.report.tree import Tree
from conformance.report.words import Say

_COLORS = {0: "brightgreen", 1: "red", 2: "lightgrey"}
"""By exit code."""


def render(tree: Tree, say: Say) -> str:
    """Schema version 1 of https://shields.io/badges/endpoint-badge."""
    counts = count(tree["drift"])
    new = counts_text(Counts(counts.breaking, counts.warning, counts.info), say)
    outcomes = {pair["outcome"] for pair in tree["pairs"]}
    good = "differs" if "differs" in outcomes else "conforms"
    outcome = {0: good, 1: "drift", 2: "could-not-check"}[tree["exit_code"]]
    badge = {
        "schemaVersion": 1,
        "label": say("badge"),
        "message": new if new and tree["exit_code"] == 1 else say(outcome),
        "color": _COLORS[tree["exit_code"]],
        "isError": tree["exit_code"] != 0,
    }
    return orjson.dumps(badge, option=orjson.OPT_INDENT_2).decode() + "\n"
