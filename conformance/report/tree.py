"""The tree of a report: a Result as plain data, in the shape of `schema.json`; all that a renderer reads."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any, TypeAlias

import orjson

from conformance.checks import blind
from conformance.checks.judgement import Judgement
from conformance.contract import Contract
from conformance.drift import MAX_OBSERVED, Drift, Known
from conformance.findings import Finding
from conformance.known import Entry
from conformance.outcome import Result, Verdict
from conformance.pseudonyms import OPEN_KEY
from conformance.recording.mask import Mask
from conformance.report.example import example
from conformance.report.fields import batch_fields
from conformance.report.headline import Row, headline, text
from conformance.report.quotes import quotes
from conformance.report.reproduce import reproduce
from conformance.report.words import Say
from conformance.rules import Severity

Tree: TypeAlias = dict[str, Any]
"""A report as plain data, valid by `schema.json`."""

FORMAT = "batch-conformance-report/1"
OTHER_VALUES = "(other values)"
"""Stands for the observed values that are not listed one by one."""


def build(result: Result, fail_on: Severity = "warning", mask_key: bytes | None = None) -> Tree:
    """The tree of a run; times in ISO 8601, UTC.

    `fail_on` is the severity from which new drift made a pair drift; `mask_key` the key of the run's pseudonyms.
    """
    contracts = result.contracts.values()

    @cache
    def mask(*, simulated: bool) -> Mask:  # reads every contract, so only what masks anything has one
        if simulated:
            return Mask.of(contracts, OPEN_KEY, readable=True, open_ids=True)
        return Mask.of(contracts, mask_key, readable=True)

    pairs = {(verdict.pair.endpoint, verdict.pair.contract.name): verdict.pair for verdict in result.verdicts}
    found = result.findings
    finding_of = {drift.identity.fingerprint: one.id for one in found for drift in one.drifts}
    rows = {
        drift.identity.fingerprint: _row(
            drift,
            finding_of[drift.identity.fingerprint],
            result.contracts,
            pairs,
            partial(mask, simulated=(drift.identity.endpoint or "").startswith("sim:")),
        )
        for drift in result.drifts
    }
    listed = [_finding(one, rows) for one in found]
    return {
        "format": FORMAT,
        "started": iso(result.started),
        "finished": iso(result.finished),
        "complete": result.complete,
        "exit_code": result.exit_code,
        "fail_on": fail_on,
        "left_out": list(result.left_out),
        "notes": [*result.notes, *(one.text(mask(simulated=False).names.short) for one in result.remains)],
        "pairs": [_pair(verdict) for verdict in result.verdicts],
        "findings": listed,
        "drift": list(rows.values()),
        "stale": [_entry(entry) for entry in result.stale],
        "stale_counts": result.stale_counts,
        "contracts": [
            {
                "name": contract.name,
                "file": contract.file,
                "batch": batch_fields(contract),
                "quotes": quotes(
                    (one["spec"]["file"], one["spec"]["line"]) for one in listed if one["contract"] == contract.name
                ),
            }
            for contract in result.contracts.values()
        ],
        "history": None,
    }


def iso(seconds: float | None) -> str | None:
    """Seconds since the epoch as `2026-11-24T12:00:00Z`; None for no time, or one outside the calendar."""
    if seconds is None:
        return None
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _pair(verdict: Verdict) -> dict[str, Any]:
    pair = verdict.pair
    return {
        "endpoint": pair.endpoint,
        "contract": pair.contract.name,
        "outcome": verdict.outcome,
        "reason": verdict.reason,
        "requests": pair.requests,
        "responses": pair.responses,
        "not_offered": sorted(pair.not_offered),
        "not_offered_by_endpoint": list(verdict.not_offered_by_endpoint),
        "coverage": _coverage(pair),
        "blind_spots": [
            {
                "operation": operation,
                "pointer": pointer,
                "values": [{"value": value, "count": count} for value, count in _most(values)],
            }
            for operation, pointer, values in blind.rows(pair.blind)
        ],
    }


def _most(values: list[tuple[str | None, int]]) -> Iterator[tuple[str, int]]:
    """The most frequent values, and how often others were seen."""
    rest = 0
    for index, (value, count) in enumerate(values):
        if value is not None and index < MAX_OBSERVED:
            yield value, count
        else:
            rest += count
    if rest:
        yield OTHER_VALUES, rest


def _coverage(pair: Judgement) -> dict[str, Any]:
    """Documented places that held a value: over all operations by bare pointer, and for each operation."""
    places = {name: (coverage.seen, coverage.places) for name, coverage in sorted(pair.coverage.items())}
    every_seen = frozenset[str]().union(*(seen for seen, _ in places.values()))
    every_place = frozenset[str]().union(*(documented for _, documented in places.values()))
    by_operation = [{"operation": name, **_places(seen, documented)} for name, (seen, documented) in places.items()]
    return {**_places(every_seen, every_place), "operations": by_operation}


def _places(seen: frozenset[str], documented: frozenset[str]) -> dict[str, Any]:
    return {"seen": len(seen), "of": len(documented), "unseen": sorted(documented - seen)}


def _row(
    drift: Drift,
    finding: str,
    contracts: Mapping[str, Contract],
    pairs: Mapping[tuple[str, str], Judgement],
    mask: Callable[[], Mask],
) -> Row:
    identity, contract = drift.identity, contracts[drift.identity.contract]
    operation = contract.operations.get(identity.operation or "")
    file, line = drift.spec or (contract.file, contract.line(drift.location))
    return {
        "fingerprint": identity.fingerprint,
        "finding": finding,
        "rule": drift.rule,
        "severity": drift.severity,
        "endpoint": identity.endpoint,
        "contract": identity.contract,
        "operation": identity.operation,
        "method": operation.method if operation else None,
        "path": operation.path if operation else None,
        "status_code": identity.status_code,
        "pointer": identity.pointer,
        "value": identity.value,
        "expected": drift.expected,
        "observed": list(_observed(drift.observed)),
        "seen": _seen(drift, pairs.get((identity.endpoint or "", identity.contract))),
        "impact": dict(drift.impact),
        "spec": {"file": file, "line": line},
        "known": _known(drift.known),
        "example": None if drift.example is None else example(drift, mask()),
        "reproduce": None if drift.example is None else reproduce(drift, mask()),
    }


def _finding(finding: Finding, rows: Mapping[str, Row]) -> dict[str, Any]:
    identity, told = finding.lead.identity, [rows[drift.identity.fingerprint] for drift in finding.drifts]
    file, line = finding.spec
    return {
        "id": finding.id,
        "rule": finding.rule,
        "severity": finding.severity,
        "endpoint": identity.endpoint,
        "contract": identity.contract,
        "headline": text(headline(told, Say())),
        "spec": {"file": file, "line": line},
        "places": [{key: row[key] for key in ("operation", "status_code", "pointer")} for row in told],
        "drift": [row["fingerprint"] for row in told],
        "known": _known(finding.known),
    }


def _known(known: Known | None) -> dict[str, Any] | None:
    if known is None:
        return None
    return {"kind": known.kind, "reason": known.reason, "source": known.source, "until": known.until}


def _observed(observed: Mapping[str | None, int]) -> Iterable[dict[str, Any]]:
    """Most frequent first; what was only counted comes last."""
    listed = sorted(
        ((text, count) for text, count in observed.items() if text is not None), key=lambda one: (-one[1], one[0])
    )
    yield from ({"value": orjson.loads(text), "count": count} for text, count in listed)
    if None in observed:
        yield {"value": OTHER_VALUES, "count": observed[None]}


def _seen(drift: Drift, pair: Judgement | None) -> dict[str, Any]:
    """How often; a contract's own drift is in no response."""
    key = (drift.identity.operation or "", drift.identity.status_code or 0)
    return {
        "responses": drift.responses if pair else 0,
        "of_responses": pair.totals.get(key, 0) if pair else 0,
        "items": drift.items if pair else 0,
        "of_items": pair.item_totals.get(key, 0) if pair else 0,
        "first": iso(drift.first),
        "last": iso(drift.last),
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "endpoint": entry.endpoint,
        "contract": entry.contract,
        "rule": entry.rule,
        "operation": entry.operation,
        "status_code": entry.status_code,
        "pointer": entry.pointer,
        "value": entry.value,
        "reason": entry.reason,
        "source": entry.source,
        "until": entry.until,
    }
