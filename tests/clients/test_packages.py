"""What holds for the packages as such: their README, their types, what they import, what the templates change."""

import inspect
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest
from batch_client import protocols
from batch_client.model import Model, Undocumented
from batch_client.paging import Paging
from batch_client.property import value_of
from batch_client.relies import RELIES
from batch_client.waiting import finished
from openapi_python_client import __file__ as generator

from conformance.document import read
from conformance.simulator import Simulator
from scripts.client_contract import UnfitContractError, facts, prepared
from scripts.committed import ROOT
from scripts.generate_clients import TEMPLATES, GenerationError, clients, generate
from tests.clients.conftest import CLIENTS, Client

STOCK = Path(generator).parent / "templates"


def test_the_example_of_the_readme_runs(client: Client, requests_file: Path) -> None:
    """As it is printed, in a folder with a `requests.jsonl`, with nothing but the environment set."""
    name = client.package.__name__
    (example,) = re.findall(r"```python\n(.*?)```", (ROOT / "generated" / name / "README.md").read_text(), re.DOTALL)
    provider = client.record

    with Simulator(client.provider, speed=100_000) as simulator:
        environment = {provider.key_variable: simulator.key, provider.base_url_variable: simulator.base_url}
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", example],
            cwd=requests_file.parent,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert done.returncode == 0, done.stderr
    assert "completed" in done.stdout
    assert (requests_file.parent / "results.jsonl").stat().st_size > 0


def test_importing_a_client_imports_little_else(client: Client) -> None:
    """Of third parties httpx and attrs, and what these need."""
    name = client.package.__name__
    code = "import sys, httpx, attrs; before = set(sys.modules); import {}; print(*(set(sys.modules) - before))"

    done = subprocess.run(
        [sys.executable, "-c", code.format(name)], capture_output=True, text=True, check=True, timeout=60
    )

    loaded = {module.partition(".")[0] for module in done.stdout.split()}
    assert loaded - set(sys.stdlib_module_names) == {name, "batch_client"}


def test_a_client_says_who_it_is(client: Client) -> None:
    """By name and version, which are those of its distribution."""
    record = client.record
    batches = client.sync(api_key="k")

    assert batches.client.get_httpx_client().headers["user-agent"] == f"{record.distribution}/{record.version}"
    assert f'version = "{record.version}"' in (ROOT / f"generated/{client.package.__name__}/pyproject.toml").read_text()


def test_both_packages_have_the_same_face() -> None:
    """The names of their roots differ only in the provider's."""
    kimi, siliconflow = CLIENTS
    own = {"KimiBatches", "AsyncKimiBatches", "SiliconFlowBatches", "AsyncSiliconFlowBatches"}

    assert set(kimi.package.__all__) - own == set(siliconflow.package.__all__) - own
    assert len(kimi.package.__all__) == len(siliconflow.package.__all__)


def test_twins_have_the_same_methods(client: Client) -> None:
    """With the same arguments, in the same order, with the same defaults."""
    methods = {name for name in dir(client.sync) if not name.startswith("_")}

    assert {name for name in dir(client.asynchronous) if not name.startswith("_")} == methods
    for name in methods - {"client"}:
        own, twin = (inspect.signature(getattr(each, name)).parameters for each in (client.sync, client.asynchronous))
        assert list(own.values()) == list(twin.values())


@pytest.mark.parametrize("template", sorted(path.name for path in TEMPLATES.glob("*.py.jinja")))
def test_a_template_changes_what_the_generator_still_has(template: str) -> None:
    """Each phrase that a template replaces is in the generator's; each template says what it is for."""
    ours = (TEMPLATES / template).read_text(encoding="utf-8")
    theirs = (STOCK / template).read_text(encoding="utf-8")

    assert ours.startswith("{# ")
    macros = "".join((STOCK / f"{name}").read_text() for name in ("endpoint_macros.py.jinja", "helpers.jinja"))
    made = ("response.json()", ".from_dict(response.json())")  # of a property's template and the generator's source
    for phrase in re.findall(r"""replace\((?:"((?:[^"\\]|\\.)*)"|'([^']*)'),""", ours):
        text = (phrase[0] or phrase[1]).replace("\\n", "\n")
        assert text in theirs + macros or text in made or "token" in text, text


def test_a_description_reaches_the_docstring(client: Client) -> None:
    """Of parameters and of properties, in the provider's own words."""
    folder = Path(str(client.package.__file__)).parent
    words = {
        "kimi": ("分页游标，传入上一页最后一个 batch 的 ID", "批处理任务的唯一标识符"),
        "siliconflow": ("A cursor for use in pagination.", "Example: in_queue"),
    }[client.provider]

    assert words[0] in (folder / "api/batch/list_batches.py").read_text(encoding="utf-8")
    assert words[1] in (folder / "models/batch.py").read_text(encoding="utf-8")


GENERATED = {client.package: client for client in clients()}


def contract_of(client: Client) -> Any:
    """The contract as data, to be changed."""
    path = GENERATED[client.package.__name__].contract
    return read(ROOT / path).data


LACKS = {
    "a field": (
        "Batch",
        "output_file_id",
        r"documents no output_file_id, which the client needs for wait, download, results",
    ),
    "a field below": (
        "RequestCounts",
        "completed",
        r"documents no request_counts\.completed, which the client needs for wait",
    ),
    "a list": ("BatchList", "data", r"list_batches documents no data, which the client needs for list"),
    "an id": ("Batch", "id", r"documents no (data\[\]\.)?id, which the client needs"),
    "the end of pages": (
        "BatchList",
        "has_more",
        r"list_batches documents no has_more, which the client needs for list",
    ),
    "a list of files": (
        "FileList",
        "data",
        r"list_files documents no data(\[\]\.id)?, which the client needs for files",
    ),
}


@pytest.mark.parametrize(("schema", "field", "message"), LACKS.values(), ids=LACKS)
def test_a_contract_without_what_the_face_relies_on_is_refused(
    client: Client, schema: str, field: str, message: str
) -> None:
    """In one line, which names the operation, the field, and who needs it; whether it is renamed or gone."""
    for renamed in (True, False):
        document = contract_of(client)
        properties = document["components"]["schemas"][schema]["properties"]
        gone = properties.pop(field)
        if renamed:
            properties[f"{field}_v2"] = gone

        with pytest.raises(UnfitContractError, match=message) as caught:
            facts(document, "/v1")

        assert "\n" not in str(caught.value)


def test_a_contract_that_lists_statuses_lists_those_that_end_a_batch() -> None:
    """A client that waits for them would wait for ever."""
    document = contract_of(CLIENTS[0])
    document["components"]["schemas"]["Batch"]["properties"]["status"]["enum"].remove("expired")

    with pytest.raises(
        UnfitContractError, match=r"documents no (data\[\]\.)?status expired, which the client needs for .*$"
    ):
        facts(document, "/v1")


def test_an_unfit_contract_gives_no_client(client: Client, tmp_path: Path) -> None:
    """The command's message names the contract."""
    contract = tmp_path / "contract.yaml"
    document = contract_of(client)
    del document["components"]["schemas"]["Batch"]["properties"]["status"]
    contract.write_text(json.dumps(document), encoding="utf-8")

    with pytest.raises(GenerationError, match=rf"^specs/{client.provider}\.yaml: not generated, .* no .*status, which"):
        generate(GENERATED[client.package.__name__], contract)


def test_what_the_face_relies_on_is_always_there_for_the_generator(client: Client) -> None:
    """Typed so; the contract itself stays as it is, and descriptions stand where the generator looks for them."""
    document = prepared(contract_of(client))
    schemas = document["components"]["schemas"]

    assert {"id", "status"} <= set(schemas["Batch"]["required"])
    assert "data" in schemas["BatchList"]["required"]
    assert "id" in schemas["File"]["required"]
    parameters = document["paths"][next(iter(document["paths"]))]["get"]["parameters"]
    assert all("description" in one["schema"] for one in parameters if "description" in one)


def test_all_that_differs_between_providers_is_in_the_record(client: Client) -> None:
    """All nine operations, those that are not documented too; no file of the library names a provider."""
    folder = ROOT / "client" / "batch_client"
    text = "".join(path.read_text(encoding="utf-8").lower() for path in folder.rglob("*.py"))

    assert len(client.record.operations) == 9
    assert client.provider not in text
    assert "moonshot" not in text


@pytest.mark.full
def test_the_packages_and_their_use_are_typed(tmp_path: Path) -> None:
    """Mypy --strict and pyright strict, over all packages, files of examples, and what the documentation shows."""
    for name in ("typing_examples.py", "portable.py"):
        (tmp_path / name).write_bytes((Path(__file__).parent / name).read_bytes())
    documented = [ROOT / "docs/clients.md", ROOT / "client/README.md"]
    text = "".join(path.read_text(encoding="utf-8") for path in documented)
    for number, example in enumerate(re.findall(r"```python\n(.*?)```", text, re.DOTALL)):
        (tmp_path / f"documented_{number}.py").write_text(example, encoding="utf-8")
    (tmp_path / "batch_client").symlink_to(ROOT / "client" / "batch_client")
    for name in ("kimi_batch", "siliconflow_batch"):
        (tmp_path / name).symlink_to(ROOT / "generated" / name / name)
    checked = [*sorted(path.name for path in tmp_path.glob("*.py")), "batch_client", "kimi_batch", "siliconflow_batch"]
    settings = {"include": checked, "typeCheckingMode": "strict", "venvPath": str(ROOT), "venv": ".venv"}
    (tmp_path / "pyrightconfig.json").write_bytes(orjson.dumps(settings))
    commands = Path(sys.executable).parent

    for command in ([commands / "mypy", "--strict", "--config-file=", *checked], [commands / "pyright", "-p", "."]):
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_an_answer_without_what_the_face_relies_on_is_no_attribute_error(client: Client) -> None:
    """Models that document none of it read it all the same: a page, a batch, its counts, whatever they are."""
    page = Undocumented.from_dict({"data": [{"id": "b"}, None], "has_more": False})
    batch = client.package.Batch

    assert [value_of(item, "id") for item in Paging(batch, None, strict=False).take(page)] == ["b", None]
    for odd in ({}, {"data": None}, {"data": 7}, {"has_more": True}):
        assert Paging(batch, None, strict=False).take(Undocumented.from_dict(odd)) == []
    assert finished(Undocumented.from_dict({"status": "completed", "output_file_id": "f"}))
    for counts in (None, 7, [], {}, {"completed": 1}, {"completed": "x"}):
        odd = {"status": "completed", "error_file_id": "f", "request_counts": counts}
        assert finished(Undocumented.from_dict(odd)) is (not value_of(counts, "completed"))
    assert not finished(Undocumented.from_dict({}))
    assert not finished(object())


def test_every_field_that_the_protocols_promise_is_relied_on() -> None:
    """So that a contract without one gives no client that is none. What every model can do needs no contract."""
    relied = {one.place.rpartition(".")[2].removeprefix("data[]") for one in RELIES}
    for protocol in (protocols.Batch, protocols.File, protocols.Counts):
        promised = {name.rstrip("_") for name, one in vars(protocol).items() if isinstance(one, property)}
        assert promised - set(dir(Model)) <= relied, protocol
