"""A refresh in which the pages of all providers changed: contracts, clients and their trials, nothing left out."""

import shutil
import time
from collections.abc import Iterator
from contextlib import redirect_stdout
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from conformance.document import read
from scripts.benchmarks.line import Line
from scripts.build_contracts import kept_path, pages_of, providers
from scripts.committed import ROOT, settle
from scripts.pages import Taken
from scripts.refresh import refresh
from scripts.yaml12 import dump

SECONDS = 15
"""The goal, for all providers together."""


def run(*, full: bool) -> Iterator[Line]:
    """Time one refresh; `full` changes nothing."""
    del full
    with TemporaryDirectory() as temporary:
        root = Path(temporary)
        for folder in ("specs", "generated", "docs"):
            shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
        taken = {provider: dict(_changed(root, provider)) for provider in providers(root)}
        start = time.perf_counter()
        found = refresh(root, taken, datetime.now(UTC).date())
        with redirect_stdout(StringIO()):
            code = settle(root, found.files, found.folders, check=False)
        took = time.perf_counter() - start
    if code or found.refused or len(found.clients) != len(taken):
        raise RuntimeError(f"the refresh did not go through: {found.refused or found.pages}")
    yield Line(f"refresh {' and '.join(taken)}, clients made and tried", took, "s", SECONDS, at_most=True)


def _changed(root: Path, provider: str) -> Iterator[tuple[str, Taken]]:
    """The pages that are OpenAPI, with a status more in each operation."""
    for page in pages_of(root, provider)[1]:
        if page.form == "openapi":
            document = read(root / kept_path(provider, page)).data
            for methods in document["paths"].values():
                for operation in methods.values():
                    operation["responses"]["418"] = {"description": "new"}
            yield page.name, Taken(f"````yaml GET /\n{dump(document)}````\n".encode(), {})
