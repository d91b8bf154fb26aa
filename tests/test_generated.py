"""Requests derived from a contract: whatever a generator makes can be written down, or is left out."""

import json

import pytest

from conformance.suite.generated import _request


@pytest.mark.parametrize("value", [2**64, -(2**63) - 1, 10**400, "\ud800", {"\udfff": 2**70}])
def test_what_no_64_bits_hold_is_sent(value: object) -> None:
    """As JSON has it: whole numbers have no largest, texts may be half a character."""
    made = _request({"headers": {}, "json": {"n": value}})
    assert made is not None
    assert made.body is not None
    assert json.loads(made.body) == {"n": value}
