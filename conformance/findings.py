"""Findings: drifts that are one fact, told once; every drift is in exactly one.

Drifts of one endpoint and contract are one fact where rule, line of the contract, value and known state are the same.
So are all drifts of one response body in which nothing is there that the contract requires at the top, as in an
envelope or in somebody else's error body; bodies that go wrong in the same way are one fact again.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from typing import Any, TypeAlias

import orjson
from attrs import frozen

from conformance.contract import Contract
from conformance.document import DocumentError, Location
from conformance.drift import Drift, Known
from conformance.impact import outcomes
from conformance.impact.outcomes import silent
from conformance.operations import OPERATIONS
from conformance.references import at, pointer, resolve
from conformance.rules import SEVERITIES, Severity
from conformance.schema import PayloadSchema

HARMS = ("silent", "raises", "none")
"""What the worst off of the clients makes of a finding, worst first."""
_WEIGHTS = {"silent": 3, "raises": 2, "none": 1}
"""How much each hurts, at every operation that a client calls."""

_OF_A_BODY = ("response-property-", "response-required-", "response-optional-", "response-value-", "invariant-constant")
"""Beginnings of the rules that speak of what is in a body."""
_NOT_THERE = frozenset(
    {"response-required-property-missing", "response-property-type-changed", "response-required-property-removed"}
)
"""Rules by which something that is required is not there as it is documented."""
_BY_STATUS = frozenset({"response-status-undocumented", "server-error", "request-valid-rejected"})
"""Rules whose fact is a status code."""
_ERROR = 400
"""Status codes from here on are errors."""
_DEEP = 20
"""How far compositions are followed."""

_Key: TypeAlias = tuple[object, ...]


@frozen(slots=False)
class Finding:
    """Drifts that are one fact, the most severe first. `spec` is the file and line of the contract that it is about."""

    id: str
    spec: tuple[str, int]
    drifts: tuple[Drift, ...]

    @property
    def lead(self) -> Drift:
        """The drift that stands for all."""
        return self.drifts[0]

    @property
    def rule(self) -> str:
        """That of its most severe drift."""
        return self.lead.rule

    @property
    def severity(self) -> Severity:
        """The highest of its drifts."""
        return self.lead.severity

    @property
    def known(self) -> Known | None:
        """Why it surprises nobody; None where it is new."""
        return self.lead.known

    @cached_property
    def harm(self) -> str:
        """One of HARMS."""
        return min((harm(drift.impact) for drift in self.drifts), key=HARMS.index)


def harm(impact: Mapping[str, str]) -> str:
    """What the worst off of the clients makes of a drift, one of HARMS."""
    made = impact.values()
    if any(map(silent, made)):
        return "silent"
    return "raises" if any(one.startswith(_STOPS) and not rightly(one) for one in made) else "none"


def rightly(outcome: str) -> bool:
    """Whether a client raises what it documents for such an answer."""
    return outcome.startswith(_RAISES) and outcome.endswith(_RIGHTLY)


_RAISES, _, _RIGHTLY = outcomes.RIGHTLY.partition("{name}")
_STOPS = (_RAISES, outcomes.HANGS.partition("{")[0])
"""How outcomes begin after which a client has nothing."""


def findings(drifts: Iterable[Drift], contracts: Mapping[str, Contract]) -> tuple[Finding, ...]:
    """The findings of a run, whom they hurt most first: new before known, the most severe, the worst for clients.

    A contract's own come after those of endpoints, and error bodies after answers.
    """
    rows = list(drifts)
    bodies = _bodies(rows, contracts)
    groups: dict[bytes, tuple[_Key, list[Drift]]] = {}
    for drift in rows:
        key = bodies.get(drift.identity.fingerprint) or _fact(drift, contracts)
        groups.setdefault(orjson.dumps(key), (key, []))[1].append(drift)
    found = [_finding(key, group, contracts) for key, group in groups.values()]
    return tuple(sorted(found, key=_rank))


def _rank(finding: Finding) -> tuple[object, ...]:
    identity = finding.lead.identity
    return (
        finding.known is not None,
        identity.endpoint is None,
        -SEVERITIES.index(finding.severity),
        all((drift.identity.status_code or 0) >= _ERROR for drift in finding.drifts),
        -_WEIGHTS[finding.harm] * len({drift.identity.operation for drift in finding.drifts}),
        identity.endpoint or "",
        identity.contract,
        OPERATIONS.index(identity.operation) if identity.operation in OPERATIONS else len(OPERATIONS),
        identity.status_code or 0,
        identity.pointer,
        finding.id,
    )


def _finding(key: _Key, group: Sequence[Drift], contracts: Mapping[str, Contract]) -> Finding:
    drifts = tuple(sorted(group, key=lambda drift: -SEVERITIES.index(drift.severity)))
    lead, contract = drifts[0], contracts[drifts[0].identity.contract]
    where = _body_location(lead, contracts) if key[0] == "body" else _location(lead, contracts)
    spec = lead.spec or (contract.file, contract.line(where))
    return Finding(sha256(orjson.dumps(key)).hexdigest()[:16], spec, drifts)


def _fact(drift: Drift, contracts: Mapping[str, Contract]) -> _Key:
    """What drifts have in common that are the same fact: of the contract the very place, which a line stands for."""
    identity = drift.identity
    location = _location(drift, contracts)
    status = identity.status_code if drift.rule in _BY_STATUS else None
    whole_error = identity.pointer == "" and drift.rule in _NOT_THERE and (identity.status_code or 0) >= _ERROR
    where = None if whole_error else drift.spec or (location or identity.pointer)
    return ("fact", *_side(drift), drift.rule, where, identity.value, drift.expected, status)


def _side(drift: Drift) -> tuple[str | None, str, str | None]:
    """Whose it is, and whether and how it is known."""
    return drift.identity.endpoint, drift.identity.contract, drift.known.kind if drift.known else None


def _location(drift: Drift, contracts: Mapping[str, Contract]) -> Location:
    """Where the contract speaks of it: of a field where it is named, of a body where its schema is."""
    if drift.location[-2:-1] == ("properties",):
        return drift.location
    try:
        return resolve(contracts[drift.identity.contract].document, drift.location)
    except DocumentError:
        return drift.location


def _bodies(drifts: Sequence[Drift], contracts: Mapping[str, Contract]) -> Mapping[str, _Key]:
    """By fingerprint, the fact of the drifts of bodies in which nothing required is there."""
    by_body: dict[object, list[Drift]] = {}
    for drift in drifts:
        identity = drift.identity
        if drift.rule.startswith(_OF_A_BODY) and identity.endpoint is not None and identity.pointer.count("/") == 1:
            body = (identity.endpoint, identity.contract, identity.operation, identity.status_code)
            by_body.setdefault(body, []).append(drift)
    found: dict[str, _Key] = {}
    for rows in by_body.values():
        missing = _nothing_there(rows, contracts)
        if missing:
            most = missing[0].responses
            found.update(_foreign([one for one in rows if one in missing or one.responses <= most], missing))
    return found


def _nothing_there(rows: Sequence[Drift], contracts: Mapping[str, Contract]) -> list[Drift]:
    """The drifts of all that a body must have at the top, if none of it is there, in the very same responses."""
    schema = _schema(rows[0], contracts)
    required = _required(schema, schema.location, _DEEP) if schema else frozenset[str]()
    missing = {drift.identity.pointer: drift for drift in rows if drift.rule in _NOT_THERE}
    found = [missing[place] for place in (pointer([name]) for name in sorted(required)) if place in missing]
    alike = len({drift.responses for drift in found}) == 1
    return found if alike and len(found) == len(required) else []


def _foreign(rows: Sequence[Drift], missing: Sequence[Drift]) -> Mapping[str, _Key]:
    """The rows of such a body, by known state; what has none of the missing ones with it is told for itself.

    Error bodies that lack the same are one fact wherever they come; what an operation answers is its own.
    """
    found: dict[str, _Key] = {}
    identity = missing[0].identity
    where = None if (identity.status_code or 0) >= _ERROR else (identity.operation, identity.status_code)
    for side in dict.fromkeys(map(_side, missing)):
        together = [drift for drift in rows if _side(drift) == side]
        lead = min(together, key=lambda drift: -SEVERITIES.index(drift.severity))
        lacking = [drift.identity.pointer for drift in missing if _side(drift) == side]
        found.update({drift.identity.fingerprint: ("body", *side, lead.rule, where, lacking) for drift in together})
    return found


def _schema(drift: Drift, contracts: Mapping[str, Contract]) -> PayloadSchema | None:
    """What the contract says of the body that a drift was seen in."""
    operation = contracts[drift.identity.contract].operations.get(drift.identity.operation or "")
    response = operation.response(drift.identity.status_code or 0) if operation else None
    return response.schema if response else None


def _body_location(drift: Drift, contracts: Mapping[str, Contract]) -> Location:
    schema = _schema(drift, contracts)
    return resolve(schema.document, schema.location) if schema else ()


def _required(schema: PayloadSchema, location: Location, deep: int) -> frozenset[str]:
    """The fields that an object must have whichever of its alternatives it is."""
    location = resolve(schema.document, location)
    node: Any = at(schema.document, location)
    if not isinstance(node, dict) or not deep:
        return frozenset()
    names = frozenset(map(str, node.get("required", ())))
    for index in range(len(node.get("allOf", ()))):
        names |= _required(schema, (*location, "allOf", index), deep - 1)
    for key in ("anyOf", "oneOf"):
        branches = [_required(schema, (*location, key, index), deep - 1) for index in range(len(node.get(key, ())))]
        names |= frozenset.intersection(*branches) if branches else frozenset()
    return names
