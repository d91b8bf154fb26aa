"""Generates the typed clients: specs/<provider>.yaml → generated/<package>, each a distribution.

Nothing is written if the generator drops or warns about anything. Templates here replace the generator's; they find its
own as `stock/<name>`. Files in `scripts/runtime/common` and
`scripts/runtime/<package>` are laid over what is generated, in the package's folder: handwritten code has its place
there. `--check` writes nothing, exits 1 and names each stale file.
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
from attrs import field, frozen
from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser.errors import GeneratorError

from scripts.client_contract import lacking, prepared
from scripts.committed import ROOT, files_below, settle
from scripts.yaml12 import YamlError, load

PINNED: Mapping[str, str] = {"openapi-python-client": "0.29.1", "ruff": "0.17.6"}
"""What the bytes of the clients depend on, beside the contracts."""

TEMPLATES = Path(__file__).parent / "templates"
RUNTIME = Path(__file__).parent / "runtime"
_RUFF = Path(sysconfig.get_path("scripts")) / "ruff"
_RUFF_OPTIONS = ("--isolated", "--no-cache", "--quiet", "--target-version", "py311", "--line-length", "120")
"""Whatever settings lie about on a machine, they do not count."""
_OBJECT = re.compile(r"<[\w.]+ object at 0x[0-9a-f]+>")


class GenerationError(Exception):
    """A client cannot be generated whole; the message is one line."""


@frozen
class Client:
    """One client. `classes` names what the generator would call otherwise, by the generator's name."""

    contract: str
    distribution: str
    package: str
    version: str
    face: str
    """The class that users start from."""
    key_variable: str
    """The environment variable that holds the key."""
    classes: Mapping[str, str]
    relied_on: Mapping[str, Sequence[str]] = field(factory=dict)
    """By schema, properties without which the client is of no use: typed as always there, though not documented so."""

    @property
    def folder(self) -> str:
        """Where the distribution lies, from the root of the checkout."""
        return f"generated/{self.package}"


CLIENTS = (
    Client(
        contract="specs/kimi.yaml",
        distribution="kimi-batch",
        package="kimi_batch",
        version="0.1.0",
        face="KimiBatches",
        key_variable="MOONSHOT_API_KEY",
        classes={"BatchMetadataType0": "BatchMetadata"},  # one of two types, the other is null
    ),
    Client(
        contract="specs/siliconflow.yaml",
        distribution="siliconflow-batch",
        package="siliconflow_batch",
        version="0.1.0",
        face="SiliconFlowBatches",
        key_variable="SILICONFLOW_API_KEY",
        classes={"RequestCountsType0": "RequestCounts"},  # likewise
        relied_on={
            "Batch": ("id", "status"),
            "BatchList": ("data",),
            "File": ("id",),
            "FileList": ("data",),
            "UploadFileResponse": ("data",),
            "UploadedFile": ("id",),
        },
    ),
)


def generate(client: Client, contract: Path) -> Mapping[str, bytes]:
    """The files of a client, by path from the root of the checkout.

    Raises:
        GenerationError: the contract is missing, a tool is not of the pinned version, or the generator drops or warns
            about anything.
    """
    _require_pinned()
    if not contract.is_file():
        raise GenerationError(f"{client.contract}: missing; run `python scripts/refresh_specs.py` first")
    with TemporaryDirectory() as temporary:
        output = Path(temporary) / client.package
        document = _document(client, contract)
        source = Path(temporary) / "contract.json"
        source.write_text(json.dumps(document), encoding="utf-8")
        templates = _templates(client, Path(temporary) / "templates")
        with redirect_stdout(StringIO()):
            config = _config(client, source, output)
            errors = openapi_python_client.generate(config=config, custom_template_path=templates)
        if errors:
            losses = "; ".join(_line(error) for error in errors)
            raise GenerationError(f"{client.contract}: not generated, the generator would lose something: {losses}")
        if missing := lacking(document, client.relied_on):
            raise GenerationError(f"{client.contract}: the client relies on {', '.join(missing)}, which is not there")
        _complete(client, contract, output)
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
    facts = {"face": client.face, "key_variable": client.key_variable}
    lines = [f'{{% set {name} = "{value}" %}}' for name, value in facts.items()]
    (folder / "facts.jinja").write_text("\n".join(lines), encoding="utf-8")
    return folder


def _document(client: Client, contract: Path) -> Any:
    try:
        document = load(contract.read_text(encoding="utf-8"), client.contract)
    except YamlError as error:
        raise GenerationError(f"{client.contract}: not generated, {error}") from None
    return prepared(document, client.relied_on)


def _config(client: Client, contract: Path, output: Path) -> Config:
    classes = {
        generated: {"class_name": name, "module_name": _module(name)} for generated, name in client.classes.items()
    }
    settings = ConfigFile.model_validate(
        {
            "project_name_override": client.distribution,
            "package_name_override": client.package,
            "package_version_override": client.version,
            "class_overrides": classes,
            "post_hooks": [],  # ruff is called by its path below, not found on PATH
        }
    )
    return Config.from_sources(settings, MetaType.UV, contract, "utf-8", overwrite=False, output_path=output)


def _module(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def _line(error: GeneratorError) -> str:
    """In one line, and the same on every run: some of the generator's messages show an object by its address."""
    return " ".join(_OBJECT.sub("…", f"{error.header} {error.detail or ''}").split())


def _complete(client: Client, contract: Path, output: Path) -> None:
    """Add what the generator does not make, and take away what is no part of a distribution."""
    (output / ".gitignore").unlink()
    package = output / client.package
    digest = sha256(contract.read_bytes()).hexdigest()
    lines = (
        '"""What this package is generated from."""',
        "",
        f'CONTRACT = "{client.contract}"',
        f'CONTRACT_SHA256 = "{digest}"',
        f'DISTRIBUTION = "{client.distribution}"',
        f'VERSION = "{client.version}"',
    )
    (package / "_contract.py").write_text("\n".join(lines), encoding="utf-8")
    for folder in (RUNTIME / "common", RUNTIME / client.package):
        for path in files_below(folder):
            (package / path).parent.mkdir(parents=True, exist_ok=True)
            (package / path).write_bytes((folder / path).read_bytes())


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
        for client in CLIENTS:
            files |= generate(client, root / client.contract)
    except GenerationError as error:
        click.echo(f"generate_clients: {error}", err=True)
        return 1
    return settle(root, files, [client.folder for client in CLIENTS], check=options.check)


if __name__ == "__main__":
    sys.exit(main())
