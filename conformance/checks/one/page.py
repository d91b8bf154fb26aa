"""What one page alone shows: more items than asked for, cursors that are not those of its items."""

from collections.abc import Iterator

from conformance.checks.case import Case
from conformance.checks.finder import judges
from conformance.checks.names import brief
from conformance.checks.one.ids import EMPTY
from conformance.contract import Operation
from conformance.document import Location
from conformance.drift import Breach


@judges("top")
def limit(case: Case) -> Iterator[Breach]:
    """Whether a page holds more items than were asked for; what less than one asks for nobody can say."""
    page, limit, operation = case.page, case.kind.limit, case.operation
    if not page.size or limit is None or case.validity.kind == "invalid" or not operation.parameter("limit"):
        return
    if page.size > max(limit, 0):
        yield Breach(
            rule="page-limit-ignored",
            pointer="",
            expected="at most as many items as the limit asks for",
            observed=f"{page.size} items, limit {limit}",
            location=parameter_location(operation, "limit"),
            severity="info" if limit < 1 else None,
        )


@judges("top")
def cursors(case: Case) -> Iterator[Breach]:
    """Whether the cursors of a page are those of its items; one that is empty is told as what it is."""
    page, around, schema = case.page, case.payload, case.schema
    if not page.size or len(page.ids) != page.size or schema is None or not isinstance(around, dict):
        return
    ids = page.ids
    cursors = [(name, brief(cursor)) for name in ("first_id", "last_id") if isinstance(cursor := around.get(name), str)]
    for name, cursor in cursors:
        place, which = schema.place((name,)), name.removesuffix("_id")
        if cursor != ids[0 if which == "first" else -1] and place.documented:
            other = "another id" if cursor in ids else "an id that is not on the page"
            yield Breach(
                rule="page-cursor-mismatch" if cursor else EMPTY,
                pointer=place.pointer,
                expected=f"the id of the page's {which} item",
                observed=other if cursor else '""',
                location=place.location,
                path=(name,),
            )


def parameter_location(operation: Operation, name: str) -> Location:
    """Where the contract speaks of a query parameter, or of the operation if it does not."""
    parameter = operation.parameter(name)
    return parameter.schema.location if parameter else operation.location
