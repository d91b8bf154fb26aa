"""What becomes of a payload that is not as documented: kept, told, and given back whole."""

import copy
import pickle
from typing import Any

import pytest
from batch_client.model import SHAPES_KEPT
from kimi_batch.models import Batch, BatchStatus

from tests.clients.conftest import CLIENTS, Client, page
from tests.wrong.lists import kimi_batch

KIMI = CLIENTS[0]


def test_an_unknown_status_is_kept_and_told_apart() -> None:
    """It equals its string, says that it is not documented, and survives pickle and copy."""
    batch = KIMI.reading(page({**kimi_batch(1), "status": "in_queue"}))

    assert isinstance(batch.status, BatchStatus)
    assert batch.status == "in_queue"
    assert f"{batch.status}" == "in_queue"
    assert not batch.status.is_known
    assert {"in_queue": 1}[batch.status] == 1
    for twin in (pickle.loads(pickle.dumps(batch)), copy.deepcopy(batch)):  # noqa: S301 - our own
        assert twin == batch
        assert twin.status == "in_queue"
        assert not twin.status.is_known
        assert [(drift, drift.documented) for drift in twin.drift] == [(d, d.documented) for d in batch.drift]
    assert BatchStatus.COMPLETED.is_known
    assert all(status.is_known for status in BatchStatus)
    assert BatchStatus("completed") is BatchStatus.COMPLETED


def test_documented_values_are_no_drift(client: Client) -> None:
    """A page as documented has none, and reads the same strictly."""
    reply = page(client.batch(1))

    assert client.reading(reply).drift == ()
    assert client.reading(reply, strict=True) == client.reading(reply)


@pytest.mark.parametrize(
    ("change", "place", "message"),
    [
        ({"status": "in_queue"}, "$.status", '"in_queue" where one of '),
        ({"request_counts": None}, "$.request_counts", "null where an object"),
        ({"request_counts": {"completed": 1, "total": 2}}, "$.request_counts.failed", "missing where an integer"),
        ({"request_counts": []}, "$.request_counts", "an array where an object"),
        ({"created_at": "1750000000"}, "$.created_at", '"1750000000" where an integer'),
        ({"created_at": True}, "$.created_at", "true where an integer"),
        ({"output_file_id": 7}, "$.output_file_id", "7 where a string or null"),
        ({"metadata": {"a": 1}}, "$.metadata.a", "1 where a string"),
        ({"metadata": {"a b": None}}, '$.metadata["a b"]', "null where a string"),
        ({"id": None}, "$.id", "null where a string"),
    ],
)
def test_what_cannot_be_read_as_documented_is_kept_raw_and_told(
    change: dict[str, Any], place: str, message: str
) -> None:
    """Its place is in `drift`; the batch gives back what came; strict raises and names the place."""
    payload = {**kimi_batch(1), **change}

    batch = KIMI.reading(page(payload))

    assert batch.drift == (place,)
    assert message in batch.drift[0].message
    assert batch.to_dict() == payload
    with pytest.raises(KIMI.package.UnreadableResponse) as caught:
        KIMI.reading(page(payload), strict=True)
    assert caught.value.place == place.replace("$", "$.data[0]", 1)
    assert caught.value.status_code == 200


def test_a_missing_field_is_none_and_told() -> None:
    """Missing and null are told apart when the batch is written back."""
    payload = kimi_batch(1)
    del payload["completion_window"]

    batch = KIMI.reading(page(payload))

    assert batch.completion_window is None
    assert batch.drift == ("$.completion_window",)
    assert "missing" in batch.drift[0].message
    assert batch.to_dict() == payload


def test_undocumented_fields_are_kept_and_are_no_drift(client: Client) -> None:
    """They can be reached by name, at any depth, and come back; strict takes them, since contracts may grow."""
    payload = client.batch(1)
    payload |= {"priority": "low", "request_counts": {**payload["request_counts"], "skipped": 2}}

    batch = client.reading(page(payload), strict=True)

    assert batch["priority"] == "low"
    assert batch.additional_properties == {"priority": "low"}
    assert batch.request_counts["skipped"] == 2
    assert batch.to_dict() == dict(batch) == payload
    assert "priority" in batch
    assert "priority='low'" in repr(batch)


def test_an_integer_may_be_written_with_a_point() -> None:
    """1.0 is an integer in JSON."""
    assert KIMI.reading(page({**kimi_batch(1), "created_at": 1750000000.0}), strict=True).created_at == 1750000000


def test_every_item_of_a_page_is_yielded(client: Client) -> None:
    """One that is no object, too: nothing of it can be read, and it says so."""
    items = [client.batch(1), None, "batch", {**client.batch(2), "status": 5}, client.batch(3)]

    with client.talking_to(lambda _: page(*items)) as batches:
        found = list(batches.list())

    assert [batch.id for batch in found] == ["batch_1", None, None, "batch_2", "batch_3"]
    assert [batch.drift[0].message for batch in found[1:4]] == [
        "$: null where an object is documented",
        '$: "batch" where an object is documented',
        found[3].drift[0].message,
    ]
    assert found[3].status == 5


def test_many_shapes_are_read_alike() -> None:
    """What a model remembers of shapes never decides the outcome, and does not grow without end."""
    base = kimi_batch(1)
    values: list[Any] = ["a", 1, 1.5, None, True, [], {}]
    fields = ["endpoint", "created_at", "failed_at", "metadata"]

    for _ in range(2):
        for count in range(len(values) ** len(fields)):
            picks = [values[count // len(values) ** n % len(values)] for n in range(len(fields))]
            payload = {**base, **dict(zip(fields, picks, strict=True))}
            batch = Batch.from_dict(payload)
            odd = {f"$.{name}" for name, pick in zip(fields, picks, strict=True) if not _as_documented(name, pick)}
            assert set(batch.drift) == odd
            assert batch.to_dict() == payload
    assert len(Batch.PLANS) <= SHAPES_KEPT


def _as_documented(name: str, value: Any) -> bool:
    allowed: dict[str, tuple[Any, ...]] = {
        "endpoint": (str,),
        "created_at": (int,),
        "failed_at": (int, type(None)),
        "metadata": (dict, type(None)),
    }
    return type(value) in allowed[name]
