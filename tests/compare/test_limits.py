"""What a provider takes, in words that a schema has not: less let through, more, or nothing said any more."""

from copy import deepcopy
from typing import Any

import pytest

from conformance.compare import compare
from conformance.contract import Contract, load
from conformance.document import Document

LESS, MORE = ("request-limit-decreased", "warning"), ("request-limit-increased", "info")


def _stated(limits: list[dict[str, Any]], pattern: str = "^x$") -> Contract:
    """Kimi's contract with other limits."""
    kimi = load("kimi")
    data = deepcopy(kimi.document.data)
    data["paths"]["/v1/batches"]["post"]["x-limits"] = limits
    data["components"]["schemas"]["CreateBatchRequest"]["properties"]["completion_window"]["pattern"] = pattern
    return Contract("kimi", kimi.file, Document(data))


def _rows(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[tuple[tuple[str, str], str, str, str]]:
    longer = bool(old and old[0].get("maximum") == "7d" and old != new)
    rows = compare(_stated(old), _stated(new, "^y$" if longer else "^x$"))
    told = [((row.identity.rule, row.severity), row.identity.pointer, row.expected, str(row.observed)) for row in rows]
    return [(rule, pointer, expected, observed.split('"')[1]) for rule, pointer, expected, observed in told]


def _value(name: str, value: Any) -> dict[str, Any]:
    return {"name": name, "source": "a page", "value": value}


def _window(minimum: str, maximum: str, *formats: str) -> dict[str, Any]:
    return {"name": "completion_window", "source": "p", "formats": [*formats], "minimum": minimum, "maximum": maximum}


@pytest.mark.parametrize(
    ("old", "new", "row"),
    [
        (_value("file_size", "100MB"), _value("file_size", "200MB"), (MORE, "/file_size", "100MB", "200MB")),
        (_value("file_size", "1G"), _value("file_size", "200MB"), (LESS, "/file_size", "1G", "200MB")),
        (_value("file_lines", 5000), _value("file_lines", 50000), (MORE, "/file_lines", "5000", "50000")),
        (_value("results_kept", "30d"), _value("results_kept", "48h"), (LESS, "/results_kept", "30d", "48h")),
        (_value("one_model", True), _value("one_model", False), (MORE, "/one_model", "true", "False")),
        (_value("roles", ["user"]), _value("roles", ["user", "tool"]), (MORE, "/roles", "user", "user, tool")),
        (_value("roles", ["user", "tool"]), _value("roles", ["user"]), (LESS, "/roles", "user, tool", "user")),
        (_value("fixed_parameters", ["n"]), _value("fixed_parameters", []), (MORE, "/fixed_parameters", "n", "")),
        (_value("line_fields", []), _value("line_fields", ["url"]), (LESS, "/line_fields", "", "url")),
        (_value("models", ["a", "b"]), _value("models", ["b"]), (LESS, "/models", "a, b", "b")),
        (_value("last_message_role", "user"), _value("last_message_role", "tool"), (LESS, None, "user", "tool")),
        (_window("12h", "7d"), _window("12h", "14d"), (MORE, "/completion_window/maximum", "7d", "14d")),
        (_window("12h", "7d"), _window("1d", "7d"), (LESS, "/completion_window/minimum", "12h", "1d")),
        (_window("1d", "7d", "1d", "24h"), _window("1d", "7d", "3d"), (LESS, None, "d, h", "d")),
    ],
)
def test_a_limit_that_lets_less_or_more_through(old: Any, new: Any, row: tuple[Any, str | None, str, str]) -> None:
    """One row with what both say; a pattern that says the limit once more is no row of its own."""
    ((rule, pointer, expected, observed),) = _rows([old], [new])

    assert (rule, expected, observed) == (row[0], row[2], row[3])
    assert row[1] is None or pointer == row[1]


def test_a_limit_gained_and_one_lost() -> None:
    """What was unlimited is told as limited now, and the other way round; models are no limit."""
    one = [_value("file_lines", 5)]

    assert _rows([], one) == [(LESS, "/file_lines", "no limit", "5")]
    assert _rows(one, []) == [(MORE, "/file_lines", "5", "no limit")]
    assert _rows([], [_value("models", ["a"])]) == []


def test_what_says_the_same_is_no_change() -> None:
    """The same size and time in other units, another source, examples of the same units, another order."""
    assert (
        _rows([_value("file_size", "1G")], [{**_value("file_size", "1G"), "source": "another", "x-source": {}}]) == []
    )
    assert _rows([_window("24h", "168h", "3d")], [_window("24h", "168h", "1d")]) == []
    assert _rows([_value("roles", ["a", "b"])], [_value("roles", ["b", "a"])]) == []
    assert _rows([_window("24h", "168h", "3d")], [_window("1d", "7d", "3d")]) == []
