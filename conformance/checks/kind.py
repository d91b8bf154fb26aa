"""Exchanges of one kind differ in names and bodies only: all else is worked out once for all of them."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from attrs import define, field

from conformance.checks.names import Names, brief
from conformance.checks.one.validity import Pairs, Validity, judge_request, query_pairs
from conformance.contract import Operation, Response
from conformance.drift import Breach
from conformance.exchange import Answer, Credentials, Exchange, Headers

CURSORS = frozenset({"after", "before"})
"""Parameters that lead from page to page of one walk."""

MAX_REMEMBERED = 10_000
"""Kinds of an operation that are remembered."""
_SHORT = 1000
"""Characters of a kind that is remembered."""
_WHOLE = re.compile(r"-?[0-9]{1,9}", re.ASCII)


@define(eq=False)
class ExchangeKind:
    """What a contract makes of such an exchange. `query`: what was asked for but for the cursor, in brief.

    `limit`: how many items, where it is a number. `sound`: the request is not invalid, and asks for at least one item
    if for a number of them. `quiet`: what is found where there is nothing to be found in the body, once it is known,
    and how the request was met; see `look`.
    """

    validity: Validity
    documented: Response | None
    query: str
    limit: int | None
    sound: bool
    quiet: tuple[Sequence[Breach], Mapping[Credentials, Sequence[Breach]]] | None = None


class Asked(NamedTuple):
    """The kind of an exchange, the names that its request refers to, and the cursor that it asks with."""

    kind: ExchangeKind
    references: Names
    after: str | None


@define(eq=False)
class Kinds:
    """The kinds of exchanges of an operation. Those whose request has a body are each of a kind of its own."""

    operation: Operation
    _known: dict[tuple[Pairs, Headers, int, Headers, Credentials, bool], ExchangeKind] = field(factory=dict)
    _open: frozenset[str] = field(init=False)
    """Cursors that leave nothing to judge: any text is right."""

    def __attrs_post_init__(self) -> None:
        """Find those cursors."""
        self._open = frozenset(
            one.name
            for one in self.operation.parameters
            if one.where == "query" and one.name in CURSORS and one.schema.json_schema.keys() <= {"type", "$defs"}
        )

    def of(self, exchange: Exchange, answer: Answer, *, unclear: bool) -> Asked:
        """What an exchange asks for."""
        request, names = exchange.request, tuple([value for _, value in exchange.path_parameters])
        pairs = query_pairs(request.url)
        cursors = tuple([value for name, value in pairs if name in self._open])
        if request.body is not None or len(cursors) > 1 or "" in cursors:
            kind = self._new(exchange, answer, pairs)
            return Asked(kind, (*names, *kind.validity.references), dict(pairs).get("after"))
        rest = tuple([pair for pair in pairs if pair[0] not in self._open]) if cursors else pairs
        key = (rest, request.headers, answer.status, answer.headers, exchange.credentials, unclear)
        found = self._known.get(key)
        if found is None:
            found = self._new(exchange, answer, rest)
            if len(self._known) < MAX_REMEMBERED and all(map(_is_short, (rest, request.headers, answer.headers))):
                self._known[key] = found
        return Asked(found, (*names, *cursors, *found.validity.references), dict(pairs).get("after"))

    def _new(self, exchange: Exchange, answer: Answer, pairs: Pairs) -> ExchangeKind:
        validity = judge_request(exchange.request, self.operation, pairs)
        text = dict(pairs).get("limit")
        limit = int(text) if text and _WHOLE.fullmatch(text) else None
        return ExchangeKind(
            validity,
            self.operation.response(answer.status),
            brief("&".join(sorted(f"{name}={value}" for name, value in pairs if name not in CURSORS))),
            limit,
            validity.kind != "invalid" and (text is None or (limit is not None and limit > 0)),
        )


@cache
def kinds(operation: Operation) -> Kinds:
    """The kinds of an operation, for all endpoints: contracts live as long as the program."""
    return Kinds(operation)


def _is_short(pairs: Pairs) -> bool:
    return sum(len(name) + len(value) for name, value in pairs) < _SHORT
