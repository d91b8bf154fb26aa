"""Which operation of one contract is which of another, and what changed of it."""

from collections.abc import Iterator, Mapping

from attrs import frozen

from conformance.compare.schemas import MISSING, Change, Differ
from conformance.compare.shape import Part, shape
from conformance.contract import OPERATIONS, Contract, Operation, Parameter, Response
from conformance.document import Location
from conformance.schema import PayloadSchema, at


@frozen
class Row:
    """A change of one operation, and on which side of it: only responses have a status."""

    operation: str
    side: str
    """`response`, `request`, `parameter` or `operation`."""
    status: str | None
    change: Change


def rows(old: Contract, new: Contract) -> Iterator[Row]:
    """Every change from one contract to another.

    Raises:
        DocumentError: a contract is not the OpenAPI it says it is.
    """
    pairs = pair(old, new)
    found = {after.name for after in pairs.values() if after is not None}
    for name, after in pairs.items():
        yield from _operation(old.operations[name], after, old, new)
    for name, operation in new.operations.items():
        if name not in found:
            added = Change("operation-added", (), "no such operation", shown(operation), ("paths",), operation.location)
            yield Row(name, "operation", None, added)


def pair(old: Contract, new: Contract) -> Mapping[str, Operation | None]:
    """By each operation's name in the old contract, what it is in the new one.

    First by method and path; then by the names that all contracts give the operations of a batch's life; then by what
    the paths have in common from the right, where that is no other operation's too.
    """
    left = dict(new.operations)
    found: dict[str, Operation | None] = dict.fromkeys(old.operations)
    for rule in (_same_path, _same_name, _same_end):
        for name in [name for name, one in found.items() if one is None]:
            fitting = [each for each in left.values() if rule((old, old.operations[name]), (new, each))]
            if len(fitting) == 1:
                found[name] = left.pop(fitting[0].name)
    return found


Side = tuple[Contract, Operation]


def _same_path(one: Side, other: Side) -> bool:
    return (one[1].method, _steps(*one)) == (other[1].method, _steps(*other))


def _same_name(one: Side, other: Side) -> bool:
    return one[1].name == other[1].name and one[1].name in OPERATIONS


def _same_end(one: Side, other: Side) -> bool:
    short, long = sorted((_steps(*one), _steps(*other)), key=len)
    words = any(step != "{}" for step in short)
    return one[1].method == other[1].method and words and long[len(long) - len(short) :] == short


def _steps(contract: Contract, operation: Operation) -> tuple[str, ...]:
    """The path without the contract's base path and a leading `/v1`; a parameter is one whatever its name."""
    base = contract.server.partition("://")[2].partition("/")[2]
    path = str(operation.location[1]).strip("/").split("/")
    prefix = base.split("/") if base else []
    while prefix and path[: len(prefix)] != prefix:
        prefix.pop()
    path = path[len(prefix) :]
    return tuple("{}" if step.startswith("{") else step for step in (path[1:] if path[:1] == ["v1"] else path))


def shown(operation: Operation) -> str:
    """The operation as a request line."""
    return f"{operation.method} {operation.location[1]}"


def _operation(before: Operation, after: Operation | None, old: Contract, new: Contract) -> Iterator[Row]:
    def row(kind: str, expected: str, observed: str, value: str | None = None) -> Row:
        places = (before.location, after.location if after else ("paths",))
        return Row(before.name, "operation", None, Change(kind, (), expected, observed, *places, value))

    if after is None or not _same_end((old, before), (new, after)):
        deprecated = at(old.document, before.location).get("deprecated") is True
        kind = "deprecated-operation-removed" if deprecated else "operation-removed"
        yield row(kind, shown(before), shown(after) if after else MISSING)
    if after is None:
        return
    if before.authenticated != after.authenticated:
        words = ("no key", "a key")
        kind = "security-added" if after.authenticated else "security-removed"
        yield row(kind, words[before.authenticated], words[after.authenticated])
    differ = Differ(old, new)
    yield from (Row(before.name, "parameter", None, one) for one in _parameters(before, after, differ))
    yield from (Row(before.name, "request", None, one) for one in _body(before, after, differ))
    for status, change in _responses(before, after, differ):
        yield Row(before.name, "response", status, change)


def _parameters(before: Operation, after: Operation, differ: Differ) -> Iterator[Change]:
    was, now = _by_key(before), _by_key(after)
    for key, one in was.items():
        other = now.get(key)
        if other is None:
            expected = _words(differ.old, one)
            yield Change("parameter-removed", (one.name,), expected, MISSING, one.schema.location, after.location)
            continue
        places = (one.schema.location, other.schema.location)
        if one.required != other.required:
            kind = "parameter-became-required" if other.required else "parameter-became-optional"
            yield Change(kind, (one.name,), _words(differ.old, one), _words(differ.new, other), *places)
        yield from differ.payload(one.schema, other.schema, (one.name,))
    for key, one in now.items():
        if key not in was:
            kind = "parameter-added-required" if one.required else "parameter-added-optional"
            observed = _words(differ.new, one)
            yield Change(kind, (one.name,), "no such parameter", observed, before.location, one.schema.location)


def _by_key(operation: Operation) -> Mapping[tuple[str, str], Parameter]:
    """By place and name; those of the path by their order there, since their names are nobody's business."""
    order = [step[1:-1] for step in str(operation.location[1]).split("/") if step.startswith("{")]
    return {_key(one, order): one for one in operation.parameters}


def _key(parameter: Parameter, order: list[str]) -> tuple[str, str]:
    if parameter.where == "path" and parameter.name in order:
        return ("path", str(order.index(parameter.name)))
    return (parameter.where, parameter.name.lower() if parameter.where == "header" else parameter.name)


def _words(contract: Contract, parameter: Parameter) -> str:
    asked = shape(contract, _part(parameter.schema)).words
    return f"{asked}, {'required' if parameter.required else 'optional'} in {parameter.where}"


def _part(schema: PayloadSchema | None, otherwise: Location = ()) -> Part:
    """A schema as a part of its contract; anything, where there is none."""
    return Part({}, otherwise) if schema is None else Part(at(schema.document, schema.location), schema.location)


def _body(before: Operation, after: Operation, differ: Differ) -> Iterator[Change]:
    if before.body_required != after.body_required:
        kind = "body-became-required" if after.body_required else "body-became-optional"
        words = ("optional body", "required body")
        places = (before.location, after.location)
        yield Change(kind, (), words[before.body_required], words[after.body_required], *places)
    yield from _media_types(before.body_media_types, after.body_media_types, "body", (before.location, after.location))
    if before.body is not None and after.body is not None:
        yield from differ.payload(before.body, after.body)


def _media_types(
    was: tuple[str, ...], now: tuple[str, ...], what: str, places: tuple[Location, Location]
) -> Iterator[Change]:
    """Media types that came or went, where both sides have a body at all."""
    if was and now:
        expected, observed = " or ".join(was), " or ".join(now)
        for one in sorted({*was} - {*now}):
            yield Change(f"{what}-media-type-removed", (), expected, observed, *places, one)
        for one in sorted({*now} - {*was}):
            yield Change(f"{what}-media-type-added", (), expected, observed, *places, one)


def _responses(before: Operation, after: Operation, differ: Differ) -> Iterator[tuple[str, Change]]:
    statuses = (", ".join(before.responses), ", ".join(after.responses))
    places = ((*before.location, "responses"), (*after.location, "responses"))
    covered = set()
    for status, was in before.responses.items():
        now = _find(after, status)
        if now is None:
            kind = "success-status-removed" if status.startswith("2") else "non-success-status-removed"
            yield status, Change(kind, (), *statuses, was.location, places[1])
            continue
        covered.add(now.status)
        yield from ((status, one) for one in _response(was, now, differ))
    for status, added in after.responses.items():
        if status in covered:
            continue
        if (was_covered := _find(before, status)) is not None:
            yield from ((status, one) for one in _response(was_covered, added, differ))
            continue
        kind = "success-status-added" if status.startswith("2") else "non-success-status-added"
        yield status, Change(kind, (), *statuses, places[0], added.location)


def _find(operation: Operation, status: str) -> Response | None:
    """What is documented for a status: itself, or for a code the range that covers it."""
    exact = operation.responses.get(status)
    return operation.response(int(status)) if exact is None and status.isdecimal() else exact


def _response(was: Response, now: Response, differ: Differ) -> Iterator[Change]:
    places = (was.location, now.location)
    yield from _media_types(tuple(sorted(was.media_types)), tuple(sorted(now.media_types)), "response", places)
    if was.schema is not None and now.schema is not None:
        yield from differ.payload(was.schema, now.schema)
    elif (was.media_types & now.media_types) or not now.media_types:
        yield from differ.changes(_part(was.schema, was.location), _part(now.schema, now.location))
