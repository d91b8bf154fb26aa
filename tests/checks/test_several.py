"""What only several exchanges show, judged without sockets: wrong ones are found, right ones are left alone."""

from collections.abc import Mapping
from typing import Any

import orjson
import pytest
from attrs import evolve

from conformance import contract
from conformance.checks.conclude import conclude
from conformance.checks.evidence import Evidence
from conformance.checks.look import look
from conformance.checks.watch import Watch
from conformance.exchange import Answer, Exchange, Request
from conformance.references import at
from tests.judging import judged
from tests.wrong.lists import kimi_batch

JSON = (("content-type", "application/json"),)
KEYED = (("authorization", "Bearer <key>"),)
BASE = "https://api.x.example/v1"
GONE = {"error": {"message": "gone", "type": "resource_not_found_error"}}
FILE = {
    "id": "file_1",
    "object": "file",
    "bytes": 1,
    "created_at": 1_750_000_000,
    "filename": "a.jsonl",
    "purpose": "batch",
    "status": "ok",
    "status_details": "",
}
METHODS = {"delete_file": "DELETE", "cancel_batch": "POST"}


def asked(
    at: float,
    operation: str,
    path: str,
    body: Any,
    status: int = 200,
    *,
    seconds: float = 0.1,
    base: str = BASE,
    file: str = "a",
    in_order: bool = False,
) -> Exchange:
    """An exchange that began so many seconds after the first."""
    steps = path.partition("?")[0].split("/")
    named = (("batch_id" if steps[1] == "batches" else "file_id", steps[2]),) if len(steps) > 2 else ()
    return Exchange(
        operation,
        Request(METHODS.get(operation, "GET"), base + path, KEYED),
        Answer(status, JSON, orjson.dumps(body)),
        1_750_100_000.5 + at,
        (file, int(at * 1000) + 1),
        path_parameters=named,
        seconds=seconds,
        in_order=in_order,
    )


def page(first: int, size: int = 2, *, more: bool = True) -> dict[str, Any]:
    """A page of batches with these numbers."""
    return {"object": "list", "data": [kimi_batch(number) for number in range(first, first + size)], "has_more": more}


def listed(at: float, query: str, first: int, **more: Any) -> Exchange:
    """A page that was asked for."""
    return asked(at, "list_batches", f"/batches{query}", page(first), **more)


def batch(at: float, status: str, **more: Any) -> Exchange:
    """A batch that was asked for, with that status and timestamps that fit."""
    times = {"completed_at": 1_750_003_600 if status == "completed" else None}
    times["finalizing_at"] = 1_750_003_000 if status in {"completed", "finalizing"} else None
    return asked(at, "retrieve_batch", "/batches/batch_1", {**kimi_batch(1), "status": status, **times}, **more)


def rules(*exchanges: Exchange, name: str = "kimi") -> set[str]:
    """The rules that are broken, by Kimi's contract or another, which has the places that are named."""
    judging = contract.load(name)
    drifts = judged(exchanges, judging).drifts
    assert all(at(judging.document, one.location) is not None for one in drifts)
    return {one.rule for one in drifts if one.severity != "info"}


def test_a_walk_that_repeats_itself_is_found() -> None:
    """The second page holds the first again; with the items that come after, nothing is said."""
    assert rules(listed(0, "?limit=2", 0), listed(1, "?limit=2&after=batch_1", 0)) == {"page-cursor-ignored"}
    assert rules(listed(0, "?limit=2", 0), listed(1, "?limit=2&after=batch_1", 2)) == set()


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("?limit=2&order=desc", "?limit=2&order=asc&after=batch_1"),
        ("?limit=2&purpose=a", "?limit=2&purpose=b&after=batch_1"),
        ("?limit=2&tenant=a", "?limit=2&tenant=b&after=batch_1"),
        ("?limit=20", "?limit=2&after=batch_1"),
    ],
)
def test_another_query_is_another_walk(first: str, then: str) -> None:
    """What came before on one says nothing of the other."""
    assert rules(listed(0, first, 0), asked(1, "list_batches", f"/batches{then}", page(0, 1))) == set()
    same = then.replace("&after=batch_1", "")
    assert rules(listed(0, same, 0), asked(1, "list_batches", f"/batches{then}", page(0, 1))) == {"page-cursor-ignored"}


@pytest.mark.parametrize(
    ("base", "is_same"),
    [
        ("https://API.x.example/v1", True),
        ("https://api.x.example:443/v1", True),
        ("https://api.x.example./v1", True),
        ("https://user@api.x.example/v1", True),
        ("https://api.x.example:8443/v1", False),
        ("https://api.x.example/team/b/v1", False),
        ("https://b.x.example/v1", False),
    ],
)
def test_hosts_compare_as_hosts_do_and_bases_keep_apart(base: str, *, is_same: bool) -> None:
    """Two tenants of one host may have batches of the same names."""
    back = (batch(0, "completed"), batch(1, "in_progress", base=base))
    assert (rules(*back) == {"invariant-lifecycle"}) is is_same
    walk = (listed(0, "?limit=2", 0), listed(1, "?limit=2&after=batch_1", 0, base=base))
    found = rules(*walk)
    assert (found == {"page-cursor-ignored"}) is is_same
    assert is_same or found == set()


def test_clients_that_walk_in_lockstep_share_their_walk() -> None:
    """Each is followed: one that is sent back to its start is found, and the others are left alone."""
    walks = [
        listed(number + client / 100, f"?limit=2{cursor}", first)
        for client in range(5)
        for number, (cursor, first) in enumerate([("", 0), ("&after=batch_1", 2), ("&after=batch_3", 4)])
    ]
    assert rules(*walks) == set()
    assert rules(*walks, listed(9, "?limit=2&after=batch_5", 2)) == {"page-cursor-ignored"}


def test_a_page_that_changed_is_followed_from_what_it_holds_now() -> None:
    """Asked for again, it ends like before, but holds another batch: one that must not come once more."""
    changed = {"object": "list", "data": [kimi_batch(9), kimi_batch(3)], "has_more": True}
    again = asked(2, "list_batches", "/batches?limit=2&after=batch_1", changed)
    walk = (listed(0, "?limit=2", 0), listed(1, "?limit=2&after=batch_1", 2), again)
    assert rules(*walk) == set()
    assert rules(*walk, listed(3, "?limit=2&after=batch_3", 8)) == {"page-cursor-ignored"}


@pytest.mark.parametrize(("limit", "is_right"), [(100, True), (101, False)])
def test_a_walk_that_was_asked_for_wrongly_says_nothing(limit: int, *, is_right: bool) -> None:
    """What comes back on a limit that OpenAI's contract forbids may be anything."""
    walk = (listed(0, f"?limit={limit}", 0), listed(1, f"?limit={limit}&after=batch_1", 0))
    assert ("page-cursor-ignored" in rules(*walk, name="openai")) is is_right


def test_an_empty_page_with_more_is_found() -> None:
    """Where it ends the walk, nothing is said."""
    empty = {"object": "list", "data": [], "has_more": True}
    assert rules(listed(0, "", 0), asked(1, "list_batches", "/batches", empty)) == {"page-empty-with-more"}
    assert rules(listed(0, "", 0), asked(1, "list_batches", "/batches", {**empty, "has_more": False})) == set()


def test_a_status_that_goes_back_is_found() -> None:
    """Forward nothing is said, nor where it stays."""
    assert rules(batch(0, "completed"), batch(1, "finalizing")) == {"invariant-lifecycle"}
    assert rules(batch(0, "in_progress"), batch(1, "in_progress"), batch(2, "completed")) == set()


def test_a_status_that_the_contract_does_not_have_says_nothing_of_the_way() -> None:
    """What is wrong in itself is told once, by itself."""
    assert rules(batch(0, "completed"), batch(1, "in_queue")) == {"response-property-enum-value-added"}
    listed_so = asked(1, "list_batches", "/batches", {**page(0), "data": [{**kimi_batch(1), "status": "in_queue"}]})
    assert "invariant-lifecycle" not in rules(batch(0, "completed"), listed_so)


@pytest.mark.parametrize(
    ("first", "second", "is_proven"),
    [
        ({"at": 0, "seconds": 0.5}, {"at": 0.6}, True),
        ({"at": 0, "seconds": 0.5}, {"at": 0.4}, False),
        ({"at": 0}, {"at": 0}, False),
        ({"at": 0.5, "seconds": 0.0}, {"at": 0.9}, False),  # a whole second: its clock may have no finer ones
        ({"at": 0.5, "seconds": 0.0}, {"at": 1.5}, True),
        ({"at": 0, "seconds": float("inf")}, {"at": 9}, False),
        ({"at": 0, "seconds": 9.0, "in_order": True}, {"at": 1, "in_order": True}, True),
        ({"at": 0, "seconds": 9.0, "in_order": True}, {"at": 1, "in_order": True, "file": "b"}, False),
        ({"at": 0, "seconds": 9.0, "in_order": True}, {"at": 1}, False),
    ],
)
def test_only_what_is_over_comes_before(
    first: Mapping[str, Any], second: Mapping[str, Any], *, is_proven: bool
) -> None:
    """Requests under way at once have no order, nor those of one tick of a clock, unless their file has one."""
    one = batch(**{**first, "status": "completed"})
    other = batch(**{**second, "status": "in_progress"})
    other = evolve(other, origin=(other.origin[0], one.origin[1] + 1))
    assert (rules(one, other) == {"invariant-lifecycle"}) is is_proven


def test_entries_without_a_time_prove_nothing() -> None:
    """They count as earliest, all of them."""
    undated = [evolve(batch(0, status), started=0.0, seconds=float("inf")) for status in ("completed", "in_progress")]
    assert rules(*undated) == set()


def told_and_refused(*between: Exchange, at: float = 5, body: Any = None) -> set[str]:
    """A file that a list told of, then what happens to it, then its refusal."""
    told = asked(0, "list_files", "/files", {"object": "list", "data": [FILE]})
    return rules(told, *between, asked(at, "retrieve_file", "/files/file_1", body or GONE, 404))


def test_what_was_told_of_and_never_deleted_must_be_there() -> None:
    """Though nothing else succeeded there: the refusal, in the contract's own words, shows that the path is there."""
    assert told_and_refused() == {"request-valid-rejected"}
    assert told_and_refused(body="Not Found") == {"response-property-type-changed"}


def test_what_was_deleted_may_be_refused() -> None:
    """Whether that was answered or not, and though the contract that judges has no such operation."""
    deleted = {"id": "file_1", "object": "file", "deleted": True}
    assert told_and_refused(asked(2, "delete_file", "/files/file_1", deleted)) == set()
    assert told_and_refused(asked(4.95, "delete_file", "/files/file_1", deleted, seconds=9)) == set()
    assert told_and_refused(evolve(asked(2, "delete_file", "/files/file_1", {}), answer=None, failure="x")) == set()
    assert told_and_refused(asked(2, "delete_file", "/files/file_2", deleted)) == {"request-valid-rejected"}
    assert told_and_refused(asked(7, "delete_file", "/files/file_1", deleted)) == {"request-valid-rejected"}


def test_a_deletion_that_is_heard_of_late_counts() -> None:
    """Exchanges reach one who watches as they end: one that is not judged has its place in time, too."""
    watch = Watch("live:any", (contract.load("kimi"),))
    watch.add(asked(5, "retrieve_file", "/files/file_1", GONE, 404))
    watch.note(asked(2, "delete_file", "/files/file_1", {}))
    watch.add(asked(0, "list_files", "/files", {"object": "list", "data": [FILE]}))
    (judgement,) = watch.judgements()
    assert {one.rule for one in judgement.drifts} == set()


def test_of_what_comes_too_late_it_is_told_in_the_end_what_it_changed() -> None:
    """What comes after it is judged with it: nothing that it might mend is told before."""
    watch = Watch("live:any", (contract.load("kimi"),))
    watch.add(listed(1, "?limit=2", 0))
    watch.add(batch(0, "completed"))
    assert watch.add(listed(2, "?limit=2&after=batch_1", 0)) == []
    (judgement,) = watch.judgements()
    assert {one.rule for one in judgement.drifts} == {"page-cursor-ignored"}


def lacking(operation: str) -> contract.Contract:
    """Kimi's contract without an operation."""
    judging = contract.load("kimi")
    less = contract.Contract(judging.name, judging.file, judging.document)
    less.operations = {name: one for name, one in judging.operations.items() if name != operation}  # type: ignore[misc]
    return less


def test_what_cannot_be_judged_is_nothing_new() -> None:
    """To one who watches: an operation that the contract does not have, a request without an answer."""
    watch = Watch("live:any", (lacking("delete_file"),))
    assert watch.add(asked(0, "delete_file", "/files/file_1", {})) == []
    assert watch.add(asked(1, "delete_file", "/files/file_1", {}, 500)) == []
    assert watch.add(failing(2, "/batches", 0)) == []
    (judgement,) = watch.judgements()
    assert (judgement.requests, judgement.responses, judgement.not_offered) == (1, 0, {"delete_file"})


def test_a_deletion_counts_though_the_contract_knows_of_none() -> None:
    """SiliconFlow's documents no deletion."""
    judging, evidence = lacking("delete_file"), Evidence()
    exchanges = (
        asked(0, "retrieve_file", "/files/file_1", FILE),
        asked(1, "delete_file", "/files/file_1", {}),
        asked(2, "retrieve_file", "/files/file_1", GONE, 404),
    )
    for one in exchanges:
        evidence.add(look(one, judging))
    judgement = conclude(evidence, "live:any", judging)
    assert {one.rule for one in judgement.drifts} == set()
    assert judgement.not_offered == {"delete_file"}
    assert judgement.requests == 2


def test_a_file_that_came_again_after_its_deletion_must_be_there() -> None:
    """Told of anew, it is there."""
    deleted = asked(2, "delete_file", "/files/file_1", {"id": "file_1", "object": "file", "deleted": True})
    again = asked(3, "list_files", "/files", {"object": "list", "data": [FILE]})
    assert told_and_refused(deleted, again) == {"request-valid-rejected"}


def test_what_was_told_of_long_ago_may_be_gone() -> None:
    """Ten minutes: who knows what expired since."""
    assert told_and_refused(at=590) == {"request-valid-rejected"}
    assert told_and_refused(at=610) == set()


def test_an_id_that_nobody_told_of_may_be_refused() -> None:
    """Nor is what was told of only meanwhile."""
    refused = asked(5, "retrieve_file", "/files/file_1", GONE, 404)
    assert rules(refused) == set()
    told = asked(4.95, "list_files", "/files", {"object": "list", "data": [FILE]}, seconds=1)
    assert rules(told, refused) == set()


def test_a_batch_that_ended_cannot_be_cancelled() -> None:
    """A refusal that the contract does not document is wrong only where the batch still ran."""
    refused = asked(5, "cancel_batch", "/batches/batch_1/cancel", GONE, 409)
    assert "request-valid-rejected" not in rules(batch(0, "completed"), refused)
    assert "request-valid-rejected" in rules(batch(0, "in_progress"), refused, batch(6, "in_progress"))


def failing(at: float, path: str, status: int) -> Exchange:
    """A list that failed; 0: without an answer."""
    one = asked(at, "list_batches", path, GONE, status or 500)
    return one if status else evolve(one, answer=None, failure="no answer in time")


@pytest.mark.parametrize(("status", "rule"), [(500, "server-error"), (0, "request-unanswered")])
def test_a_request_that_fails_on_every_try_is_at_fault(status: int, rule: str) -> None:
    """While others are answered; not where a retry mended it, once."""
    wrong = [failing(number, "/batches?limit=2", status) for number in range(3)]
    right = [listed(number + 0.5, "", 0) for number in range(4)]
    assert rules(*wrong, *right) == {rule}
    assert rules(wrong[0], listed(0.7, "?limit=2", 0), *right) == set()


def failures(*exchanges: Exchange) -> list[tuple[str, str, str]]:
    """Of requests that failed: rule, severity, and how they failed."""
    drifts = judged(exchanges, contract.load("kimi")).drifts
    return [
        (one.rule, one.severity, str(orjson.loads(text or "")))
        for one in drifts
        if one.rule in {"server-error", "request-unanswered"}
        for text in one.observed
    ]


@pytest.mark.parametrize(
    ("exchanges", "told"),
    [
        (
            [failing(0, "/batches?limit=2", 500), listed(1, "?limit=2", 0)],
            [("server-error", "info", "500, mended by a retry")],
        ),
        ([failing(0, "/batches?limit=2", 500), listed(1, "", 0)], [("server-error", "info", "500")]),
        (
            [failing(0, "/batches?limit=2", 0), failing(1, "/batches?limit=2", 0), listed(2, "", 0)],
            [("request-unanswered", "warning", "no answer in time")],
        ),
        (
            [failing(0, "/batches?limit=2", 0), listed(1, "", 0), failing(2, "/batches?limit=2", 0)],
            [("request-unanswered", "info", "no answer in time")],
        ),
        (
            [failing(0, "/batches?limit=2", 500), asked(1, "list_files", "/files", {"object": "list", "data": []})],
            [],
        ),
    ],
    ids=["mended", "never tried again", "others answered later", "others answered before", "no other of its kind"],
)
def test_how_bad_a_failure_is(exchanges: list[Exchange], told: list[tuple[str, str, str]]) -> None:
    """It is the request's fault where others fare better after its last try, and else a remark, if that."""
    assert failures(*exchanges) == told


@pytest.mark.parametrize(("right", "severity"), [(57, "warning"), (58, "info")])
def test_failures_that_retries_mend_are_a_warning_from_one_in_twenty_on(right: int, severity: str) -> None:
    """Three of sixty answers, and three of sixty-one."""
    wrong = [failing(number, f"/batches?limit={number}", 500) for number in (1, 2, 3)]
    mended = [listed(number + 0.5, f"?limit={number}", 0) for number in (1, 2, 3)]
    others = [listed(10 + number, "", 0) for number in range(right - len(mended))]

    assert failures(*wrong, *mended, *others) == [("server-error", severity, "500, mended by a retry")]


def test_an_endpoint_that_stopped_says_nothing_of_its_last_requests() -> None:
    """Nothing is answered any more: that is not the requests' fault."""
    judgement = judged(
        [listed(0, "", 0), *(failing(number, "/batches?limit=2", 0) for number in (1, 2, 3))], contract.load("kimi")
    )
    assert judgement.stopped is not None
    assert "request-unanswered" not in {one.rule for one in judgement.drifts}


REJECTED, LET_THROUGH = "request-valid-rejected", "request-invalid-accepted"


@pytest.mark.parametrize("status", [401, 403, 408, 429])
def test_a_refusal_that_says_nothing_of_the_request(status: int) -> None:
    """It is about the key or the moment; any other is about what was asked."""
    before = listed(0, "?limit=2", 0)
    assert REJECTED not in rules(before, asked(1, "list_batches", "/batches?limit=2", GONE, status))
    assert REJECTED in rules(before, asked(1, "list_batches", "/batches?limit=2", GONE, 422))


def created(at: float, file: str, status: int) -> Exchange:
    """A batch that was asked for, of a file."""
    body = {"input_file_id": file, "endpoint": "/v1/chat/completions", "completion_window": "24h"}
    headers = (*KEYED, ("content-type", "application/json"))
    return evolve(
        asked(at, "create_batch", "/batches", GONE, status),
        request=Request("POST", f"{BASE}/batches", headers, orjson.dumps(body)),
    )


def test_a_batch_of_a_file_that_nobody_saw_may_be_refused() -> None:
    """Only of one that was there it is known that nothing was wrong with it."""
    seen = asked(0, "retrieve_file", "/files/file_1", FILE)
    assert REJECTED in rules(seen, created(1, "file_1", 422))
    assert REJECTED not in rules(seen, created(1, "file_9", 422))


@pytest.mark.parametrize(
    ("query", "is_wrong"),
    [
        *(("limit=2.5", True), ("limit=abc", True), ("limit=1.2.3", True), ("limit=.", True), ("limit=1e999", True)),
        *(("limit=2.0", False), ("limit=2e0", False), ("limit=2", False)),
    ],
)
def test_a_number_that_some_read_as_a_whole_one_is_not_called_wrong(query: str, *, is_wrong: bool) -> None:
    """One with a fraction is none, and not all that consists of digits and dots is a number."""
    assert (LET_THROUGH in rules(listed(0, f"?{query}", 0))) == is_wrong


@pytest.mark.parametrize(
    ("query", "headers"),
    [("&tenant=x", ()), ("", (("accept", "text/html"),)), ("", (("prefer", "wait=5"),))],
    ids=["query", "accept", "prefer"],
)
def test_what_a_contract_does_not_speak_of_may_be_refused(query: str, headers: tuple[tuple[str, str], ...]) -> None:
    """The same request without it may not."""
    plain = asked(1, "list_batches", "/batches?limit=2", GONE, 422)
    other = evolve(plain, request=Request("GET", f"{BASE}/batches?limit=2{query}", (*KEYED, *headers)))
    assert REJECTED in rules(listed(0, "?limit=2", 0), plain)
    assert REJECTED not in rules(listed(0, "?limit=2", 0), other)


@pytest.mark.parametrize(("query", "severity"), [("?limit=2", "warning"), ("?limit=2&tenant=x", "info")])
def test_a_status_of_no_contract_is_worse_where_nothing_was_wrong_with_the_request(query: str, severity: str) -> None:
    """Where there may have been it is a remark."""
    refused = asked(1, "list_batches", f"/batches{query}", GONE, 418)
    drifts = judged([listed(0, "?limit=2", 0), refused], contract.load("kimi")).drifts
    assert [one.severity for one in drifts if one.rule == "response-status-undocumented"] == [severity]


@pytest.mark.parametrize(("order", "is_told"), [("asc", True), ("", False)])
def test_a_word_that_the_contract_lists_may_not_be_refused(order: str, *, is_told: bool) -> None:
    """One that is empty says nothing, either way."""
    refused = asked(1, "list_files", f"/files?order={order}", GONE, 422)
    before = asked(0, "list_files", "/files", {"object": "list", "data": [FILE], "has_more": False})
    assert (REJECTED in rules(before, refused, name="openai")) is is_told


def test_a_body_that_the_contract_forbids_is_told_where_it_speaks_of_bodies() -> None:
    """What was let through stands in no parameter."""
    judging = contract.load("kimi")
    body, one = judging.operations["create_batch"].body, created(0, "file_1", 200)
    let_through = evolve(one, request=evolve(one.request, body=b'{"endpoint": 7}'))
    drifts = judged([let_through], judging).drifts
    assert body is not None
    assert [drift.location for drift in drifts if drift.rule == LET_THROUGH] == [body.location]


def test_what_is_wrong_with_a_request_is_told_beside_a_cursor() -> None:
    """By the place of the parameter."""
    drifts = judged([listed(0, "?limit=2.5&after=batch_9", 0)], contract.load("kimi")).drifts
    assert (LET_THROUGH, "/limit") in {(one.rule, one.identity.pointer) for one in drifts}


@pytest.mark.parametrize(("after", "is_known"), [("batch_1", True), ("batch_77", False)])
def test_an_empty_page_after_a_cursor_that_was_told_elsewhere(after: str, *, is_known: bool) -> None:
    """After one that nobody saw there may be anything."""
    empty = {"object": "list", "data": [], "has_more": True}
    seen = rules(batch(0, "completed"), asked(1, "list_batches", f"/batches?after={after}", empty))
    assert ("page-empty-with-more" in seen) == is_known


def test_a_long_walk_leaves_others_alone() -> None:
    """Ids are counted once, however many pages they are on the way of."""
    first = asked(0, "list_batches", "/batches?tenant=b", page(1))
    again = asked(999, "list_batches", "/batches?tenant=b&after=batch_2", page(1, 1))
    long = [
        asked(number + 1, "list_batches", f"/batches?limit=100{after}", page(100 * number, 100))
        for number in range(50)
        for after in [f"&after=batch_{100 * number - 1}" if number else ""]
    ]
    assert rules(*long) == set()
    assert rules(first, *long, again) == {"page-cursor-ignored"}
