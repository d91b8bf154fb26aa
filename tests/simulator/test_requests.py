"""How requests are met: pages, files, keys, wrong input; each provider in its own words."""

from typing import Any

import httpx
import pytest

from conformance.simulator import Simulator
from tests.simulator.kit import ASKED, client_of, create, jsonl, rows, upload


def _error(provider: str, response: httpx.Response) -> str:
    """The error's message, having checked the provider's form for it."""
    body = response.json()
    if provider == "kimi":
        assert set(body) == {"error"}
        assert set(body["error"]) == {"message", "type"}
        return str(body["error"]["message"])
    if isinstance(body, str):
        return body
    assert set(body) == {"code", "message", "data"}
    assert isinstance(body["data"], str)
    return str(body["message"])


def test_pages_are_newest_first_and_follow_the_cursor(client: httpx.Client) -> None:
    """Walking by two reaches each of five batches once, and has_more ends the walk."""
    made = [create(client, jsonl(rows(1)))["id"] for _ in range(5)]
    walked: list[str] = []
    more, query = True, {"limit": "2"}
    while more:
        page = client.get("/batches", params=query).json()
        walked += [batch["id"] for batch in page["data"]]
        more, query = page["has_more"], {"limit": "2", "after": walked[-1]}

    assert walked == made[::-1]


def test_only_siliconflow_has_cursors_in_its_pages(sim: Simulator, client: httpx.Client) -> None:
    """first_id and last_id are the page's ends at SiliconFlow and absent at Kimi; an empty page has neither."""
    empty = client.get("/batches").json()
    ids = [create(client, jsonl(rows(1)))["id"] for _ in range(3)]
    page = client.get("/batches").json()

    assert empty == {"object": "list", "data": [], "has_more": False}
    expected = {} if sim.provider == "kimi" else {"first_id": ids[2], "last_id": ids[0]}
    assert {name: value for name, value in page.items() if name in {"first_id", "last_id"}} == expected


def test_nothing_comes_after_an_unknown_cursor(client: httpx.Client) -> None:
    """A cursor that is no batch's id gives an empty page that says so."""
    create(client, jsonl(rows(1)))

    page = client.get("/batches", params={"after": "batch_nowhere"}).json()

    assert (page["data"], page["has_more"]) == ([], False)


@pytest.mark.parametrize("limit", ["0", "-1", "abc", "1.5", "", " 2", "²", "9" * 40])
def test_a_limit_that_is_none_is_refused(sim: Simulator, client: httpx.Client, limit: str) -> None:
    """Anything but an integer of at least 1 is a 400 in the provider's form."""
    response = client.get("/batches", params={"limit": limit})

    assert response.status_code == 400
    assert "limit must be an integer" in _error(sim.provider, response)


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer sk-other", "Basic c2stc2lt", "sk-sim"])
def test_a_missing_or_wrong_key_is_refused(sim: Simulator, header: str | None) -> None:
    """401 on every operation, whatever the key's defect."""
    headers = {} if header is None else {"Authorization": header}

    responses = [
        httpx.get(f"{sim.base_url}/batches", headers=headers),
        httpx.post(f"{sim.base_url}/batches", headers=headers, json={}),
        httpx.get(f"{sim.base_url}/batches/batch_nowhere", headers=headers),
        httpx.post(f"{sim.base_url}/files", headers=headers, data={"purpose": "batch"}, files={"file": b"x"}),
    ]

    assert [response.status_code for response in responses] == [401] * 4
    assert all(_error(sim.provider, response) for response in responses)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/", 404),
        ("GET", "/batches/", 404),
        ("GET", "/batches/batch_nowhere", 404),
        ("POST", "/batches/batch_nowhere/cancel", 404),
        ("PUT", "/batches", 405),
        ("DELETE", "/batches/batch_nowhere", 405),
        ("GET", "/batches/batch_nowhere/cancel", 405),
    ],
)
def test_what_is_not_there(sim: Simulator, client: httpx.Client, method: str, path: str, status: int) -> None:
    """Unknown ids and paths are 404, other methods 405 with what is allowed."""
    response = client.request(method, path)

    assert response.status_code == status
    assert _error(sim.provider, response)
    assert ("allow" in response.headers) == (status == 405)


def _bodies(file_id: str) -> dict[str, Any]:
    good = {"input_file_id": file_id} | ASKED
    return {
        "not JSON": b"{",
        "no object": [good],
        "no file": {name: value for name, value in good.items() if name != "input_file_id"},
        "unknown file": good | {"input_file_id": "file-nowhere"},
        "file no string": good | {"input_file_id": 1},
        "no endpoint": {name: value for name, value in good.items() if name != "endpoint"},
        "other endpoint": good | {"endpoint": "/v1/embeddings"},
        "no window": {name: value for name, value in good.items() if name != "completion_window"},
        "short window": good | {"completion_window": "1h"},
        "long window": good | {"completion_window": "999h"},
        "odd window": good | {"completion_window": "a day"},
        "window no string": good | {"completion_window": 24},
        "metadata null": good | {"metadata": None},
        "metadata number": good | {"metadata": {"a": 1}},
        "metadata too many": good | {"metadata": {str(number): "" for number in range(17)}},
        "metadata long key": good | {"metadata": {"k" * 65: ""}},
        "metadata long value": good | {"metadata": {"k": "v" * 513}},
    }


@pytest.mark.parametrize("case", list(_bodies("")))
def test_a_wrong_create_is_refused(sim: Simulator, client: httpx.Client, case: str) -> None:
    """Each defect of a create body is a 400, and no batch comes of it."""
    body = _bodies(upload(client, jsonl(rows(1))))[case]

    response = client.post("/batches", content=body) if isinstance(body, bytes) else client.post("/batches", json=body)

    assert response.status_code == 400
    assert _error(sim.provider, response)
    assert client.get("/batches").json()["data"] == []


@pytest.mark.parametrize(
    ("provider", "window", "hours"),
    [
        ("kimi", "12h", 12),
        ("kimi", "1d", 24),
        ("kimi", "3d", 72),
        ("kimi", "7d", 168),
        ("kimi", "168h", 168),
        ("siliconflow", "24h", 24),
        ("siliconflow", "336h", 336),
    ],
)
def test_every_documented_window_is_taken(provider: str, window: str, hours: int) -> None:
    """A batch expires as many hours after its creation as the window says."""
    with Simulator(provider, speed=0, seeded=False) as sim, client_of(sim) as client:
        batch = create(client, jsonl(rows(1)), completion_window=window)

    assert batch["completion_window"] == window
    assert batch["expires_at"] - batch["created_at"] == hours * 3600


def test_metadata_comes_back(sim: Simulator, client: httpx.Client) -> None:
    """What was given is shown; what was not is null at Kimi and an empty object at SiliconFlow."""
    given = {"name": "nightly", "k" * 64: "v" * 512}

    with_it, without = create(client, jsonl(rows(1)), metadata=given), create(client, jsonl(rows(1)))

    assert with_it["metadata"] == given
    assert without["metadata"] == (None if sim.provider == "kimi" else {})


def test_kimi_keeps_files_whole(kimi: Simulator) -> None:
    """A file is found by its id, listed, downloaded byte for byte, deleted, and then gone."""
    content = bytes(range(256)) * 5000
    with client_of(kimi) as client:
        file_id = upload(client, content, "数据.bin", purpose="file-extract")
        record = client.get(f"/files/{file_id}").json()
        listed = client.get("/files").json()
        body = client.get(f"/files/{file_id}/content").content
        deleted = client.delete(f"/files/{file_id}").json()
        gone = [
            client.get(f"/files/{file_id}"),
            client.get(f"/files/{file_id}/content"),
            client.delete(f"/files/{file_id}"),
        ]

    assert record == listed["data"][0]
    assert (record["bytes"], record["filename"], record["purpose"]) == (len(content), "数据.bin", "file-extract")
    assert set(listed) == {"object", "data"}
    assert body == content
    assert deleted == {"id": file_id, "object": "file", "deleted": True}
    assert [response.status_code for response in gone] == [404] * 3


def test_siliconflow_envelopes_its_files(siliconflow: Simulator) -> None:
    """An upload is enveloped, with createdAt; a list is enveloped twice, with created_at and line_count."""
    with client_of(siliconflow) as client:
        made = client.post("/files", data={"purpose": "batch"}, files={"file": ("a.jsonl", jsonl(rows(3)))}).json()
        listed = client.get("/files", params={"purpose": "batch"}).json()

    assert {name: made[name] for name in ("code", "message", "status")} == {
        "code": 20000,
        "message": "Ok",
        "status": True,
    }
    assert set(made["data"]) == {"id", "object", "bytes", "createdAt", "filename", "purpose"}
    [file] = listed["data"]["data"]
    assert (file["id"], file["created_at"], file["line_count"]) == (made["data"]["id"], made["data"]["createdAt"], 3)


def test_siliconflow_limits_its_list_of_files(siliconflow: Simulator) -> None:
    """Ten files by default, the purpose is required, results are not among them."""
    with client_of(siliconflow) as client:
        for _ in range(11):
            batch = create(client, jsonl(rows(1)))
        siliconflow.advance(86_400)
        listed = [client.get("/files", params={"purpose": "batch"} | more).json() for more in ({}, {"limit": "99"})]
        refused = [client.get("/files", params=query).status_code for query in ({}, {"purpose": "image"})]

    assert [len(one["data"]["data"]) for one in listed] == [10, 11]
    assert listed[0]["data"]["data"][0]["id"] == batch["input_file_id"]
    assert refused == [400, 400]


def test_siliconflow_has_no_other_file_operations(siliconflow: Simulator) -> None:
    """Retrieve, delete and content are documented nowhere: their paths are not there."""
    with client_of(siliconflow) as client:
        file_id = upload(client, jsonl(rows(1)))
        answers = [
            client.get(f"/files/{file_id}"),
            client.delete(f"/files/{file_id}"),
            client.get(f"/files/{file_id}/content"),
            client.get(f"/results/{file_id}"),
        ]

    assert [(one.status_code, one.json()) for one in answers] == [(404, "404 page not found")] * 4


@pytest.mark.parametrize(
    "request_body",
    [
        {"data": {"purpose": "batch"}},
        {"data": {"purpose": "fine-tune"}, "files": {"file": ("a.jsonl", b"{}")}},
        {"files": {"file": ("a.jsonl", b"{}")}},
        {"data": {"purpose": "batch"}, "files": {"other": ("a.jsonl", b"{}")}},
        {"data": {"purpose": "batch"}, "files": [("file", ("a.jsonl", b"{}")), ("file", ("b.jsonl", b"{}"))]},
        {"content": b"nonsense", "headers": {"content-type": "multipart/form-data; boundary=x"}},
        {"content": b"--x\r\nContent-Dis", "headers": {"content-type": "multipart/form-data; boundary=x"}},
        {"content": b"", "headers": {"content-type": "multipart/form-data"}},
    ],
)
def test_a_wrong_upload_is_refused(sim: Simulator, client: httpx.Client, request_body: dict[str, Any]) -> None:
    """Each defect of the form is a 400, and nothing is kept of it."""
    response = client.post("/files", **request_body)

    assert response.status_code == 400
    assert _error(sim.provider, response)
    listed = client.get("/files", params={"purpose": "batch"}).json()
    assert (listed["data"] if sim.provider == "kimi" else listed["data"]["data"]) == []


def test_a_file_that_is_too_large_is_refused(kimi: Simulator) -> None:
    """A byte over 100 MB is one too many, and the bound is told in numbers."""
    with client_of(kimi) as client:
        response = client.post(
            "/files", data={"purpose": "batch"}, files={"file": ("a.jsonl", b"x" * (100 * 1024 * 1024 + 1))}
        )

    assert response.status_code == 400
    assert "the file has more than 104857600 bytes" in response.json()["error"]["message"]
