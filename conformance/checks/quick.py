"""The shortcut: bodies of batches in which there is nothing to be found are recognised while they are decoded.

That is cheaper than to parse them and to put every question of the finders to them. What is not recognised, a page or
some of its batches, is looked at place by place.

The types (`body_types`) say what a contract and the tables allow; what else a finder asks of a batch is its quick form.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, NamedTuple

import msgspec
from attrs import frozen

from conformance.batches import BATCHES
from conformance.checks.body_types import BodyTypes, body_types
from conformance.checks.items import Items
from conformance.contract import Operation
from conformance.exchange import NOT_JSON, Answer, parsed
from conformance.schema import PayloadSchema

Fits = Callable[[Items], bool]
"""Whether there is nothing to be found in decoded batches."""

QuickForm = Callable[[Collection[str]], Fits | None]
"""Of the fields that batches have by contract, the quick form of a finder; None where the types say it all."""

_UNFIT = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class ReadBody(NamedTuple):
    """A body as it was read so, and the items of its list, if it is one.

    `doubtful`: the indexes of those that were not recognised, which are as JSON has them; None if nothing is to be
    found in the body at all.
    """

    payload: dict[str, Any]
    items: Items | None = None
    doubtful: Sequence[int] | None = None


@frozen
class Quick:
    """The test for one response of a contract. `fits` are the quick forms of all that is asked of a batch."""

    types: BodyTypes
    fits: tuple[Fits, ...]
    _body: Callable[[bytes], Any]
    _batch: Callable[[bytes | msgspec.Raw], Any]

    @classmethod
    def of(cls, operation: Operation, schema: PayloadSchema, forms: Iterable[QuickForm]) -> "Quick | None":
        """The test for a success of an operation; None where it holds no batches or there are no types for it."""
        if operation.name not in BATCHES:
            return None
        try:
            types = body_types(operation, schema)
            body, batch = (msgspec.json.Decoder(kind).decode for kind in (types.body, types.batch))
        except (TypeError, ValueError):
            return None
        made = [form(types.fields) for form in forms]
        return cls(types, tuple(fits for fits in made if fits is not None), body, batch)

    def read(self, answer: Answer) -> ReadBody | None:
        """A body as far as it can be read so; None where nothing can."""
        if self.types.is_open and answer.too_deep:
            return None
        try:
            decoded = self._body(answer.body)
        except _UNFIT:
            return self._read_in_part(answer) if self.types.listed else None
        found = decoded.data if self.types.listed else [decoded]
        if found is None:
            return None
        items = Items(found, self.types.fields, is_clean=True)
        if not self._fit(items):
            return self._read_in_part(answer) if self.types.listed else None
        if not self.types.listed:
            return ReadBody(msgspec.to_builtins(decoded))
        decoded.data = None
        return ReadBody({**msgspec.to_builtins(decoded), "data": found}, items)

    def _read_in_part(self, answer: Answer) -> ReadBody | None:
        """A list, item by item; None where it is none."""
        if answer.too_deep or answer.too_many:
            return None
        try:
            top = _decode_top(answer.body)
            raw = _decode_list(top.pop("data"))
        except (*_UNFIT, KeyError):
            return None
        payload = {name: parsed(bytes(value)) for name, value in top.items()}
        doubtful, items = list[int](), list[Any]()
        for index, one in enumerate(raw):
            try:
                items.append(self._batch(one))
            except _UNFIT:
                doubtful.append(index)
                items.append(parsed(bytes(one)))
        read = [item for item in items if isinstance(item, msgspec.Struct)]
        if not self._fit(Items(read, self.types.fields)):
            for index, item in enumerate(items):
                if isinstance(item, msgspec.Struct) and not self._fit(Items([item], self.types.fields)):
                    doubtful.append(index)
                    items[index] = parsed(bytes(raw[index]))
        if NOT_JSON in payload.values() or any(items[index] is NOT_JSON for index in doubtful):
            return None
        return ReadBody({**payload, "data": items}, Items(items, self.types.fields), sorted(doubtful))

    def _fit(self, items: Items) -> bool:
        return all(fits(items) for fits in self.fits)


_decode_top = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_decode_list = msgspec.json.Decoder(list[msgspec.Raw]).decode
