"""What holds for the packages as such: their README, their types, what they import, what the templates change."""

import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from attrs import evolve
from openapi_python_client import __file__ as generator

from conformance.simulator import Simulator
from scripts.client_contract import lacking, prepared
from scripts.committed import ROOT
from scripts.generate_clients import CLIENTS as GENERATED
from scripts.generate_clients import TEMPLATES, GenerationError, generate
from tests.clients.conftest import CLIENTS, Client

STOCK = Path(generator).parent / "templates"


def test_the_example_of_the_readme_runs(client: Client, requests_file: Path) -> None:
    """As it is printed, in a folder with a `requests.jsonl`, with nothing but the environment set."""
    name = client.package.__name__
    (example,) = re.findall(r"```python\n(.*?)```", (ROOT / "generated" / name / "README.md").read_text(), re.DOTALL)
    provider = client.part("_provider")

    with Simulator(client.provider, speed=100_000) as simulator:
        environment = {provider.KEY_VARIABLE: simulator.key, provider.BASE_URL_VARIABLE: simulator.base_url}
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
    assert loaded - set(sys.stdlib_module_names) == {name}


def test_a_client_says_who_it_is(client: Client) -> None:
    """By name and version, which are those of its distribution."""
    contract = client.part("_contract")
    batches = client.sync(api_key="k")

    assert batches.client.get_httpx_client().headers["user-agent"] == f"{contract.DISTRIBUTION}/{contract.VERSION}"
    assert (
        f'version = "{contract.VERSION}"' in (ROOT / f"generated/{client.package.__name__}/pyproject.toml").read_text()
    )


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


def test_what_a_client_relies_on_is_required_of_what_the_generator_sees() -> None:
    """The contract itself stays as it is; a property that is not there is named."""
    document = {
        "paths": {"/x": {"get": {"parameters": [{"name": "a", "in": "query", "description": "d", "schema": {}}]}}},
        "components": {"schemas": {"Thing": {"properties": {"id": {}}, "required": ["id"]}}},
    }

    made = prepared(document, {"Thing": ("id",)})

    assert made["paths"]["/x"]["get"]["parameters"][0]["schema"] == {"description": "d"}
    assert made["components"]["schemas"]["Thing"]["required"] == ["id"]
    assert lacking(made, {"Thing": ("id", "name"), "Other": ("id",)}) == ["Thing.name", "Other.id"]


def test_a_contract_without_what_the_client_relies_on_is_refused() -> None:
    """In one line, and nothing is written."""
    client = evolve(GENERATED[1], relied_on={"Batch": ("id", "colour")})

    with pytest.raises(GenerationError, match=r"the client relies on Batch\.colour, which is not there$"):
        generate(client, ROOT / client.contract)


@pytest.mark.full
def test_the_packages_and_their_use_are_typed(tmp_path: Path) -> None:
    """Mypy --strict and pyright strict, over both packages and a file of examples."""
    examples = tmp_path / "examples.py"
    examples.write_text((Path(__file__).parent / "typing_examples.py").read_text(encoding="utf-8"), encoding="utf-8")
    for name in ("kimi_batch", "siliconflow_batch"):
        (tmp_path / name).symlink_to(ROOT / "generated" / name / name)
    checked = ["examples.py", "kimi_batch", "siliconflow_batch"]
    settings = {"include": checked, "typeCheckingMode": "strict", "venvPath": str(ROOT), "venv": ".venv"}
    (tmp_path / "pyrightconfig.json").write_bytes(orjson.dumps(settings))
    commands = Path(sys.executable).parent

    for command in ([commands / "mypy", "--strict", "--config-file=", *checked], [commands / "pyright", "-p", "."]):
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
