"""`serve` for people: what it says at its start and of each request, what it is told, and parts of files."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from conformance.simulator import Simulator
from tests.conftest import Run
from tests.simulator.kit import client_of, create, jsonl, rows

COMMAND = Path(sys.executable).with_name("batch-conformance")


@contextmanager
def serving(folder: Path, *words: str) -> Iterator[tuple[str, list[str]]]:
    """A server: the first line that it prints, and what it said on standard error by the end."""
    said: list[str] = []
    with subprocess.Popen(
        [COMMAND, "serve", *words], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip(), said
        finally:
            process.terminate()
            said += process.communicate(timeout=30)[1].splitlines()


def test_a_request_is_a_line(tmp_path: Path) -> None:
    """What was asked and answered, without a value of the query, and without a sign that moves a terminal."""
    with serving(tmp_path, "kimi") as (url, said):
        headers = {"Authorization": "Bearer sk-sim"}
        httpx.get(f"{url}/batches", params={"limit": "2", "api_key": "sk-secret"}, headers=headers)
        httpx.get(f"{url}/batches/%1b%5b31m\u4e2d", headers={"Authorization": "Bearer sk-wrong"})
        httpx.get(f"{url}/nothing")

    assert said[0] == f"kimi at {url}; the key is sk-sim"
    assert said[1].startswith(f"its time and its faults: {url.removesuffix('/v1')}/_control")
    assert re.fullmatch(r"GET /v1/batches\?limit&api_key -> 200 list_batches, [0-9]+ bytes, [0-9]+ ms", said[2])
    assert re.fullmatch(r"GET /v1/batches/\S+ -> 401 retrieve_batch, [0-9]+ bytes, [0-9]+ ms", said[3])
    assert re.fullmatch(r"GET /v1/nothing -> 404 no operation, [0-9]+ bytes, [0-9]+ ms", said[4])
    assert not any("sk-secret" in line or "sk-wrong" in line or "\x1b" in line for line in said)


def test_a_dropped_connection_is_said(tmp_path: Path) -> None:
    """With the operation that was asked for."""
    with serving(tmp_path, "kimi", "--fault", "dropped") as (url, said), pytest.raises(httpx.HTTPError):
        httpx.get(f"{url}/batches", headers={"Authorization": "Bearer sk-sim"})

    assert said[2].startswith("GET /v1/batches -> no answer, list_batches, connection closed, ")


def test_a_line_for_scripts(tmp_path: Path) -> None:
    """Where it is and what key it takes; a key that someone chose is not told."""
    with serving(tmp_path, "kimi", "--json") as (line, _):
        told = json.loads(line)
        assert httpx.get(told["control_url"], headers={"Authorization": f"Bearer {told['key']}"}).status_code == 200
    with serving(tmp_path, "kimi", "--json", "--key", "sk-mine") as (line, said):
        own = json.loads(line)

    assert own["key"] is None
    assert not any("sk-mine" in one for one in said)


def test_what_it_holds_and_does(tmp_path: Path) -> None:
    """Empty, its own replies, and as long at work as it is told."""
    options = ("--empty", "--reply", "Hello {content}", "--work-seconds", "100", "--speed", "0")
    with (
        serving(tmp_path, "kimi", *options) as (url, _),
        httpx.Client(base_url=url, headers={"Authorization": "Bearer sk-sim"}) as client,
    ):
        assert client.get("/batches").json()["data"] == []
        batch = create(client, jsonl(rows(1)))
        client.post(f"{url.removesuffix('/v1')}/_control/advance", json={"seconds": 4000})
        done = client.get(f"/batches/{batch['id']}").json()
        content = client.get(f"/files/{done['output_file_id']}/content").text

    assert done["status"] == "completed"
    assert "Hello " in json.loads(content)["response"]["body"]["choices"][0]["message"]["content"]


def test_beyond_this_machine_is_warned_of(tmp_path: Path) -> None:
    """And the guard against names that were rebound stands all the same."""
    with serving(tmp_path, "kimi", "--host", "0.0.0.0") as (url, said):  # noqa: S104 - what is tested
        port = httpx.URL(url).port
        address = f"http://127.0.0.1:{port}/v1/batches"
        own = httpx.get(address, headers={"Authorization": "Bearer sk-sim"})
        rebound = httpx.get(address, headers={"Authorization": "Bearer sk-sim", "Host": f"evil.example:{port}"})

    assert (own.status_code, rebound.status_code) == (200, 421)
    assert any(line.startswith("warning: --host 0.0.0.0 is reached from other machines") for line in said)
    with serving(tmp_path, "kimi", "--host", "localhost") as (_, said):
        pass
    assert not any("warning" in line for line in said)


def test_one_folder_is_for_one_server(tmp_path: Path) -> None:
    """The second is told so, and the folder stays as it is."""
    with serving(tmp_path, "kimi", "--state", "kept"):
        done = subprocess.run(
            [COMMAND, "serve", "kimi", "--state", "kept"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    assert done.returncode == 2
    assert "another server uses it" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--reply", "{who}"), "{who} is not known"),
        (("--work-seconds", "-1"), "--work-seconds"),
        (("--host", "nowhere.invalid"), "nowhere.invalid"),
        (("--fault", "rate-limit"), "did you mean rate-limited?"),
    ],
)
def test_what_cannot_be_is_one_line(batch_conformance: Run, words: tuple[str, ...], told: str) -> None:
    """And exit 2."""
    done = batch_conformance("serve", "kimi", *words)

    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1


CONTENT = b"".join(b"line %d\n" % number for number in range(100))


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=0-9", 206, slice(0, 10)),
        ("bytes=10-", 206, slice(10, None)),
        ("bytes=-7", 206, slice(-7, None)),
        ("bytes=5-99999999", 206, slice(5, None)),
        ("bytes=-99999999", 206, slice(None)),
        ("bytes=0-0", 206, slice(0, 1)),
        ("bytes=99999-", 416, slice(0, 0)),
        ("bytes=-0", 416, slice(0, 0)),
        ("bytes=9-5", 200, slice(None)),
        ("bytes=0-1,5-6", 200, slice(None)),
        ("lines=0-1", 200, slice(None)),
        ("bytes=-", 200, slice(None)),
        ("bytes=\u0660-", 200, slice(None)),
    ],
)
def test_a_part_of_a_file(kimi: Simulator, asked: str, status: int, part: slice) -> None:
    """As it is asked for; what is no such wish gets all of it, and what is not there is said."""
    with client_of(kimi) as client:
        file = client.post("/files", files={"file": ("in.jsonl", CONTENT)}, data={"purpose": "batch"}).json()
        whole = client.get(f"/files/{file['id']}/content")
        answer = client.get(f"/files/{file['id']}/content", headers={"Range": asked.encode()})

    assert whole.headers["accept-ranges"] == "bytes"
    assert answer.status_code == status
    assert answer.content == CONTENT[part]
    if status == 206:
        start, end, _ = part.indices(len(CONTENT))
        assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{len(CONTENT)}"


def test_the_rest_of_another_file_is_all_of_it(kimi: Simulator) -> None:
    """Who began with another file gets the whole of this one."""
    with client_of(kimi) as client:
        file = client.post("/files", files={"file": ("in.jsonl", CONTENT)}, data={"purpose": "batch"}).json()
        mark = client.get(f"/files/{file['id']}/content").headers["etag"]
        same = client.get(f"/files/{file['id']}/content", headers={"Range": "bytes=5-", "If-Range": mark})
        other = client.get(f"/files/{file['id']}/content", headers={"Range": "bytes=5-", "If-Range": '"x"'})

    assert (same.status_code, same.content) == (206, CONTENT[5:])
    assert (other.status_code, other.content) == (200, CONTENT)
