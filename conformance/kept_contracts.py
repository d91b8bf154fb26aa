"""The project's contracts as they were read, as JSON in `specs/read/`: to read their YAML takes longer than to judge.

What is kept of a contract counts only as long as its YAML is, byte for byte, what it was.
"""

from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from conformance.document import Document
from conformance.plain import Marks
from conformance.specs import specs_dir

FOLDER = "read"


def kept(path: Path) -> Document | None:
    """What the contract at a path holds that a batch's life reaches; None where it is not kept."""
    if path.parent != specs_dir():
        return None
    try:
        told = orjson.loads((path.parent / FOLDER / f"{path.stem}.json").read_bytes())
        if told["sha256"] == sha256(path.read_bytes()).hexdigest():
            return Document(told["data"], _marks(told["marks"]))
    except (OSError, KeyError, TypeError, ValueError):
        pass  # reading the contract itself says what is wrong, if anything is
    return None


def written(content: bytes, document: Document) -> bytes:
    """The file to keep of a contract: of its YAML, and of what was read of it."""
    told = {"sha256": sha256(content).hexdigest(), "data": document.data, "marks": document.marks}
    return orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE)


def _marks(told: Any) -> Marks:
    if isinstance(told, int):
        return told
    line, below = told
    if isinstance(below, dict):
        return line, {key: _marks(one) for key, one in below.items()}
    return line, [_marks(one) for one in below]
