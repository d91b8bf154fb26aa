"""`run --record` writes what it judges, masked, and `check` finds in it what the run found."""

import json
from pathlib import Path
from typing import Any

import pytest

from conformance.suite import engine
from conformance.suite.session import RunOptions
from tests.conftest import Run
from tests.traffic.recordings import checked, entries, rows
from tests.wrong.faults import FAULTS, NOT_SEEN, ONLY, Fault
from tests.wrong.lists import KEY, RIGHT
from tests.wrong.right import TASTES, Taste
from tests.wrong.server import Answering, serving

VARIABLES = {"kimi": "MOONSHOT_API_KEY", "siliconflow": "SILICONFLOW_API_KEY"}
CASES = [
    pytest.param(provider, one, id=f"{provider}-{one.name}", marks=[pytest.mark.full] if provider != "kimi" else [])
    for provider in RIGHT
    for one in (*TASTES, *FAULTS, *ONLY[provider])
    if one.name not in NOT_SEEN.get(provider, ())
]


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """The key that the servers accept."""
    for variable in VARIABLES.values():
        monkeypatch.setenv(variable, KEY)


def live(provider: str, answering: Answering, record: Path) -> Any:
    """A recorded run on a server of one's own."""
    with serving(answering) as url:
        return engine.run(
            RunOptions(
                endpoints=(f"live:{provider}",),
                against=(provider,),
                operations=("list_batches",),
                url=url,
                rate=1000.0,
                record=record,
                known=None,
            )
        )


@pytest.mark.parametrize(("provider", "case"), CASES)
def test_a_recorded_run_is_judged_alike(tmp_path: Path, provider: str, case: Fault | Taste) -> None:
    """On wrong servers and right ones: rows, severities and counts, whoever sees them."""
    file = tmp_path / "run.ndjson"
    run = live(provider, case.change(RIGHT[provider]), file)
    recorded = checked(file, against=(provider,))
    assert rows(recorded) == rows(run)
    assert all("in base64" in note for note in recorded.notes)


@pytest.mark.parametrize("form", ["har", pytest.param("ndjson", marks=pytest.mark.full)])
@pytest.mark.parametrize("provider", RIGHT)
def test_a_whole_life_on_a_simulator_is_judged_alike(
    batch_conformance: Run, tmp_path: Path, provider: str, form: str
) -> None:
    """Against every contract, with uploads, batches and downloads."""
    file = f"run.{form}"
    common = ("--against", "kimi", "--against", "siliconflow", "--against", "openai", "--no-known", "--out")
    ran = batch_conformance("run", f"sim:{provider}", "--record", file, *common, "ran")
    seen = batch_conformance("check", file, *common, "seen")
    assert ran.returncode == seen.returncode == 1, ran.stderr + seen.stderr
    ours, theirs = (_rows(tmp_path / name / "drift.json") for name in ("ran", "seen"))
    assert ours == theirs
    assert len(ours) > 20


def _rows(report: Path) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    names = ("contract", "operation", "status_code", "pointer", "rule", "value")
    return {
        tuple(row[name] for name in names): (row["severity"], row["observed"], row["seen"]["responses"])
        for row in json.loads(report.read_text())["drift"]
        if row["endpoint"]
    }


def test_a_recording_says_how_long_it_took_and_no_key(batch_conformance: Run, tmp_path: Path) -> None:
    """The words of HAR: `time` in milliseconds."""
    with serving(RIGHT["kimi"]) as url:
        done = batch_conformance(
            *("run", "live:kimi", "--url", url, "--rate", "1000/s", "--operation", "list_batches"),
            *("--against", "kimi", "--record", "run.ndjson"),
            MOONSHOT_API_KEY=KEY,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    recorded = entries(tmp_path / "run.ndjson")
    assert all(0 < entry["time"] < 60_000 for entry in recorded)
    assert KEY not in (tmp_path / "run.ndjson").read_text()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("run.txt", "run.txt: a recording is written as .ndjson, .jsonl, .har"),
        ("no/folder/run.har", "no/folder/run.har: No such file or directory"),
    ],
)
def test_a_recording_that_cannot_be_written_is_one_line(batch_conformance: Run, name: str, expected: str) -> None:
    """Before anything is sent."""
    done = batch_conformance("run", "sim:kimi", "--record", name)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"batch-conformance: {expected}\n")
