"""Wrong servers, each wrong in one way, through the whole engine on real sockets.

And right ones, on which it must stay silent.
"""

from collections.abc import Iterator

import pytest

from conformance.outcome import Result
from conformance.rules import at_least
from conformance.suite import engine
from conformance.suite.session import RunOptions
from tests.wrong.faults import FAULTS, NOT_SEEN, ONLY, Fault
from tests.wrong.lists import KEY, RIGHT
from tests.wrong.right import TASTES, Taste
from tests.wrong.server import Answering, serving

VARIABLES = {"kimi": "MOONSHOT_API_KEY", "siliconflow": "SILICONFLOW_API_KEY"}


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """The key that the servers accept."""
    for variable in VARIABLES.values():
        monkeypatch.setenv(variable, KEY)


def probe(provider: str, answering: Answering) -> Result:
    """Probe a server as `run live:… --url … --operation list_batches --no-known --rate 1000/s` does."""
    with serving(answering) as url:
        return engine.run(
            RunOptions(
                endpoints=(f"live:{provider}",),
                against=(provider,),
                operations=("list_batches",),
                url=url,
                rate=1000.0,
                known=None,
            )
        )


def cases() -> Iterator[object]:
    """Every fault for every provider whose contract can show it."""
    for provider in RIGHT:
        for fault in (*FAULTS, *ONLY[provider]):
            if fault.name not in NOT_SEEN.get(provider, ()):
                yield pytest.param(provider, fault, id=f"{provider}-{fault.name}")


@pytest.mark.parametrize(("provider", "fault"), list(cases()))
def test_a_wrong_server_is_caught(provider: str, fault: Fault) -> None:
    """The rule is reported at its place, and the run fails."""
    result = probe(provider, fault.change(RIGHT[provider]))
    rows = {(drift.rule, drift.identity.pointer) for drift in result.drifts if drift.identity.endpoint}
    assert (fault.rule, fault.pointer) in rows
    assert result.exit_code == 1


@pytest.mark.parametrize("provider", RIGHT)
@pytest.mark.parametrize("taste", TASTES, ids=lambda taste: taste.name)
def test_a_right_server_is_left_alone(provider: str, taste: Taste) -> None:
    """Nothing at or above a warning, and the run passes."""
    result = probe(provider, taste.change(RIGHT[provider]))
    assert [drift for drift in result.drifts if drift.identity.endpoint and at_least(drift.severity, "warning")] == []
    assert result.exit_code == 0
