"""Generates the typed clients: specs/<contract>.yaml → generated/<package>, each a distribution on batch-client.

There is one for each provider in specs/providers.toml that names a `client`. Nothing is written if the generator drops
or warns about anything, or if a contract lacks what the face relies on. Templates here replace the generator's; they
find its own as `stock/<name>`. Those in `templates/package` make what only we have: the package's names, its record,
its classes. `--check` writes nothing, exits 1 and names each stale file.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from hashlib import sha256
from importlib.metadata import version
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import openapi_python_client
from attrs import asdict, frozen
from batch_client import errors as client_errors
from batch_client.model import Model
from batch_client.provider import Operation
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser.errors import GeneratorError

from conformance.contract import ContractError, read_contract
from conformance.providers import Provider, read_providers
from conformance.specs import SpecsError
from scripts.client_contract import Facts, UnfitContractError, facts, named, prepared
from scripts.committed import ROOT, files_below, settle
from scripts.normal_form import NoClientError, normal_form

PINNED: Mapping[str, str] = {"openapi-python-client": "0.29.1", "ruff": "0.17.6"}
"""What the bytes of the clients depend on, beside the contracts."""

PROVIDERS = "specs/providers.toml"
"""The list of providers, from the root of a checkout."""

TEMPLATES = Path(__file__).parent / "templates"
VERSION = "0.1.0"
"""Of every package."""
_RUFF = Path(sysconfig.get_path("scripts")) / "ruff"
_RUFF_OPTIONS = ("--isolated", "--no-cache", "--quiet", "--target-version", "py311", "--line-length", "120")
"""Whatever settings lie about on a machine, they do not count."""
_OBJECT = re.compile(r"<[\w.]+ object at 0x[0-9a-f]+>")


class GenerationError(Exception):
    """A client cannot be generated whole; the message is one line."""


@frozen
class Client:
    """One client: a provider that has a package."""

    provider: Provider

    @property
    def contract(self) -> str:
        """Its contract, from the root of the checkout."""
        return f"specs/{self.provider.contract}.yaml"

    @property
    def package(self) -> str:
        """What it is imported as."""
        return str(self.provider.client)

    @property
    def distribution(self) -> str:
        """What it is installed as."""
        return self.package.replace("_", "-")

    @property
    def folder(self) -> str:
        """Where the distribution lies, from the root of the checkout."""
        return f"generated/{self.package}"

    @property
    def face(self) -> str:
        """The class that users start from: the label, without what stands in parentheses, and Batches."""
        words = re.findall(r"[A-Za-z0-9]+", self.provider.label.partition("(")[0])
        return "".join(word[0].upper() + word[1:] for word in words) + "Batches"

    @property
    def base_url_variable(self) -> str:
        """The environment variable that holds another address."""
        return self.provider.key_variable.removesuffix("_API_KEY").removesuffix("_KEY") + "_BASE_URL"


def clients(root: Path = ROOT) -> Sequence[Client]:
    """The clients of a checkout; none where it has no list of providers.

    Raises:
        SpecsError: that list is not as it must be.
    """
    listed = root / PROVIDERS
    providers = read_providers(listed).values() if listed.is_file() else ()
    return tuple(Client(provider) for provider in providers if provider.client)


def generate(client: Client, contract: Path) -> Mapping[str, bytes]:
    """The files of a client, by path from the root of the checkout.

    Raises:
        GenerationError: the contract is missing, a tool is not of the pinned version, the generator drops or warns
            about anything, or the face relies on what the contract does not document.
    """
    _require_pinned()
    if not contract.is_file():
        raise GenerationError(f"{client.contract}: missing; run `python scripts/refresh_specs.py` first")
    try:
        document = normal_form(named(read_contract(contract, client.contract, client.provider.contract)))
        version = re.search(r"/v\d+\w*\Z", client.provider.base_url)
        found = facts(document, version[0] if version else "")
    except ContractError as error:
        said = str(error).replace(str(contract), client.contract).removeprefix(f"{client.contract}: ")
        raise GenerationError(f"{client.contract}: not generated, {said}") from None
    except (NoClientError, UnfitContractError) as error:
        raise GenerationError(f"{client.contract}: not generated, {error}") from None
    with TemporaryDirectory() as temporary:
        output = Path(temporary) / client.package
        source = Path(temporary) / "contract.json"
        source.write_text(json.dumps(prepared(document)), encoding="utf-8")
        templates = _templates(client, Path(temporary) / "templates")
        with redirect_stdout(StringIO()):
            config = _config(client, source, output)
            errors = openapi_python_client.generate(config=config, custom_template_path=templates)
        if errors:
            losses = "; ".join(_line(error) for error in errors)
            raise GenerationError(f"{client.contract}: not generated, the generator would lose something: {losses}")
        _complete(client, contract, found, output)
        _format(output)
        return {f"{client.folder}/{path}": (output / path).read_bytes() for path in files_below(output)}


def _require_pinned() -> None:
    for name, pinned in PINNED.items():
        if (installed := version(name)) != pinned:
            raise GenerationError(f"{name} is {installed}, the clients are generated with {pinned}: run `make setup`")


def _templates(client: Client, folder: Path) -> Path:
    """The templates here, with the generator's own beside them under `stock/`, and what they need to know."""
    shutil.copytree(TEMPLATES, folder)
    shutil.copytree(Path(openapi_python_client.__file__).parent / "templates", folder / "stock")
    known = {
        "face": client.face,
        "key_variable": client.provider.key_variable,
        "base_url_variable": client.base_url_variable,
        "version": VERSION,
        "taken": [*dir(Model), "self"],
    }
    lines = [f"{{% set {name} = {json.dumps(value)} %}}" for name, value in known.items()]
    (folder / "facts.jinja").write_text("\n".join(lines), encoding="utf-8")
    return folder


def _config(client: Client, contract: Path, output: Path) -> Config:
    settings = ConfigFile.model_validate(
        {
            "project_name_override": client.distribution,
            "package_name_override": client.package,
            "package_version_override": VERSION,
            "post_hooks": [],  # ruff is called by its path below, not found on PATH
        }
    )
    return Config.from_sources(settings, MetaType.UV, contract, "utf-8", overwrite=False, output_path=output)


def _line(error: GeneratorError) -> str:
    """In one line, and the same on every run: some of the generator's messages show an object by its address."""
    return " ".join(_OBJECT.sub("…", f"{error.header} {error.detail or ''}").split())


def _complete(client: Client, contract: Path, found: Facts, output: Path) -> None:
    """Add what the generator does not make, and take away what is no part of a distribution."""
    (output / ".gitignore").unlink()
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES / "package"),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - Python, not HTML
    )
    templates.filters["literal"] = lambda value: json.dumps(value) if isinstance(value, str) else repr(value)
    values: Mapping[str, Any] = {
        "label": client.provider.label,
        "package": client.package,
        "face": client.face,
        "batch": found.given("retrieve_batch"),
        "given": [
            found.given("retrieve_batch"),
            found.operations["list_files"].item,
            found.given("upload_file"),
            found.given("delete_file"),
        ],
        "errors": sorted(name for name, one in vars(client_errors).items() if _is_error(one)),
        "extras": found.extras,
        "record": {
            "label": client.provider.label,
            "package": client.package,
            "distribution": client.distribution,
            "version": VERSION,
            "base_url": client.provider.base_url,
            "paths_begin": found.paths_begin,
            "key_variable": client.provider.key_variable,
            "base_url_variable": client.base_url_variable,
            "key_header": client.provider.key_header,
        },
        "contract": client.contract,
        "contract_sha256": sha256(contract.read_bytes()).hexdigest(),
        "operations": {name: _given(operation) for name, operation in found.operations.items()},
    }
    for name in templates.list_templates():
        text = templates.get_template(name).render(values)
        (output / client.package / name.removesuffix(".jinja")).write_text(text, encoding="utf-8")


def _given(operation: Operation) -> Mapping[str, Any]:
    """The fields of an operation that are not what they would be anyway."""
    return asdict(operation, filter=lambda attribute, value: value != attribute.default, recurse=False)


def _is_error(found: Any) -> bool:
    return isinstance(found, type) and issubclass(found, client_errors.BatchError)


def _format(output: Path) -> None:
    for command in (("check", "--fix-only", "--select", "F,I,UP"), ("format",)):
        done = subprocess.run(  # noqa: S603 - the pinned ruff, by its path
            [str(_RUFF), *command, *_RUFF_OPTIONS, str(output)], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise GenerationError(f"ruff {command[0]} failed: {' '.join(done.stderr.split())}")


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """The command; see the module. Returns the exit code."""
    parser = argparse.ArgumentParser(description="Generates the typed clients from specs/*.yaml.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 and name each stale file")
    options = parser.parse_args(arguments)
    files: dict[str, bytes] = {}
    try:
        made = clients(root)
        for client in made:
            files |= generate(client, root / client.contract)
    except (GenerationError, SpecsError) as error:
        click.echo(f"generate_clients: {error}", err=True)
        return 1
    return settle(root, files, [client.folder for client in made], check=options.check)


if __name__ == "__main__":
    sys.exit(main())
