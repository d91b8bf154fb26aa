"""Endpoints that do not answer, or not at the first try: nothing of it is silent, and nothing green was not seen."""

import json
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.wrong.account import Account, Meddle
from tests.wrong.lists import KEY
from tests.wrong.quick import impatient, only, rows, run
from tests.wrong.server import DROP, HANG, Reply, json_reply, serving

__all__ = ["impatient"]

pytestmark = pytest.mark.usefixtures("impatient")

BOOM = json_reply({"error": {"message": "boom", "type": "server_error"}}, 500)
BUSY = json_reply({"error": {"message": "slow down", "type": "rate_limit_reached_error"}}, 429)
FAILURES = {"drops": DROP, "hangs": HANG, "fails": BOOM, "puts off": BUSY}
FAILED = ("request-unanswered", "server-error")


def after(number: int, reply: Reply) -> Meddle:
    """Right at first; then nothing but that."""
    return lambda asked, right: reply if asked.number > number else right


@pytest.mark.parametrize(
    ("name", "number"),
    [
        *(("drops", 10), ("hangs", 10)),
        *(pytest.param(name, number, marks=pytest.mark.full) for name, number in (("fails", 42), ("puts off", 30))),
        *(pytest.param(name, number, marks=pytest.mark.full) for name in FAILURES for number in (1, 3, 24, 43, 46)),
    ],
)
def test_an_endpoint_that_stops_could_not_be_checked(name: str, number: int) -> None:
    """Whatever came before: exit 2, the reason, and what was not reached."""
    account = Account(after(number, FAILURES[name]))
    result = run(account)
    verdict = only(result)
    assert (result.exit_code, verdict.outcome) == (2, "could-not-check")
    assert "the endpoint stopped answering" in (verdict.reason or "")
    assert result.left_out or number > 43
    assert len(account.asked) <= number + 6


@pytest.mark.parametrize("name", ["drops", "fails"])
def test_an_endpoint_that_never_answered_is_given_up(name: str) -> None:
    """Nothing was seen: exit 2, and it is not asked over and over."""
    account = Account(after(0, FAILURES[name]))
    result = run(account)
    assert (result.exit_code, only(result).outcome) == (2, "could-not-check")
    assert len(account.asked) <= 30


def where(**query: str) -> Meddle:
    """Drops the connection for that query."""
    return lambda asked, right: DROP if all(asked.value(name) == value for name, value in query.items()) else right


@pytest.mark.parametrize(
    ("account", "operation"),
    [
        pytest.param(Account(where(limit="2")), "list_batches", id="one query"),
        pytest.param(Account(where(after="batch_that_never_was")), "list_batches", id="one cursor"),
        pytest.param(
            Account(lambda asked, right: DROP if "authorization" not in asked.headers else right),
            "retrieve_file",
            id="without a key",
        ),
        pytest.param(
            Account(lambda asked, right: DROP if asked.path.endswith("/content") else right),
            "file_content",
            id="one operation",
        ),
        pytest.param(
            Account(lambda asked, right: HANG if asked.value("limit") == "2" else right), "list_batches", id="hangs"
        ),
        pytest.param(
            Account(lambda asked, right: HANG if asked.path == "/v1/files" else right), "list_files", id="list hangs"
        ),
    ],
)
def test_what_alone_gets_no_answer_is_a_row(account: Account, operation: str) -> None:
    """The rest is seen; the request is named, with a command that sends it again."""
    result = run(account)
    assert ("warning", "request-unanswered", operation, None) in rows(result, *FAILED)
    assert (result.exit_code, only(result).outcome) == (1, "drift")


@pytest.mark.parametrize(
    "name", ["fails", *(pytest.param(name, marks=pytest.mark.full) for name in ("drops", "puts off"))]
)
@pytest.mark.parametrize("of", [2, pytest.param(3, marks=pytest.mark.full)])
def test_an_endpoint_that_fails_often_is_not_well_because_retries_hide_it(name: str, of: int) -> None:
    """All but one answer of a few fail: a warning, never a pass."""
    result = run(Account(lambda asked, right: right if asked.number % of == 0 else FAILURES[name]))
    assert result.exit_code == 1
    assert any(severity == "warning" for severity, *_ in rows(result, *FAILED))


@pytest.mark.parametrize(
    ("numbers", "severity"), [({17}, "info"), ({1}, "info"), ({17, 29}, "info"), ({17, 25, 33}, "warning")], ids=str
)
def test_a_lost_packet_turns_no_run_red_and_three_do(numbers: set[int], severity: str) -> None:
    """Fewer than three, or less than one in twenty, are info; each is counted."""
    result = run(Account(lambda asked, right: DROP if asked.number in numbers else right))
    assert {row[0] for row in rows(result, *FAILED)} == {severity}
    assert sum(one.responses for one in only(result).drifts if one.rule in FAILED) == len(numbers)
    assert result.exit_code == (1 if severity == "warning" else 0)


def test_a_recording_of_an_endpoint_that_stopped_could_not_be_checked(batch_conformance: Run, tmp_path: Path) -> None:
    """What `--record` wrote says the same when it is judged again."""
    run(Account(after(24, DROP)), record=tmp_path / "run.ndjson")
    done = batch_conformance("check", "run.ndjson", "--against", "kimi", "--no-known")
    assert done.returncode == 2, done.stdout
    assert "stopped answering" in " ".join(done.stdout.split())


def test_what_the_budget_did_not_reach_is_named_and_no_pass(batch_conformance: Run, tmp_path: Path) -> None:
    """`--max-requests 5` against a right server: exit 2, on the terminal and in the report."""
    with serving(Account()) as url:
        done = batch_conformance(
            *("run", "live:kimi", "--url", url, "--against", "kimi", "--no-known", "--rate", "1000/s"),
            *("--max-requests", "5", "--out", "out"),
            MOONSHOT_API_KEY=KEY,
        )
    report = json.loads((tmp_path / "out/drift.json").read_text(encoding="utf-8"))
    assert done.returncode == 2
    assert [pair["outcome"] for pair in report["pairs"]] == ["could-not-check"]
    assert any("a walk meets every item once" in name for name in report["left_out"])
    assert "a walk meets every item once" in " ".join(done.stdout.split())
    assert "retrieve_batch: the budget of requests" in " ".join(done.stdout.split())


def _without(*names: str) -> Account:
    """An account whose owner has deleted some files, of which batches tell all the same."""
    account = Account()
    account.files = {name: file for name, file in account.files.items() if name not in names}
    return account


HEALTHY = {
    "plain": Account(),
    "one batch": Account(size=1),
    "many": Account(size=40),
    "busy once": Account(lambda asked, right: BUSY if asked.number == 9 else right),
    "old files are gone": _without("file_1", "file_out_1", "file_out_3"),
    "inputs are gone": _without("file_1", "file_2"),
}


@pytest.mark.parametrize(
    "name", [name if name in {"plain", "many"} else pytest.param(name, marks=pytest.mark.full) for name in HEALTHY]
)
@pytest.mark.parametrize("write", ["", "write"])
def test_the_default_budget_sees_a_healthy_endpoint_whole(name: str, write: str) -> None:
    """Nothing is left out, and it conforms."""
    account = HEALTHY[name]
    account.asked.clear()
    result = run(account, write=bool(write))
    assert (result.left_out, only(result).reason, result.exit_code) == ((), None, 0)
    assert account.made == []


@pytest.mark.parametrize(("allow_empty", "code"), [(True, 0), (False, 2)])
def test_an_empty_account_is_a_pass_only_where_that_is_allowed(allow_empty: bool, code: int) -> None:  # noqa: FBT001 - a table's column
    """Without an item no list was seen, and nothing told what else to ask for; `--allow-empty` waives both."""
    result = run(Account(size=0), allow_empty=allow_empty)
    assert result.exit_code == code
    assert ("no list held an item" in (only(result).reason or "")) is not allow_empty
