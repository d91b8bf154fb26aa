"""Paging: a limit is kept, a cursor moves on, a walk ends; values that the contract forbids are refused."""

import pytest

from conformance.contract import Operation
from conformance.suite.probe import Probe, ids, payload
from conformance.suite.test_lists import LISTS

MAX_PAGES = {"1": 2, "2": 4}
"""By limit: small pages show most, and cost most."""
MAX_CURSOR = 512
"""Characters of an id that goes into a query."""
UNKNOWN = "batch_that_never_was"
ODD_LIMITS = ("abc", "0", "-1", "1.5")


@pytest.fixture(params=LISTS)
def paged(probe: Probe, request: pytest.FixtureRequest) -> Operation:
    """An operation that answers in pages."""
    operation = probe.operation(request.param)
    if operation is None or operation.parameter("limit") is None:
        pytest.skip(f"{probe.name} is not asked for pages of {request.param}")
    return operation


def _has_cursor(operation: Operation) -> bool:
    return operation.parameter("after") is not None


@pytest.mark.parametrize("limit", MAX_PAGES)
def test_a_walk_meets_every_item_once(probe: Probe, paged: Operation, limit: str) -> None:
    """Follow the cursor from page to page."""
    query = {"limit": limit}
    seen: set[str] = set()
    for _ in range(MAX_PAGES[limit] if _has_cursor(paged) else 1):
        exchange = probe.ask(paged, query)
        page, body = ids(exchange), payload(exchange)
        more = body.get("has_more", True) if isinstance(body, dict) else False
        if not page or not more or page[-1] in seen or len(page[-1]) > MAX_CURSOR:
            return
        seen.update(page)
        query = {"limit": limit, "after": page[-1]}


def test_a_cursor_is_honoured_where_all_fits_one_page(probe: Probe, paged: Operation) -> None:
    """Ask for what comes after the first item."""
    if not _has_cursor(paged):
        pytest.skip("no cursor is documented")
    told = probe.batches if paged.name == "list_batches" else probe.files
    if told:
        probe.ask(paged, {"after": told[0]})


@pytest.mark.parametrize("limit", ODD_LIMITS)
def test_an_odd_limit_is_answered_in_a_documented_way(probe: Probe, paged: Operation, limit: str) -> None:
    """Whether it is forbidden is for each contract to say."""
    probe.ask(paged, {"limit": limit})


def test_an_unknown_cursor_is_answered_in_a_documented_way(probe: Probe, paged: Operation) -> None:
    """A cursor that no answer has told."""
    if not _has_cursor(paged):
        pytest.skip("no cursor is documented")
    probe.ask(paged, {"after": UNKNOWN})
