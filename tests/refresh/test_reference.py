"""What other pages document, beside the pages: who counts, what is told, and what flows from a page's limits."""

from pathlib import Path

import pytest

from conformance import report
from conformance.contract import Contract
from conformance.document import read
from conformance.documents.page_rules import disagreements
from conformance.input_rules.table import input_rules
from conformance.sources import REFERENCE, KeptPage
from tests.refresh.conftest import Refresh, Site
from tests.refresh.pages import KIMI_CREATE, KIMI_LIST, files

pytestmark = pytest.mark.usefixtures("untried")

POST = """    post:
      tags: [批处理, Jobs]
      summary: 创建
      operationId: createJob
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              properties:
                input_file_id: {type: string}
                endpoint: {type: string}
                completion_window: {type: string}
                priority: {type: integer}
              required: [input_file_id]
      responses:
        '200':
          description: ok
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/BatchObject'
        '401':
          description: unauthorised
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/ErrorResponse'
      security:
        - bearerAuth: []
"""
RETRIEVE = """  /v1/batches/{id}:
    get:
      tags: [Anything]
      operationId: list_batches
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
      responses:
        '200':
          description: one
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/BatchObject'
      security:
        - bearerAuth: []
"""
ENTRY = """[[page]]
name = "retrieve-batch"
file = "kimi-retrieve-batch.md"
address = "{address}/kimi-retrieve-batch.md"
kept = 2026-01-01
sha256 = ""
form = "openapi"

"""


def built(checkout: Path) -> Contract:
    """Kimi's contract as it is there."""
    return Contract("kimi", "specs/kimi.yaml", read(checkout / "specs/kimi.yaml"))


def told(checkout: Path) -> dict[str, tuple[str, str]]:
    """Where the sources of Kimi's contract disagree, and what they say."""
    sources = [
        KeptPage(path.name, read(path), built(checkout).document if path.name == REFERENCE else None)
        for path in sorted((checkout / "specs/sources/kimi").glob("*.yaml"))
    ]
    rows = [one.breach for one in disagreements(sources)]
    return {one.pointer.partition("/post/")[2] or one.pointer: (one.expected, str(one.observed)) for one in rows}


def test_a_page_that_begins_to_document_an_operation_counts_whole(checkout: Path, site: Site, refresh: Refresh) -> None:
    """Nothing of ours is mixed into it but limits of other sources; what they say otherwise is a disagreement."""
    site.edit(KIMI_LIST, "components:\n  schemas:\n", f"{POST}components:\n  schemas:\n")

    code, _, printed = refresh()

    post = read(checkout / "specs/kimi.yaml").data["paths"]["/v1/batches"]["post"]
    schema = post["requestBody"]["content"]["application/json"]["schema"]
    assert (code, post["tags"], post["operationId"]) == (0, ["批处理", "Jobs"], "create_batch")
    assert (list(schema["properties"]), schema["required"]) == (
        ["input_file_id", "endpoint", "completion_window", "priority"],
        ["input_file_id"],
    )
    assert list(post["responses"]) == ["200", "401"]
    assert "x-source" not in post
    rules = input_rules("kimi", built(checkout))
    assert (rules.max_files, rules.line_fields, rules.window_hours) == (1000, {"method", "url"}, (12, 168))
    body = "requestBody/content/application~1json/schema"
    assert told(checkout) == {
        f"{body}/properties/priority": ("integer", "(nothing)"),
        f"{body}/properties/metadata": ("(nothing)", "object"),
        f"{body}/required": ("input_file_id", "input_file_id, endpoint, completion_window"),
        "responses/400": ("(nothing)", "anything"),
        "responses/500": ("(nothing)", "anything"),
    }
    assert "by hand: specs/overlays/kimi.yaml:" in printed  # what it says of a schema that is no more
    assert any("create_batch_body" in path for path in files(checkout / "generated/kimi_batch"))


def test_a_further_page_is_listed(checkout: Path, site: Site, refresh: Refresh) -> None:
    """Its operation counts, by the names that all contracts share, whatever it calls itself and its parameter."""
    block = read_block(site)
    head, paths, rest = block.partition("paths:\n")[0], "paths:\n", block.partition("components:\n")[2]
    page = f"# R\n````yaml GET\n{head}{paths}{RETRIEVE}components:\n{rest}````\n"
    site.bodies["kimi-retrieve-batch.md"] = page.encode()
    toml = checkout / "specs/sources/kimi/sources.toml"
    text = toml.read_text(encoding="utf-8")
    entry = ENTRY.format(address=site.address) + '[[page]]\nname = "create-batch"'
    toml.write_text(text.replace('[[page]]\nname = "create-batch"', entry), encoding="utf-8")

    code, _, _ = refresh()

    item = read(checkout / "specs/kimi.yaml").data["paths"]["/v1/batches/{batch_id}"]
    assert (code, item["get"]["operationId"], item["get"]["tags"]) == (0, "retrieve_batch", ["Anything"])
    assert [one["name"] for one in item["get"]["parameters"]] == ["batch_id"]
    assert list(item["get"]["responses"]) == ["200"]
    assert {one.partition("/get/")[2] for one in told(checkout)} == {
        f"responses/{status}" for status in (401, 404, 500)
    }


def read_block(site: Site) -> str:
    """The OpenAPI block of Kimi's list page."""
    text = site.bodies[KIMI_LIST].decode()
    return text[text.index("openapi: 3") : text.rindex("````")]


def test_limits_flow_from_the_page_to_rules_and_rows(
    checkout: Path, site: Site, refresh: Refresh, tmp_path: Path
) -> None:
    """A page that states other limits leads to rows, words, a pattern, and what preflight and simulator hold to."""
    site.edit(KIMI_CREATE, "max 100MB", "max 200MB")
    site.edit(KIMI_CREATE, "Up to 1000 batch", "Up to 2,000 batch")
    site.edit(KIMI_CREATE, "maximum 7d", "maximum 14d")

    code, _, _ = refresh("--fetch", "--out", str(tmp_path))

    rows = report.read(tmp_path / "drift.json")["drift"]
    assert code == 0
    assert {(row["rule"], row["severity"], row["pointer"]) for row in rows} == {
        ("request-limit-increased", "info", "/file_size"),
        ("request-limit-increased", "info", "/files_per_organization"),
        ("request-limit-increased", "info", "/completion_window/maximum"),
    }
    log = (checkout / "specs/history/kimi/CHANGELOG.md").read_text(encoding="utf-8")
    assert "- **info** request-limit-increased, `POST /batches /file_size`: 100MB → 200MB" in log
    rules = input_rules("kimi", built(checkout))
    assert (rules.max_bytes, rules.max_files, rules.window_hours) == (200 << 20, 2000, (12, 336))
    body = built(checkout).operations["create_batch"].body
    assert body is not None
    request = {"input_file_id": "f", "endpoint": "/v1/chat/completions"}
    windows = {one: body.validator.is_valid({**request, "completion_window": one}) for one in ("14d", "336h", "15d")}
    assert windows == {"14d": True, "336h": True, "15d": False}


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("max 100MB", "max 50 MB", "request-limit-decreased"),
        ("max 100MB", "max 1GB", "request-limit-increased"),
        ("minimum 12h", "minimum 1d", "request-limit-decreased"),
    ],
)
def test_other_limits(
    checkout: Path, site: Site, refresh: Refresh, tmp_path: Path, *, old: str, new: str, rule: str
) -> None:
    """Less, and other units."""
    assert checkout.is_dir()
    site.edit(KIMI_CREATE, old, new)

    assert refresh("--fetch", "--out", str(tmp_path))[0] == 0
    assert [row["rule"] for row in report.read(tmp_path / "drift.json")["drift"]] == [rule]


@pytest.mark.parametrize(
    ("page", "old", "new", "line"),
    [
        (
            KIMI_CREATE,
            "maximum 7d",
            "maximum forever",
            "specs/kimi.yaml: x-limits: completion_window: a maximum like 12h or 7d is expected, not",
        ),
        (
            KIMI_LIST,
            "          schema:\n            type: string\n        - name: limit\n",
            "        - name: limit\n",
            'openapi.yaml:18: #/paths/~1v1~1batches/get/parameters/0: not valid OpenAPI: "schema" is a required',
        ),
        (
            KIMI_LIST,
            "        input_file_id:\n          type: string\n",
            "        input_file_id:\n          type: text\n",
            "list-batches.openapi.yaml:103: #/components/schemas/BatchObject/properties/input_file_id/type: not valid",
        ),
        (
            KIMI_LIST,
            "          in: query\n          required: false\n          description: 每页数量，默认 20\n",
            "          in: url\n          required: false\n          description: 每页数量，默认 20\n",
            "list-batches.openapi.yaml:25: #/paths/~1v1~1batches/get/parameters/1/in: not valid OpenAPI",
        ),
        (
            KIMI_LIST,
            "$ref: '#/components/schemas/BatchRequestCounts'",
            "$ref: '#/components/schemas/Counts'",
            "list-batches.openapi.yaml:",
        ),
    ],
)
def test_what_is_not_valid_is_one_line_with_page_line_and_place(
    checkout: Path, site: Site, refresh: Refresh, *, page: str, old: str, new: str, line: str
) -> None:
    """The deepest mistake, where the page makes it; nothing is written."""
    before = files(checkout)
    site.edit(page, old, new)

    code, out, printed = refresh()

    assert (code, out) == (1, "")
    assert line in printed
    assert printed.count("\n") == 1
    assert files(checkout) == before


def test_what_is_stated_of_what_is_gone_is_named(checkout: Path, refresh: Refresh, site: Site) -> None:
    """A value of a field that the page no longer has is told by the line that states it."""
    path = checkout / f"specs/sources/kimi/{REFERENCE}"
    stated = "    Batch:\n      properties:\n        mood:\n          x-values:\n            - value: good\n"
    path.write_text(path.read_text(encoding="utf-8") + stated, encoding="utf-8")
    assert site.bodies

    code, _, printed = refresh("--check")

    assert code == 1
    assert f"specs/sources/kimi/{REFERENCE}:" in printed
    assert "#/components/schemas/Batch/properties/mood/x-values is stated of what is not there" in printed


@pytest.mark.parametrize("text", ["[1]\n", "openapi: 3.1.0\n", "openapi: 3.1.0\npaths: 5\n", "paths: {\n"])
def test_a_reference_that_is_none_is_one_line(checkout: Path, refresh: Refresh, text: str) -> None:
    """The file is named; nothing is written."""
    (checkout / f"specs/sources/kimi/{REFERENCE}").write_text(text, encoding="utf-8")

    code, out, printed = refresh("--fetch")

    assert (code, out, printed.count("\n")) == (1, "", 1)
    assert printed.startswith(f"refresh_specs: specs/sources/kimi/{REFERENCE}:")
