"""What several pages show of a list: it ends where it says, and no item comes twice; whatever the limit was."""

from pathlib import Path
from typing import Any

import pytest

from conformance import contract
from conformance.checks.several import ends
from conformance.checks.several.ends import Ends
from conformance.checks.several.trace import Observation
from tests.checks.talks import batch, talk, told

DAY = 86_400


def listed(*numbers: int) -> list[dict[str, Any]]:
    """Batches by number; the higher, the older."""
    return [batch(f"batch-{one}", created_at=1_763_600_000 - one * DAY, expires_at=1_800_000_000) for one in numbers]


def asked(query: str, *numbers: int, more: bool | None = False, at: int = 0) -> dict[str, Any]:
    """A page of a list."""
    said = {} if more is None else {"has_more": more}
    return talk("GET", f"/batches{query}", {"object": "list", "data": listed(*numbers), **said}, at=at)


MIXED = talk(
    "GET",
    "/batches?limit=3",
    {
        "object": "list",
        "data": [{**one, "id": f"mixed-{index}"} for index, one in enumerate(listed(5, 4, 5))],
        "has_more": True,
    },
)
"""A page that begins and ends with batches of one moment, between them one that is newer."""


def pages(file: Path, *talks: dict[str, Any], against: str = "kimi") -> dict[str, str]:
    """Severities of the rules of pages, by rule."""
    rows = told(file, list(talks), against)
    return {rule: severity for (rule, _, _), severity in rows.items() if rule.startswith("page-")}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the recording goes."""
    return tmp_path / "talk.ndjson"


def test_a_page_that_ends_early_shows_when_another_goes_on(file: Path) -> None:
    """What stands behind the last item was there when the page was answered: it is older."""
    short, whole = asked("?limit=2", 1, 2), asked("", 1, 2, 3, at=9)
    assert pages(file, short, whole) == {"page-ends-early": "breaking"}


def test_a_page_that_ends_early_shows_against_what_was_listed_before(file: Path) -> None:
    """No batch is ever taken from the list."""
    assert pages(file, asked("", 1, 2, 3), asked("?limit=2", 1, 2, at=9)) == {"page-ends-early": "breaking"}


def test_files_that_were_listed_before_may_be_gone(file: Path) -> None:
    """Anybody may have deleted the third."""

    def files(query: str, *numbers: int, at: int) -> dict[str, Any]:
        made = [{**one, "object": "file", "bytes": 1, "filename": "a", "purpose": "batch"} for one in listed(*numbers)]
        return talk("GET", f"/files{query}", {"object": "list", "data": made, "has_more": False}, at=at)

    before = [files("?purpose=batch", 1, 2, 3, at=0), files("?purpose=batch&limit=2", 1, 2, at=9)]
    assert "page-ends-early" not in pages(file, *before, against="openai")
    after = [files("?purpose=batch&limit=2", 1, 2, at=0), files("?purpose=batch", 1, 2, 3, at=9)]
    assert "page-ends-early" in pages(file, *after, against="openai")


@pytest.mark.parametrize(
    "talks",
    [
        (asked("?limit=2", 1, 2, more=True), asked("?limit=2&after=batch-2", 3, 4, at=9)),
        (asked("", 1, 2), asked("", 0, 1, 2, at=9)),
        (asked("?order=asc", 3, 2), asked("?order=asc", 3, 2, 1, at=9)),
        (MIXED, asked("?limit=2", 1, 2, at=3), asked("", 1, 2, 3, at=9)),
        (asked("?status=a", 1, 2), asked("", 1, 2, 3, at=9)),
        (asked("", 1, 2, more=None), asked("", 1, 2, 3, at=9)),
    ],
    ids=["walk", "new", "rising", "mixed", "filter", "unsaid"],
)
def test_lists_that_end_where_they_say(file: Path, talks: tuple[dict[str, Any], ...]) -> None:
    """A new item in front, one behind where the oldest comes first, or anywhere, another filter: all is there."""
    assert "page-ends-early" not in pages(file, *talks)


def test_of_one_moment_nobody_can_say_what_was_there_before(file: Path) -> None:
    """A batch that was made in the same second may have come after the page was answered."""

    def at_once(query: str, *names: str, at: int) -> dict[str, Any]:
        return talk(
            "GET", f"/batches{query}", {"object": "list", "data": list(map(batch, names)), "has_more": False}, at=at
        )

    assert pages(file, at_once("?limit=2", "b-1", "b-2", at=0), at_once("", "b-1", "b-2", "b-3", at=9)) == {}


def test_an_item_that_comes_again_on_a_walk_that_goes_on(file: Path) -> None:
    """The cursor's own item stands on the next page too: the walk ends all the same."""
    walk = [
        asked("?limit=2", 1, 2, more=True),
        asked("?limit=2&after=batch-2", 2, 3, more=True, at=3),
        asked("?limit=2&after=batch-3", 3, 4, at=6),
    ]
    assert pages(file, *walk) == {"page-item-repeated": "warning"}


@pytest.mark.parametrize("more", [True, None], ids=["more", "unsaid"])
def test_a_walk_that_does_not_move(file: Path, *, more: bool | None) -> None:
    """The page ends with the cursor that it was asked for with, and does not say that it is the last."""
    walk = [asked("?limit=2", 1, 2, more=True), asked("?limit=2&after=batch-2", 1, 2, more=more, at=3)]
    assert pages(file, *walk) == {"page-cursor-ignored": "breaking"}


def test_a_walk_that_comes_again_to_its_end(file: Path) -> None:
    """The last page repeats what came before and says that it is the last."""
    walk = [asked("?limit=2", 1, 2, more=True), asked("?limit=2&after=batch-2", 1, 2, at=3)]
    assert "page-cursor-ignored" not in pages(file, *walk)
    assert pages(file, *walk)["page-item-repeated"] == "warning"


def test_a_circle_is_a_walk_that_does_not_move(file: Path) -> None:
    """The third page leads back to the first one's cursor."""
    walk = [
        asked("?limit=1", 1, more=True),
        asked("?limit=1&after=batch-1", 2, more=True, at=3),
        asked("?limit=1&after=batch-2", 1, more=True, at=6),
    ]
    assert pages(file, *walk) == {"page-cursor-ignored": "breaking"}


@pytest.mark.parametrize("limit", ["-1", "2", "abc"])
def test_an_empty_page_that_says_there_is_more(file: Path, limit: str) -> None:
    """Whatever the limit was, a client has no cursor to go on with."""
    assert pages(file, asked(f"?limit={limit}", more=True))["page-empty-with-more"] == "breaking"


def test_who_asks_for_no_item_gets_none(file: Path) -> None:
    """An empty page is the answer to a limit of 0, and there may be more."""
    assert pages(file, asked("?limit=0", more=True)) == {}


def test_more_items_than_a_limit_below_one_asks_for(file: Path) -> None:
    """Nobody can say what it means: a remark."""
    assert pages(file, asked("?limit=0", 1, 2)) == {"page-limit-ignored": "info"}
    assert pages(file, asked("?limit=-1", 1, 2)) == {"page-limit-ignored": "info"}
    assert pages(file, asked("?limit=1", 1, 2)) == {"page-limit-ignored": "warning"}
    assert pages(file, asked("?limit=2", 1, 2)) == {}


def test_of_lists_without_end_only_some_items_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every client may ask for another list; what is forgotten is not told, and fills no memory."""
    monkeypatch.setattr(ends, "MAX_REMEMBERED", 10)
    kept = Ends(contract.load("kimi").operations)

    def seen(number: int, query: str, *ids: str, more: bool) -> Observation:
        moment = (float(number), "a", number, number + 0.1, False)
        return Observation(
            *(*moment, "list_batches", "x", 200, "GET", "u", None, False),
            size=len(ids),
            has_more=more,
            falls=True,
            sound=True,
            query=query,
            ids=ids,
        )

    assert list(kept.take(seen(0, "q=0", "a", "b", more=False))) == []
    assert [one.observation.started for one in kept.take(seen(1, "q=0", "a", "b", "c", more=True))] == [0.0]
    assert [one.observation.started for one in kept.take(seen(2, "q=0", "a", "b", more=False))] == [2.0]
    for number in range(3, 100):
        assert list(kept.take(seen(number, f"q={number}", "a", "b", more=False))) == []
    assert list(kept.take(seen(100, "q=0", "a", "b", more=False))) == []
    assert all(len(memory) <= 2 * 10 + 3 for memory in (kept._ended, kept._followed, kept._rising))  # noqa: SLF001 - that is what is tested
