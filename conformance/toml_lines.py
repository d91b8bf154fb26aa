"""The lines of a TOML file, which its reader does not tell."""

import re


def line_of(text: str, table: str, key: str = "") -> int:
    """The 1-based line where a key of a table, or else the table, begins; 1 where neither has a line of its own."""
    here, found = "", 1
    for number, line in enumerate(text.splitlines(), 1):
        heading = re.match(r"\s*\[+\s*([^\]]*?)\s*\]", line)
        here = _plain(heading[1]) if heading else here
        if heading and here == table:
            found = number
        if heading and here == f"{table}.{key}":
            return number
        if key and here in {table, ""} and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[.=]", line):
            return number
    return found


def _plain(heading: str) -> str:
    """A heading without quotes and blanks: `tool . "x"` is `tool.x`."""
    return ".".join(part.strip().strip("\"'") for part in heading.split("."))
