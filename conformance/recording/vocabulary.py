"""The words that contracts are made of, wherever they stand in them: no secret of anybody."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from attrs import frozen

from conformance.contract import Contract
from conformance.exchange import essence
from conformance.recording.route import known_steps
from conformance.recording.spots import Check, Spot


@frozen
class Vocabulary:
    """Of one contract, or of several."""

    steps: frozenset[str]
    """Parts of paths, and of the bases before them."""
    names: frozenset[str]
    """Of properties and parameters."""
    listed: frozenset[str]
    """Of properties of answers whose values are listed."""
    media_types: frozenset[str]
    ids: frozenset[str]
    """Examples of ids."""
    id_checks: tuple[Check, ...]
    """What schemas ask of ids."""

    @classmethod
    def of(cls, contracts: Iterable[Contract]) -> "Vocabulary":
        """All that these contracts say."""
        every = [_of(one) for one in contracts]
        return cls(
            frozenset().union(*(one.steps for one in every)),
            frozenset().union(*(one.names for one in every)),
            frozenset({"object", "status"}).union(*(one.listed for one in every)),
            frozenset().union(*(one.media_types for one in every)),
            frozenset().union(*(one.ids for one in every)),
            tuple(check for one in every for check in one.id_checks),
        )


@cache
def _of(contract: Contract) -> Vocabulary:
    operations = contract.operations.values()
    responses = [response for one in operations for response in one.responses.values()]
    parameters = [one for operation in operations for one in operation.parameters]
    every = list(_properties(contract.document.data))
    ids = Spot.of(
        [(contract.document, node) for name, node in every if is_reference(name)]
        + [(one.schema.document, _at(one)) for one in parameters if one.where == "path" or is_reference(one.name)]
    )
    return Vocabulary(
        known_steps([contract]),
        frozenset({*(name for name, _ in every), *(one.name for one in parameters)}),
        frozenset(_listed(contract, responses)),
        frozenset().union(
            *(one.media_types for one in responses), *(map(essence, one.body_media_types) for one in operations)
        ),
        ids.known,
        ids.checks,
    )


def _at(parameter: Any) -> Any:
    return parameter.schema.node(parameter.schema.place(()))


def _listed(contract: Contract, responses: Iterable[Any]) -> Iterator[str]:
    for one in responses:
        if one.schema is not None:
            for place in one.schema.places():
                if Spot.of([(contract.document, one.schema.node(place))]).listed:
                    yield next(step for step in reversed(place.pointer.split("/")) if step != "*")


def _properties(data: Any) -> Iterator[tuple[str, Any]]:
    """Names and schemas of properties, anywhere in a document."""
    waiting: list[Any] = [data]
    seen: set[int] = set()
    while waiting:
        node = waiting.pop()
        if not isinstance(node, dict | list) or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, dict) and isinstance(node.get("properties"), dict):
            yield from node["properties"].items()
        waiting += node.values() if isinstance(node, dict) else node


def is_reference(name: str) -> bool:
    """Whether a property or parameter of that name holds an id."""
    return name == "id" or name.endswith("_id")
