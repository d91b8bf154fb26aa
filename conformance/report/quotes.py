"""The lines of a contract around those that findings are about, so that a report can quote them wherever it is read."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from conformance import files
from conformance.specs import specs_dir

BEFORE, AFTER = 2, 7
"""Lines quoted around one that is named: what is said of a field stands below its name."""
_MAX_BYTES = 20_000_000
_MAX_LINE = 200
"""Characters of a line: a document may have only one."""


def quotes(specs: Iterable[tuple[str, int | None]]) -> list[dict[str, Any]]:
    """`file`, `line` and `text` of every line near these; nothing of a file that is not at hand any more."""
    wanted: dict[str, set[int]] = {}
    for file, line in specs:
        if line is not None:
            wanted.setdefault(file, set()).update(near(line))
    return [
        {"file": file, "line": number, "text": text}
        for file, numbers in sorted(wanted.items())
        for number, text in _lines(file)
        if number in numbers
    ]


def near(line: int) -> range:
    """The numbers of the lines that are quoted around one."""
    return range(max(1, line - BEFORE), line + AFTER + 1)


def _lines(file: str) -> Iterator[tuple[int, str]]:
    path = Path(file)
    if path.parts[:1] == ("specs",) and not path.is_file():
        path = specs_dir().joinpath(*path.parts[1:])
    try:
        text = files.read(path, _MAX_BYTES).decode(errors="replace")
    except OSError:
        return
    yield from ((number, line[:_MAX_LINE]) for number, line in enumerate(text.split("\n"), 1))
