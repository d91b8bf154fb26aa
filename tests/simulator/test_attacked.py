"""A simulator that is attacked: odd targets and forms, other hosts' names, full disks, states that are none of ours."""

import os
import re
import resource
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import httpx
import orjson
import pytest

from conformance.hosts import is_own
from conformance.simulator import Simulator, StateError
from tests.simulator.kit import ASKED, DAY, HOUR, TLS, client_of, create, jsonl, retrieve, rows, upload

COMMAND = Path(sys.executable).with_name("batch-conformance")


def troubles(printed: str) -> list[str]:
    """What a server says besides where it is and what it answered."""
    usual = re.compile(r"kimi at |its time and its faults: |[A-Z]+ /\S* -> ")
    return [line for line in printed.splitlines() if not usual.match(line)]


def _port(sim: Simulator) -> int:
    port = httpx.URL(sim.base_url).port
    assert port is not None
    return port


def _raw(sim: Simulator, head: bytes, body: bytes = b"") -> bytes:
    """What comes back for the bytes of one request."""
    with socket.create_connection(("127.0.0.1", _port(sim)), timeout=20) as connection:
        answer = b""
        with suppress(ConnectionError):
            connection.sendall(head.replace(b"HOST", b"127.0.0.1:%d" % _port(sim)) + b"\r\n\r\n" + body)
            while piece := connection.recv(1 << 16):
                answer += piece
    return answer


@pytest.mark.parametrize(
    "target",
    [
        *(b"OPTIONS *", b"GET *", b"CONNECT a:1", b"GET http://127.0.0.1", b"GET http://127.0.0.1/x"),
        *(b"GET //batches", b"GET /%ff/%00", b"GET /v1/batches?limit=%ff&%00=", b"GET /%E2%80%A8", b"GET /_control/.."),
        *(b"GET /" + b"a" * 60_000, b"NONSENSE /v1/batches", b"TRACE /v1/batches", b"GET v1/batches", b"GET /\xff"),
    ],
)
def test_an_odd_target_is_a_4xx(sim: Simulator, target: bytes) -> None:
    """Whatever is asked for is answered, and never with a fault of the server."""
    answer = _raw(
        sim, target + b" HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\nAuthorization: Bearer " + sim.key.encode()
    )

    assert re.match(rb"HTTP/1.1 4\d\d ", answer)


def test_a_head_without_end_is_cut_off(sim: Simulator) -> None:
    """The server takes no more of it than any request needs."""
    answer = _raw(sim, b"GET /v1/batches HTTP/1.1\r\nHost: HOST\r\nX: " + b"a" * 2_000_000)

    assert answer == b"" or answer.startswith(b"HTTP/1.1 431 ")


_FORMS = (
    ("a" * 300, b""),
    ("a" * 60_000, b""),
    ("", b"--\r\n"),
    ("a", b"--a"),
    ("a", b"--a\r\n" + b"x: y\r\n" * 1000 + b"\r\n"),
    ("a", b"--a\r\nx: " + b"y" * 100_000 + b"\r\n\r\n"),
    ("a", b'--a\r\nContent-Disposition: form-data; name="\xff"\r\n\r\n\xff\r\n--a--\r\n'),
    ("a", b"".join(b'--a\r\nContent-Disposition: form-data; name="f%d"\r\n\r\nx\r\n' % one for one in range(200))),
    ("a", b'--a\r\nContent-Disposition: form-data; name="file"; filename="' + b"x" * 5000 + b"\r\n\r\n"),
    ("a; boundary=b", b"--a--\r\n"),
    ('"', b'--"--\r\n'),
)


@pytest.mark.parametrize(("boundary", "body"), _FORMS)
def test_a_form_that_is_none_is_refused_as_the_provider_refuses(sim: Simulator, boundary: str, body: bytes) -> None:
    """Long boundaries, endless heads, a thousand fields: a 4xx with a body of the provider's, no fault."""
    with client_of(sim) as client:
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        answer = client.post("/files", content=body, headers=headers)

    assert answer.status_code == 400
    assert answer.json()


def test_a_body_without_end_is_answered_early(sim: Simulator) -> None:
    """A file or a JSON body past its limit is refused while it still comes, and the server stays at hand."""
    head = b"POST /v1/batches HTTP/1.1\r\nHost: HOST\r\nAuthorization: Bearer sk-sim\r\nContent-Length: 99999999999"
    with socket.create_connection(("127.0.0.1", _port(sim)), timeout=20) as connection, client_of(sim) as client:
        connection.sendall(head.replace(b"HOST", b"127.0.0.1:%d" % _port(sim)) + b"\r\n\r\n" + b" " * 2_000_000)

        assert connection.recv(1 << 16).startswith(b"HTTP/1.1 400 ")
        assert client.get("/batches").status_code == 200


OWN = ("127.0.0.1", 8080)


@pytest.mark.parametrize(
    "header",
    ["127.0.0.1:8080", "localhost:8080", "LOCALHOST.:8080", "[::1]:8080", "127.9.9.9:8080"],
)
def test_loopback_names_with_the_port_are_its_own(header: str) -> None:
    """Names that nobody else can make mean this machine."""
    assert is_own(header, OWN, "127.0.0.1")


@pytest.mark.parametrize(
    "header",
    [
        *("evil.example", "evil.example:8080", "localhost.evil.example:8080", "localhost", "localhost:80", "127.0.0.1"),
        *(
            "localhost@evil.example:8080",
            "localhost:8080:8080",
            "10.0.0.1:8080",
            "[::2]:8080",
            "[::1:8080",
            "",
            ":8080",
        ),
        *("localhost:8080 ", "localhost:8080, evil", "0.0.0.0:8080", "\xe9:8080", "localhost:08080x"),
    ],
)
def test_other_names_are_not(header: str) -> None:
    """Neither a name that a page could be served under, nor another port."""
    assert not is_own(header, OWN, "127.0.0.1")


def test_the_name_it_listens_on_is_its_own() -> None:
    """What the server was told, and the address that a connection reached."""
    assert is_own("box.lan:8080", ("10.0.0.7", 8080), "box.lan")
    assert is_own("10.0.0.7:8080", ("10.0.0.7", 8080), "0.0.0.0")  # noqa: S104 - no socket is bound
    assert not is_own("evil.example:8080", ("10.0.0.7", 8080), "0.0.0.0")  # noqa: S104 - likewise


@pytest.mark.parametrize("path", ["/v1/batches", "/batches", "/_control", "/_control/advance", "/nowhere", "*"])
@pytest.mark.parametrize("host", [b"Host: evil.example:80\r\n", b"", b"Host: HOST\r\nHost: evil.example\r\n"])
def test_a_rebound_name_reaches_nothing(kimi: Simulator, path: str, host: bytes) -> None:
    """A page whose name was made to mean this machine gets a 421, with the key or without, and changes nothing."""
    kimi.faults.add("door-open")
    before = kimi.now
    answer = _raw(
        kimi,
        b"POST %s HTTP/1.1\r\n%sConnection: close\r\nAuthorization: Bearer sk-sim\r\nContent-Length: 14"
        % (path.encode(), host),
        b'{"seconds": 9}',
    )

    assert answer.startswith(b"HTTP/1.1 421 ")
    assert b"127.0.0.1" in answer
    assert kimi.now == before


def test_time_moves_neither_back_nor_past_its_end(kimi: Simulator) -> None:
    """What is no number of seconds is refused, and time stays."""
    before = kimi.now
    for seconds in (-1, float("nan"), float("inf"), 1e15, 1e308):
        with pytest.raises(ValueError, match="time "):
            kimi.advance(seconds)
    assert kimi.now == before

    with pytest.raises(ValueError, match="speed must be"):
        Simulator("kimi", speed=float("nan"))
    with Simulator("kimi", speed=1e308) as fast:
        assert httpx.get(f"{fast.base_url}/batches", verify=TLS, headers={"Authorization": "Bearer sk-sim"}).is_success


def _limited(size: int) -> Callable[[], None]:
    """No file of the process may grow beyond so many bytes: what a full disk is to those who write."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


@contextmanager
def _served(state: Path, size: int | None = None) -> Iterator[tuple[httpx.Client, subprocess.Popen[str]]]:
    command = [COMMAND, "serve", "kimi", "--speed", "0", "--state", state]
    limit = _limited(size) if size else None
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=limit) as one:  # noqa: PLW1509 - no threads here
        assert one.stdout is not None
        try:
            headers = {"Authorization": "Bearer sk-sim"}
            base_url = one.stdout.readline().strip()
            with httpx.Client(base_url=base_url, headers=headers, verify=TLS, timeout=30) as client:
                yield client, one
        finally:
            one.terminate()


def test_what_cannot_be_written_is_not_shown(tmp_path: Path) -> None:
    """On a full disk an error is answered, what was listed then is there after a restart, and the terminal is quiet."""
    with _served(tmp_path, 400_000) as (client, server):
        file_id = upload(client, jsonl(rows(3)))
        asked = {"input_file_id": file_id} | ASKED
        control = client.base_url.copy_with(path="/_control/advance")
        answers = [client.post("/batches", json=asked) for _ in range(300)]
        created = [one.json()["id"] for one in answers if one.status_code == 200]
        refused = {(one.status_code, one.json()["error"]["type"]) for one in answers if one.status_code != 200}
        too_large = client.post("/files", data={"purpose": "batch"}, files={"file": ("a.jsonl", b"x" * 500_000)})
        cancelled = client.post(f"/batches/{created[-1]}/cancel")
        deleted = client.delete(f"/files/{file_id}")
        moved = client.post(control, json={"seconds": DAY})
        listed = client.get("/batches", params={"limit": 1000}).json()["data"]
        files = client.get("/files", params={"purpose": "batch"}).json()["data"]
        server.send_signal(signal.SIGTERM)
        _, printed = server.communicate(timeout=30)

    with _served(tmp_path) as (client, _):
        after = client.get("/batches", params={"limit": 1000}).json()["data"]
        files_after = client.get("/files", params={"purpose": "batch"}).json()["data"]
        again = client.post("/batches", json=asked)

    assert 0 < len(created) < 300
    assert refused == {(500, "server_error")}
    assert too_large.status_code == 500
    assert {cancelled.status_code, deleted.status_code} <= {200, 500}
    assert moved.status_code in {200, 507}
    assert [one["id"] for one in listed][: len(created)] == created[::-1]
    assert (after, files_after) == (listed, files)
    assert again.status_code == 200
    assert (troubles(printed), server.returncode) == ([], 0)


def test_results_that_found_no_room_come_when_there_is_some(
    tmp_path: Path, kimi: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch whose results could not be written is where it was, and ends as any other once they can."""
    del tmp_path
    with client_of(kimi) as client:
        batch = create(client, jsonl(rows(5)))
        with monkeypatch.context() as full:

            def no_room(*_: object, **__: object) -> None:
                raise OSError(28, "No space left on device")

            full.setattr("conformance.simulator.engine.write_results", no_room)
            with pytest.raises(OSError, match="No space left"):
                kimi.advance(DAY)
            during = retrieve(client, batch)
        kimi.advance(HOUR)
        after = retrieve(client, batch)

    assert during["status"] in {"in_progress", "finalizing"}
    assert after["status"] == "completed"
    assert after["request_counts"]["completed"] == 5


def test_a_file_whose_bytes_are_gone_is_a_fault_of_the_provider(tmp_path: Path) -> None:
    """What someone took from the folder is answered as the provider answers its own faults."""
    with Simulator("kimi", speed=0, state=tmp_path, seeded=False) as sim, client_of(sim) as client:
        file_id = upload(client, jsonl(rows(2)))
        (tmp_path / "files" / file_id).unlink()
        answer = client.get(f"/files/{file_id}/content")

    assert (answer.status_code, answer.json()["error"]["type"]) == (500, "server_error")


def _first(state: Path) -> tuple[str, dict[str, object]]:
    with closing(sqlite3.connect(state / "state.sqlite")) as database:
        name, record = database.execute("SELECT id, record FROM batches ORDER BY number").fetchone()
    return name, orjson.loads(record)


def _spoil(statement: str, change: Callable[[dict[str, object]], object] | None = None) -> Callable[[Path], None]:
    """Run a statement on a state, or put another record in the first batch's place."""

    def spoil(state: Path) -> None:
        name, record = _first(state)
        changed = change(record) if change else None
        values = (
            () if change is None else (changed if isinstance(changed, bytes | str) else orjson.dumps(changed), name)
        )
        with closing(sqlite3.connect(state / "state.sqlite", isolation_level=None)) as database:
            database.execute(statement, values)

    return spoil


_RECORD = "UPDATE batches SET record = ? WHERE id = ?"
_SPOILT: dict[str, Callable[[Path], None]] = {
    "newer": _spoil(_RECORD, lambda one: one | {"shards": 3}),
    "another phase": _spoil(_RECORD, lambda one: one | {"phase": "dreaming"}),
    "half-written": _spoil(_RECORD, lambda one: orjson.dumps(one)[:40]),
    "a text": _spoil(_RECORD, lambda one: orjson.dumps(one).decode()),
    "empty": _spoil(_RECORD, lambda _: b""),
    "a list": _spoil(_RECORD, lambda _: [1, 2]),
    "null": _spoil(_RECORD, lambda _: None),
    "deep": _spoil(_RECORD, lambda _: b"[" * 100_000),
    "a field missing": _spoil(_RECORD, lambda one: {key: value for key, value in one.items() if key != "phase"}),
    "another type": _spoil(_RECORD, lambda one: one | {"created_at": "now"}),
    "beyond 64 bit": _spoil(_RECORD, lambda one: orjson.dumps(one | {"total": 7777}).replace(b"7777", b"9" * 30)),
    "a way out": _spoil(_RECORD, lambda one: one | {"input_file_id": "../../../etc/passwd"}),
    "another id": _spoil(_RECORD, lambda one: one | {"id": "batch_other"}),
    "a gap": _spoil("DELETE FROM batches WHERE number = 0"),
    "time beyond its end": _spoil("UPDATE facts SET value = '1e+308' WHERE name = 'moment'"),
    "no time": _spoil("UPDATE facts SET value = 'nan' WHERE name = 'moment'"),
    "no number": _spoil("UPDATE facts SET value = 'x' WHERE name = 'next file'"),
    "other tables": _spoil("CREATE TABLE mine (x)"),
    "other columns": _spoil("ALTER TABLE batches RENAME COLUMN record TO body"),
    "cut": lambda state: os.truncate(state / "state.sqlite", 5000),
    "random": lambda state: (state / "state.sqlite").write_bytes(os.urandom(9000)) and None,
    "a folder in work": lambda state: (state / "work" / "mine").mkdir(),
}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state with the first display in it."""
    folder = tmp_path_factory.mktemp("kept")
    Simulator("kimi", speed=0, state=folder).close()
    return folder


@pytest.mark.parametrize("name", _SPOILT)
def test_a_state_that_it_does_not_know_is_one_line(name: str, kept: Path, tmp_path: Path) -> None:
    """Newer, foreign, corrupt: the message names the folder, and the state is left as it is."""
    state = tmp_path / "state"
    for file in (kept / "state.sqlite", *(kept / "files").iterdir()):
        copy = state / file.relative_to(kept)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.read_bytes())
    (state / "work").mkdir()
    _SPOILT[name](state)
    before = (state / "state.sqlite").read_bytes()

    with pytest.raises(StateError) as refusal:
        Simulator("kimi", state=state)

    assert str(state) in str(refusal.value)
    assert "\n" not in str(refusal.value)
    if name != "a folder in work":
        assert (state / "state.sqlite").read_bytes() == before


def test_a_folder_of_other_things_is_left_alone(tmp_path: Path) -> None:
    """`--state` on somebody's project clears nothing away that lies there under the simulator's names."""
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "thesis.txt").write_text("ten years")

    with pytest.raises(StateError, match="holds work/ and no state of a simulator"):
        Simulator("kimi", state=tmp_path)

    assert (tmp_path / "work" / "thesis.txt").read_text() == "ten years"


def test_a_folder_in_use_says_so(tmp_path: Path) -> None:
    """The reason is the true one."""
    with Simulator("kimi", state=tmp_path), pytest.raises(StateError, match="another server uses it"):
        Simulator("kimi", state=tmp_path)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_ends_cleanly_whatever_its_clients_do(number: signal.Signals, tmp_path: Path) -> None:
    """A client in the middle of an upload, and one that says nothing, do not keep the server or make it loud."""
    with _served(tmp_path) as (client, server):
        where = ("127.0.0.1", client.base_url.port or 0)
        with socket.create_connection(where) as mute, socket.create_connection(where) as slow:
            mute.sendall(b"GET /v1/ba")
            slow.sendall(
                b"POST /v1/files HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: Bearer sk-sim\r\n"
                b"Content-Type: multipart/form-data; boundary=a\r\nContent-Length: 1000000\r\n\r\n--a\r\n" % where[1]
            )
            assert client.get("/batches").status_code == 200
            server.send_signal(number)
            _, printed = server.communicate(timeout=30)

    assert (troubles(printed), server.returncode) == ([], 0)
    assert not list((tmp_path / "work").iterdir())
