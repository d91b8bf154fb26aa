"""Walking a list: all of it, once, and always to an end."""

from collections.abc import Callable
from itertools import islice
from typing import Any

import pytest

from tests.clients.conftest import KEY, Client, page, run
from tests.wrong.lists import KEY as LIST_KEY
from tests.wrong.lists import RIGHT
from tests.wrong.right import TASTES, Taste
from tests.wrong.server import Asked, Reply, json_reply, serving


@pytest.mark.usefixtures("pauses")
@pytest.mark.parametrize("taste", TASTES, ids=lambda taste: taste.name)
@pytest.mark.parametrize("limit", [None, 2, 100])
def test_a_right_server_is_walked_whole(client: Client, taste: Taste, limit: int | None) -> None:
    """Of whatever taste: capped, choosy, busy, sparse."""
    server = taste.change(RIGHT[client.provider])
    expected = [server.batch(number)["id"] for number in range(server.size, 0, -1)]

    with serving(server) as url, client.sync(api_key=LIST_KEY, base_url=url) as batches:
        assert [batch.id for batch in batches.list(limit=limit)] == expected


def pages_of(client: Client, change: Callable[[dict[str, Any], Asked], dict[str, Any]]) -> Callable[[Asked], Reply]:
    """A server of five batches, two a page, that gets one thing wrong."""

    def answer(asked: Asked) -> Reply:
        assert asked.number < 20, "it is walked without end"
        ids = [f"batch_{number}" for number in range(5, 0, -1)]
        after = asked.value("after")
        start = ids.index(after) + 1 if after in ids else 0
        data = [client.batch(int(one[6:])) for one in ids[start : start + 2]]
        return json_reply(change({"object": "list", "data": data, "has_more": start + 2 < 5}, asked))

    return answer


def without(name: str) -> Callable[[dict[str, Any], Asked], dict[str, Any]]:
    """The page without a field."""
    return lambda page, _: {key: value for key, value in page.items() if key != name}


ENDLESS: list[tuple[str, Callable[[dict[str, Any], Asked], dict[str, Any]]]] = [
    ("has_more missing", without("has_more")),
    ("has_more null", lambda page, _: {**page, "has_more": None}),
    ("has_more always", lambda page, _: {**page, "has_more": True}),
    ("has_more text", lambda page, _: {**page, "has_more": "false"}),
    ("cursors of nothing", lambda page, _: {**page, "first_id": "x", "last_id": "x"}),
]


@pytest.mark.parametrize(("_name", "change"), ENDLESS, ids=[name for name, _ in ENDLESS])
def test_no_batch_is_lost_where_has_more_is_wrong(client: Client, _name: str, change: Any) -> None:
    """The walk goes on until nothing new comes."""
    with client.talking_to(pages_of(client, change)) as batches:
        assert [batch.id for batch in batches.list(limit=2)] == [f"batch_{number}" for number in range(5, 0, -1)]


@pytest.mark.parametrize(
    "fields", [{}, {"has_more": True}, {"has_more": None}], ids=["has_more false", "has_more true", "has_more null"]
)
def test_a_cursor_that_is_ignored_ends_the_walk(client: Client, fields: dict[str, Any]) -> None:
    """The first page again is nothing new; no batch comes twice."""
    reply = page(client.batch(2), client.batch(1), **fields)

    with client.talking_to(lambda asked: reply if asked.number < 20 else Reply(500)) as batches:
        assert [batch.id for batch in batches.list()] == ["batch_2", "batch_1"]


def test_more_that_never_comes_is_told(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    """Without an item there is no cursor to go on from: a warning says so, and strict raises."""
    with client.talking_to(lambda _: page(has_more=True)) as batches:
        assert list(batches.list()) == []
    with (
        client.talking_to(lambda _: page(has_more=True), strict=True) as batches,
        pytest.raises(client.package.UnreadableResponse, match=r"^\$\.has_more: true, with nothing new where "),
    ):
        list(batches.list())

    assert "the list ends after 0 batches, though the endpoint says that there are more" in caplog.text


def test_a_cursor_that_is_part_of_the_page_repeats_no_batch(client: Client) -> None:
    """Where `after` is taken to include its batch."""

    def answer(asked: Asked) -> Reply:
        start = int((asked.value("after") or "batch_5")[6:])
        return page(*(client.batch(n) for n in range(start, max(start - 3, 0), -1)), has_more=start > 3)

    with client.talking_to(answer) as batches:
        assert [batch.id for batch in batches.list()] == [f"batch_{number}" for number in range(5, 0, -1)]


def test_pages_are_asked_for_as_they_are_needed(client: Client) -> None:
    """Who stops early has not loaded the rest; who starts late says after which."""
    asked: list[Asked] = []
    server = pages_of(client, lambda page, _: page)

    def answer(one: Asked) -> Reply:
        asked.append(one)
        return server(one)

    with client.talking_to(answer) as batches:
        assert [batch.id for batch in islice(batches.list(2, after="batch_5"), 2)] == ["batch_4", "batch_3"]

    assert [(one.value("limit"), one.value("after")) for one in asked] == [("2", "batch_5")]


def test_the_async_walk_is_the_same(client: Client) -> None:
    """And ends the same."""

    async def walk() -> list[str]:
        async with client.asynchronous(api_key=KEY, base_url=url) as batches:
            return [batch.id async for batch in batches.list(limit=2)]

    with serving(pages_of(client, without("has_more"))) as url:
        assert run(walk()) == [f"batch_{number}" for number in range(5, 0, -1)]
