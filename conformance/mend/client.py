"""The difference that another contract makes to the typed client that is generated from it.

The generator is part of a checkout, not of the installed package: without it there is no difference to show.
"""

import importlib
import importlib.util
from collections.abc import Iterator, Mapping
from difflib import unified_diff
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from conformance.contract import Contract

_GENERATOR = "scripts.generate_clients"
_CHECKOUT = Path(__file__).parents[2]


def client_diff(contract: Contract, mended: Any) -> str | None:
    """A unified diff of the client's files, or, where no client comes of the mended contract, one line that says why.

    None where there is no generator, no client of this contract, or no difference.
    """
    module = _generator()
    client = next((one for one in module.clients() if one.contract == contract.file), None) if module else None
    if module is None or client is None:
        return None
    try:
        before, after = (_files(module, client, data) for data in (contract.document.data, mended))
    except module.GenerationError as error:
        return f"# No client comes of the mended contract: {error}\n"
    return "".join(_differences(before, after)) or None


def _generator() -> Any:
    """The module of this checkout; another package of the same name is not asked."""
    try:
        spec = importlib.util.find_spec(_GENERATOR)
    except ImportError:
        return None
    if spec is None or spec.origin is None or Path(spec.origin).parents[1] != _CHECKOUT:
        return None
    return importlib.import_module(_GENERATOR)


def _files(module: Any, client: Any, data: Any) -> Mapping[str, bytes]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "contract.yaml"
        path.write_text(yaml.safe_dump(data, sort_keys=False, allow_unicode=True), encoding="utf-8")
        files: Mapping[str, bytes] = module.generate(client, path)
        return files


def _differences(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Iterator[str]:
    for path in sorted(before.keys() | after.keys()):
        old, new = (files.get(path, b"").decode().splitlines(keepends=True) for files in (before, after))
        if not path.endswith("/_contract.py"):
            yield from unified_diff(old, new, f"a/{path}", f"b/{path}")
