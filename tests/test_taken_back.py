"""`run --write`: what it makes it takes back, believes only a look, and names what stays."""

import json
from pathlib import Path

import orjson
import pytest
from attrs import evolve

from conformance import contract
from conformance.suite import models
from conformance.suite.asking import rules_of
from tests.conftest import Run
from tests.test_plain_pytest import plain_pytest
from tests.wrong.account import Account
from tests.wrong.lists import KEY
from tests.wrong.quick import impatient, only, rows, run
from tests.wrong.server import DROP, Asked, Reply, json_reply, serving

__all__ = ["impatient"]

pytestmark = pytest.mark.usefixtures("impatient")


def error(status: int) -> Reply:
    """Kimi's error object."""
    return json_reply({"error": {"message": "no", "type": "invalid_request_error"}}, status)


class Keeping(Account):
    """Does not do what is asked of it on some paths: it answers so, and changes nothing."""

    keeps: tuple[str, str, Reply] = ("DELETE", "/v1/files/", error(405))

    def _answer(self, asked: Asked) -> Reply:
        method, part, reply = self.keeps
        return reply if asked.method == method and part in asked.path else super()._answer(asked)


def keeping(method: str, part: str, reply: Reply) -> Account:
    """An account that keeps what it was asked to give up."""
    account = Keeping()
    account.keeps = (method, part, reply)
    return account


DELETED = json_reply({"id": "x", "object": "file", "deleted": True})


@pytest.mark.parametrize(
    ("account", "what"),
    [
        pytest.param(keeping("DELETE", "/v1/files/", error(404)), "file_made", id="no such route"),
        pytest.param(keeping("DELETE", "/v1/files/", DELETED), "file_made", id="says it is deleted"),
        pytest.param(keeping("DELETE", "/v1/files/", DROP), "file_made", id="drops"),
        pytest.param(keeping("DELETE", "/v1/files/", error(500)), "file_made", id="500"),
        pytest.param(keeping("POST", "/cancel", error(400)), "batch_made", id="not cancelled"),
        pytest.param(keeping("POST", "/cancel", error(405)), "batch_made", id="no cancelling"),
    ],
)
def test_what_stays_is_named(account: Account, what: str) -> None:
    """However the request was answered, a look shows that it is there."""
    result = run(account, write=True)
    assert [one.name for one in result.remains] == account.made
    assert account.made[0].startswith(what)
    assert "is still there" in result.remains[0].text()
    assert result.exit_code in {1, 2}


def test_what_stays_is_named_in_full_on_the_terminal_and_masked_in_files(
    batch_conformance: Run, tmp_path: Path
) -> None:
    """With the command that removes it, without a key."""
    account = keeping("DELETE", "/v1/files/", error(405))
    with serving(account) as url:
        done = batch_conformance(
            *("run", "live:kimi", "--url", url, "--write", "--rate", "1000/s", "--out", "out"), MOONSHOT_API_KEY=KEY
        )
    (file,) = account.made
    printed = " ".join(done.stdout.split())
    assert f"the uploaded file {file} is still there: DELETE /files/{{file_id}} was answered 405" in printed
    assert f"curl -X DELETE '{url}/v1/files/{file}' -H \"Authorization: Bearer $MOONSHOT_API_KEY\"" in printed
    assert all(file not in path.read_text(encoding="utf-8") for path in (tmp_path / "out").iterdir())
    notes = json.loads((tmp_path / "out/drift.json").read_text(encoding="utf-8"))["notes"]
    assert any("the uploaded file" in note and "is still there" in note for note in notes)


@pytest.mark.full
def test_plain_pytest_names_what_stays_too(tmp_path: Path) -> None:
    """There is no report then, but there is a terminal."""
    account = keeping("DELETE", "/v1/files/", error(405))
    with serving(account) as url:
        done = plain_pytest(tmp_path, "--endpoint", "live:kimi", "--url", url, "--write", "--rate", "1000", key=KEY)
    assert f"the uploaded file {account.made[0]} is still there" in done.stdout


@pytest.mark.parametrize("operation", ["create_batch", "cancel_batch", "upload_file"])
def test_what_is_made_for_one_operation_is_taken_back_as_well(operation: str) -> None:
    """`--operation`: what it builds on is done, and undone, and not judged."""
    account = Account()
    result = run(account, write=True, operations=(operation,))
    assert (account.made, result.exit_code, only(result).reason) == ([], 0, None)
    assert only(result).pair.probed == {operation}


def _once_done(part: str, reply: Reply) -> Account:
    """Does what is asked, and answers otherwise."""
    return Account(lambda asked, right: reply if asked.method != "GET" and asked.path.endswith(part) else right)


@pytest.mark.parametrize("reply", [DROP, error(500), json_reply({})], ids=["drop", "500", "no id"])
@pytest.mark.parametrize("part", ["/files", "/batches"])
def test_what_was_made_without_an_answer_is_found_and_taken_back(part: str, reply: Reply) -> None:
    """The list tells the id."""
    account = _once_done(part, reply)
    result = run(account, write=True)
    assert (account.made, result.remains) == ([], ())
    assert any(name.startswith("batch_made") for name in account.batches)


def test_what_may_have_been_made_is_named_by_what_is_known_of_it() -> None:
    """No answer, and no list to look it up in."""
    account = Account(lambda asked, right: error(500) if asked.path == "/v1/files" else right)
    result = run(account, write=True)
    (one,) = result.remains
    assert one.name == account.files[account.made[0]]["filename"]
    assert "may be there" in one.text()


def test_what_no_look_shows_is_taken_back_and_named_all_the_same() -> None:
    """Nothing but the upload and the deletion works: it is asked for, and nobody can say what came of it."""

    def blind(asked: Asked, right: Reply) -> Reply:
        return error(500) if asked.method == "GET" and asked.path.startswith("/v1/files") else right

    account = Account(blind)
    result = run(account, write=True, model="m")
    assert account.made == []
    (one,) = result.remains
    assert "may be there: DELETE /files/{file_id} was answered 200" in one.text()


@pytest.mark.parametrize("most", [5, 36, *(pytest.param(one, marks=pytest.mark.full) for one in range(6, 70, 3))])
def test_with_any_budget_there_is_a_report_and_nothing_stays(most: int) -> None:
    """What is not enough for taking back is not begun."""
    account = Account()
    result = run(account, write=True, max_requests=most)
    assert (account.made, result.remains, result.notes) == ([], (), ())
    assert result.exit_code == (0 if not result.left_out else 2)
    assert len(account.asked) <= most


@pytest.mark.parametrize("every", [3, *(pytest.param(one, marks=pytest.mark.full) for one in (2, 4, 5, 7, 11))])
@pytest.mark.parametrize("reply", [DROP, error(500)], ids=["drop", "500"])
def test_with_failures_there_is_a_report_and_what_stays_is_in_it(every: int, reply: Reply) -> None:
    """Whatever fails, on the way there or back."""
    account = Account(lambda asked, right: reply if asked.number % every == 0 else right)
    result = run(account, write=True)
    assert result.complete
    assert set(account.made) <= {one.name for one in result.remains}
    assert result.exit_code in {1, 2}


def model_of(account: Account) -> list[str]:
    """The models that uploaded files name."""
    uploads = [asked.body for asked in account.asked if asked.method == "POST" and asked.path == "/v1/files"]
    return [
        orjson.loads(body.partition(b"\r\n{")[2].join([b"{", b""]).partition(b"\n")[0])["body"]["model"]
        for body in uploads
    ]


def test_the_model_is_learnt_from_an_earlier_batch() -> None:
    """From the first line of its input."""
    account = Account()
    run(account, write=True)
    assert model_of(account) == ["m-of-old"]


def test_the_model_that_is_asked_for_comes_first() -> None:
    """`--model`."""
    account = Account()
    run(account, write=True, model="mine")
    assert model_of(account) == ["mine"]


def test_else_the_model_is_one_that_the_contract_names() -> None:
    """An account without batches."""
    account = Account(size=0)
    run(account, write=True)
    (model,) = model_of(account)
    assert model in rules_of(contract.load("kimi")).models


def test_without_a_model_no_batch_is_made_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """No earlier batch, and a contract that names none: create and cancel could not be checked; what would help."""
    monkeypatch.setattr(models, "rules_of", lambda _: evolve(rules_of(contract.load("kimi")), models=()))
    account = Account(size=0)
    result = run(account, write=True, allow_empty=True)
    assert not any(asked.method == "POST" and asked.path == "/v1/batches" for asked in account.asked)
    assert only(result).outcome == "could-not-check"
    assert "create_batch: no model is known; name one with --model" in (only(result).reason or "")
    assert any("no batch was made" in note for note in result.notes)
    assert account.made == []


def test_a_batch_that_ended_before_the_cancel_is_no_drift() -> None:
    """Cancelling is then not asked, or rightly refused; either way it was not seen."""
    result = run(Account(status="completed"), write=True)
    assert only(result).reason == "cancel_batch: the batch had ended before"
    assert result.exit_code == 2


def test_a_batch_that_ends_while_it_is_cancelled_is_no_drift() -> None:
    """The refusal is undocumented, and right for what it found."""
    account = Account()

    def ends(asked: Asked, right: Reply) -> Reply:
        if not asked.path.endswith("/cancel"):
            return right
        times = {"in_progress_at": 1_750_000_060, "finalizing_at": 1_750_003_000, "completed_at": 1_750_003_600}
        account.batches[asked.path.split("/")[3]] |= {"status": "completed", "cancelling_at": None, **times}
        return error(409)

    account.meddle = ends
    result = run(account, write=True)
    assert rows(result, "request-valid-rejected") == set()
    assert only(result).outcome == "could-not-check"
    assert result.remains == ()


def test_a_batch_that_goes_on_must_not_refuse_to_be_cancelled() -> None:
    """The same refusal where the batch has not ended is breaking."""
    result = run(keeping("POST", "/cancel", error(409)), write=True)
    assert ("breaking", "request-valid-rejected", "cancel_batch", 409) in rows(result, "request-valid-rejected")


def test_content_is_asked_for_without_a_key_and_with_a_wrong_one() -> None:
    """And a server that gives it away is caught."""

    def open_door(asked: Asked, right: Reply) -> Reply:
        return json_reply("content") if asked.path.endswith("/content") and right.status == 401 else right

    account = Account(open_door)
    result = run(account)
    row = next(one for one in only(result).drifts if one.rule == "auth-not-enforced")
    assert row.identity.operation == "file_content"
    assert row.responses == 2


ODD = {
    "a step up": "..",
    "a path": "a/content",
    "nothing": "",
    "a dot": ".",
    "a URL": "https://x.example/y",
    "a query": "a?limit=1",
    "a fragment": "a#b",
    "quoted": "a%2F..",
    "a neighbour": "../batches",
    "long": "x" * 1_000_000,
}
PLAIN = {
    *("/v1/batches", "/v1/files", "/v1/batches/id_that_never_was"),
    *("/v1/files/id_that_never_was", "/v1/files/id_that_never_was/content"),
}


@pytest.mark.parametrize(
    "kind", [one if one in {"a step up", "a path"} else pytest.param(one, marks=pytest.mark.full) for one in ODD]
)
@pytest.mark.parametrize("write", ["", "write"])
def test_an_odd_id_changes_no_operation(kind: str, write: str) -> None:
    """It is not asked for, which is said; what was made under such an id is named."""
    name = ODD[kind]

    def odd(asked: Asked, right: Reply) -> Reply:
        body = orjson.loads(right.raw) if asked.path in {"/v1/files", "/v1/batches"} else {}
        for item in body.get("data", [body]) if "error" not in body else ():
            item.update({key: name for key in ("id", "input_file_id", "output_file_id") if key in item or key == "id"})
        return evolve(right, raw=orjson.dumps(body)) if body else right

    account = Account(odd)
    result = run(account, write=bool(write), model="m")
    assert {asked.path for asked in account.asked} <= PLAIN
    assert any("cannot stand in a path" in note for note in result.notes)
    assert len(result.remains) == len(account.made) == (1 if write else 0)
    assert result.exit_code in {1, 2}
