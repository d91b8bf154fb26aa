"""`batch-conformance run`, through its own door: what it prints, what it writes, how it exits."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.wrong.lists import KEY, RIGHT
from tests.wrong.server import Answering, Asked, Reply, json_reply, serving

MAIN_DRIFTS = {
    ("response-property-enum-value-added", "/data/*/status"): '"in_queue"',
    ("response-property-became-nullable", "/data/*/request_counts"): "null",
}


def drift_of(folder: Path) -> dict[str, Any]:
    """The report that a run has written."""
    return json.loads((folder / "drift.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def test_siliconflow_drifts_from_kimis_contract(batch_conformance: Run, tmp_path: Path) -> None:
    """Both drifts that users lose data to are breaking, with the contract's line and what the Kimi client does."""
    done = batch_conformance("run", "sim:siliconflow", "--against", "kimi", "--no-known", "--out", tmp_path / "out")
    assert done.returncode == 1, done.stderr
    rows = {(row["rule"], row["pointer"]): row for row in drift_of(tmp_path / "out")["drift"] if row["endpoint"]}
    spec = (Path(__file__).parents[1] / "specs/kimi.yaml").read_text(encoding="utf-8").splitlines()
    for (rule, pointer), value in MAIN_DRIFTS.items():
        row = rows[rule, pointer]
        assert row["severity"] == "breaking"
        assert json.dumps(row["observed"][0]["value"]) == value
        assert row["spec"]["file"] == "specs/kimi.yaml"
        assert (
            spec[row["spec"]["line"] - 1]
            .strip()
            .startswith((pointer.rpartition("/")[2], "type:", "BatchRequestCounts"))
        )
        assert row["impact"]["kimi_batch"]


def test_each_simulator_conforms_to_its_own_contract(batch_conformance: Run) -> None:
    """With nothing accepted, at the strictest setting that can be passed."""
    for provider in RIGHT:
        done = batch_conformance("run", f"sim:{provider}", "--against", provider, "--no-known")
        assert done.returncode == 0, done.stdout


def test_with_known_drift_all_is_well(batch_conformance: Run, tmp_path: Path) -> None:
    """What `make drift` runs: each simulator conforms to its own contract, and differs from the others as is known."""
    done = batch_conformance("run", "sim:kimi", "sim:siliconflow", "--out", tmp_path / "out")
    assert done.returncode == 0, done.stdout
    report = drift_of(tmp_path / "out")
    outcomes = {
        (pair["endpoint"].removeprefix("sim:") == pair["contract"], pair["outcome"]) for pair in report["pairs"]
    }
    assert outcomes == {(True, "conforms"), (False, "differs")}
    assert report["stale"] == []
    assert "SiliconFlow is not what a client of Kimi expects, as documented:" in done.stdout
    assert "status is in_queue where Kimi has a closed list of values" in done.stdout
    assert "request_counts is null where Kimi documents an object" in done.stdout


def test_the_same_endpoint_gives_the_same_report(batch_conformance_anew: Run, tmp_path: Path) -> None:
    """Fingerprints, counts and coverage are equal from run to run, in processes that hash differently."""
    for name in ("one", "two"):
        batch_conformance_anew("run", "sim:siliconflow", "--no-known", "--out", tmp_path / name)
    one, two = drift_of(tmp_path / "one"), drift_of(tmp_path / "two")
    assert [row["fingerprint"] for row in one["drift"]] == [row["fingerprint"] for row in two["drift"]]
    assert [row["observed"] for row in one["drift"]] == [row["observed"] for row in two["drift"]]
    assert one["pairs"] == two["pairs"]


def test_an_operation_alone_can_be_probed(batch_conformance: Run, tmp_path: Path) -> None:
    """Rows are of that operation only."""
    batch_conformance(
        *("run", "sim:siliconflow", "--against", "kimi", "--operation", "list_batches", "--no-known"),
        *("--out", tmp_path / "out"),
    )
    assert {row["operation"] for row in drift_of(tmp_path / "out")["drift"] if row["endpoint"]} == {"list_batches"}


BAD_INPUT = (
    (("run", "sim:nobody"), "sim:nobody: no such endpoint"),
    (("run",), "ENDPOINT"),
    (("run", "sim:kimi", "--against", "acme"), "acme: no such contract"),
    (("run", "sim:kimi", "--against", "missing.yaml"), "missing.yaml: No such file"),
    (("run", "sim:kimi", "--operation", "list_everything"), "list_everything: no such operation"),
    (("run", "sim:siliconflow", "--operation", "delete_file"), "delete_file: the contract of siliconflow has no such"),
    (("run", "live:kimi"), "set MOONSHOT_API_KEY"),
    (("run", "live:siliconflow"), "set SILICONFLOW_API_KEY"),
    (("run", "sim:kimi", "--rate", "fast"), "a number from 0.001"),
    (("run", "sim:kimi", "--max-requests", "0"), "--max-requests"),
    (("run", "sim:kimi", "--known", "missing.toml"), "missing.toml: No such file"),
    (("run", "sim:kimi", "--known", "x.toml", "--no-known"), "exclude each other"),
    (("run", "sim:kimi", "--fail-on", "everything"), "everything"),
    (("run", "sim:kimi", "--nonsense"), "--nonsense"),
    (("nonsense",), "nonsense"),
)


@pytest.mark.parametrize(
    ("arguments", "words"), BAD_INPUT, ids=lambda value: " ".join(value) if isinstance(value, tuple) else ""
)
def test_bad_input_gets_one_line_and_exit_2(batch_conformance: Run, arguments: tuple[str, ...], words: str) -> None:
    """No traceback, nothing on standard output, one line that says what is wrong."""
    done = batch_conformance(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1


BROKEN_CONTRACTS = {
    "not-yaml": ("openapi: [", "not YAML"),
    "empty": ("", "empty"),
    "not-openapi": ("a: 1", "OpenAPI"),
    "no-paths": ("openapi: 3.1.0", "paths"),
    "twice": ("openapi: 3.1.0\nopenapi: 3.0.0", "duplicate key"),
    "tagged": ("openapi: !!python/object:os.system {}", "tag"),
    "alias-bomb": (
        "openapi: 3.1.0\na: &a [x]\nb: &b ["
        + "*a," * 50
        + "]\nc: &c ["
        + "*b," * 50
        + "]\nd: &d ["
        + "*c," * 50
        + "]\ne: &e ["
        + "*d," * 50
        + "]\npaths: {/batches: {get: {description: *e, responses: {}}}}",
        "more than 500,000 values",
    ),
    "remote-ref": (
        (
            "openapi: 3.1.0\npaths: {/batches: {get: {operationId: list_batches, responses: {'200': {description: x, "
            "content: {application/json: {schema: {$ref: 'https://example.com/x'}}}}}}}}"
        ),
        "within the document",
    ),
    "bad-schema": (
        (
            "openapi: 3.1.0\npaths: {/batches: {get: {operationId: list_batches, responses: {'200': {description: x, "
            "content: {application/json: {schema: {type: 12}}}}}}}}"
        ),
        "not a valid schema",
    ),
}


@pytest.mark.parametrize("name", BROKEN_CONTRACTS)
def test_a_broken_contract_gets_one_line_and_exit_2(batch_conformance: Run, tmp_path: Path, name: str) -> None:
    """Whatever is wrong with a file, the line names it."""
    text, words = BROKEN_CONTRACTS[name]
    (tmp_path / "contract.yaml").write_text(text, encoding="utf-8")
    done = batch_conformance("run", "sim:kimi", "--against", "contract.yaml")
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert "contract.yaml" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_unwritable_out_is_found_before_anything_is_sent(batch_conformance: Run, tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    done = batch_conformance("run", "sim:kimi", "--out", "out")
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert (tmp_path / "out").read_text(encoding="utf-8") == "mine"


def test_a_closed_port_could_not_be_checked(batch_conformance: Run) -> None:
    """Nobody listens: exit 2 with the reason, not a pass and not drift."""
    done = batch_conformance(
        "run", "live:kimi", "--url", "http://127.0.0.1:9", "--rate", "1000/s", MOONSHOT_API_KEY=KEY
    )
    assert done.returncode == 2
    assert "connection refused" in done.stdout


def emptied(asked: Asked) -> Reply:
    """The list, without its items."""
    reply = RIGHT["kimi"](asked)
    return json_reply({"object": "list", "data": [], "has_more": False}) if reply.status == 200 else reply


COULD_NOT_CHECK: dict[str, Answering] = {
    "the key was refused": lambda asked: RIGHT["kimi"].error(401, "Invalid"),
    "the path is not there": lambda asked: Reply(404, b"<html>nothing here</html>", "text/html"),
    "nothing but server errors": lambda asked: Reply(502, b"bad gateway", "text/plain"),
    "nothing but 429": lambda asked: json_reply({"error": {"message": "slow down"}}, 429),
    "no list held an item": emptied,
}


@pytest.mark.parametrize("reason", COULD_NOT_CHECK)
def test_what_was_not_seen_is_no_pass(batch_conformance: Run, reason: str) -> None:
    """Exit 2, whatever contract judges, and the reason is printed."""
    with serving(COULD_NOT_CHECK[reason]) as url:
        done = batch_conformance(
            *("run", "live:kimi", "--url", url, "--operation", "list_batches", "--against", "kimi"),
            *("--no-known", "--rate", "1000/s"),
            MOONSHOT_API_KEY=KEY,
        )
    assert done.returncode == 2, done.stdout
    assert reason in " ".join(done.stdout.split())


def test_a_live_endpoint_is_only_read(batch_conformance: Run) -> None:
    """Whatever the suite would like to send, nothing but GET arrives."""
    methods: set[str] = set()

    def answer(asked: Asked) -> Reply:
        methods.add(asked.method)
        return RIGHT["kimi"](asked)

    with serving(answer) as url:
        batch_conformance("run", "live:kimi", "--url", url, "--rate", "1000/s", MOONSHOT_API_KEY=KEY)
    assert methods == {"GET"}


@pytest.mark.parametrize("suffix", ["", "/", "/v1", "/v1/"])
def test_a_url_may_end_in_v1_or_not(batch_conformance: Run, suffix: str) -> None:
    """Every form of base URL reaches the same place."""
    with serving(RIGHT["siliconflow"]) as url:
        done = batch_conformance(
            *("run", "live:siliconflow", "--url", url + suffix, "--operation", "list_batches"),
            *("--against", "siliconflow", "--no-known", "--rate", "1000/s"),
            SILICONFLOW_API_KEY=KEY,
        )
    assert done.returncode == 0, done.stdout


def test_the_budget_holds_exactly(batch_conformance: Run) -> None:
    """No more requests arrive than --max-requests allows."""
    count = 0

    def answer(asked: Asked) -> Reply:
        nonlocal count
        count = asked.number
        return RIGHT["kimi"](asked)

    with serving(answer) as url:
        batch_conformance(
            "run", "live:kimi", "--url", url, "--max-requests", "7", "--rate", "1000/s", MOONSHOT_API_KEY=KEY
        )
    assert count == 7


def test_the_key_is_in_no_output(batch_conformance: Run, tmp_path: Path) -> None:
    """Neither on the terminal nor in any file."""
    with serving(RIGHT["kimi"]) as url:
        done = batch_conformance(
            "run", "live:kimi", "--url", url, "--rate", "1000/s", "--out", "out", MOONSHOT_API_KEY=KEY
        )
    written = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "out").iterdir())
    assert KEY not in done.stdout + done.stderr + written


@pytest.mark.parametrize("items", [{}, {"properties": {"data": {"type": "array"}}}], ids=["bare", "bare-items"])
def test_a_contract_that_says_next_to_nothing_of_a_list(
    items: dict[str, Any], batch_conformance: Run, tmp_path: Path
) -> None:
    """What it leaves open is no drift, and no probe breaks over it."""
    listed = {"content": {"application/json": {"schema": {"type": "object", **items}}}}
    names = ("after", "limit")
    asked = [{"name": name, "in": "query", "schema": {}} for name in names]
    paths = {"/v1/batches": {"get": {"parameters": asked, "responses": {"200": listed}}}}
    (tmp_path / "bare.json").write_text(json.dumps({"openapi": "3.1.0", "info": {}, "paths": paths}))

    done = batch_conformance("run", "sim:kimi", "--against", tmp_path / "bare.json", "--no-known", "--out", tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    (pair,) = drift_of(tmp_path)["pairs"]
    assert pair["outcome"] == "conforms", pair
