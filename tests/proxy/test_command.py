"""`proxy` between a real job and a provider: the job works as without it, and in the end there is a report."""

import json
import os
import signal
import socket
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest
from openai import OpenAI

from conformance.simulator import Simulator
from tests.conftest import Run
from tests.proxy.command import running
from tests.proxy.kit import KEY
from tests.simulator.kit import DAY, PROVIDERS, jsonl, rows
from tests.wrong import lists
from tests.wrong.lists import RIGHT
from tests.wrong.server import serving

RIGHT_KEY = {"Authorization": f"Bearer {lists.KEY}"}
Rows = Counter[tuple[Any, ...]]


def rows_of(report: dict[str, Any]) -> Rows:
    """The rows of the endpoint, with all that is counted of them."""
    names = ("contract", "operation", "status_code", "pointer", "rule", "value", "severity", "expected")
    return Counter(
        (*(row[name] for name in names), json.dumps(row["observed"]), json.dumps(row["seen"]))
        for row in report["drift"]
        if row["endpoint"]
    )


def places_of(report: dict[str, Any]) -> dict[str, tuple[str, int]]:
    """Where the example of each row stands in the recording."""
    examples = {row["fingerprint"]: row["example"] for row in report["drift"] if row["endpoint"]}
    return {name: (example["file"], example["offset"]) for name, example in examples.items()}


def lifecycle(simulator: Simulator, url: str, **client: Any) -> None:
    """All that the SDK does with a batch, as far as it gets with each provider."""
    with OpenAI(base_url=url, api_key=simulator.key, max_retries=0, **client) as sdk:
        file = sdk.files.create(file=("requests.jsonl", jsonl(rows(3))), purpose="batch")
        file_id = file.id if file.id is not None else file.data["id"]  # type: ignore[attr-defined]
        batch = sdk.batches.create(input_file_id=file_id, endpoint="/v1/chat/completions", completion_window="24h")
        other = sdk.batches.create(input_file_id=file_id, endpoint="/v1/chat/completions", completion_window="24h")
        sdk.batches.cancel(other.id)
        assert batch.id in {one.id for one in sdk.batches.list(limit=1)}
        simulator.advance(DAY)
        output = sdk.batches.retrieve(batch.id).output_file_id
        assert output is not None
        if simulator.provider == "kimi":
            assert len(sdk.files.content(output).text.splitlines()) == 3
            assert sdk.files.retrieve(file_id).id == file_id
            assert sdk.files.delete(file_id).deleted
        assert sdk.files.list(purpose="batch").data


def holds(folder: Path, text: str) -> list[str]:
    """The files below a folder in which a text stands."""
    return [str(path) for path in folder.rglob("*") if path.is_file() and text.encode() in path.read_bytes()]


@pytest.mark.parametrize(("name", "file"), [*zip(PROVIDERS, ("traffic.ndjson", "traffic.har"), strict=False)])
def test_a_whole_life_passes_and_is_judged(tmp_path: Path, batch_conformance: Run, name: str, file: str) -> None:
    """As `check` judges the recording that it wrote; every finding was told when it happened, and no key anywhere."""
    common = ("--against", "kimi", "--against", "siliconflow", "--no-known")
    with (
        Simulator(name, key=KEY, speed=0) as simulator,
        running(tmp_path, name, simulator.base_url, *common, "--record", file) as proxy,
    ):
        lifecycle(simulator, proxy.url)
        code = proxy.end()
        assert simulator.key == KEY

    checked = batch_conformance("check", file, *common, "--out", "checked")
    report = proxy.report()
    assert code == checked.returncode == 1, proxy.out + proxy.err
    again = json.loads((tmp_path / "checked/drift.json").read_text())
    assert rows_of(report) == rows_of(again)
    assert places_of(report) == places_of(again)
    assert len(rows_of(report)) > 10
    told = [line for line in proxy.err.splitlines() if line]
    assert len(set(told)) == len(told) >= len({one["rule"] for one in report["findings"] if one["endpoint"]})
    assert any("breaking: " in line for line in told)
    assert holds(tmp_path, KEY) == []
    assert KEY not in proxy.out + proxy.err
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_right_provider_conforms(tmp_path: Path) -> None:
    """Exit 0, no line on standard error; operations that nobody asked for are not missed. SIGTERM ends it as well."""
    with (
        serving(RIGHT["kimi"]) as url,
        running(tmp_path, "kimi", f"{url}/v1", "--against", "kimi") as proxy,
    ):
        for query in ("", "?limit=2"):
            assert httpx.get(f"{proxy.url}/batches{query}", headers=RIGHT_KEY).is_success
        code = proxy.end(signal.SIGTERM)
    (pair,) = proxy.report()["pairs"]
    assert (code, proxy.err, pair["outcome"], pair["responses"]) == (0, "", "conforms", 2)


def test_where_judging_breaks_traffic_goes_on(tmp_path: Path) -> None:
    """The report is made in the end all the same, and says that not all went well: not complete, and exit 2."""
    with (
        serving(RIGHT["kimi"]) as url,
        running(tmp_path, "kimi", f"{url}/v1", "--against", "kimi") as proxy,
    ):
        os.kill(proxy.follower, signal.SIGKILL)
        answers = [httpx.get(f"{proxy.url}/batches", headers=RIGHT_KEY) for _ in range(3)]
        code = proxy.end()
    report = proxy.report()
    assert [one.status_code for one in answers] == [200] * 3
    assert (code, report["complete"], report["pairs"][0]["responses"]) == (2, False, 3)
    assert any("what judges while it happens ended by itself" in note for note in report["notes"])


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("kimmi",), "kimmi: no such provider"),
        (("kimi", "--against", "nobody"), "nobody"),
        (("kimi", "--url", "ftp://h"), "not an http or https URL"),
        (("kimi", "--url", "http://user:pass@h/v1"), "keys come from the environment"),
        (("kimi", "--record", "a.txt"), "a recording is written as"),
        (("kimi", "--record", "no/a.har"), "No such file or directory"),
        (("kimi", "--known", "missing.toml"), "missing.toml"),
        (("kimi", "--port", "{taken}"), "is in use; choose another with --port"),
        (("kimi", "--port", "70000"), "70000"),
    ],
)
def test_what_cannot_be_had_is_one_line(batch_conformance: Run, words: tuple[str, ...], expected: str) -> None:
    """Before it listens: exit 2."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = batch_conformance("proxy", *(word.replace("{taken}", port) for word in words))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("batch-conformance: ")
    assert done.stderr.count("\n") == 1
    assert expected in done.stderr
