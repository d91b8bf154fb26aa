"""Which operation of one contract is which of another, and what changed of it."""

from collections.abc import Iterator, Mapping

from attrs import frozen

from conformance.compare.limits import limit_changes
from conformance.compare.schemas import MISSING, Change, Differ
from conformance.compare.shape import SchemaPart, shape
from conformance.contract import Contract, Operation, Parameter, Response
from conformance.document import Location
from conformance.references import at
from conformance.schema import PayloadSchema


@frozen
class OperationChange:
    """A change of one operation, and on which side of it: only responses have a status."""

    operation: str
    side: str
    """`response`, `request`, `parameter`, `limit` or `operation`."""
    status: str | None
    change: Change


LINES: Mapping[str, tuple[str, str]] = {
    "input": ("upload_file", "request"),
    "output": ("file_content", "response"),
    "error": ("file_content", "response"),
}
"""What carries each kind of lines, which are its items, and on which side."""


def rows(old: Contract, new: Contract) -> Iterator[OperationChange]:
    """Every change from one contract to another.

    Raises:
        DocumentError: a contract is not the OpenAPI it says it is.
    """
    if old.document.data == new.document.data:
        return
    for name, before in old.operations.items():
        yield from _operation(before, new.operations.get(name), old, new)
    yield from _lines(old, new)
    for name, operation in new.operations.items():
        if name not in old.operations:
            added = Change("operation-added", (), "no such operation", shown(operation), ("paths",), operation.location)
            yield OperationChange(name, "operation", None, added)


def _lines(old: Contract, new: Contract) -> Iterator[OperationChange]:
    """What changed of the lines of files; what is said of output and error lines alike is told once."""
    told = set[tuple[str, str, tuple[str, ...], str | None]]()
    for kind, (name, side) in LINES.items():
        if kind in old.lines and kind in new.lines:
            for change in Differ(old, new).payload(old.lines[kind], new.lines[kind], ("*",)):
                key = (name, change.kind, change.steps, change.value)
                if key not in told:
                    yield OperationChange(name, side, None, change)
                told.add(key)


def shown(operation: Operation) -> str:
    """The operation as a request line."""
    return f"{operation.method} {operation.template}"


def _operation(before: Operation, after: Operation | None, old: Contract, new: Contract) -> Iterator[OperationChange]:
    def row(kind: str, expected: str, observed: str, value: str | None = None) -> OperationChange:
        places = (before.location, after.location if after else ("paths",))
        return OperationChange(before.name, "operation", None, Change(kind, (), expected, observed, *places, value))

    if after is None or before.path.rstrip("/") != after.path.rstrip("/"):
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
    yield from (OperationChange(before.name, "parameter", None, one) for one in _parameters(before, after, differ))
    stated = tuple(limit_changes(before, after, old, new))
    bounded = {one.steps[:1] for one in stated}
    yield from (OperationChange(before.name, "limit", None, one) for one in stated)
    for change in _body(before, after, differ):
        if not (change.kind.startswith("pattern-") and change.steps[-1:] in bounded):  # the limit says it
            yield OperationChange(before.name, "request", None, change)
    for status, change in _responses(before, after, differ):
        yield OperationChange(before.name, "response", status, change)


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
    """By place and name; headers have no case."""
    return {(one.where, one.name.lower() if one.where == "header" else one.name): one for one in operation.parameters}


def _words(contract: Contract, parameter: Parameter) -> str:
    asked = shape(contract, _part(parameter.schema)).words
    return f"{asked}, {'required' if parameter.required else 'optional'} in {parameter.where}"


def _part(schema: PayloadSchema | None, otherwise: Location = ()) -> SchemaPart:
    """A schema as a part of its contract; anything, where there is none."""
    if schema is None:
        return SchemaPart({}, otherwise)
    return SchemaPart(at(schema.document, schema.location), schema.location)


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
