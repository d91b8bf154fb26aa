"""With a folder for its state a simulator survives restarts, and being killed."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest

from conformance.simulator import Simulator, StateError
from tests.simulator.kit import DAY, HOUR, PROVIDERS, client_of, create, download, jsonl, retrieve, rows, upload


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_restart_changes_nothing(provider: str, tmp_path: Path) -> None:
    """Batches, files and time are after a restart what they were before, and go on from there."""
    with Simulator(provider, speed=0, state=tmp_path) as sim, client_of(sim) as client:
        batch = create(client, jsonl(rows(6)))
        sim.advance(HOUR / 2)
        before = client.get("/batches").json(), client.get("/files", params={"purpose": "batch"}).json(), sim.now
    with Simulator(provider, speed=0, state=tmp_path) as sim, client_of(sim) as client:
        after = client.get("/batches").json(), client.get("/files", params={"purpose": "batch"}).json(), sim.now
        sim.advance(DAY)
        batch = retrieve(client, batch)
        lines = download(client, batch["output_file_id"])

    assert after == before
    assert batch["status"] == "completed"
    assert len(lines) == 6


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("cancelled_first", [False, True])
def test_every_phase_survives_a_restart(provider: str, *, cancelled_first: bool, tmp_path: Path) -> None:
    """Restarted before every step of its life, a batch ends as one that never was."""
    steps = 22
    ends = []
    for state, restarts in ((tmp_path / "a", 0), (tmp_path / "b", steps)):
        sim = Simulator(provider, speed=0, state=state, seeded=False)
        with client_of(sim) as client:
            batch = create(client, jsonl(rows(9)))
        for step in range(steps):
            if restarts:
                sim.close()
                sim = Simulator(provider, speed=0, state=state, seeded=False)
            with client_of(sim) as client:
                if cancelled_first and step == 10:
                    client.post(f"/batches/{batch['id']}/cancel")
                sim.advance(190)
        with client_of(sim) as client:
            end = retrieve(client, batch)
            ends.append((len(download(client, end["output_file_id"])), end | {"output_file_id": None}))
        sim.close()

    assert ends[0] == ends[1]
    assert ends[0][1]["status"] == ("cancelled" if cancelled_first else "completed")


_SERVER = """
import sys
import threading
from pathlib import Path
from conformance.simulator import Simulator, serve
serve(Simulator("kimi", state=Path(sys.argv[1])), lambda sim: print(sim.base_url, flush=True))
"""


def _start(state: Path) -> tuple[subprocess.Popen[str], str]:
    process = subprocess.Popen([sys.executable, "-c", _SERVER, str(state)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def _end(process: subprocess.Popen[str], number: int) -> int:
    assert process.stdout is not None
    os.kill(process.pid, number)
    status = process.wait(timeout=10)
    process.stdout.close()
    return status


def test_nothing_acknowledged_is_lost_by_a_kill(tmp_path: Path) -> None:
    """What was answered before a SIGKILL in the middle of writing is all there afterwards, byte for byte."""
    content = jsonl(rows(200))
    process, base_url = _start(tmp_path)
    with httpx.Client(base_url=base_url, headers={"Authorization": "Bearer sk-sim"}) as client:
        acknowledged = [create(client, content)["id"] for _ in range(20)]
        file_id = upload(client, content)
        deleted = upload(client, content)
        client.delete(f"/files/{deleted}")
    _end(process, signal.SIGKILL)

    process, base_url = _start(tmp_path)
    with httpx.Client(base_url=base_url, headers={"Authorization": "Bearer sk-sim"}) as client:
        listed = [batch["id"] for batch in client.get("/batches", params={"limit": 100}).json()["data"]]
        body = client.get(f"/files/{file_id}/content").content
        gone = client.get(f"/files/{deleted}").status_code
    _end(process, signal.SIGTERM)

    assert listed[:20] == acknowledged[::-1]
    assert body == content
    assert gone == 404


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serving_ends_cleanly_on_a_signal(number: signal.Signals, tmp_path: Path) -> None:
    """Either signal ends the server with status 0."""
    process, base_url = _start(tmp_path)
    assert httpx.get(f"{base_url}/batches").status_code == 401

    assert _end(process, number) == 0


def test_another_providers_state_is_refused(tmp_path: Path) -> None:
    """A folder of the other provider is not touched; the message says whose it is."""
    Simulator("kimi", state=tmp_path).close()

    with pytest.raises(StateError, match="holds the state of kimi, not of siliconflow"):
        Simulator("siliconflow", state=tmp_path)


def test_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    """Two servers never share a folder."""
    with Simulator("kimi", state=tmp_path), pytest.raises(StateError, match="cannot keep state there"):
        Simulator("kimi", state=tmp_path)


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    """Where a file stands in the way, one line says so."""
    (tmp_path / "file").write_text("")

    with pytest.raises(StateError, match="cannot keep state there"):
        Simulator("kimi", state=tmp_path / "file")


def test_a_state_that_is_no_database_is_refused(tmp_path: Path) -> None:
    """A broken database is one line, and is left as it is."""
    (tmp_path / "state.sqlite").write_text("not a database, " * 100)

    with pytest.raises(StateError, match="cannot keep state there"):
        Simulator("kimi", state=tmp_path)
    assert (tmp_path / "state.sqlite").read_text().startswith("not a database")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_file_that_someone_took_away_fails_only_its_batch(provider: str, tmp_path: Path) -> None:
    """The batch says why, and the others go on."""
    with Simulator(provider, speed=0, state=tmp_path, seeded=False) as sim, client_of(sim) as client:
        batch, other = create(client, jsonl(rows(2))), create(client, jsonl(rows(2)))
        (tmp_path / "files" / batch["input_file_id"]).unlink()
        sim.advance(DAY)

        assert retrieve(client, batch)["status"] == "failed"
        assert retrieve(client, other)["status"] == "completed"


def test_stopping_in_the_middle_of_the_work_loses_no_line(tmp_path: Path) -> None:
    """A server that stops while a batch is being answered begins that batch's work again."""
    begun, go_on = threading.Event(), threading.Event()

    def reply(_line: object) -> str:
        begun.set()
        go_on.wait(10)
        return "fine"

    sim = Simulator("kimi", speed=3600, state=tmp_path, seeded=False, reply=reply)
    with client_of(sim) as client:
        batch = create(client, jsonl(rows(50)))
        while not begun.is_set():
            retrieve(client, batch)
    closing = threading.Thread(target=sim.close)
    closing.start()
    go_on.set()
    closing.join()

    with Simulator("kimi", speed=0, state=tmp_path) as again, client_of(again) as client:
        again.advance(DAY)
        batch = retrieve(client, batch)
        assert batch["status"] == "completed"
        assert len(download(client, batch["output_file_id"])) == 50
