"""What the tree of a report holds."""

import orjson
import pytest

from conformance import report
from conformance.excerpt import LEFT_OUT, TOO_DEEP, cut
from tests.report.conftest import BATCH, DATA, QUEUED, SECRET, accepted, listing, page, result_of, row


def test_a_tree_is_valid_by_the_schema_that_ships(tree) -> None:
    """What is built conforms to schema.json, also after a round trip through text."""
    report.validate(tree)
    report.validate(orjson.loads(orjson.dumps(tree)))


def test_pairs_say_outcome_and_coverage(tree) -> None:
    """A pair names what it judged, what came of it, and which documented places it saw."""
    strict = tree["pairs"][0]

    assert (strict["endpoint"], strict["contract"], strict["outcome"]) == ("sim:kimi", "strict", "drift")
    assert (strict["requests"], strict["responses"]) == (3, 3)
    assert strict["coverage"]["unseen"] == ["/data/*/output_file_id", "/has_more"]
    assert strict["coverage"]["seen"] + len(strict["coverage"]["unseen"]) == strict["coverage"]["of"]
    assert [one["operation"] for one in strict["coverage"]["operations"]] == ["list_batches"]


def test_a_drift_says_where_how_often_and_since_when(tree) -> None:
    """Pointer, template, counts against totals, first and last time, file and line."""
    found = row(tree, "response-property-became-nullable")

    assert (found["method"], found["path"], found["pointer"]) == ("GET", "/batches", "/data/*/request_counts")
    assert found["observed"] == [{"value": None, "count": 2}]
    assert found["seen"] == {
        "responses": 2,
        "of_responses": 3,
        "items": 2,
        "of_items": 4,
        "first": "2025-11-24T16:00:02Z",
        "last": "2025-11-24T16:00:03Z",
    }
    assert found["spec"]["file"] == "tests/report/data/strict.yaml"
    assert "request_counts:" in _line("strict", found["spec"]["line"])


def _line(name: str, number: int) -> str:
    return (DATA / f"{name}.yaml").read_text().splitlines()[number - 1]


def test_known_drift_keeps_its_reason_and_stays_listed(tree) -> None:
    """An accepted drift is a row with reason, source and end."""
    assert row(tree, "response-property-enum-value-added")["known"] == {
        "kind": "accepted",
        "reason": "The queue is a status of its own.",
        "source": "https://docs.example/batches",
        "until": None,
    }


def test_observed_values_are_in_order_of_their_counts() -> None:
    """The most frequent value comes first; beyond the twenty kept, one row sums the rest."""
    pages = [listing(page({**BATCH, "metadata": {"k": n}}), number=n) for n in range(25)]
    pages += [
        listing(page({**BATCH, "request_counts": {"completed": -1, "failed": 0, "total": 9}}), number=n)
        for n in range(30, 33)
    ]
    pages += [
        listing(page({**BATCH, "request_counts": {"completed": -n, "failed": 0, "total": 9}}), number=40 + n)
        for n in range(2, 30)
    ]

    found = row(report.build(result_of(pages)), "response-value-out-of-range")

    counts = [one["count"] for one in found["observed"][:-1]]
    assert counts == sorted(counts, reverse=True)
    assert found["observed"][-1]["value"] == "(other values)"
    assert sum(one["count"] for one in found["observed"]) == 31


def test_an_example_shows_the_concerned_item_only(tree) -> None:
    """Of a page with two batches the one that drifted is shown, and how many were left out."""
    body = row(tree, "response-property-became-nullable")["example"]["body"]

    assert [item["status"] for item in body["data"]] == ["in_queue"]
    assert body[LEFT_OUT] == {"data": 1}


def test_what_an_example_leaves_out_is_counted_in_full() -> None:
    """By the masked name where it is not the contract's; figures are ours, and stay, unlike those of the body."""
    body = page({**QUEUED, "request_counts": None}, *([QUEUED] * 5), **{SECRET: list(range(20))})
    tree = report.build(result_of([listing(body)], endpoint="live:kimi"))
    shown = row(tree, "response-property-became-nullable")["example"]["body"]

    (masked,) = shown.keys() - {"object", "data", LEFT_OUT}
    assert SECRET not in masked
    assert shown[masked] == [0, 1, 1]
    assert shown[LEFT_OUT] == {"data": 5, masked: 17}


def test_nothing_secret_or_personal_is_in_a_report() -> None:
    """Keys, ids, addresses and texts that no contract knows do not reach the report."""
    text = f"the key is {SECRET}"
    found = [
        listing(
            {**page(QUEUED), "note": text, SECRET: 1},
            query=f"limit=2&after={SECRET}",
            host="https://u:p4ss@api.moonshot.cn/v1",
        ),
        listing(text.encode(), number=2),
        listing(page({**QUEUED, "status": SECRET}), number=3),
    ]

    shown = orjson.dumps(report.build(result_of(found, endpoint="live:kimi"))).decode()

    for secret in (SECRET, "jane@example.com", "batch_01JX8", "p4ss", "the key is"):
        assert secret not in shown


def test_a_body_that_is_not_json_is_described() -> None:
    """Of a text body only its length is said."""
    found = row(report.build(result_of([listing(b"Invalid token")])), "response-body-not-json")

    assert found["example"]["body"] == "text of 13 bytes"


def test_a_list_on_the_way_is_cut_to_its_item_and_others_to_their_first() -> None:
    """The path decides what of a list is kept; without it, the first three stay."""
    body = {"data": [{"n": 0}, {"n": 1}], "more": list(range(9))}

    assert cut(body, ("data", 1, "n")) == {"data": [{"n": 1}], "more": [0, 1, 2], LEFT_OUT: {"data": 1, "more": 6}}


def test_a_bottomless_body_is_cut() -> None:
    """A body nested far deeper than any recursion goes is shown to a depth."""
    body = orjson.loads(b"[" * 900 + b"]" * 900)

    assert orjson.dumps(cut(body, ())).decode() == "[" * 10 + f'"{TOO_DEEP}"' + "]" * 10


def test_the_path_to_a_deep_value_is_kept() -> None:
    """The place that a drift speaks of is shown however deep it is."""
    body: object = "here"
    for _ in range(30):
        body = {"a": body}

    assert '"here"' in orjson.dumps(cut(body, ("a",) * 30)).decode()


@pytest.mark.parametrize(
    ("endpoint", "host", "credentials", "expected"),
    [
        (
            "sim:kimi",
            "http://127.0.0.1:43210/v1",
            "given",
            "curl 'http://127.0.0.1:8080/v1/batches?limit=2' -H \"Authorization: Bearer sk-sim\"",
        ),
        (
            "live:kimi",
            "https://api.moonshot.cn/v1",
            "given",
            "curl 'https://api.moonshot.cn/v1/batches?limit=2' -H \"Authorization: Bearer $MOONSHOT_API_KEY\"",
        ),
        (
            "recorded:api.siliconflow.cn",
            "https://api.siliconflow.cn/v1",
            "given",
            "curl 'https://api.siliconflow.cn/v1/batches?limit=2' -H \"Authorization: Bearer $SILICONFLOW_API_KEY\"",
        ),
        (
            "recorded:proxy.example",
            "https://proxy.example/v1",
            "given",
            "curl 'https://proxy.example/v1/batches?limit=2' -H \"Authorization: Bearer $API_KEY\"",
        ),
        (
            "live:kimi",
            "https://api.moonshot.cn/v1",
            "absent",
            "curl 'https://api.moonshot.cn/v1/batches?limit=2'",
        ),
    ],
)
def test_reproduce_ends_in_a_line_without_a_key(endpoint, host, credentials, expected) -> None:
    """The curl line goes where the endpoint can be found, with the variable that holds its key."""
    exchanges = [listing(page(QUEUED), host=host, credentials=credentials), listing(page(BATCH), number=2)]

    found = row(report.build(result_of(exchanges, endpoint=endpoint)), "response-property-became-nullable")

    first, last = found["reproduce"].splitlines()[0], found["reproduce"].splitlines()[-1]
    assert last == expected
    kind = endpoint.partition(":")[0]
    starts = {"sim": "# batch-conformance serve kimi --port 8080", "recorded": "# test, byte 1", "live": expected}
    assert first == starts[kind]


def test_two_runs_of_the_same_give_the_same_report(exchanges) -> None:
    """The simulator's port is not in the report: it would differ from run to run."""
    others = [listing(one.answer.body, number=one.origin[1], host="http://127.0.0.1:1/v1") for one in exchanges]

    assert report.build(result_of(others)) == report.build(result_of(exchanges))


def test_the_result_decides(exchanges) -> None:
    """Exit code, stale entries and what was left out are those of the result."""
    result = result_of(exchanges, known=[accepted(value="paused")], left_out=("test_pages",))

    tree = report.build(result, fail_on="breaking")

    assert tree["exit_code"] == result.exit_code
    assert [entry["value"] for entry in tree["stale"]] == ["paused"]
    assert (tree["left_out"], tree["fail_on"]) == (["test_pages"], "breaking")


def test_batch_objects_are_told_field_by_field(tree) -> None:
    """Type, null, required and values of each contract's batch object."""
    strict, loose = ({row["field"]: row for row in one["batch"]} for one in tree["contracts"])

    assert strict["/status"]["values"] == ["validating", "in_progress", "completed"]
    assert (strict["/request_counts"]["nullable"], strict["/request_counts"]["required"]) == (False, True)
    assert (loose["/request_counts"]["nullable"], loose["/request_counts"]["required"]) == (True, False)
    assert strict["/request_counts/total"]["type"] == ["integer"]
    assert "/request_counts/total" not in loose


def test_times_outside_the_calendar_are_no_time(exchanges) -> None:
    """A recording's absurd clock does not break the report."""
    for one in exchanges:
        one.started = 1e30

    found = row(report.build(result_of(exchanges)), "response-property-became-nullable")

    assert (found["seen"]["first"], found["seen"]["last"]) == (None, None)
