"""What only several exchanges together show: paging, lifecycles, references, errors that come back.

While exchanges are read, each leaves a compact Observation; at the end one reducer replays them in time order. So any
split of the reading gives the same result.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import field, frozen

from conformance.contract import Operation
from conformance.drift import Finding
from conformance.exchange import Exchange
from conformance.schema import PayloadSchema

PAGES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "list_batches": (("data",),),
    "list_files": (("data",), ("data", "data")),
}
"""Operations that answer in pages, and where the items may stand (SiliconFlow envelopes its files)."""

RANK: Mapping[str, int] = {
    "in_queue": 0,
    "validating": 0,
    "in_progress": 1,
    "finalizing": 2,
    "cancelling": 3,
    "completed": 4,
    "failed": 4,
    "expired": 4,
    "cancelled": 4,
}
"""How far along a status is; a batch never goes to a lower rank, and never leaves the last."""
FINAL = 4

CAN_BE_REFUSED = frozenset({401, 403, 408, 429})
"""4xx that say nothing about the request: the key, or the moment."""


@frozen
class Page:
    """One page as it was answered. `ids` are the items', `after` the cursor asked for.

    `sound`: the request was not invalid, and asked for at least one item if for a number of them.
    """

    ids: tuple[str, ...]
    size: int
    after: str | None
    limit: int | None
    has_more: bool
    sound: bool


@frozen
class Observation:
    """What one exchange leaves for the reducer. `scope` keeps hosts and keys apart."""

    exchange: Exchange
    scope: str
    status: int
    references: tuple[str, ...] = ()
    """Names in an otherwise valid request that an earlier response must have told."""
    well_formed: bool = False
    """The request is valid if its references are."""
    told: tuple[str, ...] = ()
    """Ids in the response."""
    page: Page | None = None
    statuses: tuple[tuple[str, str, tuple[str | int, ...]], ...] = field(default=())
    """(batch id, status, path of the status)."""


Sequel = tuple[Exchange, Finding]


def read_page(payload: Any, operation: str, exchange: Exchange, *, sound: bool) -> Page | None:
    """The page in a success body; None where there is none."""
    for path in PAGES.get(operation, ()):
        holder = payload
        for step in path[:-1]:
            holder = holder.get(step) if isinstance(holder, dict) else None
        items = holder.get(path[-1]) if isinstance(holder, dict) else None
        if isinstance(items, list):
            query = dict(exchange.request.query)
            text = query.get("limit")
            limit = int(text) if text and text.isdecimal() and len(text) < 10 else None
            return Page(
                ids=tuple(item["id"] for item in items if isinstance(item, dict) and isinstance(item.get("id"), str)),
                size=len(items),
                after=query.get("after"),
                limit=limit,
                has_more=isinstance(holder, dict) and holder.get("has_more") is True,
                sound=sound and (text is None or bool(limit)),
            )
    return None


def check_page(
    page: Page, payload: Mapping[str, Any], operation: Operation, schema: PayloadSchema
) -> Iterator[Finding]:
    """What one page alone shows: more items than asked for, cursors that are not those of its items."""
    if page.sound and page.limit and operation.parameter("limit") and page.size > page.limit:
        yield Finding(
            rule="page-limit-ignored",
            pointer="",
            expected="at most as many items as the limit asks for",
            observed=f"{page.size} items, limit {page.limit}",
            location=_parameter_location(operation, "limit"),
        )
    if page.size == 0 or len(page.ids) != page.size:
        return
    for name, item, which in (("first_id", page.ids[0], "first"), ("last_id", page.ids[-1], "last")):
        place = schema.place((name,))
        cursor = payload.get(name)
        if place.documented and isinstance(cursor, str) and cursor != item:
            yield Finding(
                rule="page-cursor-mismatch",
                pointer=place.pointer,
                expected=f"the id of the page's {which} item",
                observed="another id" if cursor in page.ids else "an id that is not on the page",
                location=place.location,
                path=(name,),
            )


def _parameter_location(operation: Operation, name: str) -> tuple[str | int, ...]:
    parameter = operation.parameter(name)
    return parameter.schema.location if parameter else operation.location


def reduce(observations: list[Observation], operations: Mapping[str, Operation]) -> Iterator[Sequel]:
    """Replay in time order; yields each exchange with what it then shows."""
    observations = sorted(observations, key=lambda one: one.exchange.order)
    yield from _paging(observations, operations)
    yield from _lifecycle(observations, operations)
    yield from _references(observations, operations)
    yield from _server_errors(observations, operations)


def _paging(observations: list[Observation], operations: Mapping[str, Operation]) -> Iterator[Sequel]:
    told: dict[str, set[str]] = {}
    walks: dict[tuple[str, str, str], set[str]] = {}
    for one in observations:
        known = told.setdefault(one.scope, set())
        page, operation = one.page, operations[one.exchange.operation]
        if page is not None and page.sound and (page.after is None or page.after in known):
            key = (one.scope, one.exchange.operation)
            walked = {page.after, *walks.get((*key, page.after), ())} if page.after is not None else set()
            repeated = walked.intersection(page.ids)
            if repeated:
                yield one.exchange, _repeats(operation, len(repeated), page)
            if page.size == 0 and page.has_more:
                yield one.exchange, _empty_with_more(operation)
            if page.ids:
                walks[(*key, page.ids[-1])] = walked | set(page.ids)
        known.update(one.told)


def _repeats(operation: Operation, repeated: int, page: Page) -> Finding:
    return Finding(
        rule="page-cursor-ignored",
        pointer="",
        expected="only items that come after the cursor",
        observed=f"{repeated} of {page.size} items had come before",
        location=_parameter_location(operation, "after"),
    )


def _empty_with_more(operation: Operation) -> Finding:
    return Finding(
        rule="page-empty-with-more",
        pointer="",
        expected="has_more false where there are no items",
        observed="no items, has_more true",
        location=(*operation.location, "responses"),
    )


def _lifecycle(observations: list[Observation], operations: Mapping[str, Operation]) -> Iterator[Sequel]:
    last: dict[tuple[str, str], str] = {}
    for one in observations:
        operation = operations[one.exchange.operation]
        response = operation.response(one.status)
        for batch, status, path in one.statuses:
            if status not in RANK or response is None or response.schema is None:
                continue
            before = last.get((one.scope, batch), status)
            last[one.scope, batch] = status
            if RANK[status] < RANK[before] or (RANK[before] == FINAL and status != before):
                place = response.schema.place(path)
                yield (
                    one.exchange,
                    Finding(
                        rule="invariant-lifecycle",
                        pointer=place.pointer,
                        expected=f"no way back from {before}",
                        observed=f"{before}, then {status}",
                        location=place.location,
                        items=1 if "*" in place.pointer else 0,
                        path=path,
                    ),
                )


def _references(observations: list[Observation], operations: Mapping[str, Operation]) -> Iterator[Sequel]:
    """A refusal is the server's fault only if everything the request names had been told before."""
    told: dict[str, set[str]] = {}
    for one in observations:
        known = told.setdefault(one.scope, set())
        operation = operations[one.exchange.operation]
        if (
            one.well_formed
            and 400 <= one.status < 500
            and one.status not in CAN_BE_REFUSED
            and known.issuperset(one.references)
        ):
            yield one.exchange, rejected(operation, one.status)
            if operation.response(one.status) is None:
                yield one.exchange, undocumented_refusal(operation, one.status)
        known.update(one.told)


def rejected(operation: Operation, status: int) -> Finding:
    """A request that keeps the contract was refused."""
    return Finding(
        rule="request-valid-rejected",
        pointer="",
        expected="a success: the request keeps the contract",
        observed=status,
        location=operation.location,
    )


def undocumented_refusal(operation: Operation, status: int) -> Finding:
    """The second thought on an undocumented status: the request was valid, so it weighs more."""
    return Finding(
        rule="response-status-undocumented",
        pointer="",
        expected=f"one of {', '.join(operation.responses)}",
        observed=status,
        location=(*operation.location, "responses"),
        severity="warning",
        counted=False,
    )


def _server_errors(observations: list[Observation], operations: Mapping[str, Operation]) -> Iterator[Sequel]:
    """The same request answered 5xx at least twice and never otherwise, while the operation succeeds for others."""
    failing: dict[tuple[str, str, str, bytes | None], list[Observation]] = {}
    fine: set[tuple[str, str, str, bytes | None]] = set()
    succeeded: set[str] = set()
    for one in observations:
        request = one.exchange.request
        key = (one.scope, request.method, request.url, request.body)
        if one.status >= 500:
            failing.setdefault(key, []).append(one)
        else:
            fine.add(key)
            if one.status < 300:
                succeeded.add(one.exchange.operation)
    for key, group in failing.items():
        operation = operations[group[0].exchange.operation]
        if key not in fine and len(group) > 1 and operation.name in succeeded:
            for one in group:
                yield (
                    one.exchange,
                    Finding(
                        rule="server-error",
                        pointer="",
                        expected="no 5xx that the request provokes",
                        observed=one.status,
                        location=(*operation.location, "responses"),
                    ),
                )
