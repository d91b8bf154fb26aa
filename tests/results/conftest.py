"""A case for each provider that has results of a known form."""

from pathlib import Path

import pytest

from tests.conftest import Run
from tests.results.kit import Case


@pytest.fixture(params=["kimi", "siliconflow"])
def case(request: pytest.FixtureRequest, tmp_path: Path, batch_conformance: Run) -> Case:
    """A folder, and the command over it."""
    return Case(tmp_path, batch_conformance, request.param)
