"""What the contracts know of one exchange: of what is sent, of what is received, and of the lines of a file."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import frozen

from conformance.contract import Contract, Operation
from conformance.document import Document, DocumentError
from conformance.recording.protocol import LINE, protocol
from conformance.recording.spots import Spot
from conformance.references import at
from conformance.schema import PayloadSchema


@frozen
class Views:
    """What the contracts know of one exchange: its operation, the body sent, and the body received."""

    operation: str
    sent: Spot
    received: Spot
    query: Mapping[str, Spot]
    credentials: tuple[str, ...]
    asks: bool = False
    """Whether it is the request's body that is looked at: of its names no row tells."""


def _nodes(schemas: Iterable[PayloadSchema | None]) -> Iterator[tuple[Document, Any]]:
    for schema in schemas:
        if schema is not None:
            try:
                yield schema.document, at(schema.document, schema.location)
            except DocumentError:
                continue


def schemas_sent(operations: Iterable[Operation]) -> Iterator[tuple[Document, Any]]:
    """The schemas of what is sent."""
    return _nodes(one.body for one in operations)


def schemas_received(operations: Iterable[Operation], status: int) -> Iterator[tuple[Document, Any]]:
    """The schemas for a status; of an operation that does not document it, those of its like."""
    for one in operations:
        documented = one.response(status)
        alike = [response for code, response in one.responses.items() if code[:1] == str(status)[:1]]
        yield from _nodes(response.schema for response in ([documented] if documented else alike))
        if 200 <= status < 300:
            yield from protocol(one.name)


def schemas_of_lines(contracts: Iterable[Contract]) -> Iterator[tuple[Document, Any]]:
    """What contracts, and clients, know of a line of a batch's file, whichever of its files it is."""
    yield from _nodes(schema for one in contracts for schema in one.lines.values())
    yield from protocol(LINE)


def query_spots(operations: Iterable[Operation]) -> Mapping[str, Spot]:
    """What the contracts know of each query parameter, and the checks of `limit`."""
    nodes: dict[str, list[tuple[Document, Any]]] = {"limit": [*protocol("limit")]}
    for operation in operations:
        for one in operation.parameters:
            if one.where == "query":
                nodes.setdefault(one.name, []).extend(_nodes([one.schema]))
    return {name: Spot.of(found) for name, found in nodes.items()}
