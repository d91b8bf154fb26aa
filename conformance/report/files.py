"""Reports in files: checked when read, whole when written."""

import contextlib
import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile

import jsonschema_rs
import orjson

from conformance.report.tree import FORMAT, Tree

MAX_BYTES = 200_000_000


class ReportError(Exception):
    """A report cannot be read or written; the message is one line."""


@cache
def _validator() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(orjson.loads((Path(__file__).parent / "schema.json").read_bytes()))


def validate(tree: object, name: str = "report") -> None:
    """Hold a tree against the report's JSON Schema.

    Raises:
        ReportError: it does not conform; `name` stands in the message.
    """
    error = next(iter(_validator().iter_errors(tree)), None)
    if error is not None:
        where = "/".join(map(str, error.instance_path))
        raise ReportError(f"{name}: not a report of format {FORMAT}: /{where}: {_short(error.message)}")


def _short(message: str, limit: int = 200) -> str:
    text = " ".join(message.split())
    return text if len(text) <= limit else f"{text[: limit // 2]} … {text[-limit // 2 :]}"


def read(path: Path) -> Tree:
    """Read a drift.json.

    Raises:
        ReportError: it is missing, unreadable, or not a report of this format.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ReportError(f"{path}: larger than {MAX_BYTES} bytes")
        data = orjson.loads(path.read_bytes())
    except OSError as error:
        raise ReportError(f"{path}: {error.strerror or error}") from None
    except orjson.JSONDecodeError as error:
        raise ReportError(f"{path}: not JSON: {error}") from None
    validate(data, str(path))
    tree: Tree = data
    return tree


def prepare(folder: Path) -> None:
    """Make the folder for reports, and see that files can be written there.

    Raises:
        ReportError: they cannot.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=folder, prefix=".probe-"):
            pass
    except FileExistsError:
        raise ReportError(f"{folder}: a file is in the way; --out takes a folder") from None
    except OSError as error:
        raise ReportError(f"{folder}: no report can be written there: {error.strerror or error}") from None


def write_all(folder: Path, contents: Iterable[tuple[str, str]]) -> list[Path]:
    """Write files by name, each beside its place and then renamed: a reader sees the old one or the new one.

    Raises:
        ReportError: one cannot be written; those before it are.
    """
    prepare(folder)
    return [_write(folder / name, text) for name, text in contents]


def _write(path: Path, text: str) -> Path:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_text(text, encoding="utf-8", newline="\n")
        temporary.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise ReportError(f"{path}: cannot be written: {error.strerror or error}") from None
    return path
