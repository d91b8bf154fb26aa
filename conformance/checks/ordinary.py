"""Bodies of batches in which there is nothing to be found are recognised while they are decoded.

That is cheaper than to parse them and to put every question of `response` and `invariants` to them. What is not
recognised, a page or some of its batches, is looked at place by place.
"""

from collections.abc import Callable
from operator import attrgetter
from typing import Any

import msgspec
from attrs import frozen

from conformance.checks.body_types import LINE, BodyTypes, body_types
from conformance.checks.columns import Columns
from conformance.checks.invariants import BATCHES
from conformance.contract import Operation
from conformance.schema import PayloadSchema

_UNFIT = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class _Listed(msgspec.Struct):
    data: list[msgspec.Raw]


@frozen
class Ordinary:
    """The test for one response of a contract."""

    types: BodyTypes
    _body: Callable[[bytes], Any]
    _batch: Callable[[bytes | msgspec.Raw], Any]
    _times: Callable[[Any], tuple[int | None, ...]]

    @classmethod
    def of(cls, operation: Operation, schema: PayloadSchema) -> "Ordinary | None":
        """The test for a success of an operation; None where it holds no batches or there are no types for it."""
        if operation.name not in BATCHES:
            return None
        try:
            types = body_types(operation, schema)
            body, batch = (msgspec.json.Decoder(kind).decode for kind in (types.body, types.batch))
        except (TypeError, ValueError):
            return None
        times = [name for name in LINE if name in types.fields]
        return cls(types, body, batch, attrgetter(*times) if len(times) > 1 else lambda _: ())

    def read(self, body: bytes) -> tuple[dict[str, Any], Columns | None] | None:
        """The fields of a body in which there is nothing to be found, and its `data` if that is a list; else None."""
        try:
            decoded = self._body(body)
        except _UNFIT:
            return None
        batches = decoded.data if self.types.listed else [decoded]
        if batches is not None and not self._keeps_order(batches):
            return None
        if batches is None or not self.types.listed:
            return msgspec.to_builtins(decoded), None
        decoded.data = None
        return {**msgspec.to_builtins(decoded), "data": batches}, Columns(batches, self.types.fields)

    def doubtful(self, body: bytes) -> list[int] | None:
        """The indexes of the batches of a list in which there may be something to be found; None if nobody knows."""
        try:
            raw = _LISTED.decode(body).data
        except _UNFIT:
            return None
        return [index for index, batch in enumerate(raw) if not self._is_ordinary(batch)]

    def _is_ordinary(self, raw: msgspec.Raw) -> bool:
        try:
            return self._keeps_order([self._batch(raw)])
        except _UNFIT:
            return False

    def _keeps_order(self, batches: list[Any]) -> bool:
        """Whether what is set of the timestamps does not decrease along LINE, and no total is exceeded."""
        for row in map(self._times, batches):
            times = [*filter(None, row)]
            if times != sorted(times):
                return False
        if "request_counts" not in self.types.fields:
            return True
        for batch in batches:
            counts = batch.request_counts
            if counts is not None:
                try:
                    if counts.completed + counts.failed > counts.total:
                        return False
                except (AttributeError, TypeError):  # one of them is not there, or they are no counts
                    return False
        return True


_LISTED = msgspec.json.Decoder(_Listed)
