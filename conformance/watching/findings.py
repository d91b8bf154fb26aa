"""New findings among the drifts of one exchange, a line each."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import orjson
from attrs import define, evolve, field

from conformance import against
from conformance.contract import Contract
from conformance.documented import documented
from conformance.drift import Drift
from conformance.findings import Finding, findings
from conformance.known import Entry, mark_known
from conformance.report.headline import headline, text
from conformance.report.words import Say

MAX_TOLD = 10_000
"""Findings that are told apart: from then on nothing is new."""


@define(eq=False)
class New:
    """Which findings were told. `known` are the entries of accepted drift; None where nothing is known."""

    contracts: Mapping[str, Contract]
    known: tuple[Entry, ...] | None
    day: date
    say: Say
    _told: set[str] = field(factory=set)

    def lines(self, drifts: Iterable[Drift]) -> Iterator[str]:
        """A line for each finding that surprises and was not told yet."""
        for finding in findings(self._marked(drifts), self.contracts):
            if finding.known is None and finding.id not in self._told and len(self._told) < MAX_TOLD:
                self._told.add(finding.id)
                yield self._line(finding)

    def _marked(self, drifts: Iterable[Drift]) -> Iterator[Drift]:
        """With why they are known, as in the report."""
        if self.known is None:
            yield from drifts
            return
        for drift in mark_known(drifts, self.known, self.day)[0]:
            own = against.own_of(drift.identity.endpoint or "")
            judged_by_own = own is None or own.file == self.contracts[drift.identity.contract].file
            told = None if judged_by_own or own is None else documented(drift, own)
            yield evolve(drift, known=told or drift.known)

    def _line(self, finding: Finding) -> str:
        lead, (file, number) = finding.lead.identity, finding.spec
        words = text(headline([_row(one) for one in finding.drifts], self.say))
        where = " ".join(str(one) for one in (lead.operation, lead.status_code) if one)
        return f"{finding.severity}: {words} ({where}; {finding.rule}; {file}:{number})"


def _row(drift: Drift) -> dict[str, Any]:
    """As much of a row of drift.json as a headline reads."""
    identity = drift.identity
    return {
        "rule": drift.rule,
        "severity": drift.severity,
        "endpoint": identity.endpoint,
        "contract": identity.contract,
        "operation": identity.operation,
        "status_code": identity.status_code,
        "pointer": identity.pointer,
        "value": identity.value,
        "expected": drift.expected,
        "observed": [{"value": orjson.loads(one), "count": n} for one, n in drift.observed.items() if one is not None],
    }
