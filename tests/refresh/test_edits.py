"""Edits of a page, one of each kind: a client comes of it that passes its trial, or one line says why none does."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from conformance import report
from scripts.committed import ROOT
from tests.refresh.conftest import Refresh, Site
from tests.refresh.pages import KIMI_LIST, files

ENDPOINT = "        endpoint:\n          type: string\n"
STATUS = "            - cancelling\n            - cancelled\n        output_file_id"
NULLABLE = (
    "          type: string\n          description: >-\n            当前状态",
    "          type: [string, 'null']\n          description: >-\n            当前状态",
)
NODE = """
    Node:
      type: object
      properties:
        next:
          $ref: '#/components/schemas/Node'
        others:
          type: array
          items:
            $ref: '#/components/schemas/Node'
"""


def beside(text: str) -> tuple[str, str]:
    """A property added to a batch; its lines are indented as `endpoint` is."""
    return ENDPOINT, f"{text}{ENDPOINT}"


def of_type(text: str) -> tuple[str, str]:
    """What is documented of a property `extra` of a batch, in YAML's flow style."""
    return beside(f"        extra: {text}\n")


KINDS: list[tuple[str, str]] = [
    # what is documented of a property, and how the client says it (x for what its class would be called)
    ("{type: integer, enum: [1, 2]}", "int | None"),
    ("{enum: [a, 1, null]}", "x | int | None"),
    ("{enum: [true, 1.5, a]}", "x | bool | float | None"),
    ("{enum: [null]}", "None"),
    ("{enum: [{a: 1}]}", "x | None"),
    ("{type: string, format: date-time}", "str | None"),
    ("{type: string, format: date}", "str | None"),
    ("{type: string, format: uuid}", "str | None"),
    ("{type: string, format: byte}", "str | None"),
    ("{const: a}", "x | None"),
    ("{const: 1}", "int | None"),
    ("{type: string, example: 2026-11-24}", "str | None"),
    ("{type: string, default: 2026-11-24}", "str | None"),
    ("{type: string, enum: [2026-11-24, on, 1.0.0]}", "x | None"),
    ("{type: string, enum: [a, A, a-b, a_b, '', 批, mro, None]}", "x | None"),
    ("{type: [string, 'null'], enum: [a, null]}", "x | None"),
    ("{type: string, nullable: true, enum: [a]}", "x | None"),
    ("{type: array, items: {type: array, items: {enum: [a, null]}}}", "list[list[xItemItem | None]] | None"),
    ("{type: array, prefixItems: [{type: string}]}", "list[Any] | None"),
    ("{type: array, items: true}", "list[Any] | None"),
    ("{allOf: [{type: object, properties: {a: {type: string}}}, {required: [a]}]}", "x | None"),
    ("{anyOf: [{type: object, properties: {a: {type: string}}}, {type: 'null'}]}", "x | None"),
    (
        "{oneOf: [{$ref: '#/components/schemas/BatchObject'}, {type: string}], discriminator: {propertyName: kind}}",
        "Any | str | None",
    ),
    ("{$ref: '#/components/schemas/BatchObject'}", "Any | None"),
    ("{$ref: '#/components/schemas/ErrorResponse', nullable: true}", "ErrorResponse | None"),
    ("{allOf: [{$ref: '#/components/schemas/ErrorResponse'}]}", "ErrorResponse | None"),
    ("{type: object, additionalProperties: {type: integer}}", "x | None"),
    ("{type: object, additionalProperties: {$ref: '#/components/schemas/BatchObject'}}", "x | None"),
    ("{type: object, patternProperties: {'^a': {type: string}}}", "x | None"),
    ("{type: object, required: [nothing]}", "x | None"),
    ("{type: object, properties: {a: true, b: false, 1: {type: string}, true: {type: string}}}", "x | None"),
    ("{type: string, example: 5}", "str | None"),
    ("{type: string, description: '{{ x }} {% raw %} \\N{DASH} %s'}", "str | None"),
    (
        "{type: [object, array, string, integer, boolean, 'null', number]}",
        "x | bool | float | int | list[Any] | None | str",
    ),
    ("{not: {type: string}}", "Any | None"),
    ("true", "Any | None"),
    ("{}", "Any | None"),
]
OWN = ("wire", "keys", "drift", "to_dict", "additional_properties", "from_dict", "self", "class", "print", "async")
NAMES = {
    **{name: f"{name}_" for name in OWN},
    "FIELDS": "fields",
    "createdAt": "createdAt",
    "a b": "a_b",
    "a.c": "a_c",
    "a/d": "ad",
    "9": "field_9",
    "名字": "名字",
    "😀": "field_",
    "x" * 60: "x" * 60,
    "2026-11-24": "field_2026_11_24",
    "on": "on",
    "_plan": "field_plan",
    "null": "null",
}
"""Properties, and what the client calls them."""
SCHEMAS = ["Any", "OpenEnum", "Model", "Unset", "list", "None", "import", "batch", "BATCH", "BatchStatus", "Response"]
TAGS = [
    "import",
    "..",
    "a/b",
    "",
    "批处理",
    "class",
    "Batch Files",
    "9",
    "__init__",
    "models",
    "a.b",
    "-",
    "x" * 100,
    "类/型",
]


def model(checkout: Path) -> str:
    """The module of the batch, as it was made."""
    return (checkout / "generated/kimi_batch/kimi_batch/models/batch.py").read_text(encoding="utf-8")


def shipped(site: Site, refresh: Refresh, *edits: tuple[str, str]) -> None:
    """The refresh goes through, trial included."""
    for old, new in edits:
        site.edit(KIMI_LIST, old, new)

    code, _, told = refresh()

    assert (code, "nothing is written" in told) == (0, False), told


def test_every_kind_is_said_and_passes_the_trial(checkout: Path, site: Site, refresh: Refresh) -> None:
    """All ways of JSON Schema to say something of a property, side by side in one client."""
    shipped(site, refresh, beside("".join(f"        kind{index}: {said}\n" for index, (said, _) in enumerate(KINDS))))

    made = model(checkout)
    for index, (said, annotation) in enumerate(KINDS):
        assert (
            f"    kind{index}: {annotation.replace('x', f'BatchKind{index}', 1) if 'x' in annotation else annotation}"
            in made
        ), said


def test_every_name_is_told_apart_and_passes_the_trial(checkout: Path, site: Site, refresh: Refresh) -> None:
    """Python's own words, the model's own methods, other alphabets and none: each gets an attribute of its own."""
    shipped(site, refresh, beside("".join(f"        '{name}': {{type: string}}\n" for name in NAMES)))

    made = model(checkout)
    assert [name for name, attribute in NAMES.items() if f"    {attribute}: str | None = None" not in made] == []


@pytest.mark.full
@pytest.mark.parametrize("said", ["{type: object, properties: {a: {type: string}}}", "{type: string, enum: [a, b]}"])
def test_schemas_of_any_name_pass_the_trial(checkout: Path, site: Site, refresh: Refresh, said: str) -> None:
    """Named as what generated code needs, as another class, or as the same but for case."""
    use = "".join(f"        s{n}: {{$ref: '#/components/schemas/{name}'}}\n" for n, name in enumerate(SCHEMAS))
    defined = "".join(f"    {name}: {said}\n" for name in SCHEMAS)
    shipped(site, refresh, beside(use), ("\n    BatchObject:\n", f"\n{defined}    BatchObject:\n"))

    assert "class Batch(" in model(checkout)


ELSEWHERE: list[tuple[str, list[tuple[str, str]], str]] = [
    ("an enum beside null, as a list of types", [NULLABLE], "status: BatchStatus | None"),
    (
        "an enum with null in it",
        [(STATUS, STATUS.replace("        output", "            - null\n        output")), NULLABLE],
        "status: BatchStatus | None",
    ),
    (
        "a schema that holds itself",
        [
            beside("        extra:\n          $ref: '#/components/schemas/Node'\n"),
            ("\n    BatchObject:\n", f"{NODE}    BatchObject:\n"),
        ],
        "extra: Node | None",
    ),
    ("a title", [("    BatchObject:\n", "    BatchObject:\n      title: Something else\n")], "class Batch("),
    ("a status as a number", [("        '200':\n", "        200:\n")], "class Batch("),
    (
        "a class of statuses",
        [("        '500':\n", "        5XX:\n          description: x\n        '500':\n")],
        "class Batch(",
    ),
    (
        "any other status",
        [("        '500':\n", "        default:\n          description: x\n        '500':\n")],
        "class Batch(",
    ),
    ("the tag import", [("        - Batch\n", "        - import\n")], "class Batch("),
]
QUICK = {"an enum with null in it"}
"""Tried in every run of the tests; the others in the wide one."""


@pytest.mark.parametrize(
    ("edits", "says"),
    [
        pytest.param(edits, says, id=name, marks=() if name in QUICK else pytest.mark.full)
        for name, edits, says in ELSEWHERE
    ],
)
def test_a_client_of_it_passes_its_trial(
    checkout: Path, site: Site, refresh: Refresh, edits: list[tuple[str, str]], says: str
) -> None:
    """The client says what the page now says."""
    shipped(site, refresh, *edits)

    assert says in model(checkout)


@pytest.mark.full
@pytest.mark.usefixtures("untried")
@pytest.mark.parametrize("tag", TAGS)
def test_a_tag_says_nothing_to_the_client(checkout: Path, site: Site, refresh: Refresh, tag: str) -> None:
    """Operations have the tags that we give them: the client's files are the same, but for the contract's hash."""
    before = files(checkout / "generated")
    shipped(site, refresh, ("        - Batch\n", f"        - {tag!r}\n"))

    changed = {path for path, content in files(checkout / "generated").items() if before.get(path) != content}
    assert changed <= {"kimi_batch/kimi_batch/_contract.py"}


REFUSED: list[tuple[str, str, list[tuple[str, str]], str]] = [
    # what is edited, on which page, how, and what is told
    (
        "output_file_id renamed",
        KIMI_LIST,
        [("        output_file_id:\n", "        result_file_id:\n")],
        "output_file_id, which the client needs for wait, download, results",
    ),
    (
        "request_counts renamed",
        KIMI_LIST,
        [("        request_counts:\n", "        counts:\n"), ("        - request_counts\n", "        - counts\n")],
        "no request_counts, which the client needs for wait",
    ),
    (
        "has_more dropped",
        KIMI_LIST,
        [("        has_more:\n          type: boolean\n          description: 是否还有更多数据\n", "")],
        "list_batches documents no has_more, which the client needs for list",
    ),
    (
        "a final status dropped",
        KIMI_LIST,
        [("            - completed\n", "            - done\n")],
        "no data[].status completed",
    ),
    (
        "a reference to itself",
        KIMI_LIST,
        [
            beside("        extra:\n          $ref: '#/components/schemas/Self'\n"),
            ("\n    BatchObject:\n", "\n    Self:\n      $ref: '#/components/schemas/Self'\n    BatchObject:\n"),
        ],
        "itself",
    ),
    (
        "an integer of 5,000 digits",
        KIMI_LIST,
        [of_type(f"{{type: integer, maximum: {'9' * 5000}}}")],
        "list-batches.openapi.yaml:99",
    ),
    (
        "20,000 values",
        KIMI_LIST,
        [of_type(f"{{type: string, enum: [{', '.join(f'v{number}' for number in range(20_000))}]}}")],
        "20000 values, more than",
    ),
    ("an enum of nothing", KIMI_LIST, [of_type("{type: string, enum: []}")], "expected a list of values"),
    (
        "a type that is none",
        KIMI_LIST,
        [of_type("{type: date}")],
        "yaml:99: #/components/schemas/BatchObject/properties/",
    ),
    ("a list of types that is none", KIMI_LIST, [of_type("{type: [null]}")], "extra/type/0: not valid OpenAPI: None"),
    ("properties that are none", KIMI_LIST, [of_type("{type: object, properties: []}")], "extra/properties: not valid"),
    ("a branch that is none", KIMI_LIST, [of_type("{oneOf: a}")], "extra/oneOf: not valid OpenAPI: 'a' is not"),
    ("a default that does not fit", KIMI_LIST, [of_type("{type: string, default: 5}")], "extra/default: not valid"),
    ("nothing is both", KIMI_LIST, [of_type("{allOf: [{type: string}, {type: integer}]}")], "nothing is both"),
    (
        "two names that are one",
        KIMI_LIST,
        [beside("        $id: {type: string}\n")],
        "/$id: in Python the same as 'id'",
    ),
    ("a reference to nothing", KIMI_LIST, [of_type("{$ref: '#/components/schemas/No'}")], "leads nowhere"),
    ("a key of two values", KIMI_LIST, [of_type("{type: string, type: integer}")], "duplicate key 'type'"),
    (
        "a field too many",
        KIMI_LIST,
        [("      summary: ", "      sumary: x\n      summary: ")],
        "('sumary' was unexpected)",
    ),
    (
        "schemas that are none",
        KIMI_LIST,
        [("  schemas:\n", "  schemas: []\n  x-schemas:\n")],
        "#/components/schemas: expected",
    ),
    (
        "a server that is none",
        KIMI_LIST,
        [("https://api.moonshot.cn", "'https://[::1'")],
        "md: `servers`: 'https://[::1' is not",
    ),
    ("no version", KIMI_LIST, [("openapi: 3.1.0", "openapi: '9'")], "`openapi: 9`"),
    (
        "paths that are none",
        KIMI_LIST,
        [("paths:\n", "paths: []\nx-paths:\n")],
        "expected one OpenAPI block that has list_batches",
    ),
    (
        "no paths",
        KIMI_LIST,
        [("paths:\n", "paths: {}\nx-paths:\n")],
        "expected one OpenAPI block that has list_batches",
    ),
]


@pytest.mark.usefixtures("untried")
@pytest.mark.parametrize(("page", "edits", "reason"), [pytest.param(*one[1:], id=one[0]) for one in REFUSED])
def test_what_no_client_comes_of_is_refused_in_a_line(
    checkout: Path, site: Site, refresh: Refresh, *, page: str, edits: list[tuple[str, str]], reason: str
) -> None:
    """The last line names the place and who needs it; no committed file changes."""
    before = files(checkout)
    for old, new in edits:
        site.edit(page, old, new)

    code, out, told = refresh()

    last = told.splitlines()[-1]
    assert (code, out) == (1, "")
    assert last.startswith("refresh_specs: ")
    assert reason in last
    assert files(checkout) == before


@pytest.mark.usefixtures("untried")
def test_what_the_page_changed_is_reported_all_the_same(
    checkout: Path, site: Site, refresh: Refresh, tmp_path: Path
) -> None:
    """Nothing is written but the report, which says what changed and why no client came of it."""
    before = files(checkout)
    site.edit(KIMI_LIST, "        output_file_id:\n", "        result_file_id:\n")

    code, _, told = refresh("--fetch", "--out", str(tmp_path / "out"))

    assert code == 1
    assert told.splitlines()[-1].endswith("nothing is written")
    assert files(checkout) == before
    rows = {(row["rule"], row["pointer"]) for row in report.read(tmp_path / "out/drift.json")["drift"]}
    assert ("response-optional-property-removed", "/data/*/output_file_id") in rows
    assert "No client is made, and nothing is written" in (tmp_path / "out/refresh.md").read_text(encoding="utf-8")


def test_a_client_that_cannot_be_used_fails_its_trial(
    checkout: Path, site: Site, refresh: Refresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the generator gets wrong, it is found at work, and told in a line."""
    from scripts import refresh as module  # noqa: PLC0415 - what this test takes apart

    made = module._made  # noqa: SLF001 - likewise
    spoilt = "kimi_batch/models/batch.py"
    monkeypatch.setattr(
        module,
        "_made",
        lambda *given: {
            path: content.replace(b'"input_file_id", "input_file_id"', b'"input_file_id", "file_id"')
            if path.endswith(spoilt)
            else content
            for path, content in made(*given).items()
        },
    )
    before = files(checkout)
    site.edit(KIMI_LIST, *of_type("{type: string}"))

    code, _, told = refresh()

    assert code == 1
    assert "kimi_batch fails at work: list_batches: TrialError: 200: " in told.splitlines()[-1]
    assert files(checkout) == before


@pytest.mark.full
@pytest.mark.parametrize("script", ["refresh_specs.py", "generate_clients.py"])
def test_what_is_built_twice_has_the_same_bytes(script: str) -> None:
    """Whatever order another process has its sets in, nothing that is committed would be written anew."""
    done = subprocess.run(
        (sys.executable, f"scripts/{script}", "--check"),
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
