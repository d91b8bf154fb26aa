"""`watching(client)`: a job's own client is judged while it works, and the job sees nothing of it."""

import asyncio
import gc
import json
import logging
import weakref
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest
from openai import AsyncOpenAI, OpenAI

from conformance.recording import RecordingTransport, watching
from conformance.simulator import Simulator
from conformance.watching.follower import Follower
from tests.conftest import Run
from tests.proxy.kit import KEY
from tests.proxy.test_command import lifecycle, rows_of
from tests.wrong import lists
from tests.wrong.lists import RIGHT
from tests.wrong.server import Asked, Reply, serving

LIBRARIES = pytest.mark.parametrize("library", [httpx, httpx2], ids=["httpx", "httpx2"])
AUTHORIZED = {"Authorization": f"Bearer {lists.KEY}"}
AGAINST = ("kimi",)


def wrong(asked: Asked) -> Reply:
    """A list whose batches have no counts."""
    right = RIGHT["kimi"](asked)
    return Reply(
        right.status, right.raw.replace(b'"request_counts":{', b'"request_counts":null,"x":{'), right.media_type
    )


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What was logged."""
    return [record.getMessage() for record in caplog.records if record.name == "conformance"]


@LIBRARIES
def test_a_new_finding_is_a_warning_when_it_is_new(caplog: pytest.LogCaptureFixture, library: Any) -> None:
    """Once, however often it is seen; the report has it with its count."""
    with serving(wrong) as url, library.Client(base_url=f"{url}/v1", headers=AUTHORIZED) as client:
        with watching(client, against=AGAINST) as watch:
            answers = [client.get("/batches") for _ in range(3)]
        report = watch.report()
    assert [one.status_code for one in answers] == [200] * 3
    assert all(record.levelno == logging.WARNING for record in caplog.records if record.name == "conformance")
    assert len([line for line in told(caplog) if line.startswith("breaking: `request_counts` is null")]) == 1
    row = next(row for row in report["drift"] if row["rule"] == "response-property-became-nullable")
    assert row["seen"]["responses"] == 3
    assert report["exit_code"] == 1


@LIBRARIES
def test_an_async_client_is_watched_likewise(caplog: pytest.LogCaptureFixture, library: Any) -> None:
    """Many requests at a time; watching ends where the context does."""

    async def ask(url: str) -> int:
        async with library.AsyncClient(base_url=f"{url}/v1", headers=AUTHORIZED) as client:
            async with watching(client, against=AGAINST) as watch:
                await asyncio.gather(*(client.get("/batches", params={"limit": n}) for n in range(1, 9)))
            await client.get("/batches")
            return int(watch.report()["pairs"][0]["responses"])

    with serving(wrong) as url:
        assert asyncio.run(ask(url)) == 8
    assert len(told(caplog)) == len(set(told(caplog))) > 0


def test_a_client_that_is_right_is_not_spoken_of(caplog: pytest.LogCaptureFixture) -> None:
    """No warning, exit 0, and known drift surprises nobody."""
    with serving(RIGHT["kimi"]) as url, httpx.Client(base_url=f"{url}/v1", headers=AUTHORIZED) as client:
        watch = watching(client, against=AGAINST)
        client.get("/batches")
        watch.close()
    assert told(caplog) == []
    assert watch.report()["exit_code"] == 0


def test_what_is_accepted_on_record_is_not_told(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    """As the report marks it: accepting one value accepts no other."""
    with serving(wrong) as url, httpx.Client(base_url=f"{url}/v1", headers=AUTHORIZED) as client:
        known = tmp_path / "known.toml"
        known.write_text(
            f'[[known]]\nendpoint = "recorded:{url[7:]}"\ncontract = "kimi"\noperation = "list_batches"\n'
            'rule = "response-property-became-nullable"\nstatus_code = 200\n'
            'pointer = "/data/*/request_counts"\nreason = "r"\nsource = "s"\n'
        )
        with watching(client, against=AGAINST, known=known) as watch:
            client.get("/batches")
    assert told(caplog)
    assert not [line for line in told(caplog) if "request_counts" in line]
    assert [row["known"]["kind"] for row in watch.report()["drift"] if row["known"] and row["endpoint"]] == ["accepted"]


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
def test_what_holds_a_client_is_watched_by_it(asynchronous: bool) -> None:  # noqa: FBT001 - a parameter
    """The openai SDK as users make it, with the client that it makes itself."""
    with Simulator("siliconflow", key=KEY, speed=0) as simulator:
        if asynchronous:

            async def ask() -> Any:
                async with AsyncOpenAI(base_url=simulator.base_url, api_key=KEY, max_retries=0) as sdk:
                    async with watching(sdk, against=AGAINST) as watch:
                        await sdk.batches.list()
                    return watch.report()

            report = asyncio.run(ask())
        else:
            with OpenAI(base_url=simulator.base_url, api_key=KEY, max_retries=0) as sdk, watching(sdk) as watch:
                sdk.batches.list()
            report = watch.report()
    assert report["pairs"][0]["responses"] == 1


def test_what_was_watched_can_be_recorded(tmp_path: Path, batch_conformance: Run) -> None:
    """And gives the same rows; no key is in anything that is written."""
    with (
        Simulator("kimi", key=KEY, speed=0) as simulator,
        httpx2.Client() as client,
        watching(client, against=("kimi", "openai"), known=None, record=tmp_path / "a.ndjson") as watch,
    ):
        lifecycle(simulator, simulator.base_url, http_client=client)
    report = watch.report(tmp_path / "out")
    checked = batch_conformance(
        "check", "a.ndjson", "--against", "kimi", "--against", "openai", "--no-known", "--out", "b"
    )
    assert checked.returncode == report["exit_code"]
    assert rows_of(dict(report)) == rows_of(json.loads((tmp_path / "b/drift.json").read_text()))
    assert json.loads((tmp_path / "out/drift.json").read_text()) == report
    assert all(KEY.encode() not in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_transports_of_ones_own_stay_in_place(tmp_path: Path) -> None:
    """Recorded and watched, for some addresses through another one; afterwards all is as it was."""
    mine = RecordingTransport(tmp_path / "a.ndjson")
    mounted = httpx.MockTransport(lambda _: httpx.Response(418))
    with (
        serving(RIGHT["kimi"]) as url,
        httpx.Client(transport=mine, mounts={"http://tea.invalid": mounted}, headers=AUTHORIZED) as client,
    ):
        with watching(client, against=AGAINST) as watch:
            assert client.get(f"{url}/v1/batches").status_code == 200
            assert client.get("http://tea.invalid/v1/batches").status_code == 418
        assert client._transport is mine  # noqa: SLF001 - that is what is tested
        assert mounted in client._mounts.values()  # noqa: SLF001 - likewise
    assert {one["endpoint"] for one in watch.report()["pairs"]} == {f"recorded:{url[7:]}", "recorded:tea.invalid"}
    assert len((tmp_path / "a.ndjson").read_text().splitlines()) == 1


def test_where_judging_breaks_the_job_goes_on(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One warning, and a report that is not complete."""

    def breaks(*_: object) -> None:
        raise RuntimeError(lists.KEY)

    monkeypatch.setattr(Follower, "_judged", breaks)
    with serving(RIGHT["kimi"]) as url, httpx.Client(base_url=f"{url}/v1", headers=AUTHORIZED) as client:
        with watching(client, against=AGAINST) as watch:
            assert [client.get("/batches").status_code for _ in range(2)] == [200, 200]
        report = watch.report()
    (line,) = told(caplog)
    assert line.startswith("not all was judged while it happened: RuntimeError at test_watching.py:")
    assert (report["complete"], report["exit_code"]) == (False, 2)
    assert line in report["notes"]


@pytest.mark.parametrize("thing", [None, "a client", httpx.HTTPTransport, OpenAI])
def test_what_is_no_client_is_refused(thing: object) -> None:
    """With the words for it."""
    with pytest.raises(TypeError, match="a client of httpx or httpx2 is expected"):
        watching(thing)


def test_nothing_is_kept_of_what_nobody_watches_any_more() -> None:
    """What was kept goes with the object."""
    with httpx.Client() as client:
        watch = watching(client, against=AGAINST)
        watch.close()
        path = Path(watch._spool.path)  # noqa: SLF001 - that is what is tested
        assert path.exists()
        gone = weakref.ref(watch)
        del watch
        gc.collect()
        assert gone() is None
        assert not path.exists()
