"""The page is edited at random: a client comes of it that can be used, or one line says why none does."""

import importlib
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from attrs import evolve
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some

from conformance.contract import ContractError, read_contract
from conformance.document import DocumentError, parse
from scripts import committed, generate_clients
from scripts.committed import ROOT
from scripts.generate_clients import PROVIDERS, Client, GenerationError, clients, generate
from scripts.generated_code import UnsafeCodeError, refuse_code
from scripts.safety import UnsafePageError, refuse_document, refuse_text
from scripts.trial import try_client
from scripts.trial_run import import_all, read_samples
from scripts.valid import fault
from scripts.yaml12 import dump

COMMITTED = clients(ROOT)[0]
CONTRACT = ROOT / COMMITTED.contract
CLIENT = Client(evolve(COMMITTED.provider, client="random_batch"))
REFUSALS = (ContractError, DocumentError, GenerationError, UnsafeCodeError, UnsafePageError)

WORDS = some.sampled_from(
    ["a", "A", "b-c", "class", "wire", "keys", "名", "", " ", "9", "mro", "2026-11-24", "on", "a b"]
)
VALUES = some.one_of(WORDS, some.integers(-3, 10**20), some.booleans(), some.none(), some.floats(-2, 2))
TYPES = some.sampled_from(["string", "integer", "number", "boolean", "object", "array", "null"])
REFERENCES = some.sampled_from(["Batch", "ErrorResponse", "RequestCounts", "Extra"]).map(
    lambda name: {"$ref": f"#/components/schemas/{name}"}
)


def schemas(inner: some.SearchStrategy[Any]) -> some.SearchStrategy[Any]:
    """Schemas with each keyword now and then, right or wrong."""
    listed = some.lists(inner, min_size=1, max_size=3)
    return some.fixed_dictionaries(
        {},
        optional={
            "type": some.one_of(TYPES, some.lists(TYPES, min_size=1, max_size=3, unique=True)),
            "enum": some.lists(VALUES, max_size=4),
            "const": VALUES,
            "nullable": some.booleans(),
            "format": some.sampled_from(["date-time", "date", "uuid", "binary", "byte", "x"]),
            "properties": some.dictionaries(WORDS, inner, max_size=3),
            "required": some.lists(WORDS, max_size=2, unique=True),
            "additionalProperties": some.one_of(some.booleans(), inner),
            "items": inner,
            "anyOf": listed,
            "oneOf": listed,
            "allOf": listed,
            "title": WORDS,
            "example": VALUES,
        },
    )


SCHEMAS = some.recursive(some.one_of(some.booleans(), REFERENCES, schemas(REFERENCES)), schemas, max_leaves=6)
EDITS = some.lists(
    some.one_of(
        some.tuples(some.just("add"), WORDS, SCHEMAS),
        some.tuples(some.just("define"), some.sampled_from(["Extra", "any", "batch", "Model"]), SCHEMAS),
        some.tuples(some.just("add"), some.sampled_from(["id", "status", "endpoint", "metadata"]), SCHEMAS),
        some.tuples(some.just("nullable"), some.sampled_from(["id", "status", "request_counts"]), some.none()),
        some.tuples(some.just("rename"), some.sampled_from(["status", "object", "errors", "created_at"]), WORDS),
        some.tuples(some.just("drop"), some.sampled_from(["required", "properties", "type"]), some.none()),
    ),
    min_size=1,
    max_size=3,
)


def edited(edits: list[tuple[str, str, Any]]) -> str:
    """The contract after some edits of it."""
    document = parse(CONTRACT.read_text(encoding="utf-8"), COMMITTED.contract).data
    schemas = document["components"]["schemas"]
    schemas["Extra"] = {"type": "object", "properties": {"a": {"$ref": "#/components/schemas/Batch"}}}
    for kind, name, value in edits:
        properties = schemas["Batch"].get("properties", {})
        match kind:
            case "add":
                properties[name] = value
            case "define":
                schemas[name] = value
            case "nullable":
                properties[name] = {"anyOf": [properties.get(name, {}), {"type": "null"}]}
            case "rename":
                schemas["Batch"]["properties"] = {value if key == name else key: one for key, one in properties.items()}
            case "drop":
                schemas["Batch"].pop(name, None)
    return dump(document)


def outcome(text: str, *, tried: bool) -> str | None:
    """Why no client comes of a contract; None if one does, and it can be used."""
    try:
        refuse_text(text, "page")
        document = parse(text, "page").data
        refuse_document(document, "page", None)
        if wrong := fault(document):
            return str(wrong)
        with TemporaryDirectory() as temporary:
            contract = Path(temporary) / "contract.yaml"
            contract.write_text(text, encoding="utf-8")
            files = generate(COMMITTED if tried else CLIENT, contract)
            refuse_code(files)
            if tried:
                try_client(COMMITTED, files, text.encode(), (ROOT / PROVIDERS).read_bytes())
            else:
                use(files, contract, Path(temporary))
    except REFUSALS as error:
        return str(error)
    return None


def use(files: Mapping[str, bytes], contract: Path, folder: Path) -> None:
    """Import a package, and read with it a sample of each answer."""
    for path, content in files.items():
        committed.write(folder / path, content)
    sys.path.insert(0, str(folder / CLIENT.folder))
    try:
        import_all(CLIENT.package)
        for operation in read_contract(contract, "contract.yaml", "random").operations.values():
            read_samples(CLIENT.package, operation)
    finally:
        sys.path.remove(str(folder / CLIENT.folder))
        for name in [name for name in sys.modules if name.partition(".")[0] == CLIENT.package]:
            del sys.modules[name]
        importlib.invalidate_caches()


def held(edits: list[tuple[str, str, Any]], *, tried: bool) -> None:
    """There is a client that can be used, or there is one line."""
    reason = outcome(edited(edits), tried=tried)

    assert reason is None or (reason and "\n" not in reason and "Traceback" not in reason)
    assert reason is None or tried or " fails at work" not in reason


@pytest.fixture
def unformatted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the files as the templates make them: formatting takes a process, and changes nothing of what they do."""
    monkeypatch.setattr(generate_clients, "_format", lambda _: None)


def random_edits(examples: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """So many examples, the same in each run."""
    quiet = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]

    def decorated(test: Callable[..., None]) -> Callable[..., None]:
        asked = settings(
            max_examples=examples,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=quiet,
            phases=[Phase.generate],  # an example takes a second: one that fails is told as it is
        )
        return asked(given(EDITS)(test))

    return decorated


@pytest.mark.usefixtures("unformatted")
@random_edits(15)
def test_a_random_edit_ends_in_a_client_or_a_line(edits: list[tuple[str, str, Any]]) -> None:
    """The generator's parser and the models it makes, in this process."""
    held(edits, tried=False)


@pytest.mark.full
@pytest.mark.usefixtures("unformatted")
@random_edits(60)
def test_many_random_edits_end_in_a_client_or_a_line(edits: list[tuple[str, str, Any]]) -> None:
    """The same of many more."""
    held(edits, tried=False)


@pytest.mark.full
@random_edits(12)
def test_random_edits_pass_the_whole_trial(edits: list[tuple[str, str, Any]]) -> None:
    """Whatever generates without complaint is told of by its trial, at most."""
    held(edits, tried=True)
