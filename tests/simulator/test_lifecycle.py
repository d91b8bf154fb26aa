"""Batches move as the providers' tables say, in virtual time."""

from typing import Any

import pytest

from conformance.simulator import PROFILES, ReplyError, Simulator
from tests.simulator.kit import DAY, HOUR, PROVIDERS, client_of, create, download, jsonl, retrieve, row, rows

Looks = list[tuple[int, str, Any]]

KIMI: Looks = [
    # seconds since creation, status, request_counts as (completed, failed, total)
    (0, "validating", (0, 0, 0)),
    (29, "validating", (0, 0, 0)),
    (30, "in_progress", (0, 0, 10)),
    (1830, "in_progress", (5, 0, 10)),
    (3629, "in_progress", (9, 0, 10)),
    (3630, "finalizing", (10, 0, 10)),
    (3690, "completed", (10, 0, 10)),
    (DAY, "completed", (10, 0, 10)),
]
SILICONFLOW: Looks = [
    (0, "in_queue", None),
    (30, "in_queue", {}),
    (60, "validating", (0, 0, 0)),
    (90, "in_progress", (0, 0, 10)),
    (1890, "in_progress", (5, 0, 10)),
    (3690, "finalizing", (10, 0, 10)),
    (3750, "completed", (10, 0, 10)),
    (3810, "completed", (10, 0, 10)),
]


def _counts(batch: dict[str, Any]) -> Any:
    counts = batch["request_counts"]
    return (counts["completed"], counts["failed"], counts["total"]) if counts else counts


@pytest.mark.parametrize(("provider", "looks"), [("kimi", KIMI), ("siliconflow", SILICONFLOW)])
def test_a_good_batch_completes(provider: str, looks: Looks) -> None:
    """Each status comes in its turn and its time, and the counts rise with the work."""
    with Simulator(provider, speed=0, seeded=False) as sim, client_of(sim) as client:
        batch = create(client, jsonl(rows(10)))
        seen: Looks = []
        for seconds, _, _ in looks:
            sim.advance(seconds - (sim.now - batch["created_at"]))
            now = retrieve(client, batch)
            seen.append((seconds, now["status"], _counts(now)))

    assert seen == looks


@pytest.mark.parametrize("provider", PROVIDERS)
def test_one_long_jump_leads_to_the_same_batch_as_many_short_ones(provider: str) -> None:
    """How time is cut into pieces changes nothing."""
    ends = []
    for pieces in (1, 97):
        with Simulator(provider, speed=0, seeded=False) as sim, client_of(sim) as client:
            batch = create(client, jsonl(rows(10)))
            for _ in range(pieces):
                sim.advance(DAY / pieces)
                retrieve(client, batch)
            end = retrieve(client, batch)
            ends.append({name: value for name, value in end.items() if name != "output_file_id"})

    assert ends[0] == ends[1]


def test_siliconflow_completes_before_its_output_is_there(siliconflow: Simulator) -> None:
    """Completed comes first, output_file_id a minute later."""
    with client_of(siliconflow) as client:
        batch = create(client, jsonl(rows(2)))
        siliconflow.advance(3750)
        early = retrieve(client, batch)
        siliconflow.advance(60)
        late = retrieve(client, batch)

    assert (early["status"], early["output_file_id"]) == ("completed", None)
    assert late["status"] == "completed"
    assert late["output_file_id"].startswith(siliconflow.base_url)


def test_siliconflow_lists_no_errors_before_it_lists_none(siliconflow: Simulator) -> None:
    """`errors` is null at first and then a list."""
    with client_of(siliconflow) as client:
        batch = create(client, jsonl(rows(1)))
        siliconflow.advance(30)
        later = retrieve(client, batch)

    assert (batch["errors"], later["errors"]) == (None, [])


def test_every_request_has_one_line_in_the_output(sim: Simulator, client: Any) -> None:
    """The output holds each custom_id once, in the input's order, and no error file is made."""
    batch = create(client, jsonl(rows(25)))
    sim.advance(DAY)
    batch = retrieve(client, batch)

    lines = download(client, batch["output_file_id"])

    assert [line["custom_id"] for line in lines] == [f"request-{number}" for number in range(25)]
    assert {line["response"]["status_code"] for line in lines} == {200}
    assert {line["error"] for line in lines} == {None}
    assert batch["error_file_id"] is None


@pytest.mark.parametrize("provider", PROVIDERS)
def test_failed_requests_go_to_the_error_file(provider: str) -> None:
    """A request whose reply raises is counted as failed, and its line is in the error file instead."""

    def reply(line: Any) -> str:
        if line["custom_id"] in {"request-1", "request-3"}:
            raise ReplyError("no luck")
        return "fine"

    with Simulator(provider, speed=0, seeded=False, reply=reply) as sim, client_of(sim) as client:
        batch = create(client, jsonl(rows(5)))
        sim.advance(2 * HOUR)
        batch = retrieve(client, batch)
        good, bad = download(client, batch["output_file_id"]), download(client, batch["error_file_id"])

    assert _counts(batch) == (3, 2, 5)
    assert [line["custom_id"] for line in good] == ["request-0", "request-2", "request-4"]
    assert [(line["custom_id"], line["response"], line["error"]["message"]) for line in bad] == [
        ("request-1", None, "no luck"),
        ("request-3", None, "no luck"),
    ]


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"", "requests.jsonl", "[file-empty]"),
        (jsonl(rows(1)), "requests.txt", "[file-extension]"),
        (jsonl([row("a"), row("a")]), "requests.jsonl", "line 2: custom_id"),
        (b"{not json\n", "requests.jsonl", "line 1: not JSON"),
    ],
)
def test_a_bad_file_fails_the_batch(sim: Simulator, client: Any, content: bytes, name: str, reason: str) -> None:
    """The batch is accepted, validated, and failed; nothing of it is answered."""
    batch = create(client, content, name)
    sim.advance(HOUR)
    batch = retrieve(client, batch)

    kept = client.get(f"{sim.base_url.removesuffix('/v1')}/_control/batches/{batch['id']}").json()

    assert batch["status"] == "failed"
    assert batch["failed_at"] > batch["created_at"]
    assert (batch["output_file_id"], batch["error_file_id"]) == (None, None)
    assert reason in kept["errors"][0]
    assert batch.get("errors", kept["errors"]) == kept["errors"]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_batch_expires_with_what_was_done(provider: str) -> None:
    """Past its window a batch keeps its results; the requests it did not come to are in the error file."""
    with Simulator(provider, speed=0, seeded=False, work_seconds=4 * DAY) as sim, client_of(sim) as client:
        batch = create(client, jsonl(rows(8)))
        sim.advance(DAY - 1)
        before = retrieve(client, batch)
        sim.advance(1)
        batch = retrieve(client, batch)
        good, bad = download(client, batch["output_file_id"]), download(client, batch["error_file_id"])

    assert (before["status"], batch["status"]) == ("in_progress", "expired")
    assert _counts(batch) == (1, 0, 8)
    assert len(good) == 1
    assert [line["custom_id"] for line in bad] == [f"request-{number}" for number in range(1, 8)]
    assert {line["error"]["code"] for line in bad} == {"batch_expired"}
    assert batch.get("expired_at", batch["expires_at"]) == batch["expires_at"]


def test_kimi_has_no_expired_at() -> None:
    """The status expired exists and the field does not."""
    with Simulator("kimi", speed=0) as sim, client_of(sim) as client:
        batches = client.get("/batches").json()["data"]

    assert [batch for batch in batches if batch["status"] == "expired"]
    assert not [batch for batch in batches if "expired_at" in batch or "errors" in batch]


@pytest.mark.parametrize(
    ("provider", "phase"), [(name, phase) for name in PROVIDERS for phase in PROFILES[name].phases]
)
def test_cancel_follows_the_table(provider: str, phase: str) -> None:
    """A batch in a cancellable phase goes to cancelling and cancelled; in any other, cancel is refused with 400."""
    phases = PROFILES[provider].phases
    with Simulator(provider, speed=0, seeded=False, work_seconds=2 * DAY) as sim, client_of(sim) as client:
        batch = _led_to(phase, sim, client)
        answer = client.post(f"/batches/{batch['id']}/cancel")
        after = retrieve(client, batch)
        sim.advance(30)
        end = retrieve(client, batch)

    if phases[phase].cancellable:
        assert answer.status_code == 200
        assert answer.json()["status"] == (phases[phase].status if provider == "siliconflow" else "cancelling")
        assert (after["status"], end["status"]) == ("cancelling", "cancelled")
        assert end["cancelled_at"] - end["cancelling_at"] == 30
    else:
        assert answer.status_code == 400
        assert after["status"] == phases[phase].status


def _led_to(phase: str, sim: Simulator, client: Any) -> dict[str, Any]:
    """A batch in a phase, by the shortest way there."""
    window = {"completion_window": "24h" if phase == "expired" else "72h"}
    batch = create(client, b"" if phase == "failed" else jsonl(rows(4)), **window)
    if phase in {"cancelling", "cancelled"}:
        client.post(f"/batches/{batch['id']}/cancel")
        sim.advance(30 if phase == "cancelled" else 0)
        return batch
    for _ in range(80 * 60):
        kept = client.get(f"{sim.base_url.removesuffix('/v1')}/_control/batches/{batch['id']}").json()
        if kept["phase"] == phase:
            return batch
        sim.advance(HOUR if kept["phase"] == "in_progress" else 30)
    raise AssertionError(f"no way to {phase}")


def test_a_cancelled_batch_keeps_what_was_done(sim: Simulator, client: Any) -> None:
    """The output of a cancelled batch has the requests answered so far, and the counts say the same."""
    batch = create(client, jsonl(rows(10)))
    sim.advance(90 + 1800)
    done = retrieve(client, batch)["request_counts"]["completed"]
    client.post(f"/batches/{batch['id']}/cancel")
    sim.advance(HOUR)
    batch = retrieve(client, batch)

    assert (batch["status"], _counts(batch)) == ("cancelled", (done, 0, 10))
    assert len(download(client, batch["output_file_id"])) == done == 5


def test_a_cancelled_exhibit_moves_on() -> None:
    """Time leaves exhibits alone, a cancel does not."""
    with Simulator("kimi", speed=0) as sim, client_of(sim) as client:
        answer = client.post("/batches/batch-exhibit-in_progress/cancel").json()
        sim.advance(30)
        end = client.get("/batches/batch-exhibit-in_progress").json()
        lines = download(client, end["output_file_id"])

    assert (answer["status"], end["status"]) == ("cancelling", "cancelled")
    assert len(lines) == end["request_counts"]["completed"] == 1


@pytest.mark.parametrize("provider", PROVIDERS)
def test_only_listed_models_exist(provider: str) -> None:
    """With models named, a file that asks for another fails; without, any will do."""
    with Simulator(provider, speed=0, seeded=False, models=("m",)) as sim, client_of(sim) as client:
        good, bad = create(client, jsonl(rows(1))), create(client, jsonl([row("a", model="n")]))
        sim.advance(DAY)
        statuses = [retrieve(client, batch)["status"] for batch in (good, bad)]

    assert statuses == ["completed", "failed"]


def test_siliconflow_replaces_the_model(siliconflow: Simulator) -> None:
    """`replace` names the model for every line, whatever they say of theirs."""
    with client_of(siliconflow) as client:
        mixed = jsonl([row("a", model="x"), row("b", model="y")])
        batch = create(client, mixed, replace={"model": "z"})
        siliconflow.advance(DAY)
        lines = download(client, retrieve(client, batch)["output_file_id"])

    assert [line["response"]["body"]["model"] for line in lines] == ["z", "z"]


def test_time_follows_the_wall_clock_at_speed() -> None:
    """At a speed, a batch completes by itself while its client polls."""
    with Simulator("kimi", speed=1_000_000, seeded=False) as sim, client_of(sim) as client:
        batch = create(client, jsonl(rows(3)), completion_window="7d")
        statuses = {retrieve(client, batch)["status"]}
        while batch["status"] not in {"completed", "expired"}:
            batch = retrieve(client, batch)
            statuses.add(batch["status"])
        late = sim.now

    assert batch["status"] == "completed"
    assert late > batch["completed_at"] > batch["created_at"]


def test_deleting_the_input_does_not_stop_a_batch(kimi: Simulator) -> None:
    """A batch that was accepted reads its file to the end."""
    with client_of(kimi) as client:
        batch = create(client, jsonl(rows(3)))
        assert client.delete(f"/files/{batch['input_file_id']}").json()["deleted"] is True
        kimi.advance(DAY)
        batch = retrieve(client, batch)

    assert batch["status"] == "completed"
