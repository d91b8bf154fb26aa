"""The batch object of every contract side by side, as words; what differs is marked."""

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from conformance.report.text import clip
from conformance.report.tree import Tree
from conformance.report.words import Say


@frozen
class FieldRow:
    """One field: a cell for each contract, and whether they differ."""

    field: str
    cells: tuple[str, ...]
    differs: bool


@frozen
class SideBySide:
    """The table; contracts without a batch object are left out."""

    contracts: tuple[str, ...]
    rows: tuple[FieldRow, ...]


def side_by_side(tree: Tree, say: Say) -> SideBySide:
    """Every field that any contract has, in the order of the first that has it."""
    contracts = [contract for contract in tree["contracts"] if contract["batch"]]
    fields = [{row["field"]: row for row in contract["batch"]} for contract in contracts]
    names = dict.fromkeys(name for columns in fields for name in columns)
    return SideBySide(
        contracts=tuple(clip(contract["name"], 40) for contract in contracts),
        rows=tuple(_row(name, [columns.get(name) for columns in fields], say) for name in _tidy(names)),
    )


def differing(table: SideBySide) -> list[FieldRow]:
    """The rows in which the contracts differ."""
    return [row for row in table.rows if row.differs]


def _tidy(names: Mapping[str, Any]) -> list[str]:
    """Nested fields right below the field that holds them."""
    order = {name: number for number, name in enumerate(names)}
    return sorted(
        names,
        key=lambda name: [
            order.get("/".join(name.split("/")[: depth + 1]), len(order)) for depth in range(1, name.count("/") + 1)
        ],
    )


def _row(name: str, columns: list[Mapping[str, Any] | None], say: Say) -> FieldRow:
    cells = tuple(say("absent") if column is None else _cell(column, say) for column in columns)
    return FieldRow(clip(name.removeprefix("/"), 80), cells, len(set(cells)) > 1)


def _cell(column: Mapping[str, Any], say: Say) -> str:
    kinds = " | ".join(column["type"]) or say("any-type")
    nullable = f" {say('or-null')}" if column["nullable"] and column["type"] else ""
    values = f": {', '.join(column['values'])}" if column["values"] else ""
    return clip(f"{kinds}{nullable}, {say('required' if column['required'] else 'optional')}{values}")
