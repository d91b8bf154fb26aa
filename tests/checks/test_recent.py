"""The last status of each batch: changes are told as if batches came one by one; what is long unseen is forgotten."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance.checks.several import statuses
from conformance.checks.several.statuses import LastStatus

PAGES = st.lists(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("xyz")), max_size=6), max_size=12)


@settings(max_examples=500, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pages=PAGES, most=st.integers(6, 9))
def test_changes_are_those_of_one_after_another(
    pages: list[list[tuple[str, str]]], most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As long as no more batches are about than are remembered."""
    monkeypatch.setattr(statuses, "MAX_BATCHES", most)
    kept, last = LastStatus(), dict[str, str]()
    for page in pages:
        expected = []
        for index, (batch, status) in enumerate(page):
            if last.setdefault(batch, status) != status:
                expected.append((index, last[batch]))
            last[batch] = status
        assert kept.changed([batch for batch, _ in page], [status for _, status in page]) == expected


def test_what_is_not_seen_for_long_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is seen now and then is kept."""
    monkeypatch.setattr(statuses, "MAX_BATCHES", 10)
    kept = LastStatus()
    kept.changed(["seen", "unseen"], ["x", "x"])
    for number in range(100):
        kept.changed([f"batch-{number}", "seen"], ["x", "x"])
    assert kept.changed(["seen", "unseen"], ["y", "y"]) == [(0, "x")]
