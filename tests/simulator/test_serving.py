"""Ports, addresses, and the pytest plugin."""

import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from conformance.simulator import PortInUse, Simulator
from tests.simulator.kit import client_of, create, jsonl, rows

pytest_plugins = ["pytester"]


def test_a_port_in_use_is_told_in_one_line() -> None:
    """The message names the port; nothing is left running."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(PortInUse, match=f"port {port} of 127.0.0.1 is in use; choose another with --port"):
            Simulator("kimi", port=port)


@pytest.mark.parametrize("port", [-1, 65_536])
def test_a_port_that_is_none_is_told_as_well(port: int) -> None:
    """Out of range is the same exception."""
    with pytest.raises(PortInUse, match="cannot be listened on"):
        Simulator("kimi", port=port)


def test_a_port_can_be_chosen_and_is_free_again_afterwards() -> None:
    """The same port serves one simulator after the other."""
    with Simulator("kimi") as first:
        port = int(first.base_url.split(":")[2].split("/")[0])
        httpx.get(f"{first.base_url}/batches")

    with Simulator("siliconflow", port=port) as second:
        assert second.base_url == f"http://127.0.0.1:{port}/v1"
        assert httpx.get(f"{second.base_url}/batches").json() == "Invalid token"


def test_closing_forgets_everything_and_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a folder for its state a simulator leaves none behind."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with Simulator("kimi") as sim, client_of(sim) as client:
        create(client, jsonl(rows(3)))
        assert list(tmp_path.iterdir())

    assert not list(tmp_path.iterdir())


def test_closing_twice_is_harmless() -> None:
    """A `with` block around something that was closed inside."""
    with Simulator("kimi") as sim:
        sim.close()


def test_the_results_address_is_the_one_the_client_used(siliconflow: Simulator) -> None:
    """A client that reached the server by another name gets its download from there."""
    host = f"localhost:{httpx.URL(siliconflow.base_url).port}"
    headers = {"Authorization": f"Bearer {siliconflow.key}", "Host": host}
    with client_of(siliconflow) as client:
        batch = create(client, jsonl(rows(1)))
        siliconflow.advance(86_400)
        address = client.get(f"/batches/{batch['id']}", headers=headers).json()["output_file_id"]

    assert address.startswith(f"http://{host}/v1/results/")


def test_the_plugin_gives_both_servers(pytester: pytest.Pytester) -> None:
    """A user's test asks for a server by name and lets a day pass."""
    pytester.makepyfile(
        """
        import httpx
        import pytest

        @pytest.mark.parametrize("name", ["kimi_server", "siliconflow_server"])
        def test_mine(name, request):
            server = request.getfixturevalue(name)
            before = server.now
            server.advance(86400)
            server.faults.add("forbidden", times=1)
            answers = [
                httpx.get(f"{server.base_url}/batches", headers={"Authorization": f"Bearer {server.key}"})
                for _ in range(2)
            ]
            assert server.now - before == 86400
            assert [one.status_code for one in answers] == [403, 200]
            assert answers[1].json()["data"] == []
        """
    )

    result = pytester.runpytest_subprocess()

    result.assert_outcomes(passed=2)


def test_the_plugin_is_light() -> None:
    """Loading it brings in no server: pytest loads it in every run of every project."""
    asked = "import sys, conformance.simulator.fixtures; print(*sys.modules)"

    loaded = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.split()

    assert "conformance.simulator.fixtures" in loaded
    assert not {"uvicorn", "starlette", "orjson", "httpx", "yaml", "sqlite3"}.intersection(loaded)


_MALFORMED = """
import httpx
from conformance.simulator import Simulator
with Simulator("kimi", speed=0) as server:
    headers = {"Content-Type": "multipart/form-data; boundary=a", "Authorization": f"Bearer {server.key}"}
    body = b'--a\\r\\nContent-Dis\\rposition: form-data\\r\\n\\r\\nx\\r\\n--a--\\r\\n'
    print(httpx.post(f"{server.base_url}/files", content=body, headers=headers).status_code)
"""


def test_a_malformed_upload_leaves_nothing_on_the_terminal() -> None:
    """It is answered; the parser's own account of it is not printed."""
    done = subprocess.run([sys.executable, "-c", _MALFORMED], capture_output=True, text=True, check=False, timeout=60)
    assert (done.stdout, done.stderr) == ("400\n", "")
