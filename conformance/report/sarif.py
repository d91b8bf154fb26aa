"""The report in SARIF 2.1.0: results at the contract's lines, known drift suppressed, the rule catalogue."""

from typing import Any
from urllib.parse import quote

import orjson

from conformance.report import summary
from conformance.report.annotations import message
from conformance.report.text import clip
from conformance.report.tree import Row, Tree
from conformance.report.words import Say
from conformance.report.worktree import finder
from conformance.rules import CATALOGUE, Rule

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"breaking": "error", "warning": "warning", "info": "note"}
_INDEX = {rule: number for number, rule in enumerate(CATALOGUE)}


def render(tree: Tree, say: Say) -> str:
    """A log with one run; drift of contracts that are not in the current folder is counted in a notification."""
    from importlib.metadata import version  # noqa: PLC0415 - slow, and only here

    find = finder()
    here = [(row, file) for row in tree["drift"] if (file := find(row["spec"]["file"])) is not None]
    run = {
        "tool": {
            "driver": {
                "name": "batch-conformance",
                "version": version("batch-conformance"),
                "rules": [_rule(rule, say) for rule in CATALOGUE.values()],
            }
        },
        "automationDetails": {"id": "batch-conformance/"},
        "columnKind": "utf16CodeUnits",
        "invocations": [_invocation(tree, len(tree["drift"]) - len(here), say)],
        "results": [_result(row, file, say) for row, file in here],
        "properties": {"counts": _counts(tree)},
    }
    return (
        orjson.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, option=orjson.OPT_INDENT_2).decode() + "\n"
    )


def _rule(rule: Rule, say: Say) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": say.rule(rule.id)},
        "help": {"text": rule.example},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _invocation(tree: Tree, elsewhere: int, say: Say) -> dict[str, Any]:
    notes = [] if tree["complete"] else [say("not-complete")]
    notes += map(clip, tree["notes"])
    if tree["left_out"]:
        notes.append(say("left-out") + say("colon") + say("comma").join(map(clip, tree["left_out"])))
    notes += [say("elsewhere", n=elsewhere)] if elsewhere else []
    notes += [say("n-stale", n=len(tree["stale"]))] if tree["stale"] else []
    times = {"startTimeUtc": tree["started"], "endTimeUtc": tree["finished"]}
    return {
        "executionSuccessful": tree["complete"],
        "exitCode": tree["exit_code"],
        **{key: value for key, value in times.items() if value},
        "toolExecutionNotifications": [{"level": "note", "message": {"text": note}} for note in notes],
    }


def _result(row: Row, file: str, say: Say) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": quote(file), "uriBaseId": "%SRCROOT%"}}
    if row["spec"]["line"]:
        physical["region"] = {"startLine": row["spec"]["line"]}
    result: dict[str, Any] = {
        "ruleId": row["rule"],
        "level": _LEVELS[row["severity"]],
        "message": {"text": message(row, say)},
        "locations": [{"physicalLocation": physical}],
        "partialFingerprints": {"drift/v1": row["fingerprint"]},
    }
    if row["rule"] in _INDEX:
        result["ruleIndex"] = _INDEX[row["rule"]]
    if row["known"]:
        why = f"{row['known']['reason']} ({row['known']['source']})"
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": why}]
    return result


def _counts(tree: Tree) -> dict[str, int]:
    counts = summary.count(tree["drift"])
    return {"breaking": counts.breaking, "warning": counts.warning, "info": counts.info, "known": counts.known}
