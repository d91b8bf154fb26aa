"""A gateway from its start to its report, in this process: whatever happens meanwhile, the report says it."""

import json
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import httpx
import pytest
from attrs import define

from conformance import proxy as gateway
from conformance import traffic
from conformance.outcome import Result
from conformance.watching.outside import Outside
from conformance.watching.plan import WatchPlan
from tests.proxy.kit import WAIT, head_of, provider
from tests.traffic.recordings import entries
from tests.wrong import lists
from tests.wrong.lists import RIGHT
from tests.wrong.server import Asked, Reply, json_reply, serving

RIGHT_KEY = {"Authorization": f"Bearer {lists.KEY}"}


def ran(job: Callable[[str], None], url: str, *, interrupted: bool = True, **options: Any) -> Result:
    """What a gateway tells of a job, which gets the base URL and is followed by Ctrl-C, unless that is in the job."""

    def work(base: str) -> None:
        try:
            job(base)
        finally:
            if interrupted:
                os.kill(os.getpid(), signal.SIGINT)

    asked = gateway.ProxyOptions("kimi", url=url, **{"against": ("kimi",), **options})
    return gateway.run(asked, lambda base: threading.Thread(target=work, args=(base,)).start(), lambda _: None)


@define
class Nobody:
    """Follows nothing: for tests of what it has no part in."""

    plan: WatchPlan
    tell: Callable[[str], None]

    def advance(self, _size: int) -> None:
        """Nobody hears of it."""

    def end(self, *_: object) -> list[str]:
        """Nothing happened."""
        return []


@pytest.fixture
def unfollowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """No process that judges while it happens."""
    monkeypatch.setattr("conformance.proxy.keeping.Outside", Nobody)


def test_no_key_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even where nobody else can look, nor where an answer repeats it."""
    kept = list[bytes]()

    class Reader(Nobody):
        def end(self, *_: object) -> list[str]:
            kept.append(Path(self.plan.path).read_bytes())
            return []

    monkeypatch.setattr("conformance.proxy.keeping.Outside", Reader)
    with serving(
        lambda asked: json_reply({"object": "list", "data": [], "key": asked.headers["authorization"]})
    ) as url:
        ran(lambda base: httpx.get(f"{base}/batches", headers=RIGHT_KEY) and None, f"{url}/v1")
    assert b'"key' in kept[0].replace(b"\\", b"")
    assert lists.KEY.encode() not in kept[0]


@pytest.mark.usefixtures("unfollowed")
def test_nothing_passed_is_no_pass() -> None:
    """Exit 2, and the report says that there was nothing."""
    result = ran(lambda _: None, "http://127.0.0.1:9")
    assert (result.exit_code, result.notes) == (2, ("nothing was asked",))


@pytest.mark.usefixtures("unfollowed")
def test_a_second_interrupt_does_not_wait() -> None:
    """For an answer that never comes; that it was broken off is no fault of the provider's."""
    asked, over = threading.Event(), threading.Event()

    def talk(reading: BinaryIO, connection: socket.socket) -> None:
        head_of(reading)
        asked.set()
        connection.recv(1)
        over.set()

    def job(base: str) -> None:
        host = base.split("/")[2]
        name, _, port = host.partition(":")
        with socket.create_connection((name, int(port)), timeout=WAIT) as connection:
            connection.sendall(f"GET /v1/batches HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            assert asked.wait(WAIT)
            os.kill(os.getpid(), signal.SIGINT)
            until_closed(name, int(port))
            os.kill(os.getpid(), signal.SIGINT)
            assert over.wait(2.0)

    with provider(talk) as url:
        result = ran(job, url, interrupted=False)
    (verdict,) = result.verdicts
    assert (verdict.outcome, verdict.reason) == (
        "could-not-check",
        "list_batches: the answer was not read to its end",
    )
    assert not [drift for drift in verdict.drifts if drift.severity != "info"]


@pytest.mark.usefixtures("unfollowed")
def test_a_request_under_way_has_time_to_end() -> None:
    """It is answered although nobody listens any more, and is in the report."""
    asked, go = threading.Event(), threading.Event()
    answers = list[int]()

    def talk(reading: BinaryIO, connection: socket.socket) -> None:
        head_of(reading)
        asked.set()
        assert go.wait(WAIT)
        connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")

    def job(base: str) -> None:
        asking = threading.Thread(target=lambda: answers.append(httpx.get(f"{base}/files/f").status_code))
        asking.start()
        assert asked.wait(WAIT)
        os.kill(os.getpid(), signal.SIGINT)
        name, _, port = base.split("/")[2].partition(":")
        until_closed(name, int(port))
        go.set()
        asking.join(WAIT)

    with provider(talk) as url:
        result = ran(job, url, interrupted=False)
    assert answers == [404]
    assert result.verdicts[0].pair.responses == 1


def until_closed(name: str, port: int) -> None:
    """Wait until nobody listens there; thousands of connections at the last moment are another test."""
    while True:
        try:
            socket.create_connection((name, port), timeout=WAIT).close()
        except ConnectionError:
            return
        time.sleep(0.01)


def test_a_recording_that_is_there_is_kept_until_there_is_another(tmp_path: Path) -> None:
    """A `.har` is replaced when all is over; nothing else is left."""
    file = tmp_path / "a.har"
    file.write_text("old")

    def job(base: str) -> None:
        httpx.get(f"{base}/batches", headers=RIGHT_KEY)
        assert file.read_text() == "old"

    with serving(RIGHT["kimi"]) as url:
        assert ran(job, f"{url}/v1", record=file).exit_code == 0
    assert len(json.loads(file.read_text())["log"]["entries"]) == 1
    assert list(tmp_path.iterdir()) == [file]


def test_of_other_requests_no_body_is_kept(tmp_path: Path) -> None:
    """What a model is asked is nobody's business; the content of a file is followed to where an answer says it is."""

    def answer(asked: Asked) -> Reply:
        if asked.path == "/v1/files/file-1/content":
            return Reply(302, b"", None, (("Location", "/results/1"),))
        return json_reply({"custom_id": "a", "response": {"status_code": 200, "body": {"object": "secret"}}})

    def job(base: str) -> None:
        with httpx.Client(base_url=base, headers=RIGHT_KEY, follow_redirects=True) as client:
            client.post("/chat/completions", json={"messages": "secret"})
            assert "secret" in client.get("/files/file-1/content").text

    with serving(answer) as url:
        ran(job, url, record=tmp_path / "a.ndjson")
    asked, moved, content = entries(tmp_path / "a.ndjson")
    assert asked["request"]["url"].endswith("/v1/chat/completions")
    assert "postData" not in asked["request"]
    assert "text" not in asked["response"]["content"]
    assert moved["response"]["status"] == 302
    assert content["response"]["content"]["text"]
    assert "secret" not in (tmp_path / "a.ndjson").read_text()


def test_examples_are_found_in_a_recording_that_goes_on(tmp_path: Path) -> None:
    """Behind what was there before, which may end in the middle of a line."""
    file = tmp_path / "a.ndjson"
    file.write_text('{"startedDateTime": "half')

    def job(base: str) -> None:
        for _ in range(2):
            httpx.get(f"{base}/files/f", headers=RIGHT_KEY)

    with serving(lambda _: json_reply({"object": 7})) as url:
        result = ran(job, f"{url}/v1", record=file)
    places = {drift.example.origin for drift in result.drifts if drift.identity.endpoint and drift.example}
    ((name, offset),) = places
    assert name == str(file)
    assert offset == len('{"startedDateTime": "half\n')
    assert json.loads(file.read_bytes()[offset:].splitlines()[0])["request"]["method"] == "GET"


@pytest.mark.parametrize("told", [True, False])
def test_who_is_slow_to_judge_drops_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, told: bool) -> None:
    """Hundreds of exchanges pass before the process that judges begins, or hears a word of it; all are recorded."""
    if not told:
        monkeypatch.setattr(Outside, "advance", lambda *_: None)
    count = 600

    def job(base: str) -> None:
        with httpx.Client(base_url=base, headers=RIGHT_KEY) as client:
            assert {client.get("/files/f").status_code for _ in range(count)} == {404}

    def talk(reading: BinaryIO, connection: socket.socket) -> None:
        while head_of(reading):
            connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")

    with provider(talk) as url:
        result = ran(job, url, record=tmp_path / "a.ndjson")
    assert result.verdicts[0].pair.responses == count
    assert len((tmp_path / "a.ndjson").read_bytes().splitlines()) == count


@pytest.mark.usefixtures("unfollowed")
@pytest.mark.parametrize("where", ["spool", "check"])
def test_what_breaks_here_breaks_nothing_else(monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    """A disk that is full, a fault of ours: the job has its answers, and the report says what it could not do."""
    answers = list[int]()

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    def wrong(*_: object) -> None:
        raise RuntimeError(lists.KEY)

    def job(url: str) -> None:
        answers.extend(httpx.get(f"{url}/batches", headers=RIGHT_KEY).status_code for _ in range(2))

    monkeypatch.setattr(*{"spool": (os, "pwrite", full), "check": (traffic, "check", wrong)}[where])
    with serving(RIGHT["kimi"]) as url:
        result = ran(job, f"{url}/v1")
    assert answers == [200, 200]
    assert (result.complete, result.exit_code) == (False, 2)
    words = {"spool": "cannot be kept: No space left on device", "check": "could not be judged: RuntimeError at "}
    assert words[where] in " ".join(result.notes)
    assert lists.KEY not in " ".join(result.notes)
