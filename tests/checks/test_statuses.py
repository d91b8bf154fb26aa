"""How far each batch had come: told as if batches came one by one; what is long unseen is forgotten."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance.batches import FINAL, RANK
from conformance.checks.several import statuses
from conformance.checks.several.statuses import Furthest
from conformance.checks.several.trace import Moment

PAGES = st.lists(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from(sorted(RANK))), max_size=6), max_size=12)


def moment(number: int) -> Moment:
    """One after another."""
    return Moment(float(number), number + 0.5, "a", number, in_order=False)


@settings(max_examples=500, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pages=PAGES, most=st.integers(6, 9))
def test_steps_back_are_those_of_one_after_another(
    pages: list[list[tuple[str, str]]], most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As long as no more batches are about than are remembered, and none comes twice on a page."""
    monkeypatch.setattr(statuses, "MAX_BATCHES", most)
    kept, last = Furthest(), dict[str, str]()
    for number, page in enumerate(map(dict, pages)):
        expected = [
            (index, last[batch])
            for index, (batch, status) in enumerate(page.items())
            if batch in last
            and last[batch] != status
            and (RANK[status] < RANK[last[batch]] or RANK[last[batch]] == FINAL)
        ]
        last.update(page)
        assert kept.step(list(page), list(page.values()), moment(number)) == expected


def test_what_is_not_seen_for_long_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is seen now and then is kept."""
    monkeypatch.setattr(statuses, "MAX_BATCHES", 10)
    kept = Furthest()
    kept.step(["seen", "unseen"], ["completed", "completed"], moment(0))
    for number in range(1, 100):
        kept.step([f"batch-{number}", "seen"], ["completed", "completed"], moment(number))
    assert kept.step(["seen", "unseen"], ["failed", "failed"], moment(100)) == [(0, "completed")]
