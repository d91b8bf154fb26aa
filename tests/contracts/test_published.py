"""Anybody's OpenAPI document is a contract as it is published."""

import time
from pathlib import Path
from typing import Any

import orjson
import pytest

from conformance.contract import Contract, ContractError, load
from tests.contracts.published import BATCH, answer, document, listing


@pytest.fixture
def loaded(tmp_path: Path) -> Any:
    """Reads a document, data or text, as `--against FILE` does."""

    def load_it(content: Any, name: str = "their.yaml") -> Contract:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else orjson.dumps(content))
        return load(str(path))

    return load_it


@pytest.mark.parametrize(
    ("path", "server", "base", "sent"),
    [
        ("/batches", "https://api.x.example/v1", "/v1", "/batches"),
        ("/v1/batches", "https://api.x.example", "/v1", "/batches"),
        ("/v1/batches", "", "/v1", "/batches"),
        ("/batches/", "/openai/v1", "/openai/v1", "/batches/"),
        ("/paas/v4/batches", "https://x.example/api/", "/api/paas/v4", "/batches"),
        ("/api/v1/batches", "https://x.example/api/v1", "/api/v1", "/batches"),
        ("/batches", "https://{name}.x.example/openai/v1", "/openai/v1", "/batches"),
        ("/batches", "{host}/compatible-mode/v1", "/compatible-mode/v1", "/batches"),
    ],
)
def test_a_path_is_its_operation_below_the_base(loaded: Any, path: str, server: str, base: str, sent: str) -> None:
    """Whatever the operation is called, and however the base is shared out between server and path."""
    servers = {"servers": [{"url": server}]} if server else {}

    contract = loaded(document({path: listing()}, **servers))

    assert contract.base_path == base
    assert [(name, one.path) for name, one in contract.operations.items()] == [("list_batches", sent)]


@pytest.mark.parametrize(
    "path",
    [
        "/v1/messages/batches",
        "/v1/organization/batches",
        "/vector_stores/{vector_store_id}/files",
        "/batches/search",
        "/batches/{id}/results",
    ],
)
def test_what_only_ends_like_an_operation_is_none(loaded: Any, path: str) -> None:
    """It is nobody's business, alone or beside one that is."""
    with pytest.raises(ContractError, match="no operation of a Batch API"):
        loaded(document({path: listing()}), "alone.yaml")

    assert loaded(document({path: {"get": {"responses": 1}}, "/batches": listing()})).operations.keys() == {
        "list_batches"
    }


def test_of_several_candidates_the_whole_api_counts(loaded: Any) -> None:
    """The base that has most of the operations is the API's; what only another has is taken from there."""
    item = {"get": answer(BATCH)}
    paths = {
        "/{provider}/v1/batches": {**listing(), "post": answer(BATCH)},
        "/v2/batches": {**listing(), "post": answer(BATCH)},
        "/v2/batches/{id}": item,
        "/batches": listing(),
        "/v1/files/{name}": {"delete": answer(BATCH)},
    }

    operations = loaded(document(paths)).operations

    assert {name: one.template for name, one in operations.items()} == {
        "list_batches": "/v2/batches",
        "create_batch": "/v2/batches",
        "retrieve_batch": "/v2/batches/{id}",
        "delete_file": "/v1/files/{name}",
    }
    assert operations["delete_file"].path == "/v1/files/{file_id}"


def test_what_a_simulator_asks_of_a_contract(loaded: Any) -> None:
    """Upload path, status of a creation and shape of a list can be read off."""
    paths = {
        "/batches": {"get": answer({"type": "array", "items": BATCH}), "post": answer(BATCH, "201")},
        "/batches/{id}": {"get": answer(BATCH), "parameters": [{"name": "id", "in": "path", "schema": {}}]},
        "/files/upload": {"post": answer(BATCH, "default")},
        "/files": {
            "get": answer({"properties": {"data": {"properties": {"data": {"type": "array", "items": BATCH}}}}})
        },
    }

    operations = loaded(document(paths, servers=[{"url": "https://x.example/v1"}])).operations

    assert operations["upload_file"].path == "/files/upload"
    assert operations["create_batch"].success_status == 201
    assert operations["upload_file"].success_status == 200
    assert operations["list_batches"].items == ()
    assert operations["list_files"].items == ("data", "data")
    assert operations["retrieve_batch"].parameter("batch_id", "path") is not None


def test_a_defect_elsewhere_is_nobodys_business(loaded: Any) -> None:
    """Only what the operations reach is compiled, judged and reported."""
    text = """
openapi: 3.2.0
$self: https://x.example/api.yaml
info: {title: t, version: 1}
paths:
  /containers: {get: {responses: {200: !odd x}}, get: 1}
  /containers/{id}: {$ref: 'https://elsewhere.example/x.yaml'}
  /batches: {$ref: '#/components/pathItems/B%61tches'}
components:
  pathItems:
    Batches:
      query: {responses: 7}
      additionalOperations: {COPY: 8}
      get:
        callbacks: {x: {$ref: '#/nowhere'}}
        responses:
          200:
            description: ''
            links: {x: {$ref: '#/nowhere'}}
            content: {application/json: {$ref: 'https://x.example/api.yaml#/components/mediaTypes/M'}}
  mediaTypes:
    M: {schema: {$ref: '#/components/schemas/List'}}
  schemas:
    List: {type: array, items: {type: object, properties: {id: {type: string}}, required: [id]}}
    Broken: {type: wrong, pattern: '(', $ref: 5}
"""

    contract = loaded(text.encode())

    schema = contract.operations["list_batches"].response(200).schema
    assert schema.validator.is_valid([{"id": "b"}])
    assert not schema.validator.is_valid([{}])
    assert "Broken" not in str(contract.document.data)
    assert contract.line(schema.location) == text[: text.index("    M:")].count("\n") + 1


@pytest.mark.parametrize("media", ["*/*", "application/*", "application/vnd.x+json", "application/json; charset=utf-8"])
def test_any_media_type_that_covers_json_is_judged(loaded: Any, media: str) -> None:
    """Springdoc, for one, writes `*/*` everywhere."""
    item = {"get": {"responses": {"200": {"content": {"text/html": {}, media: {"schema": BATCH}}}}}}

    schema = loaded(document({"/batches": item})).operations["list_batches"].response(200).schema

    assert not schema.validator.is_valid({})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"swagger: '2.0'\npaths: {}\n", "a Swagger 2.0 document; OpenAPI 3.0, 3.1 and 3.2 are read"),
        (b"swagger: 2.0\n", "a Swagger 2.0 document"),
        (b"openapi: 4.0.0\npaths: {}\n", "not an OpenAPI 3.0, 3.1 or 3.2 document"),
        (b"openapi: 3.10.0\npaths: {}\n", "not an OpenAPI 3.0, 3.1 or 3.2 document"),
        (b"openapi: 3.1.0\npaths: []\n", "`paths` is missing or not a mapping"),
        (b"[1, 2]", "not an OpenAPI"),
        (b"", "empty"),
    ],
)
def test_what_is_no_such_document_is_refused_in_a_line(loaded: Any, content: bytes, message: str) -> None:
    """What was expected, and what came."""
    with pytest.raises(ContractError, match=message) as caught:
        loaded(content)

    assert "\n" not in str(caught.value)


def test_json_as_tools_write_it_is_read_with_its_lines(loaded: Any) -> None:
    """With tabs and escaped surrogates, which YAML would refuse."""
    text = '{\n\t"openapi": "3.0.3", "info": {"title": "\\ud83d\\ude00", "version": "1"},\n\t"paths": {\n'
    text += '\t"/batches": {"post": {"responses": {"201": {"description": "made"}}}}}}'

    contract = loaded(text.encode(), "their.json")

    assert contract.line(contract.operations["create_batch"].location) == 4


def test_a_whole_document_of_3_mb_is_read_in_seconds(loaded: Any) -> None:
    """Hundreds of other paths and thousands of other schemas cost their reading, and are then gone."""
    words = "What somebody else's operation is about, at length. " * 7
    paths = {
        f"/others/{number}": {"get": {"summary": words, **answer({"$ref": f"#/components/schemas/Other{number}"})}}
        for number in range(1500)
    }
    schemas = {
        f"Other{number}": {"properties": {f"field{one}": {"type": "string", "description": words} for one in range(4)}}
        for number in range(1500)
    }
    content = orjson.dumps(document({**paths, "/batches": listing()}, components={"schemas": schemas}))
    assert len(content) > 3_000_000
    began = time.process_time()

    contract = loaded(content, "their.json")

    assert time.process_time() - began < 20
    assert contract.operations.keys() == {"list_batches"}
    assert len(orjson.dumps(contract.document.data)) < 2_000
