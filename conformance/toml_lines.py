"""The lines of a TOML file, which its reader does not tell."""

import re

_HEADING = re.compile(r"\s*\[+\s*([^\]]*?)\s*\]+\s*(?:#.*)?")
_LONG_TEXT = re.compile(r'''"""(?:[^"\\]|\\.|"(?!""))*"""|\'{3}.*?\'{3}''', re.DOTALL)
"""Texts of several lines, in which anything may look like a key."""


def line_of(text: str, table: str, key: str = "", number: int = 0) -> int:
    """The 1-based line where a key of a table, or else the table, begins; 1 where neither has a line of its own.

    `number`: which of the tables of that name is meant, where it is an array of them.
    """
    here, found, seen = "", 1, 0
    lines = _LONG_TEXT.sub(lambda long: "\n" * long[0].count("\n"), text).splitlines()
    for at, line in enumerate(lines, 1):
        if heading := _HEADING.fullmatch(line):
            here = _plain(heading[1])
            if here == f"{table}.{key}":
                return at
            if here == table:
                seen += 1
                found = at if seen == number + 1 else found
        is_meant = not here or (here == table and seen > number)
        if key and is_meant and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[.=]", line):
            return at
    return found


def _plain(heading: str) -> str:
    """A heading without quotes and blanks: `tool . "x"` is `tool.x`."""
    return ".".join(part.strip().strip("\"'") for part in heading.split("."))
