"""Hostile and broken servers: a run ends in time, in bounds, with a valid report, and never passes."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema_rs
import pytest

from tests.wrong.hostile import HOSTILE, Handle, hostile
from tests.wrong.huge import HUGE
from tests.wrong.lists import KEY, RIGHT
from tests.wrong.server import Asked, Reply, serving

MAX_SECONDS = 60.0
MAX_BYTES = 500 * 1024 * 1024
DRIFTS = {"redirect_loop", "deep_nesting"}
"""What is answered, and wrongly, is drift; the rest could not be checked."""

WRAPPED = """
import runpy, sys
sys.argv = ["batch-conformance", *sys.argv[1:]]
try:
    runpy.run_module("conformance.cli", run_name="__main__")
finally:
    with open("/proc/self/status") as status:  # getrusage would tell the peak of the process that started this one
        peak = next(line for line in status if line.startswith("VmHWM:"))
    print(int(peak.split()[1]) * 1024, file=sys.stderr)
"""


def command(url: str, *more: str) -> list[str]:
    """A run against a URL."""
    return [
        *(sys.executable, "-c", WRAPPED, "run", "live:kimi", "--url", url, "--operation", "list_batches"),
        *("--against", "kimi", "--no-known", "--rate", "1000/s", "--out", "out", *more),
    ]


def environment() -> dict[str, str]:
    """Ours, with a key."""
    return {**os.environ, "MOONSHOT_API_KEY": KEY}


def heeds_ctrl_c() -> None:
    """Where the tests run in the background, Ctrl-C is ignored, and children inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def valid_report(folder: Path) -> dict[str, object]:
    """The report, held against the format's schema."""
    tree = json.loads((folder / "out/drift.json").read_text(encoding="utf-8"))
    schema = json.loads((Path(__file__).parents[1] / "conformance/report/schema.json").read_text(encoding="utf-8"))
    jsonschema_rs.validator_for(schema).validate(tree)
    return tree  # type: ignore[no-any-return]


@pytest.mark.full
@pytest.mark.parametrize("name", HOSTILE)
def test_a_run_ends_in_time_and_in_bounds(tmp_path: Path, name: str) -> None:
    """Within 60 s and 500 MB, with a valid report, and never with exit 0."""
    handle: Handle = HOSTILE[name]
    started = time.monotonic()
    with hostile(handle) as url:
        done = subprocess.run(
            command(url), cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=90, check=False
        )
    assert time.monotonic() - started < MAX_SECONDS
    assert int(done.stderr.splitlines()[-1]) < MAX_BYTES
    assert done.returncode == (1 if name in DRIFTS else 2), done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert valid_report(tmp_path)["pairs"]


@pytest.mark.full
@pytest.mark.parametrize("name", HUGE)
def test_an_answer_that_is_too_much_is_bounded(tmp_path: Path, name: str) -> None:
    """Within 60 s and 500 MB, with a valid report, and never with exit 0; peak and time are printed."""
    reply = HUGE[name]()
    started = time.monotonic()
    with serving(lambda _: reply) as url:
        done = subprocess.run(
            command(url, "--max-requests", "8"),
            cwd=tmp_path,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
    seconds, peak = time.monotonic() - started, int(done.stderr.splitlines()[-1])
    print(f"{name}: {seconds:.1f} s, {peak >> 20} MB")  # noqa: T201 - what `-s` shows
    assert seconds < MAX_SECONDS
    assert peak < MAX_BYTES
    assert done.returncode in {1, 2}, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert valid_report(tmp_path)["pairs"]


def test_the_key_does_not_follow_a_redirect(tmp_path: Path) -> None:
    """The host that a redirect names is not asked at all."""
    asked: list[Asked] = []

    def elsewhere(one: Asked) -> Reply:
        asked.append(one)
        return RIGHT["kimi"](one)

    with serving(elsewhere) as other:
        away = Reply(307, b"", None, (("Location", f"{other}/v1/batches"),))
        with serving(lambda _: away) as url:
            done = subprocess.run(
                command(url), cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=60, check=False
            )
    assert asked == []
    assert done.returncode == 1
    assert "answers 307 where" in done.stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_leaves_a_report_that_says_it_is_not_complete(tmp_path: Path, number: signal.Signals) -> None:
    """Whatever was seen by then is reported, and no process is left behind."""
    count = 0

    def answer(asked: Asked) -> Reply:
        nonlocal count
        count = asked.number
        time.sleep(0.05)
        return RIGHT["kimi"](asked)

    with serving(answer) as url:
        running = subprocess.Popen(
            command(url),
            cwd=tmp_path,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=heeds_ctrl_c,  # noqa: PLW1509 - it takes no lock
        )
        while count < 5:
            assert running.poll() is None
            time.sleep(0.01)
        running.send_signal(number)
        output, errors = running.communicate(timeout=30)
    assert "Traceback" not in errors, errors
    assert running.returncode == 2, output
    assert valid_report(tmp_path)["complete"] is False


def test_a_simulated_run_that_is_broken_off_leaves_no_server(tmp_path: Path) -> None:
    """The simulator ends with the run."""
    running = subprocess.Popen(
        [sys.executable, "-m", "conformance.cli", "run", "sim:kimi", "sim:siliconflow", "--out", "out"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=heeds_ctrl_c,  # noqa: PLW1509 - it takes no lock
    )
    time.sleep(1.5)
    running.send_signal(signal.SIGINT)
    running.communicate(timeout=30)
    with pytest.raises(ProcessLookupError):
        os.killpg(running.pid, 0)
