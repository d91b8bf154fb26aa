"""The report in SARIF 2.1.0: findings at the contract's lines, known ones suppressed, the rule catalogue.

What GitHub shows of it: an alert a result, found again by `primaryLocationLineHash`; of a rule the short description
as title, the help as Markdown, the tags as filters, `problem.severity` as severity. So a fact is one alert, not one a
place.
"""

from collections.abc import Iterator
from functools import cache
from importlib.metadata import metadata, version
from typing import Any
from urllib.parse import quote

import orjson

from conformance.report import facts, summary
from conformance.report.facts import Fact
from conformance.report.headline import Row
from conformance.report.text import clip, code_span, markdown, visible
from conformance.report.tree import Tree
from conformance.report.words import Say
from conformance.report.worktree import finder
from conformance.rules import CATALOGUE, Rule

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"breaking": "error", "warning": "warning", "info": "note"}
_PROBLEMS = {"breaking": "error", "warning": "warning", "info": "recommendation"}
"""GitHub's words."""
_INDEX = {rule: number for number, rule in enumerate(CATALOGUE)}
_MOST = 20
"""Places that a result lists, and other lines that it relates to."""


def render(tree: Tree, say: Say) -> str:
    """A log with one run; findings of contracts that are not in the current folder are counted in a notification."""
    find, every = finder(), facts.facts(tree)
    here = [(fact, file) for fact in every if (file := find(fact.finding["spec"]["file"])) is not None]
    run = {
        "tool": {
            "driver": {
                "name": "batch-conformance",
                "version": version("batch-conformance"),
                **({"informationUri": address} if (address := _address()) else {}),
                "rules": [_rule(rule, say) for rule in CATALOGUE.values()],
            }
        },
        "automationDetails": {"id": "batch-conformance/"},
        "columnKind": "utf16CodeUnits",
        "invocations": [_invocation(tree, len(every) - len(here), say)],
        "results": [_result(fact, file, say) for fact, file in here],
        "properties": {"counts": _counts(tree)},
    }
    return (
        orjson.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, option=orjson.OPT_INDENT_2).decode() + "\n"
    )


def _rule(rule: Rule, say: Say) -> dict[str, Any]:
    sentence, advice = say.rule(rule.id), say.advice(rule.id).format(contract=say("contract"))
    told = [sentence, say.example(rule.id), advice]
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.id.split("-")),
        "shortDescription": {"text": sentence},
        "fullDescription": {"text": f"{sentence} {advice}".strip()},
        "help": {"text": "\n".join(filter(None, told)), "markdown": _help(rule, say)},
        "helpUri": _help_uri(rule),
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {
            "tags": [*_tags(rule)],
            "precision": "very-high",
            "problem.severity": _PROBLEMS[rule.severity],
        },
    }


def _help(rule: Rule, say: Say) -> str:
    parts = [
        markdown(say.rule(rule.id)),
        f"{say('example')}{say('colon')}{code_span(example)}" if (example := say.example(rule.id)) else "",
        markdown(say.advice(rule.id).format(contract=say("contract"))),
        f"{say(rule.severity)} · {code_span(rule.id)}",
    ]
    return "\n\n".join(part for part in parts if part)


def _tags(rule: Rule) -> Iterator[str]:
    """How severe it is, and what it is about: the first word of its id."""
    yield rule.severity
    yield rule.id.partition("-")[0]
    yield "batch-api"


def _help_uri(rule: Rule) -> str:
    """Where the rules are described; without an address of the project's own, the rule's name as a URI."""
    address = _address()
    return f"{address}#{rule.id}" if address else f"urn:batch-conformance:rule:{rule.id}"


@cache
def _address() -> str | None:
    """The address of the project's documentation, where the distribution names one."""
    named = [one.partition(",") for one in metadata("batch-conformance").get_all("Project-URL") or ()]
    return next((url.strip() for name, _, url in named if name.lower() == "documentation"), None)


def _invocation(tree: Tree, elsewhere: int, say: Say) -> dict[str, Any]:
    notes = [] if tree["complete"] else [say("not-complete")]
    notes += [say.text(clip(note)) for note in tree["notes"]]
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


def _result(fact: Fact, file: str, say: Say) -> dict[str, Any]:
    finding, lead = fact.finding, fact.rows[0]
    headline = visible(facts.plain(fact.headline(say)))
    result: dict[str, Any] = {
        "ruleId": finding["rule"],
        "level": _LEVELS[fact.severity],
        "message": {"text": f"{headline}{say('semicolon')}{facts.sentence(fact, say)}"},
        "locations": [
            {
                "physicalLocation": _physical(file, finding["spec"]["line"]),
                "logicalLocations": [{"fullyQualifiedName": name} for name in _places(fact)],
            }
        ],
        "relatedLocations": [*_related(fact, file)],
        "occurrenceCount": max(1, sum(row["seen"]["responses"] for row in fact.rows)),
        "partialFingerprints": {
            "drift/v1": lead["fingerprint"],
            "finding/v1": fact.id,
            "primaryLocationLineHash": f"{fact.id}:1",
        },
        "properties": {
            "endpoint": finding["endpoint"],
            "contract": finding["contract"],
            "drift": list(finding["drift"]),
        },
    }
    if finding["rule"] in _INDEX:
        result["ruleIndex"] = _INDEX[finding["rule"]]
    if fact.known:
        result["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": _justification(fact, say)}
        ]
    return result


def _justification(fact: Fact, say: Say) -> str:
    known = fact.known or {}
    return f"{say.text(str(known['reason']))} ({known['source']})"


def _physical(file: str, line: int | None) -> dict[str, Any]:
    region = {"region": {"startLine": line}} if line else {}
    return {"artifactLocation": {"uri": quote(file), "uriBaseId": "%SRCROOT%"}, **region}


def _places(fact: Fact) -> list[str]:
    """Which requests and which places."""
    return list(dict.fromkeys(place for row in fact.rows if (place := summary.place(row))))[:_MOST]


def _related(fact: Fact, file: str) -> Iterator[dict[str, Any]]:
    """The other lines of the contract's file that its drifts are about."""
    lines = dict[int, Row]()
    for row in fact.rows:
        if row["spec"]["file"] == fact.finding["spec"]["file"] and row["spec"]["line"]:
            lines.setdefault(row["spec"]["line"], row)
    lines.pop(fact.finding["spec"]["line"], None)
    for number, (line, row) in enumerate(list(lines.items())[:_MOST], 1):
        text = summary.place(row) or clip(row["rule"])
        yield {"id": number, "message": {"text": text}, "physicalLocation": _physical(file, line)}


def _counts(tree: Tree) -> dict[str, int]:
    counts = summary.count(tree["drift"])
    return {"breaking": counts.breaking, "warning": counts.warning, "info": counts.info, "known": counts.known}
