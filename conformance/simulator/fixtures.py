"""The pytest plugin: `kimi_server` and `siliconflow_server`, a simulator each, empty and standing still in time.

def test_my_job(kimi_server):
    client = OpenAI(base_url=kimi_server.base_url, api_key=kimi_server.key)
    ...
    kimi_server.advance(24 * 3600)
    kimi_server.faults.add("rate-limited", times=1)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.simulator import Simulator


@pytest.fixture
def kimi_server() -> Iterator[Simulator]:
    """Kimi's batch and file server; its clock moves only by `advance`."""
    yield from _server("kimi")


@pytest.fixture
def siliconflow_server() -> Iterator[Simulator]:
    """SiliconFlow's batch and file server; its clock moves only by `advance`."""
    yield from _server("siliconflow")


def _server(provider: str) -> Iterator[Simulator]:
    from conformance.simulator import Simulator  # noqa: PLC0415 - pytest loads every plugin, few runs use this one

    with Simulator(provider, speed=0, seeded=False) as simulator:
        yield simulator
