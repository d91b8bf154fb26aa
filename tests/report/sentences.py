"""The English sentences that the program makes for reports, found in its source: what a `--lang zh` report must say."""

import ast
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import conformance
from conformance.failures import PHRASES
from conformance.impact.outcomes import FRAMES as OUTCOMES

PACKAGE = Path(conformance.__file__).parent
ROOMS = ("checks", "documents", "compare", "impact", "results", "lines")
"""Rooms of what finds drift."""
_SAID = frozenset({"expected", "observed", "reason"})
"""Arguments, and functions' results, that reports show."""
HOLE = "x7"
"""Stands for a name or a figure."""


def sentences() -> Iterator[tuple[str, str]]:
    """Each with where it is made; what an expression fills in is HOLE."""
    for room in ROOMS:
        for path in sorted((PACKAGE / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.keyword) and node.arg in _SAID:
                    yield from ((f"{path.name}:{node.value.lineno}", text) for text in texts(node.value))
    yield from (("failures.py", text) for text in sorted(PHRASES))
    yield from (("outcomes.py", text.replace("{name}", HOLE).replace("{seconds}", HOLE)) for text in OUTCOMES)


def texts(node: ast.expr) -> Iterator[str]:
    """The texts that an expression can be."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        for parts in product(*map(_alternatives, node.values)):
            yield "".join(parts)
    elif isinstance(node, ast.IfExp):
        yield from texts(node.body)
        yield from texts(node.orelse)


def _alternatives(part: ast.expr) -> list[str]:
    """What a part of a formatted text can be."""
    if isinstance(part, ast.Constant):
        return [str(part.value)]
    inner = list(texts(part.value)) if isinstance(part, ast.FormattedValue) else []
    return inner or [HOLE]
