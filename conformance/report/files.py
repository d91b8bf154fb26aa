"""Reports in files: checked when read, whole when written."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile

import jsonschema_rs
import orjson

from conformance import files
from conformance.errors import UserError
from conformance.report.tree import FORMAT, Tree

MAX_BYTES = 64_000_000
MAX_VALUES = 3_000_000
"""How many values a report may hold, told by their separators: each costs a hundred bytes of memory."""


class ReportError(UserError):
    """A report cannot be read or written; the message is one line."""


@cache
def _validator(part: str | None) -> jsonschema_rs.Draft202012Validator:
    schema = orjson.loads((Path(__file__).parent / "schema.json").read_bytes())
    return jsonschema_rs.Draft202012Validator({"$ref": f"#/$defs/{part}", "$defs": schema["$defs"]} if part else schema)


def validate(tree: object, name: str = "report", part: str | None = None) -> None:
    """Hold a tree, or that part of one, against the report's JSON Schema.

    Raises:
        ReportError: it does not conform; `name` stands in the message.
    """
    try:
        _validator(part).validate(tree)  # the first error: there may be millions
    except jsonschema_rs.ValidationError as error:
        where = "/".join(map(str, error.instance_path))
        raise ReportError(f"{name}: not a report of format {FORMAT}: /{where}: {_short(error.message)}") from None
    except ValueError as error:  # no JSON at all, such as bytes
        raise ReportError(f"{name}: not a report of format {FORMAT}: {_short(str(error))}") from None


def _short(message: str, limit: int = 200) -> str:
    text = " ".join(message.split())
    return text if len(text) <= limit else f"{text[: limit // 2]} … {text[-limit // 2 :]}"


def read(path: Path) -> Tree:
    """Read a drift.json.

    Raises:
        ReportError: it is missing, unreadable, or not a report of this format.
    """
    try:
        content = files.read(path, MAX_BYTES)
        if sum(map(content.count, (b",", b"[", b"{"))) > MAX_VALUES:
            raise ReportError(f"{path}: more than {MAX_VALUES} values")
        data = orjson.loads(content)
    except OSError as error:
        raise ReportError(f"{path}: {error.strerror or error}") from None
    except orjson.JSONDecodeError as error:
        raise ReportError(f"{path}: not JSON: {error}") from None
    validate(data, str(path))
    try:
        orjson.dumps(data)
    except orjson.JSONEncodeError as error:  # read further down than anything is written
        raise ReportError(f"{path}: not a report of format {FORMAT}: {error}") from None
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
    written = []
    for name, text in contents:
        try:
            written.append(files.write(folder / name, text))
        except OSError as error:
            raise ReportError(f"{folder / name}: cannot be written: {error.strerror or error}") from None
    return written
