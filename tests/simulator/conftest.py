"""A simulator of each provider, empty and standing still, and a client for it."""

from collections.abc import Iterator

import httpx
import pytest

from conformance.simulator import Simulator
from tests.simulator.kit import PROVIDERS, client_of


@pytest.fixture(params=PROVIDERS)
def sim(request: pytest.FixtureRequest) -> Iterator[Simulator]:
    """Either provider's server, without exhibits."""
    with Simulator(request.param, speed=0, seeded=False) as simulator:
        yield simulator


@pytest.fixture
def client(sim: Simulator) -> Iterator[httpx.Client]:
    """A client of that server."""
    with client_of(sim) as one:
        yield one


@pytest.fixture
def kimi() -> Iterator[Simulator]:
    """Kimi's server, without exhibits."""
    with Simulator("kimi", speed=0, seeded=False) as simulator:
        yield simulator


@pytest.fixture
def siliconflow() -> Iterator[Simulator]:
    """SiliconFlow's server, without exhibits."""
    with Simulator("siliconflow", speed=0, seeded=False) as simulator:
        yield simulator
