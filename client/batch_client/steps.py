"""What a method does, one step after the other, without doing it: each method is written once, for sync and async.

A method is a generator of steps, a `Flow`: it yields what is to be done and is sent what came of it, or thrown the
error. `drive` has the two that do it. Where the caller gets one value after the other, `Items` hands them out.
"""

from collections.abc import Callable, Generator, Iterable, Mapping
from typing import Any, Generic, TypeVar

import httpx
from attrs import frozen

T = TypeVar("T")


@frozen
class Call(Generic[T]):
    """A request, and what its response is read as.

    `arguments` are those of `httpx.Client.request`; `repeatable` is whether sending it twice does no harm;
    `carries` whether it takes a file along; `final` are statuses after which it is not sent again.
    """

    arguments: Mapping[str, Any]
    read: Callable[[httpx.Response], T]
    repeatable: bool = True
    carries: bool = False
    final: frozenset[int] = frozenset()


@frozen
class Send:
    """Send a request; gives the response, its body loaded.

    All of it may take as long as the request's timeout for reading, or `within` seconds if that is less. Where it
    `carries` a file, whose way up takes its time, that holds for the answer's body alone.
    """

    arguments: Mapping[str, Any]
    within: float | None = None
    carries: bool = False


@frozen
class Open:
    """Send a request; gives the response, of which no more than the head has come. The one before is closed.

    `elsewhere`: to an address that is not the endpoint's: redirects are followed, and nothing that knows us is sent.
    """

    arguments: Mapping[str, Any]
    elsewhere: bool = False


@frozen
class Load:
    """Load the body of the open response, or at least so many bytes of it; gives the response with it."""

    least: int | None = None


@frozen
class Piece:
    """Give the next bytes of the open response; None at its end."""


@frozen
class Shut:
    """Close the open response."""


@frozen
class Pause:
    """Let time go by."""

    seconds: float


@frozen
class Tell:
    """Call a function of the caller's; if that is async, wait for it."""

    function: Callable[[Any], object]
    value: Any


@frozen
class Items:
    """Hand values to the caller."""

    values: Iterable[Any]


Step = Send | Open | Load | Piece | Shut | Pause | Tell | Items
Flow = Generator[Step, Any, T]
