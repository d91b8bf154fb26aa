"""Waiting for a batch: until it is finished, not longer than one said."""

from typing import Any

import pytest

from tests.clients.conftest import Client
from tests.wrong.server import Asked, Reply, json_reply


def looks(client: Client, *batches: dict[str, Any]) -> Any:
    """A server that shows a batch one way after the other; the last one for ever."""

    def answer(asked: Asked) -> Reply:
        return json_reply({**client.batch(1), **batches[min(asked.number, len(batches)) - 1]})

    return answer


RUNNING = {"status": "in_progress", "output_file_id": None, "error_file_id": None}
BARE = {"status": "completed", "output_file_id": None, "error_file_id": None}


@pytest.mark.parametrize("last", [{"status": "failed"}, {"status": "expired"}, {"status": "cancelled"}, {}])
def test_a_batch_that_will_not_change_any_more_is_returned(
    client: Client, pauses: list[float], last: dict[str, Any]
) -> None:
    """With a look after each pause, and the pauses growing."""
    seen: list[str] = []

    with client.talking_to(looks(client, RUNNING, RUNNING, RUNNING, last)) as batches:
        batch = batches.wait("batch_1", on_progress=lambda batch: seen.append(batch.status))

    assert batch.status == last.get("status", "completed")
    assert seen == ["in_progress"] * 3 + [batch.status]
    assert pauses == [0.5, 0.75, 1.125]


@pytest.mark.parametrize("odd", ["in_queue", "queued", "COMPLETED", None, 7, ["completed"], {"is": "completed"}])
def test_a_status_that_nobody_documented_is_not_the_end(client: Client, pauses: list[float], odd: Any) -> None:
    """A new word is more likely a new stage than an end."""
    with client.talking_to(looks(client, {"status": odd}, {"status": odd}, {})) as batches:
        assert batches.wait("batch_1").status == "completed"

    assert len(pauses) == 2


def test_completed_without_a_file_is_not_yet(client: Client, pauses: list[float]) -> None:
    """Some endpoints name the file later; a file of errors alone will do if nothing succeeded."""
    errors = {**BARE, "error_file_id": "file_e"}
    failed = {**errors, "request_counts": {"completed": 0, "failed": 10, "total": 10}}

    with client.talking_to(looks(client, BARE, errors, {**errors, "output_file_id": "file_o"})) as batches:
        assert batches.wait("batch_1").output_file_id == "file_o"
    with client.talking_to(looks(client, failed)) as batches:
        assert batches.wait("batch_1").error_file_id == "file_e"

    assert len(pauses) == 2


@pytest.mark.parametrize(("last", "said"), [(RUNNING, "in_progress"), ({"status": "queued"}, "queued")])
def test_a_wait_ends_at_its_deadline(client: Client, pauses: list[float], last: dict[str, Any], said: str) -> None:
    """With the batch as it looked last; no pause goes beyond the deadline."""
    with client.talking_to(looks(client, last)) as batches, pytest.raises(client.package.WaitTimedOut) as caught:
        batches.wait("batch_1", timeout=100)

    assert sum(pauses) == pytest.approx(100)
    assert max(pauses) <= 30
    assert str(caught.value) == f"batch_1 is not finished after 100 s: its status is {said}"
    assert caught.value.batch.status == last["status"]


@pytest.mark.usefixtures("pauses")
def test_an_outage_is_waited_out(client: Client) -> None:
    """A day's wait does not end because of a bad minute."""

    def answer(asked: Asked) -> Reply:
        return json_reply({"error": {"message": "busy"}}, 503) if asked.number < 20 else json_reply(client.batch(1))

    with client.talking_to(answer) as batches:
        assert batches.wait("batch_1", interval=1).status == "completed"


def test_an_outage_that_does_not_end_is_raised(client: Client, pauses: list[float]) -> None:
    """After ten minutes of nothing else."""
    with (
        client.talking_to(lambda _: json_reply({"error": {"message": "busy"}}, 503), retries=0) as batches,
        pytest.raises(client.package.ServerFailed, match="busy"),
    ):
        batches.wait("batch_1", interval=59)

    assert sum(pauses) == 59 * 11


def test_a_failure_that_will_not_pass_is_raised_at_once(client: Client, pauses: list[float]) -> None:
    """No such batch, or a key that was withdrawn."""
    with client.talking_to(lambda _: json_reply("gone", 404)) as batches, pytest.raises(client.package.NotFound):
        batches.wait("batch_1")

    assert pauses == []
