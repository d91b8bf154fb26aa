"""One exchange beside what a contract says of it, as finders get it: what they need is worked out once, when needed."""

from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Any

from attrs import define

from conformance.checks.complaints import Complaint, complaints
from conformance.checks.items import Items, Page, read_page
from conformance.checks.one.validity import Validity, query_pairs, request_judge
from conformance.checks.quick import Quick
from conformance.contract import Operation, Response
from conformance.excerpt import LARGE
from conformance.exchange import NOT_JSON, Answer, Credentials, Exchange, Path
from conformance.schema import PayloadSchema


@define(eq=False, slots=False)
class Case:
    """An exchange that was answered, and the operation of the contract. `quick` is the shortcut for its body, if any.

    `credentials`: what the request is taken to have carried.
    """

    exchange: Exchange
    answer: Answer
    operation: Operation
    credentials: Credentials
    quick: Quick | None = None

    @cached_property
    def documented(self) -> Response | None:
        """What is documented for the status."""
        return self.operation.response(self.answer.status)

    @property
    def is_success(self) -> bool:
        """2xx."""
        return 200 <= self.answer.status < 300

    @property
    def is_content(self) -> bool:
        """Whether the answer is a file, no body of the API."""
        return self.operation.name == "file_content" and self.is_success

    @cached_property
    def query(self) -> list[tuple[str, str]]:
        """The query as decoded pairs."""
        return query_pairs(self.exchange.request.url)

    @cached_property
    def validity(self) -> Validity:
        """Whether the request keeps the contract."""
        return request_judge(self.operation).judge(self.exchange.request, self.exchange.path_parameters, self.query)

    @property
    def schema(self) -> PayloadSchema | None:
        """The schema that the body is held to; None where there is none, or no such body."""
        if self.documented is None or self.is_content or self.payload is NOT_JSON:
            return None
        return self.documented.schema

    @cached_property
    def ordinary(self) -> tuple[dict[str, Any], Items | None] | None:
        """The fields of a body in which there is nothing to be found, and the items of its list.

        None where one has to look.
        """
        return None if self.quick is None or self.answer.too_deep else self.quick.read(self.answer.body)

    @cached_property
    def doubtful(self) -> Collection[int] | None:
        """The indexes of the items of a list in which there may be something to be found; None if nobody knows."""
        return None if self.quick is None or self.answer.too_deep else self.quick.doubtful(self.answer.body)

    @property
    def payload(self) -> Any:
        """The body, or NOT_JSON; the batches of one in which there is nothing to be found are no dicts."""
        return self.answer.json if self.ordinary is None else self.ordinary[0]

    @cached_property
    def items(self) -> Items | None:
        """The items of a body's `data`, if that is a list."""
        if self.ordinary is not None:
            return self.ordinary[1]
        data = self.payload.get("data") if isinstance(self.payload, dict) else None
        return Items(data) if isinstance(data, list) else None

    @cached_property
    def _complaints(self) -> tuple[Mapping[Path, Complaint], bool]:
        if self.schema is None or self.ordinary is not None:
            return {}, True
        return complaints(self.payload, self.schema, large=len(self.answer.body) > LARGE)

    @property
    def broken(self) -> Mapping[Path, Complaint]:
        """What does not conform to the schema, by path."""
        return self._complaints[0]

    @cached_property
    def touched(self) -> Collection[Path]:
        """The paths that do not conform, and those of what encloses them."""
        return {path[:depth] for path in self.broken for depth in range(1, len(path) + 1)}

    @property
    def is_whole(self) -> bool:
        """Whether all of the body was looked at: of one in which too much is wrong, only the first."""
        return self._complaints[1]

    @property
    def is_settled(self) -> bool:
        """Whether it is a success with a body that the schema was held to: then more can be said of it."""
        return self.is_success and self.schema is not None and self.is_whole

    @property
    def is_documented_error(self) -> bool:
        """Whether it is a 4xx that the contract names, with the body that it has there."""
        named = self.documented is not None and self.documented.status[0] == "4" and self.answer.status < 500
        return named and self.schema is not None and self.is_whole and not self.broken

    @cached_property
    def page(self) -> Page | None:
        """The page of a list, if it is one."""
        if not self.is_settled:
            return None
        return read_page(
            self.payload, self.operation, dict(self.query), self.items, sound=self.validity.kind != "invalid"
        )
