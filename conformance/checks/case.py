"""One exchange beside what a contract says of it, as finders get it: what they need is worked out once, when needed."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from attrs import define, evolve, field

from conformance.checks.complaints import Complaint, complaints
from conformance.checks.items import NO_PAGE, PAGES, Items, Page, read_page
from conformance.checks.kind import Asked, ExchangeKind
from conformance.checks.one.validity import Pairs, Validity, query_pairs
from conformance.checks.quick import Quick, ReadBody
from conformance.contract import Operation, Response
from conformance.excerpt import LARGE
from conformance.exchange import NOT_JSON, Answer, Credentials, Exchange, PayloadPath
from conformance.schema import PayloadSchema

PASSED_OVER = "passed over: nothing to be found"
NOT_RECOGNISED = "looked into: something may be found"
NO_SHORTCUT = "looked into: there is no shortcut"
"""What became of the shortcut for a body."""

_Complaints = tuple[Mapping[PayloadPath, Complaint], bool]


@define(eq=False)
class Case:
    """An exchange that was answered, and the operation of the contract. `quick` is the shortcut for its body, if any.

    `credentials`: what the request is taken to have carried. `read`: its body, as far as the shortcut could read it.
    """

    exchange: Exchange
    answer: Answer
    operation: Operation
    asked: Asked
    credentials: Credentials
    quick: Quick | None = None
    is_success: bool = field(init=False)
    read: ReadBody | None = field(init=False)
    is_ordinary: bool = field(init=False)
    """Whether there is nothing to be found in the body."""
    page: Page = field(init=False, default=NO_PAGE)
    _complaints: _Complaints | None = field(init=False, default=None)
    _items: Items | None = field(init=False, default=None)
    _touched: Collection[PayloadPath] | None = field(init=False, default=None)

    def __attrs_post_init__(self) -> None:
        """Look at what everybody needs."""
        self.is_success = 200 <= self.answer.status < 300
        self.read = None if self.quick is None else self.quick.read(self.answer)
        self.is_ordinary = self.read is not None and self.read.doubtful is None
        if self.operation.name in PAGES and self.is_settled:
            self.page = read_page(self.payload, self.operation, self.items)

    @property
    def kind(self) -> ExchangeKind:
        """What it has in common with others."""
        return self.asked.kind

    @property
    def documented(self) -> Response | None:
        """What is documented for the status."""
        return self.asked.kind.documented

    @property
    def validity(self) -> Validity:
        """Whether the request keeps the contract."""
        return self.asked.kind.validity

    @property
    def query(self) -> Pairs:
        """As decoded pairs."""
        return query_pairs(self.exchange.request.url)

    @property
    def is_content(self) -> bool:
        """Whether the answer is a file, no body of the API."""
        return self.is_success and self.operation.name == "file_content"

    @property
    def schema(self) -> PayloadSchema | None:
        """The schema that the body is held to; None where there is none, or no such body."""
        documented = self.documented
        if documented is None or self.is_content or (self.read is None and self.answer.json is NOT_JSON):
            return None
        return documented.schema

    @property
    def doubtful(self) -> Sequence[int] | None:
        """The indexes of the items of a list in which there may be something to be found; None if nobody knows."""
        return None if self.read is None else self.read.doubtful

    @property
    def payload(self) -> Any:
        """The body, or NOT_JSON; batches in which there is nothing to be found may be no dicts."""
        return self.answer.json if self.read is None else self.read.payload

    @property
    def items(self) -> Items | None:
        """The items of a body's `data`, if that is a list."""
        if self.read is not None:
            return self.read.items
        if self._items is None and isinstance(self.payload, dict) and isinstance(self.payload.get("data"), list):
            self._items = Items(self.payload["data"])
        return self._items

    @property
    def _looked(self) -> _Complaints:
        if self._complaints is None:
            self._complaints = ({}, True) if self.schema is None else self._complain(self.schema)
        return self._complaints

    def _complain(self, schema: PayloadSchema) -> _Complaints:
        """Held to the schema: of a list only the items that are doubtful, to which it says no more than to each."""
        large, among, payload = len(self.answer.body) > LARGE, self.doubtful, self.payload
        if among is None:
            return complaints(payload, schema, large=large)
        few = {**payload, "data": [payload["data"][index] for index in among]}
        found, whole = complaints(few, schema, large=large)
        return {(at := _in_whole(path, among)): evolve(one, path=at) for path, one in found.items()}, whole

    @property
    def broken(self) -> Mapping[PayloadPath, Complaint]:
        """What does not conform to the schema, by path."""
        return {} if self.is_ordinary else self._looked[0]

    @property
    def touched(self) -> Collection[PayloadPath]:
        """The paths that do not conform, and those of what encloses them."""
        if self._touched is None:
            self._touched = {path[:depth] for path in self.broken for depth in range(1, len(path) + 1)}
        return self._touched

    @property
    def is_whole(self) -> bool:
        """Whether all of the body was looked at: of one in which too much is wrong, only the first."""
        return self.is_ordinary or self._looked[1]

    @property
    def is_settled(self) -> bool:
        """Whether it is a success with a body that the schema was held to: then more can be said of it."""
        return self.is_ordinary or (self.is_success and self.schema is not None and self.is_whole)

    @property
    def shortcut(self) -> str | None:
        """What became of the shortcut for the body of a success; None where there was nothing to look into."""
        if not self.is_success or self.schema is None:
            return None
        if self.is_ordinary:
            return PASSED_OVER
        return NO_SHORTCUT if self.quick is None else NOT_RECOGNISED

    @property
    def is_documented_error(self) -> bool:
        """Whether it is a 4xx that the contract names, with the body that it has there."""
        named = self.documented is not None and self.documented.status[0] == "4" and self.answer.status < 500
        return named and self.schema is not None and self.is_whole and not self.broken


def _in_whole(path: PayloadPath, among: Sequence[int]) -> PayloadPath:
    """Where in a list a path leads that leads so in these of its items alone."""
    if len(path) > 1 and path[0] == "data" and isinstance(path[1], int):
        return ("data", among[path[1]], *path[2:])
    return path
