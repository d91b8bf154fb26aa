"""Over a Dask cluster the report is that of one process."""

import logging
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest

from conformance.recording import SourceError, source
from conformance.traffic import SpreadError, cluster
from conformance.traffic.work import Worker
from tests.traffic.recordings import checked, everything, record
from tests.wrong.faults import FAULTS
from tests.wrong.lists import RIGHT


def test_two_workers_report_what_one_process_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files, and parts of files."""
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr(source, "BLOCK", 5000)
    files = [
        record(tmp_path / f"{number}.ndjson", fault.change(RIGHT["kimi"])) for number, fault in enumerate(FAULTS[::4])
    ]
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, protocol="tcp", silence_logs=40
    ) as two:
        over_two = everything(checked(*files, dask=two.scheduler_address))
    assert over_two == everything(checked(*files))


def test_a_worker_may_take_its_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However often one looks meanwhile whether it is there."""
    distributed = pytest.importorskip("distributed")
    file = record(tmp_path / "a.ndjson", RIGHT["kimi"])
    expected, take = everything(checked(file)), Worker.take

    def slowly(worker: Worker, block: Any) -> None:
        threading.Event().wait(0.5)
        take(worker, block)

    monkeypatch.setattr(Worker, "take", slowly)
    monkeypatch.setattr(cluster, "LOOK", 0.1)
    with distributed.LocalCluster(
        n_workers=1, processes=False, protocol="tcp", dashboard_address=None, silence_logs=50
    ) as one:
        assert everything(checked(file, dask=one.scheduler_address)) == expected


def test_a_scheduler_that_is_not_there_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the address."""
    pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "CONNECT", 0.5)
    file = record(tmp_path / "a.ndjson", RIGHT["kimi"])
    with pytest.raises(SpreadError, match=r"127\.0\.0\.1:9"):
        checked(file, dask="tcp://127.0.0.1:9")


def test_a_scheduler_without_workers_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not waited for longer than for a scheduler."""
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "CONNECT", 0.5)
    file = record(tmp_path / "a.ndjson", RIGHT["kimi"])
    with (
        distributed.LocalCluster(n_workers=0, processes=False, dashboard_address=None, silence_logs=50) as none,
        pytest.raises(SpreadError, match="has no workers"),
    ):
        checked(file, dask=none.scheduler_address)


CANNOT: Mapping[str, tuple[type[Exception], str]] = {
    "on worker": (SourceError, r"on worker tcp://.*: a\.ndjson: No such file"),
    "install batch-conformance": (ModuleNotFoundError, "No module named 'conformance'; install batch-conformance"),
    "OSError": (OSError, "OSError: No such file"),
}


@pytest.mark.parametrize("name", CANNOT)
def test_what_a_worker_cannot_do_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    """A file that it does not see, a package that it lacks, anything else; Dask says nothing besides."""
    distributed = pytest.importorskip("distributed")
    kind, expected = CANNOT[name]
    words = "No module named 'conformance'" if kind is ModuleNotFoundError else "No such file"

    def fails(*_: object) -> None:
        raise kind(f"a.ndjson: {words}" if kind is SourceError else words)

    monkeypatch.setattr(Worker, "take", fails)
    file = record(tmp_path / "a.ndjson", RIGHT["kimi"])
    with (
        distributed.LocalCluster(
            n_workers=1, processes=False, protocol="tcp", dashboard_address=None, silence_logs=50
        ) as one,
        pytest.raises(SpreadError, match=expected) as caught,
    ):
        checked(file, dask=one.scheduler_address)
    assert len(str(caught.value).splitlines()) == 1
    assert [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR] == []
    assert logging.getLogger("distributed").isEnabledFor(logging.CRITICAL)


@pytest.mark.full
@pytest.mark.parametrize("lost", ["the worker", "the scheduler"])
def test_a_cluster_that_is_lost_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lost: str) -> None:
    """While it works."""
    distributed = pytest.importorskip("distributed")
    assert distributed
    monkeypatch.setattr(cluster, "CONNECT", 60)
    file, at, begun = record(tmp_path / "a.ndjson", RIGHT["kimi"]), tmp_path / "at.json", tmp_path / "begun"

    def kill(process: "subprocess.Popen[bytes]") -> None:
        while not begun.exists() and process.poll() is None:
            pass
        process.kill()

    script = ["-c", "from distributed.cli.dask_scheduler import main; main()"]
    options = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(at)]
    hangs = (
        "import conformance.traffic.work as work, pathlib, threading\n"
        f"work.Worker.take = lambda *_: (pathlib.Path({str(begun)!r}).touch(), threading.Event().wait())\n"
    )
    works = ["-c", hangs + "from distributed.cli.dask_worker import main; main()"]
    where = ["--no-nanny", "--nthreads", "1", "--no-dashboard", "--scheduler-file", str(at)]
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    with (
        subprocess.Popen([sys.executable, *script, *options], **silent) as scheduler,  # type: ignore[call-overload]
        subprocess.Popen([sys.executable, *works, *where], **silent) as worker,  # type: ignore[call-overload]
    ):
        try:
            while not (at.exists() and at.read_bytes().endswith(b"}")):
                pass
            address = orjson.loads(at.read_bytes())["address"]
            threading.Thread(target=kill, args=(worker if lost == "the worker" else scheduler,), daemon=True).start()
            with pytest.raises(SpreadError, match=r"gone|lost") as caught:
                checked(file, dask=address)
        finally:
            scheduler.kill()
            worker.kill()
    assert len(str(caught.value).splitlines()) == 1
