"""A request that is yet to be sent, and what its response is read as."""

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

import httpx
from attrs import frozen

T = TypeVar("T")


@frozen
class Call(Generic[T]):
    """`arguments` are those of `httpx.Client.request`; `repeatable` is whether sending it twice does no harm."""

    arguments: Mapping[str, Any]
    read: Callable[[httpx.Response], T]
    repeatable: bool = True
