"""Over a Dask cluster the report is that of one process."""

from pathlib import Path

import pytest

from conformance.recording import source
from conformance.traffic import SpreadError, cluster
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


def test_a_scheduler_that_is_not_there_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the address."""
    pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "CONNECT", 0.5)
    file = record(tmp_path / "a.ndjson", RIGHT["kimi"])
    with pytest.raises(SpreadError, match=r"127\.0\.0\.1:9"):
        checked(file, dask="tcp://127.0.0.1:9")
