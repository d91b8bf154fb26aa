"""The documentation pages of both providers, rebuilt around what is kept of them; or the real ones.

`BATCH_CONFORMANCE_PAGES` names a folder of saved pages.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from conformance.document import read
from scripts.committed import ROOT

KIMI_LIST, KIMI_CREATE = "kimi-list-batches.md", "kimi-create-batch.rendered.txt"
SILICONFLOW_LIST, SILICONFLOW_RENDERED = "siliconflow-list-batches.md", "siliconflow-list-batches.rendered.txt"

_SOURCES = ROOT / "specs/sources"
_MARKDOWN = "# A page\n\n> Prose that is not kept.\n\n## OpenAPI\n\n````yaml GET /batches\n{block}````\n"
_CREATE = """curl --request POST \\
--url https://api.example.com/v1/batches \\
--data '
{request}
'{response}Create Batch
| Limit | Description |
| File format | Must have .jsonl extension |
| File size | Must be non-empty, max 100MB |
| Organization quota | Up to 1000 batch-purpose files per organization |
| Model consistency | All requests in a batch must use the same model |
custom_id | Must be unique within the file |
| Model access | The specified model must exist and the user must have access |
Request endpoint, currently only /v1/chat/completions is supported
/v1/chat/completions Time window, supports formats like 12h, 1d, 3d, minimum 12h, maximum 7d
Custom metadata, up to 16 key-value pairs, key max 64 chars, value max 512 chars
Object type, always batch
Current status: one of
validating, failed, in_progress, finalizing, completed, expired, cancelling, cancelled Creation timestamp
"""
_LIST = """limitinteger

Range1 <= value
objectstring
Example"list"

fetch('https://api.example.com/v1/batches', {method: 'GET'})
"""


def pages() -> dict[str, bytes]:
    """The pages by the names of their files."""
    real = os.environ.get("BATCH_CONFORMANCE_PAGES")
    if real:
        return {path.name: path.read_bytes() for path in Path(real).iterdir()}
    create = _samples("kimi/create-batch.data.yaml")
    listed = _samples("siliconflow/list-batches-rendered.data.yaml")
    return {
        KIMI_LIST: _markdown("kimi/list-batches.openapi.yaml"),
        SILICONFLOW_LIST: _markdown("siliconflow/list-batches.openapi.yaml"),
        KIMI_CREATE: _CREATE.replace("{request}", _json(create[0])).replace("{response}", _json(create[1])).encode(),
        SILICONFLOW_RENDERED: (_LIST + "\n".join(map(_json, listed))).encode(),
    }


def _markdown(kept: str) -> bytes:
    return _MARKDOWN.replace("{block}", (_SOURCES / kept).read_text(encoding="utf-8")).encode()


def _samples(kept: str) -> list[Any]:
    return [sample["body"] for sample in read(_SOURCES / kept).data["samples"]]


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def files(root: Path) -> Mapping[str, bytes]:
    """Every file below a folder, by path."""
    found = (path for path in root.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}
