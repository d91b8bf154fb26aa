"""Runs against servers that hang, without waiting as long as for real ones."""

import pytest
from attrs import evolve

from conformance.endpoint import Limits, live_limits
from conformance.outcome import Result, Verdict
from conformance.suite import engine, probe, session
from conformance.suite.session import RunOptions
from tests.wrong.account import Account
from tests.wrong.lists import KEY
from tests.wrong.server import serving


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key; and limits and patience that are a fortieth of the real ones."""

    def limits(max_requests: int | None, rate: float | None) -> Limits:
        return evolve(live_limits(max_requests, rate), read=0.2, total=0.25)

    monkeypatch.setenv("MOONSHOT_API_KEY", KEY)
    monkeypatch.setattr(session, "live_limits", limits)
    for name in ("PATIENCE", "QUICK", "MAX_LOST"):
        monkeypatch.setattr(probe, name, getattr(probe, name) / 40)


def run(account: Account, against: str = "kimi", **options: object) -> Result:
    """What `run live:kimi --url … --against kimi --no-known --rate 1000/s` makes of an account."""
    with serving(account) as url:
        chosen = {"endpoints": ("live:kimi",), "against": (against,), "url": url, "rate": 1000.0, "known": None}
        return engine.run(RunOptions(**{**chosen, **options}))


def only(result: Result) -> Verdict:
    """The only pair's verdict."""
    (verdict,) = result.verdicts
    return verdict


def rows(result: Result, *rules: str) -> set[tuple[str, str, str | None, int | None]]:
    """Severity, rule, operation and status of the drifts of some rules."""
    drifts = only(result).drifts
    return {
        (one.severity, one.rule, one.identity.operation, one.identity.status_code)
        for one in drifts
        if one.rule in rules
    }
