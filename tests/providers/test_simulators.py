"""Every provider has a server from its contract alone, and each answer of it is as the contract documents it."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import httpx
import orjson
import pytest
from attrs import frozen
from openai import OpenAI

from conformance.contract import Contract, load
from conformance.input_rules import RULES
from conformance.providers import PROVIDERS
from conformance.simulator import Simulator
from conformance.suite.asking import batch_body, line, upload_form
from tests.simulator.kit import DAY, TLS, jsonl, rows

NAMES = tuple(PROVIDERS)
WITH_OPENAIS_FORMS = ("kimi", "openai", "groq", "dashscope")


@frozen
class Caller:
    """Calls a simulator's operations by name, and holds each answer to the simulator's own contract."""

    simulator: Simulator
    contract: Contract
    http: httpx.Client

    def __call__(self, name: str, /, thing: str = "", **options: Any) -> Any:
        """The body of a success; the response where that is none."""
        operation = self.contract.operations[name]
        path = re.sub(r"\{\w+\}", thing, operation.path)
        response = self.http.request(operation.method, f"{self.simulator.base_url}{path}", **options)
        documented = operation.response(response.status_code)
        assert documented is not None or response.status_code >= 400, (name, response.status_code)
        if documented is not None and documented.schema is not None and name != "file_content":
            errors = [error.message for error in documented.schema.validator.iter_errors(response.json())]
            assert errors == [], (name, response.text)
        if not response.is_success:
            return response
        is_json = response.headers.get("content-type", "") == "application/json"
        return response.json() if is_json else response

    def upload(self) -> str:
        """The id of an uploaded input file; any where there is no upload."""
        rules, operation = RULES[self.simulator.provider], self.contract.operations.get("upload_file")
        if operation is None:
            return "file-of-mine"
        form, kind = upload_form(operation, rules, "a.jsonl", line(rules, "m") * 1)
        return str(found(self("upload_file", content=form, headers={"Content-Type": kind}))["id"])

    def create(self) -> str:
        """The id of a new batch."""
        operation = self.contract.operations["create_batch"]
        body = batch_body(operation, RULES[self.simulator.provider], self.upload())
        return str(found(self("create_batch", content=body))["id"])


def found(body: Any) -> Any:
    """What has an id in a body, or what is in its list."""
    if isinstance(body, dict) and "id" not in body:
        inner = [one for one in body.values() if isinstance(one, list) or (isinstance(one, dict) and one)]
        return found(inner[0])
    return body


@contextmanager
def calling(name: str, *, seeded: bool = False) -> Iterator[Caller]:
    """A simulator of a provider, and a caller for it."""
    with Simulator(name, speed=0, seeded=seeded) as simulator:
        header, value = PROVIDERS[name].authorization(simulator.key)
        with httpx.Client(headers={header: value}, verify=TLS, trust_env=False) as http:
            yield Caller(simulator, load(PROVIDERS[name].contract), http)


@pytest.mark.parametrize("name", NAMES)
def test_a_batch_lives_as_its_contract_has_it(name: str) -> None:
    """Created, seen in the list, completed with its results, cancelled: every body is one that is documented."""
    with calling(name) as call:
        batch = call.create()
        assert [one["id"] for one in found(call("list_batches"))] == [batch]
        call.simulator.advance(3 * DAY)
        ended = found(call("retrieve_batch", batch))
        assert ended["status"].lower() == "completed"
        if "file_content" in call.contract.operations:
            lines = call("file_content", ended["output_file_id"]).text.splitlines()
            assert [orjson.loads(one)["custom_id"] for one in lines] == ["probe-1"]
        other = call.create()
        call("cancel_batch", other)
        call.simulator.advance(60)
        assert found(call("retrieve_batch", other))["status"].lower() == "cancelled"


@pytest.mark.parametrize("name", NAMES)
def test_a_fresh_server_shows_something_of_everything(name: str) -> None:
    """Its lists have items, all as documented, whatever page is asked for; what each names can be had."""
    with calling(name, seeded=True) as call:
        batches = found(call("list_batches", params={"limit": 2}))
        assert batches
        assert found(call("retrieve_batch", batches[0]["id"]))["id"] == batches[0]["id"]
        if "list_files" in call.contract.operations:
            purpose = RULES[name].batch_purpose
            assert found(call("list_files", params={"purpose": purpose}))


@pytest.mark.parametrize("name", NAMES)
def test_troubles_are_told_as_documented(name: str) -> None:
    """A missing batch, a bad body and no key: a body that the contract has for that status."""
    with calling(name) as call:
        assert call("retrieve_batch", "nothing").status_code == 404
        assert call("create_batch", content=b"{}").status_code == 400
        assert call("create_batch", content=b"[").status_code == 400
        call.http.headers.clear()
        assert call("list_batches").status_code == 401


@pytest.mark.parametrize("name", WITH_OPENAIS_FORMS)
def test_the_openai_sdk_goes_all_the_way(name: str) -> None:
    """Upload, create, retrieve, list, download, delete, where the contract has OpenAI's forms."""
    with (
        Simulator(name, speed=0, seeded=False) as simulator,
        OpenAI(base_url=simulator.base_url, api_key=simulator.key, max_retries=0) as sdk,
    ):
        file = sdk.files.create(file=("requests.jsonl", jsonl(rows(3))), purpose="batch")
        batch = sdk.batches.create(
            input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h", metadata={"a": "b"}
        )
        simulator.advance(DAY)
        batch = sdk.batches.retrieve(batch.id)
        assert (batch.status, batch.metadata) == ("completed", {"a": "b"})
        assert batch.request_counts is not None
        assert batch.output_file_id is not None
        assert batch.request_counts.completed == len(sdk.files.content(batch.output_file_id).text.splitlines()) == 3
        assert [one.id for one in sdk.batches.list().data] == [batch.id]
        assert sdk.files.delete(file.id).deleted


def test_zhipu_counts_with_a_number_and_takes_any_file() -> None:
    """Its contract has no upload and an integer for request_counts; an id that would be a path is none."""
    with calling("zhipu") as call:
        for file in ("file-1", "../../escaped", "a" * 5000):
            body = {"input_file_id": file, "endpoint": "/v4/chat/completions"}
            batch = call("create_batch", json=body)
            assert batch["input_file_id"] == file
        call.simulator.advance(DAY)
        done = call("retrieve_batch", batch["id"])
        assert (done["request_counts"], done["total"], done["completed"]) == (3, 3, 3)
        assert call.simulator.base_url.endswith("/api/paas/v4")


def test_together_speaks_its_own_language() -> None:
    """201 and {job}, a bare array, upper-case statuses, ids that are UUIDs, times as text, errors as one text."""
    with calling("together") as call:
        batch = call.create()
        assert re.fullmatch(r"[0-9a-f-]{36}", batch)
        (listed,) = call("list_batches")
        assert listed["status"] == "VALIDATING"
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", listed["created_at"])
        assert "no batch" not in str(call("retrieve_batch", "x").json()["error"])
        assert isinstance(call("retrieve_batch", "x").json()["error"], str)


@pytest.mark.parametrize(
    ("name", "bases"),
    [("kimi", ("/v1", "")), ("zhipu", ("/api/paas/v4", "/paas/v4", "/v4", "/v1", "")), ("groq", ("/openai/v1", "/v1"))],
)
def test_every_form_of_the_base_leads_to_the_operations(name: str, bases: tuple[str, ...]) -> None:
    """The contract's base path, its end, `/v1` and nothing; anything else is no path of the server."""
    with calling(name) as call:
        root = call.simulator.base_url.removesuffix(call.contract.base_path)
        assert [call.http.get(f"{root}{base}/batches").status_code for base in bases] == [200] * len(bases)
        assert call.http.get(f"{root}/elsewhere/batches").status_code == 404


@pytest.mark.parametrize(
    ("query", "status"),
    [({"limit": "1"}, 200), ({"limit": "101"}, 400), ({"limit": "0"}, 400), ({"limit": "x"}, 400), ({"any": "x"}, 200)],
)
def test_parameters_are_held_to_the_contract(query: dict[str, str], status: int) -> None:
    """A bound that is documented is kept; what is not documented is ignored."""
    with calling("openai") as call:
        assert call.http.get(f"{call.simulator.base_url}/batches", params=query).status_code == status


def test_files_are_paged_ordered_and_filtered_where_that_is_documented() -> None:
    """OpenAI's list of files: newest first or last, after a file, of one purpose."""
    with calling("openai") as call:
        ids = [call.upload() for _ in range(3)]

        def listed(**query: str) -> list[str]:
            return [one["id"] for one in call("list_files", params=query)["data"]]

        assert listed() == ids[::-1]
        assert listed(order="asc", after=ids[0], limit="1") == [ids[1]]
        assert listed(purpose="vision") == []
        assert all(one >= other for one, other in pairwise(sorted(ids, reverse=True)))


@pytest.mark.parametrize("name", NAMES)
def test_every_provider_has_a_fixture(name: str, request: pytest.FixtureRequest) -> None:
    """`NAME_server` is its simulator, empty."""
    server: Simulator = request.getfixturevalue(f"{name}_server")
    assert server.provider == name


@pytest.mark.full
@pytest.mark.parametrize("name", NAMES)
def test_the_simulator_conforms_to_its_own_contract(name: str, batch_conformance: Callable[..., Any]) -> None:
    """A whole run finds nothing new, and sees all it should."""
    done = batch_conformance("run", f"sim:{name}", "--against", PROVIDERS[name].contract, "--no-known")
    assert done.returncode == 0, done.stdout
