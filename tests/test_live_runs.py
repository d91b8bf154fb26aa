"""Runs on live endpoints: the rate holds, a server that asks to wait is waited for, and what was made is taken back."""

import json
import time
from pathlib import Path

import httpx
import pytest

from conformance.simulator import Simulator
from tests.conftest import Run
from tests.wrong.hostile import hostile, not_http
from tests.wrong.lists import KEY, RIGHT
from tests.wrong.server import Asked, Reply, serving

LIST = ("--operation", "list_batches", "--against", "kimi", "--no-known")


def test_the_rate_holds(batch_conformance: Run) -> None:
    """Requests arrive no faster than --rate allows."""
    arrived: list[float] = []

    def answer(asked: Asked) -> Reply:
        arrived.append(time.monotonic())
        return RIGHT["kimi"](asked)

    with serving(answer) as url:
        batch_conformance(
            *("run", "live:kimi", "--url", url, "--max-requests", "8", "--rate", "20/s", *LIST),
            MOONSHOT_API_KEY=KEY,
        )
    assert len(arrived) == 8
    assert arrived[-1] - arrived[0] > 7 / 20 * 0.9


def test_a_server_that_asks_to_wait_is_waited_for(batch_conformance: Run) -> None:
    """After 429 with Retry-After the same request comes again, as late as asked, and the answer is taken."""
    arrived: list[float] = []

    def answer(asked: Asked) -> Reply:
        arrived.append(time.monotonic())
        if len(arrived) == 1:
            return Reply(429, b'{"error": {"message": "slow down"}}', headers=(("Retry-After", "1"),))
        return RIGHT["kimi"](asked)

    with serving(answer) as url:
        done = batch_conformance(
            *("run", "live:kimi", "--url", url, "--rate", "1000/s", *LIST),
            MOONSHOT_API_KEY=KEY,
        )
    assert arrived[1] - arrived[0] > 0.95
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("provider", ["kimi", "siliconflow"])
def test_what_was_made_is_taken_back_or_named(batch_conformance: Run, tmp_path: Path, provider: str) -> None:
    """With --write the batch is cancelled and the file deleted; where no deletion is documented, the report says so."""
    variable = {"kimi": "MOONSHOT_API_KEY", "siliconflow": "SILICONFLOW_API_KEY"}[provider]
    with Simulator(provider, key=KEY, speed=0, seeded=False) as simulator:
        batch_conformance(
            *(
                "run",
                f"live:{provider}",
                "--url",
                simulator.base_url,
                "--write",
                "--model",
                "m",
                "--rate",
                "1000/s",
                "--out",
                "out",
            ),
            **{variable: KEY},
        )
        with httpx.Client(base_url=simulator.base_url, headers={"Authorization": f"Bearer {KEY}"}) as client:
            batches = client.get("/batches").json()["data"]
            files = client.get("/files", params={"purpose": "batch"}).json()["data"]
    notes = json.loads((tmp_path / "out/drift.json").read_text(encoding="utf-8"))["notes"]
    assert batches
    assert {batch["status"] for batch in batches} <= {"cancelling", "cancelled", "in_queue"}
    if provider == "kimi":
        assert files == []
        assert notes == []
    else:
        assert any("the uploaded file" in note and "delete_file" in note for note in notes)


def test_nothing_is_written_where_the_budget_would_not_let_it_be_taken_back(batch_conformance: Run) -> None:
    """No upload with fewer requests left than cleaning up takes."""
    methods: list[str] = []

    def answer(asked: Asked) -> Reply:
        methods.append(asked.method)
        return RIGHT["kimi"](asked)

    with serving(answer) as url:
        batch_conformance(
            *("run", "live:kimi", "--url", url, "--write", "--max-requests", "6", "--rate", "1000/s"),
            MOONSHOT_API_KEY=KEY,
        )
    assert set(methods) == {"GET"}


def test_what_does_not_speak_http_could_not_be_checked(batch_conformance: Run) -> None:
    """Exit 2 with the reason."""
    with hostile(not_http) as url:
        done = batch_conformance("run", "live:kimi", "--url", url, "--rate", "1000/s", *LIST, MOONSHOT_API_KEY=KEY)
    assert done.returncode == 2
    assert "the answer is not HTTP" in " ".join(done.stdout.split())


def test_what_does_not_speak_tls_could_not_be_checked(batch_conformance: Run) -> None:
    """Exit 2 with the reason."""
    with serving(RIGHT["kimi"]) as url:
        secure = url.replace("http://", "https://")
        done = batch_conformance("run", "live:kimi", "--url", secure, "--rate", "1000/s", *LIST, MOONSHOT_API_KEY=KEY)
    assert done.returncode == 2
    assert "TLS failed" in " ".join(done.stdout.split())
