"""The pytest plugin: for every provider a fixture `NAME_server`, its simulator, empty and standing still in time.

def test_my_job(kimi_server):
    client = OpenAI(base_url=kimi_server.base_url, api_key=kimi_server.key)
    ...
    kimi_server.advance(24 * 3600)
    kimi_server.faults.add("rate-limited", times=1)
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from conformance.providers import PROVIDERS
from conformance.specs import SpecsError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.simulator import Simulator


def _fixture(provider: str) -> Any:
    label = PROVIDERS[provider].label

    def server() -> Iterator[Simulator]:
        from conformance.simulator import Simulator  # noqa: PLC0415 - pytest loads every plugin, few runs use this one

        with Simulator(provider, speed=0, seeded=False) as simulator:
            yield simulator

    server.__doc__ = f"The batch and file server of {label}; its clock moves only by `advance`."
    return pytest.fixture(server, name=fixture_name(provider))


def fixture_name(provider: str) -> str:
    """The name of a provider's fixture."""
    return f"{provider.replace('-', '_')}_server"


# Where a list of providers cannot be read, the commands say so; pytest, that there is no such fixture.
with suppress(SpecsError):
    globals().update({fixture_name(name): _fixture(name) for name in PROVIDERS})
